//! `[open_data]`: what the registers are published as, by whom, and on which terms.

use url::Url;

use super::tables::address_part;
use crate::base::codes;
use crate::base::data::{Fields, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::suggest::did_you_mean;
use crate::policy::field::is_email;
use crate::policy::label::Label;

/// `[open_data]`.
#[derive(Clone, Debug)]
pub struct OpenData {
    /// Whether there are data files.
    pub generate: bool,
    /// The folder of the output that they lie in, without slashes around it.
    pub path: String,
    /// What the whole of the data is called; nothing where the site says nothing.
    pub title: Label,
    /// One sentence about it; nothing where the site says nothing.
    pub description: Label,
    /// The terms of its use, if any are given.
    pub license: Option<License>,
    /// Who publishes it.
    pub publisher: Publisher,
}

/// The terms on which data may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    /// Its identifier, as SPDX has it (<https://spdx.org/licenses/>).
    pub name: Option<String>,
    /// What people call it.
    pub title: String,
    /// Where it stands.
    pub url: String,
}

/// Who publishes data.
#[derive(Clone, Debug, Default)]
pub struct Publisher {
    /// The name; nothing where the site says nothing.
    pub name: Label,
    /// The address of its own site.
    pub url: Option<String>,
    /// Where to write to.
    pub email: Option<String>,
}

impl Default for OpenData {
    fn default() -> Self {
        Self {
            generate: true,
            path: "data".to_owned(),
            title: Label::default(),
            description: Label::default(),
            license: None,
            publisher: Publisher::default(),
        }
    }
}

/// The licences for data that need no more than their identifier: identifier, name, address.
const KNOWN: &[(&str, &str, &str)] = &[
    ("CC0-1.0", "Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    ("CC-BY-4.0", "Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    (
        "CC-BY-SA-4.0",
        "Creative Commons Attribution-ShareAlike 4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    (
        "PDDL-1.0",
        "Open Data Commons Public Domain Dedication and License 1.0",
        "https://opendatacommons.org/licenses/pddl/1-0/",
    ),
    (
        "ODC-By-1.0",
        "Open Data Commons Attribution License 1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
    (
        "ODbL-1.0",
        "Open Data Commons Open Database License 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
];

/// The identifiers of the licences that need no more than these.
pub fn known_licenses() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|(name, ..)| *name)
}

impl OpenData {
    pub(super) fn read(mut fields: Fields<'_>, languages: &[&str]) -> Self {
        let plain = Self::default();
        let own = Self {
            generate: fields.bool("generate").unwrap_or(plain.generate),
            path: address_part(&mut fields, "path").unwrap_or(plain.path),
            title: label(&mut fields, "title", languages),
            description: label(&mut fields, "description", languages),
            license: license(&mut fields),
            publisher: publisher(&mut fields, languages),
        };
        fields.finish("[open_data]");
        own
    }
}

fn label(fields: &mut Fields<'_>, key: &'static str, languages: &[&str]) -> Label {
    let Some(node) = fields.node(key) else { return Label::default() };
    Label::read(fields, key, node, languages, &|_| false)
}

fn license(fields: &mut Fields<'_>) -> Option<License> {
    let node = fields.node("license")?;
    let table = match &node.value {
        Value::String(name) => {
            let found = KNOWN.iter().find(|(known, ..)| known == name);
            if found.is_none() {
                let message = format!("the address of the licence `{name}` is not known");
                let help = did_you_mean(name, known_licenses()).unwrap_or_else(|| {
                    "write license = { title = \"…\", url = \"https://…\" }: its name, and where it stands".to_owned()
                });
                fields.problem(node.span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
            }
            return found.map(|(name, title, url)| License {
                name: Some((*name).to_owned()),
                title: (*title).to_owned(),
                url: (*url).to_owned(),
            });
        }
        Value::Table(table) => table,
        other => {
            let message = format!("`license` must be a text or a table, and is {}", other.kind());
            let help = "write license = \"CC-BY-4.0\", or license = { title = \"…\", url = \"https://…\" }";
            fields.problem(node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
            return None;
        }
    };
    let mut inner = fields.inner(table);
    let name = inner.spanned_string("name").and_then(|(name, span)| {
        // As Data Packages want it: https://specs.frictionlessdata.io/data-package/#licenses
        let good = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
        if !good {
            let message = format!("`{name}` is not the identifier of a licence");
            let help = "write the one that spdx.org/licenses lists, as CC-BY-4.0, or leave it out";
            inner.problem(span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
        }
        good.then_some(name)
    });
    let title = inner.string("title");
    let url = address(&mut inner, "url");
    if url.is_none() && table.get("url").is_none() {
        let problem = Diagnostic::error(codes::MISSING_KEY, "`license` has no `url`");
        inner.problem(node.span, problem.help("add url = \"https://…\", where the licence stands"));
    }
    inner.finish("`license`");
    let url = url?;
    Some(License { title: title.or_else(|| name.clone()).unwrap_or_else(|| url.clone()), name, url })
}

fn publisher(fields: &mut Fields<'_>, languages: &[&str]) -> Publisher {
    let Some(node) = fields.node("publisher") else { return Publisher::default() };
    let Value::Table(table) = &node.value else {
        return Publisher { name: label(fields, "publisher", languages), ..Publisher::default() };
    };
    let mut inner = fields.inner(table);
    let name = label(&mut inner, "name", languages);
    let url = address(&mut inner, "url");
    let email = inner.spanned_string("email").and_then(|(email, span)| {
        let good = is_email(&email);
        if !good {
            let problem =
                Diagnostic::error(codes::BAD_VALUE, format!("`{email}` is not an address for mail"));
            inner.problem(span, problem.help("write email = \"office@example.org\""));
        }
        good.then_some(email)
    });
    inner.finish("`publisher`");
    Publisher { name, url, email }
}

/// A whole address.
fn address(fields: &mut Fields<'_>, key: &'static str) -> Option<String> {
    let (text, span) = fields.spanned_string(key)?;
    let whole = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    if whole.is_none() || text.contains(char::is_whitespace) {
        let problem = Diagnostic::error(codes::BAD_VALUE, format!("`{text}` is not a whole address"));
        fields.problem(span, problem.help(format!("write {key} = \"https://example.org/page\"")));
        return None;
    }
    // As data formats want it: without letters that addresses do not have.
    whole.map(String::from)
}

#[cfg(test)]
mod tests {
    use crate::config::read;

    #[test]
    fn every_mistake_is_told_at_its_line() {
        let text = "base_url = \"https://a.kz\"\n[open_data]\npath = \"a b/../c\"\nlicense = \"CC-BY-3.0\"\n\
                    pulisher = 1\ntitle = { de = \"Daten\" }\n[open_data.publisher]\nname = \"M\"\nurl = \"a.kz\"\nemail = \"m\"\n";
        let (_, problems) = read(text);
        let mut seen: Vec<_> = problems
            .iter()
            .map(|p| (p.location.as_ref().unwrap().position.unwrap().line, p.code.id))
            .collect();
        seen.sort_unstable();
        let expected = [(3, "K0602"), (4, "K0104"), (5, "K0102"), (6, "K0104"), (9, "K0104"), (10, "K0104")];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_licence_is_a_known_one_or_has_an_address() {
        let license = |text: &str| {
            let (config, problems) = read(&format!("base_url = \"https://a.kz\"\n[open_data]\n{text}\n"));
            (config.unwrap().open_data.license, problems.len())
        };
        let (known, problems) = license("license = \"CC0-1.0\"");
        assert_eq!(problems, 0);
        assert_eq!(known.unwrap().url, "https://creativecommons.org/publicdomain/zero/1.0/");
        let (own, problems) = license("license = { url = \"https://a.kz/шарты\" }");
        assert_eq!(problems, 0);
        let own = own.unwrap();
        assert_eq!((own.name, own.url.is_ascii()), (None, true));
        assert_eq!(license("license = { title = \"Terms\" }"), (None, 1));
        assert_eq!(license("license = { name = \"a b\", url = \"https://a.kz/\" }").1, 1);
        assert_eq!(license("license = true").1, 1);
    }
}
