//! What the author's panel of the preview says: where a page comes from, how it stands, and what of
//! the site is not shown yet.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::base::path::UrlPath;
use crate::config::Config;
use crate::content::{self, Parsed, markdown::Highlights};
use crate::plan::{Plan, Target};
use crate::policy::publication::Publication;
use crate::relate::{Item, ItemId, Library, Reader, Resolved};
use crate::source::Source;

/// How many words are read in a minute, as in the views of templates.
const WORDS_A_MINUTE: usize = 200;

/// Files that are not shown and are listed at most, of each sort.
const MOST: usize = 200;

/// What there is to say of the page of an output file, if it is one: `source`, `title`, `kind` (`page`
/// or `section`), `language`, `state` (`public`, `draft`, `in draft`, `scheduled`) with `from`, `date`,
/// `updated`, `publish`, `expires`, `words`, `minutes`, `links` and `links_out` (how many, into the
/// site and out of it), `linked_from`, and `translations`, each with `language`, `source` and, where
/// it is there, `title`, `url` and `state`. A page without a file has no `source`.
pub(super) fn about(reader: &Reader, library: &Library, plan: &Plan, output: &str) -> Option<Value> {
    let url = UrlPath::new(&format!("/{}", output.strip_suffix("index.html")?));
    let route = plan.answer(&url).filter(|route| route.output.as_str() == output)?;
    let Target::Item { id, .. } = route.target else { return None };
    let item = library.item(id);
    let (state, from) = state(item, library.today().0);
    let page = item.parsed.page();
    let day = |moment: Option<crate::base::clock::Moment>| moment.map(|moment| moment.date().to_string());
    let to_site = |link: &&Resolved| !matches!(link, Resolved::External | Resolved::Here);
    // The library alone may have no texts yet.
    let text = reader.text(id);
    let links = (0..).zip(&text.links).filter_map(|(index, _)| reader.link(id, index));
    Some(json!({
        "source": (!item.parsed.implicit).then(|| item.parsed.path.as_str()),
        "title": item.title,
        "kind": if item.is_section() { "section" } else { "page" },
        "language": library.config().languages[item.language()].name,
        "state": state,
        "from": from.map(|date| date.to_string()),
        "date": day(item.date),
        "updated": day(page.and_then(|page| page.updated)),
        "publish": day(page.and_then(|page| page.publish)),
        "expires": day(page.and_then(|page| page.expires)),
        "words": text.words,
        "minutes": text.words.div_ceil(WORDS_A_MINUTE),
        "links": links.clone().filter(to_site).count(),
        "links_out": links.filter(|link| matches!(link, Resolved::External)).count(),
        "linked_from": reader.backlinks(id).len(),
        "translations": translations(library, id),
    }))
}

/// How a page that is shown stands on a day, and from which day on it is public, if that is to come.
fn state(item: &Item, today: Date) -> (&'static str, Option<Date>) {
    let publish = item.parsed.page().and_then(|page| page.publish).map(|moment| moment.date());
    match item.draft {
        false => ("public", None),
        true if item.parsed.meta().draft => ("draft", None),
        true => match publish.filter(|&publish| publish > today) {
            Some(publish) => ("scheduled", Some(publish)),
            None => ("in draft", None),
        },
    }
}

/// The page in the other languages, there or not.
fn translations(library: &Library, id: ItemId) -> Vec<Value> {
    let config = library.config();
    let own = library.item(id).language();
    let slots = library.translations(id).iter().enumerate().filter(|(language, _)| *language != own);
    let told = slots.map(|(language, slot)| {
        let name = &config.languages[language].name;
        if let Some(item) = slot.map(|id| library.item(id)).filter(|item| !item.parsed.implicit) {
            let state = state(item, library.today().0).0;
            return json!({
                "language": name,
                "source": item.parsed.path.as_str(),
                "title": item.title,
                "url": config.href(item.url.as_str()),
                "state": state,
            });
        }
        let file = in_language(&library.item(id).parsed, config, language);
        let state = library.unpublished(&file).map_or(("missing", None), withheld).0;
        json!({ "language": name, "source": file, "title": null, "url": null, "state": state })
    });
    told.collect()
}

/// The file that a page would have in a language.
fn in_language(parsed: &Parsed, config: &Config, language: usize) -> String {
    let stem = parsed.key.strip_suffix(".md").unwrap_or(&parsed.key);
    let suffix = config.url_prefix(language).map_or(String::new(), |lang| format!(".{lang}"));
    format!("{}/{stem}{suffix}.md", content::FOLDER)
}

fn withheld(publication: Publication) -> (&'static str, Option<Date>) {
    match publication {
        Publication::Public => ("public", None),
        Publication::Draft => ("draft", None),
        Publication::InDraft => ("in draft", None),
        Publication::Scheduled(date) => ("scheduled", Some(date)),
        Publication::Expired(date) => ("expired", Some(date)),
    }
}

/// What there is to say of the site: `as_of`, its day; and `pages`, those that are not public on that
/// day, shown because of `--drafts` or not: each with `state`, `date` (from or since when), `title`,
/// `language`, `source` and, where it is shown, `url`. Those to come are first, in the order of their
/// days. `more` says how many are left out.
pub(super) fn overview(library: &Library, source: &Source) -> Value {
    let config = library.config();
    let mut pages: Vec<(Publication, Value)> = Vec::new();
    for item in library.ids().map(|id| library.item(id)).filter(|item| item.draft) {
        let publication = match state(item, library.today().0) {
            (_, Some(date)) => Publication::Scheduled(date),
            ("draft", None) => Publication::Draft,
            _ => Publication::InDraft,
        };
        let url = Some(config.href(item.url.as_str()));
        pages.push((publication, entry(config, &item.parsed, publication, item.title.clone(), url)));
    }
    if library.withheld().next().is_some() {
        for file in source.folder(content::FOLDER, &config.ignored_content).files {
            let Some(publication) = library.unpublished(file.path.as_str()) else { continue };
            let parsed = content::parse(&file, config, &Highlights::default()).0;
            let title = parsed.meta().title.clone().unwrap_or_else(|| parsed.name.stem.clone());
            pages.push((publication, entry(config, &parsed, publication, title, None)));
        }
    }
    let rank = |publication: &Publication| match *publication {
        Publication::Scheduled(date) => (0, Some(date)),
        Publication::Draft => (1, None),
        Publication::InDraft => (2, None),
        Publication::Expired(date) => (3, Some(date)),
        Publication::Public => (4, None),
    };
    pages.sort_by_key(|(publication, _)| rank(publication));
    let more = pages.len().saturating_sub(MOST);
    let pages: Vec<Value> = pages.into_iter().take(MOST).map(|(_, entry)| entry).collect();
    json!({ "as_of": library.today().0.to_string(), "pages": pages, "more": more })
}

fn entry(
    config: &Config,
    parsed: &Parsed,
    publication: Publication,
    title: String,
    url: Option<String>,
) -> Value {
    let (state, date) = withheld(publication);
    json!({
        "state": state,
        "date": date.map(|date| date.to_string()),
        "title": title,
        "language": config.languages[parsed.name.language].name,
        "source": parsed.path.as_str(),
        "url": url,
    })
}
