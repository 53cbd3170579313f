//! The views, and those that are made of a few fields only.

use std::collections::BTreeMap;

use tera::value::Key;
use tera::{Map, Value};

use super::view;
use crate::base::lang::Lang;
use crate::base::path::UrlPath;
use crate::content::markdown::{Heading, TextClauses};
use crate::plan::{CALENDAR, CiteFormat};
use crate::relate::{ItemId, Reader};
use crate::render::Frame;

view! {
    /// `config`: the site's settings, in the language of the page.
    ConfigView {
        /// The address of the site.
        base_url: String,
        /// Its title.
        title: String,
        /// Its description, or none.
        description: Option<String>,
        /// Whom feeds name as the author, or none.
        author: Option<String>,
        /// The tag of the default language.
        default_language: String,
        /// All languages: `code`, `name`, `title`.
        languages: Value,
        /// All taxonomies: `name`, `slug`, `paginate_by`, `feed`, `render`.
        taxonomies: Value,
        /// Whether the site has a feed in this language.
        generate_feeds: bool,
        /// The file names of feeds.
        feed_filenames: Vec<String>,
        /// `build` or `serve`.
        mode: &'static str,
        /// The search page: `path`, `index`, `script`; or none.
        search: Value,
        /// The address of the web app manifest of the language, or none.
        web_manifest: Option<String>,
        /// `[extra]` of the theme and of the site.
        extra: Value,
    }
}

view! {
    /// What pages and sections have in common, in lists too.
    ItemView {
        /// The path of its file below `content/`.
        relative_path: String,
        /// The folder of its file below `content/`, for a page that has one of its own; or none.
        colocated_path: Option<String>,
        /// The absolute address.
        permalink: Value,
        /// The address on the site's host.
        path: Value,
        /// The parts of the address.
        components: Vec<String>,
        /// The last part of the address.
        slug: String,
        /// The title.
        title: Value,
        /// One sentence about it, or none.
        description: Option<String>,
        /// The language's tag.
        lang: Value,
        /// Its weight, or none.
        weight: Option<i64>,
        /// Whether it is a draft, shown because drafts were asked for.
        draft: bool,
        /// Whether listings leave it out.
        hidden: bool,
        /// Old addresses that lead here.
        aliases: Vec<String>,
        /// What its author wants to tell the template.
        extra: Value,
        /// The addresses of the files beside it.
        assets: Vec<String>,
        /// Whose the pictures are that its front matter names: `path`, `credit`, `licence`, `url`.
        pictures: Vec<Value>,
        /// The other languages it is there in: `lang`, `title`, `permalink`, `path`.
        translations: Value,
        /// What search engines and the site's search may find.
        in_search_index: bool,
        /// Of a page: its date as `2025-01-15` or with a time; none without one, and for sections.
        date: Option<String>,
        /// Of a page: when it was last changed, or none.
        updated: Option<String>,
        /// Of a page: the year of its date, or none.
        year: Option<i16>,
        /// Of a page: the month of its date, or none.
        month: Option<i8>,
        /// Of a page: the day of its date, or none.
        day: Option<i8>,
        /// Of a page: who wrote it.
        authors: Vec<String>,
        /// Of a page: the names of its terms, by taxonomy.
        taxonomies: Value,
        /// The HTML before `<!-- more -->`, or none.
        summary: Value,
        /// The name of its kind; `page` for one that has none.
        kind: String,
        /// Its fields by their keys: every field of the kind, none where there is no value.
        fields: Value,
        /// Its state on the day of the build, or none: see [`super::StateView`].
        state: Value,
        /// Whether the page that it is translated from has changed since.
        stale: bool,
        /// Whether a machine has made or translated it.
        synthetic: bool,
        /// Whether it only shows a feature.
        illustrative: bool,
    }
}

view! {
    /// What a page has beyond [`ItemView`] where it is shown itself, as `page`.
    PageView {
        /// The HTML of its text.
        content: Value,
        /// How many words its text has.
        word_count: usize,
        /// Minutes to read it, at 200 words a minute.
        reading_time: usize,
        /// Its headings, nested: see [`TocView`].
        toc: Value,
        /// The paths of the sections above, the home first.
        ancestors: Vec<String>,
        /// The sections above: `title`, `path`, `permalink`, `lang`; the home first.
        breadcrumbs: Value,
        /// The page before in its section's order (for dates: the earlier one), or none.
        lower: Value,
        /// The page after in its section's order (for dates: the later one), or none.
        higher: Value,
        /// The pages that link here: `title`, `path`, `permalink`, `lang`.
        backlinks: Value,
        /// The number that people cite it by, or none.
        number: Option<String>,
        /// Of a document: its versions, the newest first; see [`super::VersionView`].
        versions: Vec<Value>,
        /// Of a document: the version that its page shows; of a version: itself. Or none. See
        /// [`super::TextView`].
        version: Value,
        /// Whether the text has clauses.
        has_clauses: bool,
        /// The clauses of the text; see [`super::ClauseView`].
        clauses: Vec<Value>,
        /// Of a document: the clauses that the text shown no longer has; see [`super::WithdrawnView`].
        withdrawn_clauses: Vec<Value>,
        /// The places that cite it; see [`super::CitedByView`].
        cited_by: Vec<Value>,
        /// The addresses of files for reference managers: `bibtex`, `csl`; or none.
        cite: Value,
        /// The sources that it names: see [`SourceView`].
        sources: Vec<Value>,
        /// Whether its text names them by their numbers in that list.
        sources_numbered: bool,
    }
}

view! {
    /// What a section has beyond [`ItemView`] where it is shown itself, as `section`.
    SectionView {
        /// The HTML of its text.
        content: Value,
        /// How many words its text has.
        word_count: usize,
        /// Minutes to read it, at 200 words a minute.
        reading_time: usize,
        /// Its headings, nested: see [`TocView`].
        toc: Value,
        /// The paths of the sections above, the home first.
        ancestors: Vec<String>,
        /// The sections above: `title`, `path`, `permalink`, `lang`; the home first.
        breadcrumbs: Value,
        /// The pages that link here: `title`, `path`, `permalink`, `lang`.
        backlinks: Value,
        /// Its pages, in its order.
        pages: Value,
        /// The paths of the sections right below.
        subsections: Vec<String>,
        /// The sections right below, by weight and title.
        children: Value,
        /// How many of its pages one page lists, or none.
        paginate_by: Option<usize>,
        /// Whether its last pages come first.
        paginate_reversed: bool,
        /// Whether its pages belong to the section above too.
        transparent: bool,
        /// Whether it has a feed.
        generate_feeds: bool,
        /// The calendar that its pages stand in: `path`, `permalink`, `webcal`; or none.
        calendar: Value,
        /// The sources that it names: see [`SourceView`].
        sources: Vec<Value>,
        /// Whether its text names them by their numbers in that list.
        sources_numbered: bool,
    }
}

view! {
    /// A term, as `glossary` lists them.
    GlossaryView {
        /// An id for its place in a list: the last part of its address.
        id: String,
        /// What it is called.
        title: String,
        /// The address of its page.
        path: String,
        /// The language's tag; the default language's where the reader's lacks it.
        lang: String,
        /// What it means.
        definition: Option<String>,
        /// Its abbreviation, or none.
        abbreviation: Option<String>,
        /// What it is called in each language of the site: see [`TermNameView`].
        names: Vec<Value>,
    }
}

view! {
    /// What a term is called in a language.
    TermNameView {
        /// The language's tag.
        lang: String,
        /// What it is called; none where the language lacks it.
        title: Option<String>,
        /// The address of its page there, or none.
        path: Option<String>,
    }
}

view! {
    /// A source of the bibliography that a page names.
    SourceView {
        /// Its key.
        key: String,
        /// The id that its entry must have: citations lead there.
        id: String,
        /// The HTML of its entry, in the style of the language.
        html: Value,
        /// What the style puts before the entry, where that is no number; or none.
        label: Option<String>,
        /// Its address, or none.
        url: Option<String>,
        /// The tag of its language where that is another than the page's, or none.
        lang: Option<String>,
        /// The places that cite it: see [`PlaceView`].
        places: Vec<Value>,
    }
}

view! {
    /// A place of a text that cites a source.
    PlaceView {
        /// The address of the place on the page.
        path: String,
        /// Which of the places it is, from 1.
        number: usize,
    }
}

view! {
    /// What `social_card` gives: the picture of link previews.
    SocialCardView {
        /// Its address on the site's host.
        path: String,
        /// The same, absolute.
        permalink: String,
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// The title of the page that it shows.
        title: String,
        /// Whether that is this page, and not one that stands for it.
        own: bool,
    }
}

view! {
    /// One heading of `toc`.
    TocView {
        /// From 1 to 6.
        level: u8,
        /// Its id.
        id: String,
        /// Its text.
        title: String,
        /// Its absolute address.
        permalink: String,
        /// The number of the clause that it is the heading of, or none.
        number: Option<String>,
        /// The headings below it.
        children: Vec<Value>,
    }
}

view! {
    /// `paginator`: one part of a long list.
    PaginatorView {
        /// How many pages a part has at most.
        paginate_by: usize,
        /// The address that the numbers are put behind.
        base_url: String,
        /// How many parts there are.
        number_pagers: usize,
        /// The address of the first part.
        first: String,
        /// The address of the last part.
        last: String,
        /// The address of the part before, or none.
        previous: Option<String>,
        /// The address of the part after, or none.
        next: Option<String>,
        /// The pages of this part.
        pages: Value,
        /// Which part this is, from 1.
        current_index: usize,
        /// How many pages all parts have together.
        total_pages: usize,
    }
}

view! {
    /// `taxonomy`.
    TaxonomyView {
        /// Its name, as pages use it.
        name: String,
        /// The part of the address.
        slug: String,
        /// The address of the list of its terms.
        path: String,
        /// The same, absolute.
        permalink: String,
        /// The language's tag.
        lang: String,
        /// How many pages of a term one page lists, or none.
        paginate_by: Option<usize>,
        /// Whether its terms have feeds.
        feed: bool,
        /// Whether it has pages.
        render: bool,
    }
}

view! {
    /// A term of a taxonomy.
    TermView {
        /// Its name.
        name: String,
        /// The part of the address.
        slug: String,
        /// The address of the list of its pages.
        path: String,
        /// The same, absolute.
        permalink: String,
        /// The language's tag.
        lang: String,
        /// How many pages it has.
        page_count: usize,
        /// Its pages, the newest first; empty in the list of terms.
        pages: Value,
    }
}

view! {
    /// A page or section named by another.
    NamedView {
        /// The title.
        title: Value,
        /// The address on the site's host.
        path: Value,
        /// The absolute address.
        permalink: Value,
        /// The language's tag.
        lang: Value,
    }
}

view! {
    /// One of `alternates`.
    AlternateView {
        /// The language's tag.
        lang: Value,
        /// What the language calls itself.
        name: Value,
        /// The address on the site's host.
        path: Value,
        /// The absolute address.
        permalink: Value,
        /// The title of the page there.
        title: Value,
        /// Whether it is the language of the page that is shown.
        current: bool,
        /// Whether it is the same page, and not the nearest thing to it.
        exists: bool,
    }
}

view! {
    /// One of `feeds`.
    FeedView {
        /// The title that pages announce it by.
        title: Value,
        /// The address on the site's host.
        path: Value,
        /// The absolute address.
        permalink: Value,
        /// The language's tag.
        lang: Value,
        /// `atom` or `json`.
        format: Value,
        /// Its media type.
        r#type: Value,
    }
}

/// A map of a few keys.
pub(crate) fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    let mut map = Map::with_capacity(N);
    for (key, value) in entries {
        map.insert(Key::Str(key), value);
    }
    Value::from(map)
}

/// A page or section named by another: `title`, `path`, `permalink`, `lang`.
pub(crate) fn reference(reader: &Reader, id: ItemId) -> Value {
    let item = reader.named(id);
    let config = reader.config();
    Value::from(NamedView {
        title: Value::from(item.title),
        path: Value::from(config.href(item.url.as_str())),
        permalink: Value::from(config.permalink(item.url.as_str())),
        lang: Value::from(config.languages[item.language].lang.as_str()),
    })
}

/// As [`reference`], with the number that people cite it by, or none.
pub(crate) fn numbered_reference(reader: &Reader, id: ItemId) -> Value {
    let item = reader.named(id);
    let config = reader.config();
    let number = reader.document(id).and_then(|document| document.text("number"));
    map([
        ("title", Value::from(item.title)),
        ("number", Value::from(number.map(str::to_owned))),
        ("path", Value::from(config.href(item.url.as_str()))),
        ("permalink", Value::from(config.permalink(item.url.as_str()))),
        ("lang", Value::from(config.languages[item.language].lang.as_str())),
    ])
}

/// How a page is cited: the `text`, and the files for reference managers beside it, `bibtex` and `csl`.
pub(crate) fn cite(reader: &Reader, url: &UrlPath, text: &str) -> Value {
    let href = |format: CiteFormat| Value::from(reader.config().href(url.join(format.file()).as_str()));
    map([("text", Value::from(text)), ("bibtex", href(CiteFormat::Bibtex)), ("csl", href(CiteFormat::Csl))])
}

/// The calendar of a language: `path`, `permalink`, and `webcal` for programs to subscribe to it.
pub(crate) fn calendar(reader: &Reader, language: usize) -> Value {
    let config = reader.config();
    let url = UrlPath::folder(config.url_prefix(language).map(Lang::as_str)).join(CALENDAR);
    let permalink = config.permalink(url.as_str());
    let webcal = permalink.split_once("://").map(|(_, rest)| format!("webcal://{rest}"));
    map([
        ("path", Value::from(config.href(url.as_str()))),
        ("permalink", Value::from(permalink)),
        ("webcal", Value::from(webcal)),
    ])
}

/// `alternates`: this page in every language of the site; where it is missing, that language's home.
pub(crate) fn alternates(reader: &Reader, frame: &Frame<'_>) -> Value {
    let config = reader.config();
    let mut all = Vec::with_capacity(config.languages.len());
    for (index, language) in config.languages.iter().enumerate() {
        let own = frame.alternates.get(index).and_then(Option::as_ref);
        let home = || reader.home(index).map(|id| reader.named(id));
        let found = own.map(|own| (&own.url, own.title.as_str()));
        let Some((url, title)) = found.or_else(|| home().map(|home| (home.url, home.title))) else {
            continue;
        };
        all.push(Value::from(AlternateView {
            lang: Value::from(language.lang.as_str()),
            name: Value::from(language.name.as_str()),
            path: Value::from(config.href(url.as_str())),
            permalink: Value::from(config.permalink(url.as_str())),
            title: Value::from(title),
            current: index == frame.language,
            exists: own.is_some_and(|own| own.exact),
        }));
    }
    Value::from(all)
}

/// `feeds`: what the head of the page announces.
pub(crate) fn feeds(reader: &Reader, frame: &Frame<'_>) -> Value {
    let config = reader.config();
    let lang = config.languages[frame.language].lang.as_str();
    let json = config.json_feed_filename.as_deref().unwrap_or_default();
    let of_kind = format!("{}feeds/", config.home_url(frame.language));
    let is_json = |url: &UrlPath| {
        let (folder, file) = url.as_str().split_at(url.as_str().rfind('/').map_or(0, |slash| slash + 1));
        file == json || (file.ends_with(".json") && folder == of_kind)
    };
    let all: Vec<Value> = frame
        .feeds
        .iter()
        .map(|(url, title)| {
            let (format, media) = match is_json(url) {
                true => ("json", "application/feed+json"),
                false => ("atom", "application/atom+xml"),
            };
            Value::from(FeedView {
                title: Value::from(title.as_str()),
                path: Value::from(config.href(url.as_str())),
                permalink: Value::from(config.permalink(url.as_str())),
                lang: Value::from(lang),
                format: Value::from(format),
                r#type: Value::from(media),
            })
        })
        .collect();
    Value::from(all)
}

/// `toc`: headings from the second level on, each with those below it, and the numbers of clauses.
pub(crate) fn toc<'a>(
    headings: impl Iterator<Item = &'a Heading>,
    clauses: Option<&TextClauses>,
    permalink: &str,
) -> Value {
    fn level<'a>(
        headings: &mut std::iter::Peekable<impl Iterator<Item = &'a Heading>>,
        above: u8,
        numbers: &BTreeMap<&str, &str>,
        permalink: &str,
    ) -> Vec<Value> {
        let mut nested = Vec::new();
        while let Some(heading) = headings.next_if(|heading| heading.level > above) {
            let children = level(headings, heading.level, numbers, permalink);
            nested.push(Value::from(TocView {
                level: heading.level,
                id: heading.id.clone(),
                title: heading.title.clone(),
                permalink: format!("{permalink}#{}", crate::base::path::encode_path(&heading.id)),
                number: numbers.get(heading.id.as_str()).map(|number| (*number).to_owned()),
                children,
            }));
        }
        nested
    }
    let numbered = clauses.iter().flat_map(|clauses| &clauses.clauses.list);
    let numbered = numbered.filter(|clause| !clause.title.is_empty() && !clause.number.is_empty());
    let numbers = numbered.map(|clause| (clause.id.as_str(), clause.number.as_str())).collect();
    Value::from(level(&mut headings.peekable(), 0, &numbers, permalink))
}
