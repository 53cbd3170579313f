//! Citations for reference managers: BibTeX, and CSL-JSON
//! (<https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html>), one document a file.
//!
//! When somebody looked at a page is not said: no build knows.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::Renderer;
use super::facts::Subject;
use crate::base::locale::DateStyle;
use crate::base::slug::{SlugMode, slugify};
use crate::policy::field;
use crate::policy::when::{Precision, When};
use crate::relate::ItemId;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// What is said of a document, in every format.
struct Source {
    key: String,
    csl_type: String,
    title: String,
    language: String,
    url: String,
    authors: Vec<String>,
    publisher: Option<String>,
    number: Option<String>,
    version: Option<String>,
    issued: Option<When>,
    summary: Option<String>,
    note: Option<String>,
}

impl Renderer {
    /// `cite.bib` of a document or version.
    pub(super) fn render_bibtex(&self, id: ItemId) -> String {
        self.source(id).map(|source| bibtex(&source)).unwrap_or_default()
    }

    /// `cite.json` of a document or version.
    pub(super) fn render_csl(&self, id: ItemId) -> String {
        let own = self.source(id).map(|source| csl(&source));
        format!("{}\n", Value::Array(own.into_iter().collect()))
    }

    /// How people cite a document or version, for readers of its language: all that the files say but for the
    /// summary. None where the kind does not say how.
    pub(super) fn cite_text(&self, id: ItemId) -> Option<String> {
        let source = self.source(id)?;
        let (language, subject) = (self.reader.language(id), self.subject(id));
        // The title that a version has from its document has the version in it already.
        let own_title = self.reader.item(id).parsed.meta().title.is_some();
        let mut title = match subject.is_version() && !own_title {
            true => self.reader.named(subject.owner).title.to_owned(),
            false => source.title,
        };
        if let Some(number) = source.number {
            title = format!("{title}, {number}");
        }
        if let Some(version) = source.version {
            let values = [("document", title), ("version", version)];
            title = self.words(language, "cite_version", &values, "{document}, {version}");
        }
        let issued = source.issued.map(|when| {
            let style = match when.precision() {
                Precision::Year => DateStyle::Year,
                Precision::Month => DateStyle::MonthYear,
                Precision::Day => DateStyle::Long,
            };
            self.reader.locale(language).date(when.first(), style)
        });
        let published: Vec<String> = source.publisher.into_iter().chain(issued).collect();
        let authors = source.authors.join(", ");
        let parts = [authors, title, published.join(", "), source.note.unwrap_or_default(), source.url];
        let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        let mut text = String::new();
        for part in parts {
            if !text.is_empty() {
                // A date may end with the dot of an abbreviation: "2026 г."
                text.push_str(if text.ends_with('.') { " " } else { ". " });
            }
            text.push_str(part);
        }
        Some(text)
    }

    fn source(&self, id: ItemId) -> Option<Source> {
        let (reader, config) = (&self.reader, self.reader.config());
        let subject = self.subject(id);
        let cite = subject.kind?.cite.as_ref()?;
        let item = reader.item(id);
        let language = item.language();
        let own = &config.languages[language];
        let page = item.parsed.page();
        let number = cite.number.and_then(|at| self.names(&subject, at).into_iter().next());
        let version = subject.version.map(|(lineage, at)| lineage.versions[at].label.clone());
        let mut authors = cite.author.map(|at| self.names(&subject, at)).unwrap_or_default();
        if authors.is_empty() {
            authors = page.map(|page| page.authors.clone()).unwrap_or_default();
        }
        let publisher = cite.publisher.and_then(|at| self.names(&subject, at).into_iter().next());
        let elsewhere = cite.url.and_then(|at| self.names(&subject, at).into_iter().next());
        let word = |at: usize| match &subject.document?.values[at].as_ref()?.value {
            field::Value::Word(word) => Some(word.as_str()),
            _ => None,
        };
        let note = subject
            .is_illustrative()
            .then(|| self.words(language, "illustrative", &[], super::json_ld::ILLUSTRATIVE));
        Some(Source {
            key: key(
                number.as_deref(),
                &reader.item(subject.owner).slug,
                // The document is one thing, whichever version it shows, and each version another.
                version.as_deref().filter(|_| subject.is_version()),
                language,
                own.lang.as_str(),
            ),
            csl_type: cite.csl_type(word).to_owned(),
            title: item.title.clone(),
            language: own.lang.to_string(),
            url: elsewhere.unwrap_or_else(|| config.permalink(item.url.as_str())),
            authors,
            // What a kind knows the publisher of, the site has not published.
            publisher: publisher.or_else(|| cite.publisher.is_none().then(|| own.title.clone())),
            number,
            version,
            issued: self.issued(&subject),
            summary: item.parsed.meta().description.clone(),
            note,
        })
    }

    /// The texts of a field, or the titles of what it leads to.
    fn names(&self, subject: &Subject<'_>, at: usize) -> Vec<String> {
        let Some(given) = subject.document.and_then(|document| document.values[at].as_ref()) else {
            return Vec::new();
        };
        let is_ref = |(value, _): &(&field::Value, _)| matches!(value, field::Value::Ref(_));
        let each = given.value.each(given.span);
        if each.first().is_some_and(is_ref) {
            let to = self.reader.references(subject.owner, at).iter();
            return to.map(|&to| self.reader.named(to).title.to_owned()).collect();
        }
        each.into_iter().map(|(value, _)| value.to_string()).collect()
    }

    /// The day that the version is in force from, or that the document was adopted on, or its date.
    fn issued(&self, subject: &Subject<'_>) -> Option<When> {
        if let Some((lineage, at)) = subject.version
            && let Some((from, _)) = lineage.history.days(at)
        {
            return Some(When::day(from));
        }
        let item = self.reader.item(subject.id);
        let own = item.date.map(|date| When::day(date.date()));
        let day = self.reader.day_of(subject.owner);
        let steps = subject.document.map_or(&[][..], |document| document.history.steps());
        let latest = || steps.iter().rfind(|step| step.from <= day).map(|step| step.when);
        self.adopted(subject).or(own).or_else(latest)
    }
}

/// What a text that cites calls the document: `ts-01-1.1`, `ts-01-1.1-ru`.
fn key(number: Option<&str>, slug: &str, version: Option<&str>, language: usize, lang: &str) -> String {
    let plain = |text: &str| slugify(text, SlugMode::Ascii, lang);
    let mut key = plain(number.unwrap_or(slug));
    if key.is_empty() {
        key.push_str("document");
    }
    for part in version.iter().copied().chain((language > 0).then_some(lang)) {
        let part: String = part.split('.').map(plain).collect::<Vec<_>>().join(".");
        key.push('-');
        key.push_str(&part);
    }
    key
}

fn csl(source: &Source) -> Value {
    let mut own = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            own.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    let literal = |name: &String| json!({ "literal": name });
    set("id", Some(json!(source.key)));
    set("type", Some(json!(source.csl_type)));
    set("title", Some(json!(source.title)));
    let authors: Vec<Value> = source.authors.iter().map(literal).collect();
    set("author", (!authors.is_empty()).then_some(Value::Array(authors)));
    set("issued", source.issued.map(|when| json!({ "date-parts": [date_parts(when)] })));
    set("number", text(&source.number));
    set("version", text(&source.version));
    set("publisher", text(&source.publisher));
    set("language", Some(json!(source.language)));
    set("URL", Some(json!(source.url)));
    set("abstract", text(&source.summary));
    set("note", text(&source.note));
    Value::Object(own)
}

fn date_parts(when: When) -> Vec<i16> {
    let date = when.first();
    let parts = [date.year(), i16::from(date.month()), i16::from(date.day())];
    let known = match when.precision() {
        Precision::Year => 1,
        Precision::Month => 2,
        Precision::Day => 3,
    };
    parts[..known].to_vec()
}

fn bibtex(source: &Source) -> String {
    let report = source.csl_type == "report";
    let mut out = String::new();
    let _ = writeln!(out, "@{}{{{},", if report { "techreport" } else { "misc" }, source.key);
    let mut field = |name: &str, value: &str| {
        let _ = writeln!(out, "  {name} = {value},");
    };
    // A second pair of braces: no style changes the capitals, and no name of a body is taken for a person's.
    let whole = |text: &str| format!("{{{{{}}}}}", escape(text));
    let plain = |text: &str| format!("{{{}}}", escape(text));
    if !source.authors.is_empty() {
        let names: Vec<String> = source.authors.iter().map(|name| plain(name)).collect();
        field("author", &format!("{{{}}}", names.join(" and ")));
    }
    field("title", &whole(&source.title));
    if let Some(when) = source.issued {
        let date = when.first();
        field("year", &format!("{{{}}}", date.year()));
        if when.precision() != Precision::Year {
            let month = usize::try_from(date.month() - 1).unwrap_or_default();
            field("month", MONTHS.get(month).copied().unwrap_or("jan"));
        }
        if when.precision() == Precision::Day {
            field("day", &format!("{{{}}}", date.day()));
        }
    }
    if let Some(number) = &source.number {
        field("number", &plain(number));
    }
    if let Some(version) = &source.version {
        field("version", &plain(version));
    }
    if let Some(publisher) = &source.publisher {
        field(if report { "institution" } else { "publisher" }, &whole(publisher));
    }
    field("language", &plain(&source.language));
    // As it is: styles print addresses letter by letter.
    field("url", &format!("{{{}}}", source.url.replace('{', "%7B").replace('}', "%7D")));
    if let Some(note) = &source.note {
        field("note", &plain(note));
    }
    out.push_str("}\n");
    out
}

/// A text that LaTeX prints as it is: its signs as commands, whose braces are balanced, because BibTeX
/// counts those behind a backslash too.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.trim().chars() {
        // One line, and one space between words.
        if c.is_whitespace() || c.is_control() {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) {
            out.push(' ');
        }
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '%' | '#' | '$' | '&' | '_' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_plain() {
        assert_eq!(key(Some("TS-01"), "x", Some("1.1"), 0, "en"), "ts-01-1.1");
        assert_eq!(key(Some("ТС №1"), "x", None, 1, "ru"), "ts-no1-ru");
        assert_eq!(key(None, "records", Some("2.0-draft"), 0, "en"), "records-2.0-draft");
        assert!(!key(Some("№"), "", None, 0, "en").is_empty());
    }

    proptest! {
        /// Whatever a title says, the braces around it are where it ends, and no command is its author's.
        #[test]
        fn texts_do_not_leave_their_braces(text in "[a-zӘ {}\\\\%#$&_^~\"@,\n]{0,40}") {
            let escaped = escape(&text);
            let mut depth = 0_i32;
            for c in escaped.chars() {
                depth += i32::from(c == '{') - i32::from(c == '}');
                prop_assert!(depth >= 0);
            }
            prop_assert_eq!(depth, 0);
            let commands = ["\\textbackslash{}", "\\textbraceleft{}", "\\textbraceright{}", "\\textasciicircum{}",
                "\\textasciitilde{}", "\\%", "\\#", "\\$", "\\&", "\\_"];
            let rest = commands.iter().fold(escaped, |rest, command| rest.replace(command, ""));
            prop_assert!(!rest.contains(['\\', '{', '}', '%', '#', '$', '&', '_', '^', '~']), "{}", rest);
        }
    }
}
