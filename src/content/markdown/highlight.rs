//! Colouring code with syntect: classes for the theme's style sheet, never inline styles.

use std::sync::OnceLock;

use pulldown_cmark::CowStr;
use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::SyntaxSet;
use syntect::util::LinesWithEndings;

/// The prefix of all classes of code.
const CLASSES: ClassStyle = ClassStyle::SpacedPrefixed { prefix: "z-" };

/// Longer blocks stay plain: colouring is for reading, and nobody reads that much code.
const LONGEST_BLOCK: usize = 100_000;

fn syntaxes() -> &'static SyntaxSet {
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    SYNTAXES.get_or_init(SyntaxSet::load_defaults_newlines)
}

/// A code block as HTML. `info` is what stands behind the fence: the first word is the language.
pub(super) fn code_block(info: &str, code: &str, colour: bool) -> String {
    let language: String = info
        .split([' ', ',', '{'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '+' | '#' | '_' | '.'))
        .collect();
    let mut html = String::with_capacity(code.len() * 2 + 64);
    if language.is_empty() {
        html.push_str("<pre class=\"code\" tabindex=\"0\"><code>");
    } else {
        html.push_str("<pre class=\"code\" tabindex=\"0\" data-lang=\"");
        html.push_str(&language);
        html.push_str("\"><code class=\"language-");
        html.push_str(&language);
        html.push_str("\">");
    }
    let wanted = colour && code.len() <= LONGEST_BLOCK;
    match wanted.then(|| coloured(&language, code)).flatten() {
        Some(coloured) => html.push_str(&coloured),
        None => {
            // Writing to a String cannot fail.
            let _ = pulldown_cmark_escape::escape_html_body_text(&mut html, &CowStr::Borrowed(code));
        }
    }
    html.push_str("</code></pre>\n");
    html
}

fn coloured(language: &str, code: &str) -> Option<String> {
    if language.is_empty() || language == "text" || language == "plain" {
        return None;
    }
    let syntaxes = syntaxes();
    let syntax = syntaxes.find_syntax_by_token(language)?;
    let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, syntaxes, CLASSES);
    for line in LinesWithEndings::from(code) {
        generator.parse_html_for_line_which_includes_newline(line).ok()?;
    }
    Some(generator.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_gets_classes_and_unknown_languages_stay_plain() {
        let json = code_block("json", "{\"a\": 1}\n", true);
        assert!(json.contains("data-lang=\"json\"") && json.contains("class=\"z-"), "{json}");
        let plain = code_block("кеңес<x>", "a < b\n", true);
        assert!(plain.contains("a &lt; b") && !plain.contains("<x>"), "{plain}");
    }
}
