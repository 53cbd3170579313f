//! What the author's panel of the preview says: where a page comes from, how it stands, and what of
//! the site is not shown yet.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::front::Original;
use crate::base::path::{SourcePath, UrlPath};
use crate::config::Config;
use crate::content::{self, Name, markdown::minutes};
use crate::plan::{Plan, Target};
use crate::policy::publication::Publication;
use crate::relate::{Item, ItemId, Library, Reader, Resolved};
use crate::source::Source;

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
        "minutes": minutes(text.words),
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
        let file = content::file_of(&library.item(id).parsed.key, language, config);
        let state = library.unpublished(&file).map_or(("missing", None), withheld).0;
        json!({ "language": name, "source": file, "title": null, "url": null, "state": state })
    });
    told.collect()
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
    let today = library.today().0;
    let mut pages: Vec<(Publication, Kept<'_>)> = Vec::new();
    for item in library.ids().map(|id| library.item(id)).filter(|item| item.draft) {
        let publication = match state(item, today) {
            (_, Some(date)) => Publication::Scheduled(date),
            ("draft", None) => Publication::Draft,
            _ => Publication::InDraft,
        };
        pages.push((publication, Kept::Shown(item)));
    }
    pages.extend(library.withheld_files().map(|(path, publication)| (publication, Kept::Withheld(path))));
    let rank = |publication: &Publication| match *publication {
        Publication::Scheduled(date) => (0, Some(date)),
        Publication::Draft => (1, None),
        Publication::InDraft => (2, None),
        Publication::Expired(date) => (3, Some(date)),
        Publication::Public => (4, None),
    };
    pages.sort_by_key(|(publication, _)| rank(publication));
    let more = pages.len().saturating_sub(MOST);
    let pages: Vec<Value> = pages
        .iter()
        .take(MOST)
        .map(|(publication, page)| entry(config, source, *publication, page))
        .collect();
    json!({ "as_of": today.to_string(), "pages": pages, "more": more })
}

/// A page that is not public.
enum Kept<'a> {
    /// It is shown because of `--drafts`.
    Shown(&'a Item),
    /// Its file, which is not shown.
    Withheld(&'a str),
}

fn entry(config: &Config, source: &Source, publication: Publication, page: &Kept<'_>) -> Value {
    let (title, language, file, url) = match *page {
        Kept::Shown(item) => {
            let url = config.href(item.url.as_str());
            (item.title.clone(), item.language(), item.parsed.path.as_str(), Some(url))
        }
        Kept::Withheld(path) => {
            let name = Name::read(&SourcePath::new(path), config).0;
            // The library has let it go; only its front matter is read again.
            let text = source.file(path).and_then(|file| file.read_text(&mut Vec::new()).ok());
            let title = text.and_then(|text| Original::read(path, &text).title());
            (title.unwrap_or_else(|| name.stem.clone()), name.language, path, None)
        }
    };
    let (state, date) = withheld(publication);
    json!({
        "state": state,
        "date": date.map(|date| date.to_string()),
        "title": title,
        "language": config.languages[language].name,
        "source": file,
        "url": url,
    })
}
