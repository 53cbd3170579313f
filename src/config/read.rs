//! From the text of `kenes.toml` to [`Config`].

use url::Url;

use super::citations;
use super::languages::{Language, read_strings};
use super::tables::{
    self, Encoding, MISSING_TRANSLATIONS, Markdown, RAW_HTML, RawHtml, Search, Slugify, SocialCards,
    TaxonomyConfig,
};
use super::{Config, DEFAULT_THEME, FILE_NAME, OpenData, Pictures};
use crate::base::codes;
use crate::base::data::{Fields, Table, Value, parse_toml};
use crate::base::diagnostic::Diagnostic;
use crate::base::lang::Lang;
use crate::base::path::check_component;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;
use crate::policy::kind::Kinds;

/// Reads the settings.
///
/// Returns what could be made of them together with everything that is wrong; `None` only when the
/// text is not TOML at all. With any problem among the diagnostics, the settings serve only to
/// look for more problems.
#[must_use]
pub fn read(text: &str) -> (Option<Config>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let table = match parse_toml(text) {
        Ok(table) => table,
        Err(errors) => {
            problems.extend(
                errors.iter().map(|error| error.diagnostic(codes::SYNTAX, "TOML", FILE_NAME, text, 0)),
            );
            return (None, problems);
        }
    };
    let config = read_table(&table, text, &mut problems);
    (Some(config), problems)
}

fn read_table(table: &Table, text: &str, problems: &mut Vec<Diagnostic>) -> Config {
    let mut fields = Fields::new(table, FILE_NAME, text, 0, problems);
    let (base_url, base_path) = base_url(&mut fields);
    let base_url_span = fields.spanned_string("base_url").map(|(_, span)| span);
    let mut languages = language_tags(&mut fields);
    let title = fields.string("title").unwrap_or_default();
    let description = fields.string("description");
    let generate_feeds = fields.bool("generate_feeds").unwrap_or(false);
    for language in &mut languages {
        language.title.clone_from(&title);
        language.description.clone_from(&description);
        language.generate_feeds = generate_feeds;
    }
    if let Some(strings) = fields.table("translations") {
        read_strings(&mut languages[0].translations, &mut fields.inner(strings));
    }
    language_tables(&mut fields, &mut languages);
    let taxonomies = taxonomies(&mut fields, &languages);
    let kinds = kinds(&mut fields, &languages);
    let open_data = open_data(&mut fields, &languages);
    let markdown =
        fields.table("markdown").map(|table| Markdown::read(fields.inner(table))).unwrap_or_default();
    let slugify = fields.table("slugify").map(|table| Slugify::read(fields.inner(table))).unwrap_or_default();
    let search = fields.table("search").map(|table| Search::read(fields.inner(table))).unwrap_or_default();
    let pictures =
        fields.table("pictures").map(|table| Pictures::read(fields.inner(table))).unwrap_or_default();
    let social_cards =
        fields.table("social_cards").map(|table| SocialCards::read(fields.inner(table))).unwrap_or_default();
    let (raw_html, fallback) = content(&mut fields);
    let citation_styles = citations::read(&mut fields, &languages);
    let config = Config {
        base_url,
        written_path: base_path.clone(),
        base_path,
        base_url_span,
        author: fields.string("author"),
        languages,
        theme: name_of_folder(&mut fields, "theme", DEFAULT_THEME),
        theme_span: fields.spanned_string("theme").map(|(_, span)| span),
        output_dir: fields.string("output_dir").unwrap_or_else(|| "public".to_owned()),
        taxonomies,
        kinds,
        open_data,
        taxonomy_root: tables::address_part(&mut fields, "taxonomy_root"),
        feed_limit: fields.count("feed_limit", 1).unwrap_or(20),
        feed_filename: name_of_folder(&mut fields, "feed_filename", "atom.xml"),
        json_feed_filename: json_feed_filename(&mut fields),
        generate_sitemap: fields.bool("generate_sitemap").unwrap_or(true),
        generate_robots_txt: fields.bool("generate_robots_txt").unwrap_or(true),
        precompress: Encoding::read(&mut fields, "precompress"),
        minify_html: fields.bool("minify_html").unwrap_or(false),
        minify_css: fields.bool("minify_css").unwrap_or(true),
        ignored_content: fields.strings("ignored_content").unwrap_or_default(),
        ignored_static: fields.strings("ignored_static").unwrap_or_default(),
        markdown,
        slugify,
        citation_styles,
        has_bibliography: false,
        mark_first_use: glossary(&mut fields),
        raw_html,
        search,
        pictures,
        social_cards,
        fallback,
        extra: fields.table("extra").cloned().unwrap_or_default(),
    };
    fields.finish(FILE_NAME);
    config
}

fn taxonomies(fields: &mut Fields<'_>, languages: &[Language]) -> Vec<TaxonomyConfig> {
    let mut all: Vec<TaxonomyConfig> = Vec::new();
    for (table, _) in fields.tables("taxonomies") {
        let Some(own) = TaxonomyConfig::read(fields.inner(table), languages) else { continue };
        if all.iter().any(|known| known.name == own.name) {
            let span = table.get("name").map(|node| node.span).unwrap_or_default();
            let message = format!("there are two taxonomies of the name `{}`", own.name);
            let help = "rename one of them, or remove it";
            fields.problem(span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
            continue;
        }
        all.push(own);
    }
    all
}

fn kinds(fields: &mut Fields<'_>, languages: &[Language]) -> Kinds {
    let tags: Vec<&str> = languages.iter().map(|language| language.lang.as_str()).collect();
    let own = fields.table("kinds");
    Kinds::read(own.map(|table| fields.inner(table)), &tags)
}

fn open_data(fields: &mut Fields<'_>, languages: &[Language]) -> OpenData {
    let tags: Vec<&str> = languages.iter().map(|language| language.lang.as_str()).collect();
    let own = fields.table("open_data");
    own.map(|table| OpenData::read(fields.inner(table), &tags)).unwrap_or_default()
}

fn base_url(fields: &mut Fields<'_>) -> (String, String) {
    let Some((url, span)) = fields.spanned_string("base_url") else {
        if !fields.entries().iter().any(|entry| entry.key == "base_url") {
            let problem = Diagnostic::error(codes::MISSING_KEY, "`base_url` is missing");
            let problem = problem.help("add base_url = \"https://example.org\", the site's address");
            fields.problem(Span::default(), problem);
        }
        return (String::new(), String::new());
    };
    split_base_url(&url).unwrap_or_else(|message| {
        let help = "write base_url = \"https://example.org\", the address that the site is published at";
        fields.problem(span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
        Default::default()
    })
}

/// An address without its last slash, and its path, both as they stand in links.
pub(super) fn split_base_url(url: &str) -> Result<(String, String), String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest.filter(|rest| !rest.is_empty() && !rest.starts_with('/')) else {
        return Err(format!("`{url}` is not an address like https://example.org"));
    };
    if url.contains(['?', '#', '"', '<', '>', '\\'])
        || url.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(format!("`{url}` must be an address without spaces, quotes, `?` or `#`"));
    }
    let parsed = Url::parse(url).map_err(|error| format!("`{url}` is not an address: {error}"))?;
    if rest.split('/').next().is_some_and(|host| host.contains('@')) {
        return Err(format!("`{url}` must be an address without a user's name and password"));
    }
    // The parser has resolved these, and nobody writes them who means what comes of it.
    let path = rest.split_once('/').map_or("", |(_, path)| path).trim_end_matches('/');
    let odd = |part: &str| matches!(part.replace("%2e", ".").replace("%2E", ".").as_str(), "" | "." | "..");
    if !path.is_empty() && path.split('/').any(odd) {
        return Err(format!("`{url}` must be an address without `.`, `..` and empty parts in its path"));
    }
    let path = parsed.path().trim_end_matches('/').to_owned();
    Ok((parsed.as_str().trim_end_matches('/').to_owned(), path))
}

/// The languages: `languages = ["en", "ru"]`, the default first; or, as in Zola,
/// `default_language = "en"` and a table `[languages.ru]` for each of the others.
fn language_tags(fields: &mut Fields<'_>) -> Vec<Language> {
    let mut tags: Vec<(String, Span)> = fields.spanned_string("default_language").into_iter().collect();
    // The default language may stand in the list as well.
    let mut again = tags.len();
    if !is_table(fields, "languages") {
        tags.extend(fields.spanned_strings("languages").unwrap_or_default());
    }
    let mut languages: Vec<Language> = Vec::new();
    for (tag, span) in tags {
        match Lang::parse(&tag) {
            Some(lang) if languages.iter().all(|known| known.lang != lang) => {
                complain_of_country(fields, &lang, span);
                languages.push(Language { span: Some(span), ..Language::new(lang) });
            }
            Some(lang) if again > 0 && languages[0].lang == lang => again = 0,
            Some(_) => {
                let message = format!("the language `{tag}` is listed twice");
                fields.problem(span, Diagnostic::error(codes::BAD_VALUE, message).help("remove one of them"));
            }
            None => {
                let problem = Diagnostic::error(codes::BAD_VALUE, format!("`{tag}` is not a language tag"));
                fields.problem(span, problem.help("write a BCP 47 tag such as kk, ru or en"));
            }
        }
    }
    if languages.is_empty() {
        languages.extend(Lang::parse("en").map(Language::new));
    }
    languages
}

/// Browsers, search engines and screen readers know languages, and `kz` is none. The tag stays one of
/// the site's all the same: its pages are not to blame.
fn complain_of_country(fields: &mut Fields<'_>, lang: &Lang, span: Span) {
    if let Some((meant, name)) = lang.meant() {
        let message = format!("`{lang}` is the code of a country, and of no language");
        let help = format!("{name} is `{meant}`: write that here and in the names of files");
        fields.problem(span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
    }
}

fn is_table(fields: &Fields<'_>, key: &str) -> bool {
    fields.entries().iter().any(|entry| entry.key == key && matches!(entry.node.value, Value::Table(_)))
}

/// What the tables `[language.TAG]` say of the languages. (TOML cannot have both a list and a table
/// called `languages`; Zola's `[languages.TAG]` is read where there is no list.)
fn language_tables(fields: &mut Fields<'_>, languages: &mut Vec<Language>) {
    let makes_languages = is_table(fields, "languages");
    let tables = [fields.table("language"), if makes_languages { fields.table("languages") } else { None }];
    for (number, table) in tables.into_iter().enumerate() {
        let key = ["language", "languages"][number];
        for entry in table.map_or(&[][..], |table| &table.entries) {
            let Value::Table(own) = &entry.node.value else {
                let message = format!("`{key}.{}` must be a table", entry.key);
                let help = format!("write [{key}.{}] on a line of its own, and its keys below", entry.key);
                fields.problem(entry.node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
                continue;
            };
            let known = languages.iter().position(|language| language.lang.as_str() == entry.key);
            let new = Lang::parse(&entry.key).filter(|_| makes_languages && key == "languages");
            let index = match (known, new) {
                (Some(index), _) => index,
                (None, Some(lang)) => {
                    complain_of_country(fields, &lang, entry.key_span);
                    languages.push(languages[0].in_another(lang));
                    languages.len() - 1
                }
                (None, None) => {
                    let names = languages.iter().map(|language| language.lang.as_str());
                    let help = did_you_mean(&entry.key, names)
                        .unwrap_or_else(|| "add it to `languages`, or remove the table".to_owned());
                    let message = format!("`{}` is not one of the site's languages", entry.key);
                    fields.problem(entry.key_span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
                    continue;
                }
            };
            languages[index].read(key, fields.inner(own));
        }
    }
}

fn content(fields: &mut Fields<'_>) -> (RawHtml, bool) {
    let Some(table) = fields.table("content") else { return (RawHtml::default(), true) };
    let mut content = fields.inner(table);
    let raw_html = content.choice("raw_html", RAW_HTML).unwrap_or_default();
    let fallback = content.choice("missing_translations", MISSING_TRANSLATIONS).unwrap_or(true);
    content.finish("[content]");
    (raw_html, fallback)
}

/// The name of JSON Feeds; an empty text is for sites that want none.
fn json_feed_filename(fields: &mut Fields<'_>) -> Option<String> {
    let key = "json_feed_filename";
    let none = fields
        .entries()
        .iter()
        .any(|entry| entry.key == key && matches!(&entry.node.value, Value::String(text) if text.is_empty()));
    if none {
        fields.know(key);
        return None;
    }
    Some(name_of_folder(fields, key, "feed.json"))
}

fn glossary(fields: &mut Fields<'_>) -> bool {
    let Some(table) = fields.table("glossary") else { return false };
    let mut glossary = fields.inner(table);
    let mark_first_use = glossary.bool("mark_first_use").unwrap_or(false);
    glossary.finish("[glossary]");
    mark_first_use
}

fn name_of_folder(fields: &mut Fields<'_>, key: &'static str, default: &str) -> String {
    let Some((name, span)) = fields.spanned_string(key) else { return default.to_owned() };
    match check_component(&name) {
        Ok(()) if !name.contains('/') => name,
        _ => {
            let message = format!("`{key}` must be a plain name, and is `{name}`");
            let help =
                format!("write a name without slashes and dots before it, as in {key} = \"{default}\"");
            fields.problem(span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
            default.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(text: &str) -> Vec<(String, String)> {
        let (config, problems) = read(&format!("base_url = \"https://a.kz\"\ntitle = \"T\"\n{text}"));
        assert_eq!(problems, []);
        config.unwrap().languages.into_iter().map(|l| (l.lang.to_string(), l.title)).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn languages_are_a_list_or_tables_as_in_zola() {
        assert_eq!(languages(""), pairs(&[("en", "T")]));
        let list = languages("languages = [\"kk\", \"ru\"]\n[language.ru]\ntitle = \"Р\"");
        assert_eq!(list, pairs(&[("kk", "T"), ("ru", "Р")]));
        let zola = languages(
            "default_language = \"kk\"\n[languages.ru]\ntitle = \"Р\"\n[languages.kk]\ntitle = \"Қ\"",
        );
        assert_eq!(zola, pairs(&[("kk", "Қ"), ("ru", "Р")]));
    }

    #[test]
    fn every_mistake_is_reported_with_its_line() {
        let text = "base_url = \"example.org\"\ntitel = 1\nlanguages = [\"english\"]\n[language.de]\n[markdown]\nsmart_punctuation = 1\n[slugify]\npaths = \"of\"\n";
        let (_, problems) = read(text);
        let mut seen: Vec<_> = problems
            .iter()
            .map(|p| (p.location.as_ref().unwrap().position.unwrap().line, p.code.id))
            .collect();
        seen.sort_unstable();
        assert_eq!(
            seen,
            [(1, "K0104"), (2, "K0102"), (3, "K0104"), (4, "K0104"), (6, "K0103"), (8, "K0104")]
        );
    }

    #[test]
    fn a_country_is_no_language() {
        for (text, line, meant) in [
            ("languages = [\"en\", \"kz\"]\n[language.kz]\ntitle = \"A\"\n", 2, "Kazakh is `kk`"),
            ("default_language = \"ua\"\n", 2, "Ukrainian is `uk`"),
            ("default_language = \"en\"\n[languages.cn]\n", 3, "Chinese is `zh`"),
            ("languages = [\"jp-Jpan\"]\n", 2, "Japanese is `ja`"),
        ] {
            let (_, problems) = read(&format!("base_url = \"https://a.kz\"\n{text}"));
            let [problem] = problems.as_slice() else { panic!("{text}: {problems:?}") };
            assert_eq!(problem.location.as_ref().unwrap().position.unwrap().line, line, "{text}");
            assert!(problem.help.as_ref().unwrap().starts_with(meant), "{problem:?}");
        }
    }

    #[test]
    fn the_address_has_a_path_or_none() {
        let split = |url| split_base_url(url).unwrap();
        assert_eq!(split("https://a.kz/"), ("https://a.kz".into(), String::new()));
        assert_eq!(split("https://a.kz/x/y/"), ("https://a.kz/x/y".into(), "/x/y".into()));
        assert_eq!(split("https://a.kz:8080/"), ("https://a.kz:8080".into(), String::new()));
        let cyrillic = ("https://a.kz/%D2%9B".to_owned(), "/%D2%9B".to_owned());
        assert_eq!(split("https://a.kz/қ"), cyrillic);
        assert_eq!(split("https://a.kz/%D2%9B/"), cyrillic);
        let config = read("base_url = \"https://a.kz/қ\"").0.unwrap();
        assert_eq!(config.below_base("/қ/x/"), Some("/x/"));
        assert_eq!(config.below_base("/қала/"), None);
        for bad in [
            "a.kz",
            "https://",
            "ftp://a.kz",
            "https://a.kz/?q",
            "https://a b.kz",
            "https:///x",
            "https://:80",
            "https://a.kz:99999",
            "https://user:password@a.kz",
            "https://@a.kz",
            "https://a.kz/x/../y",
            "https://a.kz/%2E%2e/y",
            "https://a.kz//y",
        ] {
            assert!(split_base_url(bad).is_err(), "{bad}");
        }
    }
}
