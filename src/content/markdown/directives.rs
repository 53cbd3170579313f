//! Directives: `:::name key="value"` … `:::` around Markdown, and `::name key="value"` alone.
//!
//! Their lines are blanked out before the parser sees the text: each becomes a processing
//! instruction of the same length (`<?…?>`, an HTML block of kind 3 in CommonMark, section 4.6), which
//! may stand wherever a block may, inside lists and quotes too, and interrupts a paragraph. All byte
//! ranges stay true. A line that turns out to lie in a code block is put back as it was.

use crate::base::codes;
use crate::base::data::CURLY;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::chart::Sheet;

/// A directive in a text.
#[derive(Debug)]
pub struct Directive {
    /// Its name: the theme's component `directives.NAME` renders it.
    pub name: String,
    /// Where its line stands in the file.
    pub span: Span,
    /// Its arguments, in order.
    pub args: Vec<Arg>,
    /// `::name`, which encloses nothing.
    pub is_leaf: bool,
    /// The first table that it encloses, if it is one whose tables are data and are not shown.
    pub table: Option<Box<Sheet>>,
}

/// The directives whose tables are data.
pub(super) const DRAWN: &[&str] = &["chart"];

/// The directive that shows a picture and whose it is.
pub const FIGURE: &str = "figure";

/// An argument of a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arg {
    /// Its name.
    pub key: String,
    /// Its value; `None` for a name alone, which means true.
    pub value: Option<String>,
    /// Where it stands in the file.
    pub span: Span,
    /// The link it is, for `href`, `src` and `url`: counts in [`super::Body::links`].
    pub link: Option<u32>,
}

/// A line of the text that may open or close a directive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Where its first colon stands.
    pub start: usize,
    /// The end of the line, without its break.
    pub end: usize,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Leaf,
    Close,
}

/// A text whose directive lines are blanked out.
pub(super) struct Masked<'a> {
    pub text: std::borrow::Cow<'a, str>,
    pub lines: Vec<Line>,
}

/// Blanks out what looks like the line of a directive.
pub(super) fn mask(source: &str) -> Masked<'_> {
    let mut lines = Vec::new();
    let bytes = source.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&bytes[from..], b"::").map(|i| from + i) {
        let start_of_line = memchr::memrchr(b'\n', &bytes[from..at]).map_or(from, |i| from + i + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(source.len(), |i| at + i);
        // Whatever comes later in the line stands behind these colons: it is no mark of a block.
        from = end;
        // Blanks, and the marks of quotes: what may stand before a block.
        if !source[start_of_line..at].bytes().all(|b| matches!(b, b' ' | b'\t' | b'>')) {
            continue;
        }
        let line = source[at..end].trim_end();
        if let Some(kind) = kind_of(line) {
            lines.push(Line { start: at, end: at + line.len(), kind });
        }
    }
    if lines.is_empty() {
        return Masked { text: source.into(), lines };
    }
    let mut text = String::with_capacity(source.len());
    let mut copied = 0;
    for line in &lines {
        text.push_str(&source[copied..line.start]);
        let blank = line.end - line.start;
        text.push_str("<?");
        // `<?>` is whole with three characters: its one question mark serves both ends.
        text.extend(std::iter::repeat_n(' ', blank.saturating_sub(4)));
        text.push_str(if blank > 3 { "?>" } else { ">" });
        copied = line.end;
    }
    text.push_str(&source[copied..]);
    Masked { text: text.into(), lines }
}

fn kind_of(line: &str) -> Option<Kind> {
    let colons = line.bytes().take_while(|&b| b == b':').count();
    let rest = line[colons..].trim_start();
    match (colons, rest.chars().next()) {
        (3.., None) => Some(Kind::Close),
        (3.., Some(_)) => Some(Kind::Open),
        (2, Some(c)) if c.is_alphabetic() && line.as_bytes()[2] != b' ' => Some(Kind::Leaf),
        _ => None,
    }
}

/// More arguments than any component has.
const MOST_ARGUMENTS: usize = 64;

/// Reads the line of a directive: its name, a title in brackets, and arguments. `at` is where the
/// line stands in the file.
pub(super) fn read(line: &str, at: usize, problems: &mut Vec<(Span, Diagnostic)>) -> (String, Vec<Arg>) {
    let mut reader = Reader { line, at: line.len() - line.trim_start_matches(':').len() };
    reader.blanks();
    let name = reader.word(is_name);
    let mut args = Vec::new();
    if name.is_empty() {
        let span = Span::new(at, at + line.len());
        let problem = Diagnostic::error(codes::DIRECTIVE_SYNTAX, "this directive has no name");
        problems.push((span, problem.help("write :::name, as in :::note, and ::: alone to end it")));
        return (String::new(), args);
    }
    if reader.eat('[') {
        let start = reader.at;
        let end = line[start..].find(']').map_or(line.len(), |i| start + i);
        let value = Some(line[start..end].to_owned());
        args.push(Arg { key: "title".to_owned(), value, span: Span::new(at + start, at + end), link: None });
        reader.at = (end + 1).min(line.len());
    }
    // Other dialects put the arguments in braces.
    reader.blanks();
    reader.eat('{');
    loop {
        reader.blanks();
        if reader.rest().is_empty() || (reader.eat('}') && reader.rest().trim().is_empty()) {
            break;
        }
        let start = reader.at;
        if args.len() >= MOST_ARGUMENTS {
            let span = Span::new(at + start, at + line.len());
            let message = format!("a directive has at most {MOST_ARGUMENTS} arguments");
            problems.push((span, Diagnostic::error(codes::DIRECTIVE_SYNTAX, message)));
            break;
        }
        let key = reader.word(is_name).to_owned();
        let has_value = !key.is_empty() && reader.eat('=');
        if let Some(mark) = reader.rest().chars().next().filter(|c| has_value && CURLY.contains(c)) {
            let span = Span::new(at + reader.at, at + line.len());
            let message = format!("the quotation mark `{mark}` is curly, and must be a straight one");
            let help = format!("write {key}=\"…\"; word processors make quotation marks curly");
            problems.push((span, Diagnostic::error(codes::DIRECTIVE_SYNTAX, message).help(help)));
            break;
        }
        let value = has_value.then(|| reader.value());
        let span = Span::new(at + start, at + reader.at);
        match (key.as_str(), value) {
            ("", _) | (_, Some(None)) => {
                let span = Span::new(at + start, at + line.len());
                let message = "this argument cannot be read";
                let help = "write arguments as key=\"value\", with a quotation mark at both ends";
                problems.push((span, Diagnostic::error(codes::DIRECTIVE_SYNTAX, message).help(help)));
                break;
            }
            (_, value) => {
                if args.iter().any(|known| known.key == key) {
                    let message = format!("the argument `{key}` is given twice");
                    problems.push((
                        span,
                        Diagnostic::error(codes::DIRECTIVE_ARGUMENT, message).help("remove one of the two"),
                    ));
                }
                args.push(Arg { key, value: value.flatten(), span, link: None });
            }
        }
    }
    (name.to_owned(), args)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

struct Reader<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn blanks(&mut self) {
        self.at = self.line.len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn word(&mut self, allowed: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !allowed(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A value in either kind of quotation marks, `\"` for the mark itself, or a bare word; `None`
    /// if the closing mark is missing.
    fn value(&mut self) -> Option<String> {
        let Some(quote) = ['"', '\''].into_iter().find(|&quote| self.eat(quote)) else {
            let word = self.word(|c| !c.is_whitespace() && c != '}');
            return (!word.is_empty()).then(|| word.to_owned());
        };
        let mut value = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((i, c)) = characters.next() {
            match c {
                '\\' if self.rest()[i + 1..].starts_with([quote, '\\']) => {
                    value.extend(characters.next().map(|(_, c)| c));
                }
                c if c == quote => {
                    self.at += i + 1;
                    return Some(value);
                }
                c => value.push(c),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn args(line: &str) -> Vec<(String, Option<String>)> {
        let mut problems = Vec::new();
        let (_, args) = read(line, 0, &mut problems);
        assert_eq!(problems.len(), 0, "{problems:?}");
        args.into_iter().map(|arg| (arg.key, arg.value)).collect()
    }

    #[test]
    fn arguments_are_read_in_all_their_forms() {
        let pair = |key: &str, value: Option<&str>| (key.to_owned(), value.map(str::to_owned));
        assert_eq!(args(":::note"), []);
        assert_eq!(
            args(r#":::note[A title] kind="tip" open a='b "c"' n=3"#),
            [
                pair("title", Some("A title")),
                pair("kind", Some("tip")),
                pair("open", None),
                pair("a", Some("b \"c\"")),
                pair("n", Some("3"))
            ]
        );
        assert_eq!(args(r#"::figure{src="a.jpg"}"#), [pair("src", Some("a.jpg"))]);
        assert_eq!(args(r#":::quote by="say \"Кеңес\"""#), [pair("by", Some("say \"Кеңес\""))]);
    }

    #[test]
    fn a_missing_quotation_mark_is_reported() {
        let mut problems = Vec::new();
        read(":::note title=\"x", 10, &mut problems);
        assert_eq!(problems[0].1.code, codes::DIRECTIVE_SYNTAX);
        assert_eq!(problems[0].0.start, 18);
    }

    #[test]
    fn curly_quotation_marks_are_named() {
        for line in [":::note title=“x”", ":::note title=«a b» kind=tip", ":::note title=”x”"] {
            let mut problems = Vec::new();
            read(line, 0, &mut problems);
            assert_eq!(problems.len(), 1, "{line}");
            assert!(problems[0].1.message.contains("straight"), "{problems:?}");
        }
    }

    proptest! {
        #[test]
        fn masking_keeps_every_offset(text in "([ >]{0,2}:{0,4}[a-zқ \"=]{0,6}\n){0,8}") {
            let masked = mask(&text);
            prop_assert_eq!(masked.text.len(), text.len());
            for (a, b) in text.split('\n').zip(masked.text.split('\n')) {
                prop_assert_eq!(a.len(), b.len());
            }
        }

        #[test]
        fn no_line_panics(line in ":{2,4}\\PC{0,40}") {
            read(&line, 0, &mut Vec::new());
        }
    }
}
