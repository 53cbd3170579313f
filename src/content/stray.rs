//! Front matter that was meant as such and is read as text: every reader of the page would see it.

use super::front::{KEYS, line};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::Span;

/// Warns where a text that has no front matter begins like front matter.
pub(super) fn warn(path: &str, text: &str, problems: &mut Vec<Diagnostic>) {
    let start = text.len() - text.trim_start().len();
    let (first, next) = line(text, start);
    let first = first.trim_end();
    let (message, help) = if is_fence(first, &text[next..]) {
        (
            format!("this `{first}` does not begin front matter, because something stands before it"),
            format!(
                "remove the empty lines and blanks before it: `{first}` must be the first line of the file"
            ),
        )
    } else if let Some(key) = key_of(first) {
        let fence = if first[key.len()..].starts_with(':') { "---" } else { "+++" };
        (
            format!("`{key}` stands in the text: readers will see this line"),
            format!("put a line `{fence}` before the first and after the last of such lines"),
        )
    } else {
        return;
    };
    let place = Location::span(path, text, Span::new(start, start + first.len()));
    problems.push(Diagnostic::warning(codes::STRAY_FRONT_MATTER, message).at(place).help(help));
}

/// Whether a line begins front matter that ends further down. In Markdown `---` draws a line: there
/// a key must follow.
fn is_fence(first: &str, rest: &str) -> bool {
    let closed = || rest.lines().any(|line| line.trim() == first);
    match first {
        "+++" => closed(),
        "---" => rest.lines().find(|line| !line.trim().is_empty()).and_then(key_of).is_some() && closed(),
        _ => false,
    }
}

/// The key of a line such as `title: First` or `title = "First"`, if front matter has such a key.
fn key_of(line: &str) -> Option<&str> {
    let end = line.find(|c: char| !c.is_ascii_lowercase() && c != '_')?;
    let (key, rest) = line.split_at(end);
    let is_key = rest.trim_start().starts_with('=') || rest == ":" || rest.starts_with(": ");
    (is_key && KEYS.contains(&key)).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warned(text: &str) -> Option<u32> {
        let mut problems = Vec::new();
        warn("content/a.md", text, &mut problems);
        let problem = problems.first()?;
        problem.location.as_ref().and_then(|location| location.position).map(|position| position.line)
    }

    #[test]
    fn what_was_meant_as_front_matter_is_seen() {
        assert_eq!(warned("\n\n+++\ntitle = \"A\"\n+++\n"), Some(3));
        assert_eq!(warned(" ---\ntitle: A\n---\n"), Some(1));
        assert_eq!(warned("title: First\n\nText"), Some(1));
        assert_eq!(warned("draft=true\n"), Some(1));
    }

    #[test]
    fn what_is_text_is_left_alone() {
        for text in
            ["", "\n", "Title: a word", "A title: first", "\n---\n\nText\n\n---\n", "\n+++\nText", "path"]
        {
            assert_eq!(warned(text), None, "{text:?}");
        }
    }
}
