//! The filters that Kenes adds to Tera's own, named as in Zola where Zola has them.

use pulldown_cmark_escape::escape_html;
use std::rc::Rc;

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use super::pictures::loading;
use super::scope;
use crate::base::diagnostic::Severity;
use crate::base::locale::DateStyle;
use crate::base::slug::{SlugMode, slugify};
use crate::content::markdown::{self, Highlights, Piece, Target};
use crate::policy::when::{Precision, When};

/// All filters by name: what the reference of theme authors lists.
pub const NAMES: &[&str] = &[
    "date",
    "markdown",
    "num_format",
    "slugify",
    "striptags",
    "urlencode",
    "json_encode",
    "regex_replace",
    "filesizeformat",
];

pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("date", date);
    tera.register_filter("markdown", markdown);
    tera.register_filter("num_format", num_format);
    tera.register_filter("slugify", slug);
    tera.register_filter("striptags", striptags);
    tera.register_filter("urlencode", urlencode);
    tera.register_filter("json_encode", json_encode);
    tera.register_filter("regex_replace", regex_replace);
    tera.register_filter("filesizeformat", filesizeformat);
}

fn language(args: &Kwargs) -> TeraResult<(Rc<scope::Scope>, usize)> {
    let scope = scope::current()?;
    let tag = args.get::<&str>("lang")?.or(args.get::<&str>("locale")?);
    let language = match tag {
        Some(tag) => {
            let config = scope.renderer.reader.config();
            config.language_index(tag).ok_or_else(|| super::functions::no_language(config, tag))?
        }
        None => scope.language,
    };
    Ok((scope, language))
}

/// A date by strftime's letters, or in the words of the page's language: `full`, `long`, `medium`,
/// `short`, `month`, `year`.
fn date(value: &Value, args: Kwargs, _: &State) -> TeraResult<String> {
    let Some(value) = value.as_str() else {
        let help = "write `{% if page.date %}` around it, or give the page a date";
        return Err(Error::message(format!("there is no date here, but {}\n{help}", value.name())));
    };
    let when = When::parse(value).map_err(|message| {
        Error::message(format!(
            "{message}\nthe filter takes a date such as page.date, or a text such as \"2025-01-15\""
        ))
    })?;
    let format = args.get::<&str>("format")?.unwrap_or("%Y-%m-%d");
    if let Some(style) = DateStyle::parse(format) {
        let (scope, language) = language(&args)?;
        // No more is said of a date than is known.
        let style = match (when.precision(), style) {
            (Precision::Day, style) => style,
            (Precision::Month, DateStyle::Year) | (Precision::Year, _) => DateStyle::Year,
            (Precision::Month, _) => DateStyle::MonthYear,
        };
        return Ok(scope.renderer.reader.locale(language).date(when.first(), style));
    }
    if !format.contains('%') {
        let styles = DateStyle::NAMES.join(", ");
        return Err(Error::message(format!(
            "`{format}` is no date format\nit is one of {styles}, or letters such as %Y-%m-%d"
        )));
    }
    jiff::fmt::strtime::format(format, when.moment().datetime())
        .map_err(|error| Error::message(format!("the date format: {error}")))
}

/// Markdown in a text of a template; `inline` drops the paragraph around it.
fn markdown(value: &str, args: Kwargs, _: &State) -> TeraResult<Value> {
    let (scope, language) = language(&args)?;
    let reader = &scope.renderer.reader;
    let config = reader.config();
    let settings = markdown::Settings {
        markdown: &config.markdown,
        slugify: config.slugify.anchors,
        raw_html: config.raw_html,
        lang: config.languages[language].lang.as_str(),
        highlights: &Highlights::default(),
        clauses: false,
        compared: false,
        sources: false,
    };
    let mut problems = Vec::new();
    // NUL marks the holes of the HTML.
    let value = &*value.replace('\0', "\u{fffd}");
    let body = markdown::render("", value, 0, &settings, &mut problems);
    if let Some(problem) = problems.iter().find(|problem| problem.severity == Severity::Error) {
        return Err(Error::message(format!("in the Markdown: {}", problem.message)));
    }
    let mut html = String::with_capacity(value.len() * 2);
    for piece in body.pieces() {
        match piece {
            Piece::Html(text) => html.push_str(text),
            Piece::Link(index) => {
                let href = link(&scope, language, &body.links[index as usize].target)?;
                // Writing to a String cannot fail.
                let _ = escape_html(&mut html, &href);
            }
            Piece::Word(word) => html.push_str(word.fallback()),
            Piece::Anchor(..)
            | Piece::Close
            | Piece::Clause(..)
            | Piece::Citation(_)
            | Piece::Sources(_)
            | Piece::Formats(..)
            | Piece::Lone(..) => {}
            Piece::Picture(_) => html.push_str(loading(config, false)),
            Piece::Open(index) => {
                let name = &body.directives[index as usize].name;
                return Err(Error::message(format!("the filter takes no directives, and here is `{name}`")));
            }
        }
    }
    let inline = args.get::<bool>("inline")?.unwrap_or(false);
    let html = html.trim();
    let inner = html
        .strip_prefix("<p>")
        .and_then(|html| html.strip_suffix("</p>"))
        .filter(|html| inline && !html.contains("<p>"));
    Ok(Value::safe_string(inner.unwrap_or(html)))
}

fn link(scope: &scope::Scope, language: usize, target: &Target) -> TeraResult<String> {
    let reader = &scope.renderer.reader;
    match target {
        Target::Content { path, fragment } => {
            let id = reader
                .find(path, language, path.ends_with("_index.md"))
                .map_err(|_| Error::message(format!("the Markdown links to `@/{path}`, which does not exist\nname a file below content/, as in @/council/founding.md")))?;
            let href = reader.config().href(reader.url(id).as_str());
            Ok(fragment.as_ref().map_or(href.clone(), |id| format!("{href}#{id}")))
        }
        Target::Rooted { path, query, fragment } => {
            let fragment = fragment.as_ref().map(|id| format!("#{id}")).unwrap_or_default();
            Ok(format!("{}{query}{fragment}", reader.config().href(path)))
        }
        Target::Relative { written, .. } => Ok(written.clone()),
        Target::Here { fragment } => Ok(format!("#{fragment}")),
        Target::External { url } => Ok(url.clone()),
        Target::Citation(cited) => Err(Error::message(format!(
            "the filter takes no citations, and here is `[[{}]]`\nlink to the page instead: [text](@/council/founding.md)",
            cited.document
        ))),
        Target::Empty => Ok(String::new()),
    }
}

fn num_format(value: f64, args: Kwargs, _: &State) -> TeraResult<String> {
    let (scope, language) = language(&args)?;
    Ok(scope.renderer.reader.locale(language).number(value))
}

fn slug(value: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    let scope = scope::current()?;
    let lang = scope.renderer.reader.config().languages[scope.language].lang.as_str();
    Ok(slugify(value, SlugMode::Ascii, lang))
}

/// The text without its tags. (The result is escaped again where it is shown.)
fn striptags(value: &str, _: Kwargs, _: &State) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = rest[start..].find('>').map_or("", |end| &rest[start + end + 1..]);
    }
    out.push_str(rest);
    out
}

fn urlencode(value: &str, _: Kwargs, _: &State) -> String {
    crate::base::path::encode_path(value)
        .replace('&', "%26")
        .replace('+', "%2B")
        .replace('=', "%3D")
        .replace('?', "%3F")
}

fn json_encode(value: &Value, args: Kwargs, _: &State) -> TeraResult<String> {
    let pretty = args.get::<bool>("pretty")?.unwrap_or(false);
    let text = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    // In a script element `</` would end the script (HTML, section 4.12.1.3).
    text.map(|text| text.replace("</", "<\\/")).map_err(|error| Error::message(error.to_string()))
}

fn regex_replace(value: &str, args: Kwargs, _: &State) -> TeraResult<String> {
    let pattern = args.must_get::<&str>("pattern")?;
    let replacement = args.must_get::<&str>("rep")?;
    let regex = regex::Regex::new(pattern).map_err(|error| {
        let error = error.to_string();
        let why = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Error::message(format!("`{pattern}` is not a regular expression: {why}\nto mean a sign itself, write a backslash before it"))
    })?;
    Ok(regex.replace_all(value, replacement).into_owned())
}

fn filesizeformat(value: f64, args: Kwargs, _: &State) -> TeraResult<String> {
    let binary = args.get::<bool>("binary")?.unwrap_or(false);
    let (step, units) = if binary {
        (1024.0, ["B", "KiB", "MiB", "GiB", "TiB"])
    } else {
        (1000.0, ["B", "kB", "MB", "GB", "TB"])
    };
    let (mut size, mut unit) = (value, 0);
    while size >= step && unit + 1 < units.len() {
        size /= step;
        unit += 1;
    }
    let rounded = if unit == 0 { size.round() } else { (size * 10.0).round() / 10.0 };
    let (scope, language) = language(&args)?;
    Ok(format!("{}\u{a0}{}", scope.renderer.reader.locale(language).number(rounded), units[unit]))
}
