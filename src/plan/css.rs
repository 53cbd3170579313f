//! Style sheets name other files (`url(…)`, `@import`): these names become the published ones.

use crate::base::diagnostic::Diagnostic;
use crate::source::File;

/// A style sheet, read.
pub(super) struct Sheet {
    pub text: String,
    pub source: String,
}

/// Reads style sheets, and puts those that others import before them.
pub(super) fn in_order(files: Vec<(String, File)>, problems: &mut Vec<Diagnostic>) -> Vec<(String, Sheet)> {
    let mut waiting: Vec<(String, Sheet)> = Vec::new();
    for (path, file) in files {
        match file.read_text(problems) {
            Ok(text) => waiting.push((path, Sheet { text, source: file.path.as_str().to_owned() })),
            Err(problem) => problems.push(*problem),
        }
    }
    let mut ordered: Vec<(String, Sheet)> = Vec::new();
    while !waiting.is_empty() {
        let names: Vec<String> = waiting.iter().map(|(path, _)| path.clone()).collect();
        let ready = waiting.iter().position(|(path, sheet)| {
            references(&sheet.text).all(|(_, written)| match resolve(path, written) {
                Some((name, _)) => name == *path || !names.contains(&name),
                None => true,
            })
        });
        // Sheets that import each other in a circle keep their plain names in each other.
        ordered.push(waiting.remove(ready.unwrap_or(0)));
    }
    ordered
}

/// Replaces the names of files by what `published` gives for them. Others stay, and are returned
/// with their places.
pub(super) fn rewrite(
    path: &str,
    text: &str,
    published: impl Fn(&str) -> Option<String>,
) -> (String, Vec<(std::ops::Range<usize>, String)>) {
    let mut out = String::with_capacity(text.len());
    let mut missing = Vec::new();
    let mut copied = 0;
    for (range, written) in references(text) {
        let Some((name, rest)) = resolve(path, written) else { continue };
        if let Some(url) = published(&name) {
            out.push_str(&text[copied..range.start]);
            out.push_str(&url);
            out.push_str(rest);
            copied = range.end;
        } else {
            missing.push((range, name));
        }
    }
    out.push_str(&text[copied..]);
    (out, missing)
}

/// The file that a reference names, and the `?…` or `#…` behind it; `None` for other hosts and
/// for data.
fn resolve<'a>(sheet: &str, written: &'a str) -> Option<(String, &'a str)> {
    let end = written.find(['?', '#']).unwrap_or(written.len());
    let (name, rest) = written.split_at(end);
    if name.is_empty() || name.contains(':') || name.starts_with("//") {
        return None;
    }
    let mut parts: Vec<&str> = match name.starts_with('/') {
        true => Vec::new(),
        false => sheet.split('/').collect::<Vec<_>>().split_last().map(|(_, folder)| folder.to_vec())?,
    };
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some((parts.join("/"), rest))
}

/// What stands in `url(…)` and behind `@import`, with its place; comments are passed over.
fn references(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[at..];
            let comment = rest.find("/*");
            let url = rest.find("url(").map(|i| (i, 4));
            let import = rest.find("@import").map(|i| (i, 7));
            let (start, length) = [url, import].into_iter().flatten().min()?;
            if let Some(comment) = comment.filter(|&comment| comment < start) {
                at += rest[comment..].find("*/").map_or(rest.len(), |end| comment + end + 2);
                continue;
            }
            let mut from = at + start + length;
            from += text[from..].len() - text[from..].trim_start().len();
            let quote = text[from..].chars().next().filter(|c| matches!(c, '"' | '\''));
            let is_import = length == 7;
            if quote.is_none() && is_import {
                // `@import url(…)`: the `url(` is found next.
                at = from;
                continue;
            }
            from += usize::from(quote.is_some());
            let end = match quote {
                Some(quote) => text[from..].find(quote),
                None => text[from..].find(')'),
            };
            let end = from + end?;
            at = end;
            let value = &text[from..end];
            let trimmed = value.trim_end();
            return Some((from..from + trimmed.len(), trimmed));
        }
    })
}

/// A style sheet without what only its author reads: comments, but for those that begin with `/*!`, and
/// indentation. Strings and bare `url(…)` are left alone, and so is everything from a comment or
/// string on that never ends.
pub(super) fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // What the space before `rest` becomes, once something follows it.
    let mut gap = None;
    while let Some(first) = rest.chars().next() {
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']).len();
        if spaces > 0 {
            let line = rest[..spaces].contains('\n') || gap == Some("\n");
            gap = Some(if line { "\n" } else { " " });
            rest = &rest[spaces..];
            continue;
        }
        let length = match first {
            '/' if rest.starts_with("/*") => match rest.find("*/") {
                Some(end) if !rest.starts_with("/*!") => {
                    rest = &rest[end + 2..];
                    // It may have been all that kept two words apart.
                    gap = gap.or(Some("/**/"));
                    continue;
                }
                Some(end) => end + 2,
                None => rest.len(),
            },
            '"' | '\'' => string(rest, first),
            'u' | 'U' if bare_url(rest) => rest.find(')').map_or(rest.len(), |end| end + 1),
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => first.len_utf8(),
        };
        if !out.is_empty() {
            out.push_str(gap.unwrap_or_default());
        }
        gap = None;
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    if text.ends_with('\n') && !out.is_empty() {
        out.push('\n');
    }
    out
}

/// How long the string is that a text begins with.
fn string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    // Behind the quotation mark that opens it.
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether a text begins with a `url(` whose address has no quotation marks.
fn bare_url(text: &str) -> bool {
    let head = text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("url("));
    head && !text[4..].trim_start().starts_with(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_get_style_sheets_without_comments_and_indentation() {
        for (css, small) in [
            ("/* x */\n@layer a {\n  b  c { d: e; }\n}\n", "@layer a {\nb c { d: e; }\n}\n"),
            ("a/* x */b { }", "a/**/b { }"),
            ("a /* x */ b/**/", "a b"),
            ("/*! Licence */ a{}", "/*! Licence */ a{}"),
            ("a::before { content: \"/*  \\\"  */\"; }", "a::before { content: \"/*  \\\"  */\"; }"),
            ("a { b: url(data:x,/*  */) }", "a { b: url(data:x,/*  */) }"),
            ("a { b: url( \"x\" ) }", "a { b: url( \"x\" ) }"),
            ("a { b: 'x  ", "a { b: 'x  "),
            ("a /* x", "a /* x"),
            (".\\/\\* { } é\u{a0}", ".\\/\\* { } é\u{a0}"),
            ("", ""),
        ] {
            assert_eq!(compact(css), small, "{css}");
            assert_eq!(compact(small), small);
        }
    }

    #[test]
    fn names_in_style_sheets_become_the_published_ones() {
        let css = "/* url(x.png) */ @import \"base.css\"; a { src: url(../fonts/a.woff2?v=1), url('/img/b.png');\
                   c: url(data:image/png;base64,x) } @import url(print.css);";
        let (out, missing) = rewrite("css/site.css", css, |name| Some(format!("/assets/{name}")));
        assert!(missing.is_empty());
        assert_eq!(
            out,
            "/* url(x.png) */ @import \"/assets/css/base.css\"; a { src: url(/assets/fonts/a.woff2?v=1), \
             url('/assets/img/b.png');c: url(data:image/png;base64,x) } @import url(/assets/css/print.css);"
        );
        assert_eq!(rewrite("site.css", "a{b:url(../../x)}", |_| Some("y".into())).0, "a{b:url(../../x)}");
        assert_eq!(rewrite("a/b.css", "a{b:url(x.png)}", |_| None).1, [(8..13, "a/x.png".to_owned())]);
        assert_eq!(rewrite("site.css", "a{b:url(", |_| Some("y".into())).0, "a{b:url(");
    }
}
