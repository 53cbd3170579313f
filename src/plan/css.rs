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

#[cfg(test)]
mod tests {
    use super::*;

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
