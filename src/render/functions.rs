//! The functions that templates call, named as in Zola where Zola has them.

use tera::value::Key;
use tera::{Error, Kwargs, Map, State, Tera, TeraResult, Value};

use super::errors::{Failures, REPORTED};
use super::scope::{self, Scope};
use super::{cards, data};
use crate::base::path::UrlPath;
use crate::base::suggest::did_you_mean;
use crate::config::Config;
use crate::content::front::SORT_BY;
use crate::relate::record::note;
use crate::relate::{ItemId, Key as Read, Missing, Query};

/// All functions by name: what the reference of theme authors lists.
pub const NAMES: &[&str] = &[
    "get_page",
    "get_section",
    "get_url",
    "get_hash",
    "get_taxonomy",
    "get_taxonomy_term",
    "get_taxonomy_url",
    "load_data",
    "trans",
    "now",
    "query",
    "fragment",
    "json_ld",
    "glossary",
    "social_card",
    "text_paths",
];

pub(super) fn register(tera: &mut Tera) {
    tera.register_function("get_page", |args: Kwargs, _: &State| get_item(&args, false));
    tera.register_function("get_section", |args: Kwargs, _: &State| get_item(&args, true));
    tera.register_function("get_url", |args: Kwargs, _: &State| get_url(&args));
    tera.register_function("get_hash", |args: Kwargs, _: &State| get_hash(&args));
    tera.register_function("get_taxonomy", |args: Kwargs, _: &State| get_taxonomy(&args));
    tera.register_function("get_taxonomy_term", |args: Kwargs, _: &State| get_taxonomy_term(&args));
    tera.register_function("get_taxonomy_url", |args: Kwargs, _: &State| get_taxonomy_url(&args));
    tera.register_function("load_data", |args: Kwargs, _: &State| load_data(&args));
    tera.register_function("trans", |args: Kwargs, _: &State| trans(&args));
    tera.register_function("now", |_: Kwargs, _: &State| now());
    tera.register_function("query", |args: Kwargs, _: &State| query(&args));
    tera.register_function("glossary", |args: Kwargs, _: &State| glossary(&args));
    tera.register_function("fragment", |args: Kwargs, _: &State| fragment(&args));
    tera.register_function("json_ld", |args: Kwargs, _: &State| json_ld(&args));
    tera.register_function("social_card", |args: Kwargs, _: &State| cards::social_card(&args));
    tera.register_function("text_paths", |args: Kwargs, _: &State| cards::text_paths(&args));
}

/// Complains about arguments that a function does not take: a misspelt one must not be silent.
pub(super) fn only(args: &Kwargs, function: &str, known: &[&str]) -> TeraResult<()> {
    for (key, _) in args.iter() {
        let key = key.as_str().unwrap_or_default();
        if !known.contains(&key) {
            let near = did_you_mean(key, known.iter().copied())
                .unwrap_or_else(|| format!("it takes: {}", known.join(", ")));
            return Err(Error::message(format!("{function} takes no `{key}`\n{near}")));
        }
    }
    Ok(())
}

fn language(args: &Kwargs, scope: &Scope) -> TeraResult<usize> {
    let Some(tag) = args.get::<&str>("lang")? else { return Ok(scope.language) };
    let config = scope.renderer.reader.config();
    config.language_index(tag).ok_or_else(|| no_language(config, tag))
}

pub(super) fn no_language(config: &Config, tag: &str) -> Error {
    let tags: Vec<&str> = config.languages.iter().map(|language| language.lang.as_str()).collect();
    Error::message(format!("`{tag}` is not one of the site's languages\nthey are: {}", tags.join(", ")))
}

fn missing(what: &str, name: &str, missing: Missing) -> Error {
    match missing {
        Missing::Broken => Error::message(REPORTED),
        Missing::Unknown(sought) => {
            let near = scope::current().ok().and_then(|scope| scope.renderer.reader.near(&sought));
            let help = near.unwrap_or_else(|| match what {
                "page" | "section" => {
                    "paths count from content/; with allow_missing=true there is none then, and no error"
                        .to_owned()
                }
                _ => "with required=false there is none then, and no error".to_owned(),
            });
            Error::message(format!("there is no {what} `{name}`\n{help}"))
        }
    }
}

fn failed(failures: Failures) -> Error {
    // The page's own rendering reports it at its place.
    let _ = failures;
    Error::message(REPORTED)
}

/// All terms, in the order of the reader's language, with what they are called in the others.
fn glossary(args: &Kwargs) -> TeraResult<Value> {
    only(args, "glossary", &["lang"])?;
    let scope = scope::current()?;
    let language = language(args, &scope)?;
    Ok(scope.renderer.glossary(language))
}

fn get_item(args: &Kwargs, section: bool) -> TeraResult<Value> {
    let function = if section { "get_section" } else { "get_page" };
    only(args, function, &["path", "lang", "allow_missing", "metadata_only"])?;
    let scope = scope::current()?;
    let path = args.must_get::<&str>("path")?;
    let language = language(args, &scope)?;
    match scope.renderer.reader.find(path, language, section) {
        Ok(id) if section => scope.renderer.section_in(id, language).map_err(failed),
        Ok(id) => scope.renderer.full_page(id).map_err(failed),
        Err(Missing::Unknown(_)) if args.get::<bool>("allow_missing")?.unwrap_or(false) => Ok(Value::none()),
        Err(why) => Err(missing(if section { "section" } else { "page" }, path, why)),
    }
}

fn get_url(args: &Kwargs) -> TeraResult<Value> {
    only(args, "get_url", &["path", "lang", "trailing_slash", "cachebust"])?;
    let scope = scope::current()?;
    let renderer = &scope.renderer;
    let config = renderer.reader.config();
    let path = args.must_get::<&str>("path")?;
    if path.starts_with("https://") || path.starts_with("http://") {
        return Ok(Value::from(path));
    }
    if let Some(file) = path.strip_prefix("@/") {
        let (file, fragment) = file.split_once('#').map_or((file, None), |(file, id)| (file, Some(id)));
        let section = file.ends_with("_index.md");
        let found = renderer.reader.find(file, language(args, &scope)?, section);
        let id = found.map_err(|why| missing("page", path, why))?;
        let href = config.href(renderer.reader.url(id).as_str());
        return Ok(Value::from(fragment.map_or(href.clone(), |id| format!("{href}#{id}"))));
    }
    if let Some(url) = renderer.plan.asset_url(path) {
        return Ok(Value::from(config.href(url.as_str())));
    }
    let slash =
        if args.get::<bool>("trailing_slash")?.unwrap_or(false) && !path.ends_with('/') { "/" } else { "" };
    let bare = path.split(['#', '?']).next().unwrap_or_default();
    let url = UrlPath::new(&format!("/{}{slash}", bare.trim_start_matches('/')));
    if renderer.plan.answer(&url).is_none() {
        let near = did_you_mean(path, renderer.plan.assets.names());
        let near = near.unwrap_or_else(|| {
            "name a file below static/, or a page by its file: @/council/founding.md".to_owned()
        });
        return Err(Error::message(format!("nothing is published at `{path}`\n{near}")));
    }
    let rest = &path[bare.len()..];
    Ok(Value::from(format!("{}{rest}", config.href(url.as_str()))))
}

fn get_hash(args: &Kwargs) -> TeraResult<Value> {
    only(args, "get_hash", &["path", "sha_type", "base64"])?;
    let scope = scope::current()?;
    let path = args.must_get::<&str>("path")?;
    let bits = args.get::<u64>("sha_type")?.unwrap_or(384);
    let base64 = args.get::<bool>("base64")?.unwrap_or(true);
    let renderer = &scope.renderer;
    renderer.data.hash(&renderer.plan, path, bits, base64).map(Value::from).map_err(Error::message)
}

fn get_taxonomy(args: &Kwargs) -> TeraResult<Value> {
    only(args, "get_taxonomy", &["kind", "lang", "required"])?;
    let scope = scope::current()?;
    let kind = args.must_get::<&str>("kind")?;
    let language = language(args, &scope)?;
    match scope.renderer.reader.taxonomy(kind).map(|index| scope.renderer.reader.terms(language, index)) {
        Ok(taxonomy) => {
            let terms = taxonomy.terms.iter().map(|term| scope.renderer.term_view(term, language, true));
            let terms: Vec<Value> = terms.collect();
            let config = scope.renderer.reader.config();
            let mut map = Map::new();
            map.insert(Key::Str("kind"), scope.renderer.taxonomy_view(taxonomy, language));
            map.insert(Key::Str("items"), Value::from(terms));
            map.insert(Key::Str("lang"), Value::from(config.languages[language].lang.as_str()));
            map.insert(Key::Str("permalink"), Value::from(config.permalink(taxonomy.url.as_str())));
            Ok(Value::from(map))
        }
        Err(_) if !args.get::<bool>("required")?.unwrap_or(true) => Ok(Value::none()),
        Err(why) => Err(missing("taxonomy", kind, why)),
    }
}

fn get_taxonomy_term(args: &Kwargs) -> TeraResult<Value> {
    only(args, "get_taxonomy_term", &["kind", "term", "lang", "required", "include_pages"])?;
    let scope = scope::current()?;
    let (kind, term) = (args.must_get::<&str>("kind")?, args.must_get::<&str>("term")?);
    let language = language(args, &scope)?;
    check_taxonomy(&scope, kind)?;
    match scope.renderer.reader.term(kind, term, language) {
        Ok(found) => {
            let with_pages = args.get::<bool>("include_pages")?.unwrap_or(true);
            Ok(scope.renderer.term_view(found, language, with_pages))
        }
        Err(_) if !args.get::<bool>("required")?.unwrap_or(true) => Ok(Value::none()),
        Err(why) => Err(missing("term", term, why)),
    }
}

/// A taxonomy that the site does not have is a slip of the finger, required or not.
fn check_taxonomy(scope: &Scope, kind: &str) -> TeraResult<()> {
    scope.renderer.reader.taxonomy(kind).map(|_| ()).map_err(|why| missing("taxonomy", kind, why))
}

fn get_taxonomy_url(args: &Kwargs) -> TeraResult<Value> {
    only(args, "get_taxonomy_url", &["kind", "term", "name", "lang", "required"])?;
    let scope = scope::current()?;
    let kind = args.must_get::<&str>("kind")?;
    let language = language(args, &scope)?;
    let term = args.get::<&str>("term")?.or(args.get::<&str>("name")?);
    let renderer = &scope.renderer;
    check_taxonomy(&scope, kind)?;
    let found = match term {
        None => renderer.reader.taxonomy(kind).map(|index| &renderer.reader.taxonomy_at(language, index).url),
        Some(term) => renderer.reader.term_named(kind, term, language).map(|(_, url)| url),
    };
    let required = args.get::<bool>("required")?.unwrap_or(true);
    match found {
        Ok(url) if renderer.plan.answer(url).is_some() => {
            Ok(Value::from(renderer.reader.config().href(url.as_str())))
        }
        _ if !required => Ok(Value::none()),
        Ok(_) => {
            let lang = &renderer.reader.config().languages[language].lang;
            let help = "with required=false there is no address then, and no error";
            Err(Error::message(format!("the taxonomy `{kind}` has no pages in `{lang}`\n{help}")))
        }
        Err(why) => Err(missing(if term.is_some() { "term" } else { "taxonomy" }, term.unwrap_or(kind), why)),
    }
}

fn load_data(args: &Kwargs) -> TeraResult<Value> {
    only(args, "load_data", &["path", "literal", "format", "required"])?;
    let scope = scope::current()?;
    let format = args.get::<&str>("format")?;
    let renderer = &scope.renderer;
    if let Some(text) = args.get::<&str>("literal")? {
        return renderer.data.literal(text, format).map_err(Error::message);
    }
    let path = args.must_get::<&str>("path")?;
    let required = args.get::<bool>("required")?.unwrap_or(true);
    let path = data::site_path(path);
    note(|| Read::Data(path.as_str().into()));
    match renderer.data.load(&renderer.source, &path, format) {
        Ok(Some(value)) => Ok(value),
        Ok(None) if !required => Ok(Value::none()),
        Ok(None) => Err(Error::message(format!(
            "there is no data file `{path}`\npaths count from the site's folder; `@/` stands for content/"
        ))),
        Err(message) => Err(Error::message(message)),
    }
}

fn trans(args: &Kwargs) -> TeraResult<Value> {
    let scope = scope::current()?;
    let language = language(args, &scope)?;
    let key = args.must_get::<&str>("key")?;
    let count = args.get::<f64>("count")?;
    let values: Vec<(&str, String)> = args
        .iter()
        .filter_map(|(name, value)| Some((name.as_str()?, value)))
        .filter(|(name, _)| !matches!(*name, "key" | "lang" | "count"))
        .map(|(name, value)| (name, value.to_string()))
        .collect();
    let reader = &scope.renderer.reader;
    let lang = reader.config().languages[language].lang.as_str();
    let found = scope.renderer.theme.strings.get(key, lang, reader.locale(language), count, &values);
    found.map(Value::from).map_err(Error::message)
}

fn now() -> TeraResult<Value> {
    Ok(Value::from(scope::current()?.renderer.reader.today().0.to_string()))
}

fn query(args: &Kwargs) -> TeraResult<Value> {
    only(args, "query", &["section", "taxonomy", "term", "sort", "reverse", "limit", "recursive", "lang"])?;
    let scope = scope::current()?;
    let reader = &scope.renderer.reader;
    let language = language(args, &scope)?;
    let mut query = Query {
        reverse: args.get::<bool>("reverse")?.unwrap_or(false),
        limit: args.get::<usize>("limit")?,
        recursive: args.get::<bool>("recursive")?.unwrap_or(false),
        ..Query::default()
    };
    if let Some(sort) = args.get::<&str>("sort")? {
        let Some((_, by)) = SORT_BY.iter().find(|(name, _)| *name == sort) else {
            let names: Vec<_> = SORT_BY.iter().map(|(name, _)| *name).collect();
            return Err(Error::message(format!(
                "pages cannot be sorted by `{sort}`\nit is one of: {}",
                names.join(", ")
            )));
        };
        query.sort = *by;
    }
    let found: Vec<ItemId> = match (args.get::<&str>("section")?, args.get::<&str>("taxonomy")?) {
        (Some(path), None) => {
            let section = reader.find(path, language, true).map_err(|why| missing("section", path, why))?;
            reader.query_section(section, &query, language)
        }
        (None, Some(taxonomy)) => {
            let term = args.must_get::<&str>("term")?;
            let found = reader.query_term(taxonomy, term, &query, language);
            found.map_err(|why| missing("term", term, why))?
        }
        _ => return Err(Error::message("query takes `section`, or `taxonomy` and `term`")),
    };
    Ok(scope.renderer.briefs(&found))
}

/// A template that depends on its arguments and the language only, rendered once for each of them:
/// menus and footers that ten thousand pages share.
fn fragment(args: &Kwargs) -> TeraResult<Value> {
    let scope = scope::current()?;
    let template = args.must_get::<&str>("template")?;
    let own = args
        .iter()
        .filter_map(|(name, value)| Some((name.as_str()?.to_owned(), value.clone())))
        .filter(|(name, _)| name != "template")
        .collect();
    scope.renderer.fragment(template, scope.language, own)
}

/// What the page that is rendered says to machines; none where it says nothing.
fn json_ld(args: &Kwargs) -> TeraResult<Value> {
    only(args, "json_ld", &[])?;
    let scope = scope::current()?;
    let Some(here) = &scope.here else {
        let help = "call it in the template of the page, not in a fragment or a directive";
        return Err(Error::message(format!("json_ld does not know the page here\n{help}")));
    };
    Ok(scope.renderer.json_ld(here).map_or_else(Value::none, |json| Value::safe_string(&json)))
}
