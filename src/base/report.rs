//! Diagnostics for programs: JSON, and the annotations of GitHub workflows.
//!
//! The terminal's rendering is the command line's own; these two are used by more than one layer.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Excerpt, Location, Severity};

/// All diagnostics, with how many there are of each severity.
///
/// Lines and columns count from 1 and columns are characters; the underline of an excerpt starts
/// at `start`, from 0, and is `length` characters long. What a diagnostic does not have is `null`.
#[must_use]
pub fn json(diagnostics: &Diagnostics) -> Value {
    json!({
        "errors": diagnostics.count(Severity::Error),
        "warnings": diagnostics.count(Severity::Warning),
        "diagnostics": diagnostics.iter().map(json_one).collect::<Vec<_>>(),
    })
}

fn json_one(diagnostic: &Diagnostic) -> Value {
    let related = diagnostic.related.iter().map(|related| {
        let mut value = json_place(Some(&related.location));
        value["message"] = Value::from(related.message.as_str());
        value
    });
    let mut value = json_place(diagnostic.location.as_ref());
    value["severity"] = diagnostic.severity.as_str().into();
    value["code"] = diagnostic.code.id.into();
    value["title"] = diagnostic.code.title.into();
    value["message"] = diagnostic.message.as_str().into();
    value["help"] = diagnostic.help.as_deref().into();
    value["related"] = related.collect();
    value
}

fn json_place(location: Option<&Location>) -> Value {
    let position = location.and_then(|location| location.position);
    let excerpt = location.and_then(|location| location.excerpt.as_ref());
    let excerpt = excerpt
        .map(|Excerpt { line, start, length }| json!({ "line": line, "start": start, "length": length }));
    json!({
        "file": location.map(|location| location.file.as_str()),
        "line": position.map(|position| position.line),
        "column": position.map(|position| position.column),
        "excerpt": excerpt,
    })
}

/// One workflow command a diagnostic, each on its line, which GitHub shows beside the source line:
/// `::error file=content/a.md,line=3,col=7,title=K0104::the message%0Athe help`
/// (<https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>).
#[must_use]
pub fn github(diagnostics: &Diagnostics) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str("::");
        out.push_str(diagnostic.severity.as_str());
        out.push(' ');
        if let Some(location) = &diagnostic.location {
            let _ = write!(out, "file={},", escape_property(&location.file));
            if let Some(position) = location.position {
                let _ = write!(out, "line={},col={},", position.line, position.column);
            }
        }
        let mut message = diagnostic.message.clone();
        for related in &diagnostic.related {
            let _ = write!(message, "\n{}: {}", place(&related.location), related.message);
        }
        if let Some(help) = &diagnostic.help {
            message.push('\n');
            message.push_str(help);
        }
        let _ = writeln!(out, "title={}::{}", diagnostic.code, escape(&message));
    }
    out
}

/// `file:line:column`, as far as they are known.
fn place(location: &Location) -> String {
    match location.position {
        Some(position) => format!("{}:{}:{}", location.file, position.line, position.column),
        None => location.file.clone(),
    }
}

/// A workflow command ends with its line, and `%` begins an escape.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes;
    use crate::base::span::Span;

    fn example() -> Diagnostics {
        let text = "a\ntitle = 5\n";
        let place = Location::span("content/a,b.md", text, Span::new(10, 11));
        Diagnostics::from(
            Diagnostic::error(codes::WRONG_TYPE, "100% wrong:\nhere")
                .at(place.clone())
                .help("quote it")
                .related("the key", place),
        )
    }

    #[test]
    fn json_says_everything() {
        let value = json(&example());
        assert_eq!((&value["errors"], &value["warnings"]), (&Value::from(1), &Value::from(0)));
        let one = &value["diagnostics"][0];
        assert_eq!((&one["line"], &one["column"]), (&Value::from(2), &Value::from(9)));
        assert_eq!(one["excerpt"], json!({ "line": "title = 5", "start": 8, "length": 1 }));
        assert_eq!((&one["code"], &one["help"]), (&Value::from("K0103"), &Value::from("quote it")));
        assert_eq!(one["related"][0]["message"], "the key");
        let bare = json(&Diagnostic::warning(codes::OUTPUT, "x").into());
        assert_eq!(bare["diagnostics"][0]["file"], Value::Null);
        assert_eq!(bare["diagnostics"][0]["help"], Value::Null);
    }

    #[test]
    fn github_annotations_are_escaped() {
        assert_eq!(
            github(&example()),
            "::error file=content/a%2Cb.md,line=2,col=9,title=K0103::100%25 wrong:%0Ahere%0A\
             content/a,b.md:2:9: the key%0Aquote it\n"
        );
        let bare = Diagnostic::warning(codes::OUTPUT, "x").into();
        assert_eq!(github(&bare), "::warning title=K0801::x\n");
    }
}
