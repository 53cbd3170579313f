//! HTML with no more white space than it needs (`minify_html`).
//!
//! Each run of white space becomes one line break, if it has one, or one space. It is never left out, so whatever a
//! style sheet does with an element, browsers show the same. Comments go. What `pre`, `textarea`, `script`, `style` and
//! their like hold stays as it is, and so do the values of attributes; where the end of something is in doubt, the rest of
//! the document stays as it is.

/// Elements whose content is no HTML (WHATWG HTML, section 13.1.2), or text that is shown as it stands.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// Elements that keep the white space in them, whatever else they hold.
const KEPT: &[&str] = &["pre", "listing"];

/// How comments begin that somebody reads: servers that put something in, old browsers, lawyers.
const READ: &[&str] = &["<!--#", "<!--esi", "<!--[", "<!--!"];

/// A document with no more white space than it needs.
pub(super) fn collapsed(html: &str) -> String {
    let mut out = Out { text: String::with_capacity(html.len()), gap: None };
    let mut rest = html;
    // In how many elements we are that keep their white space.
    let mut kept: usize = 0;
    while !rest.is_empty() {
        let text = rest.find('<').map_or(rest, |at| &rest[..at]);
        if !text.is_empty() {
            if kept > 0 {
                out.push(text);
            } else {
                out.words(text);
            }
            rest = &rest[text.len()..];
            continue;
        }
        if rest.starts_with("<!--") {
            let Some(end) = rest.find("-->").map(|end| end + 3) else { break };
            if kept > 0 || READ.iter().any(|begin| rest.starts_with(begin)) {
                out.push(&rest[..end]);
            }
            rest = &rest[end..];
            continue;
        }
        let closes = rest.starts_with("</");
        let name = name(&rest[1 + usize::from(closes)..]);
        if name.is_empty() {
            // A bare sign, or a declaration.
            let end = match rest.as_bytes().get(1) {
                Some(b'!') if rest.starts_with("<![CDATA[") => rest.find("]]>").map(|end| end + 3),
                Some(b'!' | b'?' | b'/') => rest.find('>').map(|end| end + 1),
                _ => Some(1),
            };
            let Some(end) = end else { break };
            out.push(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let Some(end) = tag_end(rest) else { break };
        out.tag(&rest[..end]);
        rest = &rest[end..];
        let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is(KEPT) {
            kept = if closes { kept.saturating_sub(1) } else { kept + 1 };
        } else if is(&["plaintext"]) {
            break;
        } else if is(RAW) && !closes {
            let Some(end) = closing(rest, name) else { break };
            // Scripts in comments in scripts end by rules of their own.
            if name.eq_ignore_ascii_case("script") && rest[..end].contains("<!--") {
                break;
            }
            out.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
    out.push(rest);
    out.text
}

struct Out {
    text: String,
    /// What stands for the white space before what comes next.
    gap: Option<char>,
}

impl Out {
    /// As it is.
    fn push(&mut self, text: &str) {
        if let Some(gap) = self.gap.take_if(|_| !text.is_empty())
            && !self.text.is_empty()
        {
            self.text.push(gap);
        }
        self.text.push_str(text);
    }

    /// With each run of white space as one sign.
    fn words(&mut self, mut text: &str) {
        while !text.is_empty() {
            let word = text.find(is_space).unwrap_or(text.len());
            self.push(&text[..word]);
            text = &text[word..];
            let space = text.find(|c| !is_space(c)).unwrap_or(text.len());
            if space > 0 {
                // White space on both sides of a comment is one.
                let breaks = self.gap == Some('\n') || text[..space].contains(['\n', '\r']);
                self.gap = Some(if breaks { '\n' } else { ' ' });
                text = &text[space..];
            }
        }
    }

    /// A tag, with one space before each attribute and none at the end.
    fn tag(&mut self, tag: &str) {
        let body = &tag[..tag.len() - 1];
        let mut from = 0;
        for (start, end) in values(body) {
            self.words(&body[from..start]);
            self.push(&body[start..end]);
            from = end;
        }
        self.words(&body[from..]);
        self.gap = None;
        self.text.push('>');
    }
}

/// White space as HTML has it (WHATWG Infra, "ASCII whitespace").
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

/// The name that a tag begins with behind its `<`; none if it is no tag.
fn name(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    let end = text.find(|c| is_space(c) || matches!(c, '/' | '>')).unwrap_or(text.len());
    &text[..end]
}

/// Where a tag ends: `>` ends it outside of values.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut value_follows = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '>' => return Some(at + 1),
            None if matches!(c, '"' | '\'') && value_follows => {
                quote = Some(c);
                value_follows = false;
            }
            None if is_space(c) => {}
            None => value_follows = c == '=',
        }
    }
    None
}

/// Values of attributes in quotation marks, with these: such a mark counts where a value begins.
fn values(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].find(['"', '\''])?;
            let is_value = text[at..start].trim_end_matches(is_space).ends_with('=');
            if !is_value {
                at = start + 1;
                continue;
            }
            let close = text[start + 1..].find(&text[start..=start]);
            at = close.map_or(text.len(), |close| start + 1 + close + 1);
            return Some((start, at));
        }
    })
}

/// Where the end tag of an element begins whose content is no HTML.
fn closing(text: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find("</")?;
        let found = self::name(&text[at + 2..]);
        if found.eq_ignore_ascii_case(name) {
            return Some(at);
        }
        from = at + 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn white_space_becomes_one_sign_and_never_none() {
        for (html, small) in [
            (
                "<!DOCTYPE html>\n\n<p>  a \n b  <b> c</b>\t<i>d</i> </p>\n\n",
                "<!DOCTYPE html>\n<p> a\nb <b> c</b> <i>d</i> </p>",
            ),
            ("  <p>a<!-- x -->b <!-- \n --> c</p>", "<p>ab c</p>"),
            (
                "<a\n  href = \"x  y\"   class='a  \n b'  hidden >a</a >",
                "<a\nhref = \"x  y\" class='a  \n b' hidden>a</a>",
            ),
            ("<br  /> <img alt=\"a > b\"   src=x />", "<br /> <img alt=\"a > b\" src=x />"),
            (
                "<pre> a\n\n  <b>  x</b> <!-- y -->\n</pre>  <p>",
                "<pre> a\n\n  <b>  x</b> <!-- y -->\n</pre> <p>",
            ),
            ("<textarea>  a  </textarea>  b", "<textarea>  a  </textarea> b"),
            ("<TITLE>a  <b  c</TITLE>  <p  x>", "<TITLE>a  <b  c</TITLE> <p x>"),
            (
                "<script>if (a  <  b) {}\n\n</script>  <style> a  {} </style>",
                "<script>if (a  <  b) {}\n\n</script> <style> a  {} </style>",
            ),
            ("<script>a  </scripty>  b</script>  c", "<script>a  </scripty>  b</script> c"),
            ("a  < b  &lt;  c <3  d", "a < b &lt; c <3 d"),
            (
                "<!--# include  virtual=\"x\" -->  <!--[if IE]> <![endif]-->",
                "<!--# include  virtual=\"x\" --> <!--[if IE]> <![endif]-->",
            ),
            ("<svg><![CDATA[ a  > b ]]>  </svg>", "<svg><![CDATA[ a  > b ]]> </svg>"),
            ("a\u{a0}\u{a0} \u{2003}b", "a\u{a0}\u{a0} \u{2003}b"),
            ("<p title=\"it's\"   lang=en>", "<p title=\"it's\" lang=en>"),
            // In doubt, the rest is as it was.
            ("<p  a=\"x>  b", "<p  a=\"x>  b"),
            ("<p>  <script>  a", "<p> <script>  a"),
            ("<p>  <!--  a", "<p> <!--  a"),
            ("<script><!-- <script>  </script>  b</script>", "<script><!-- <script>  </script>  b</script>"),
        ] {
            assert_eq!(collapsed(html), small, "{html}");
            assert_eq!(collapsed(small), small, "twice: {html}");
        }
    }

    proptest! {
        #[test]
        fn nothing_but_white_space_and_comments_is_lost(html in "(<p|</p|<pre>|</pre>|<b |</b>|a=|\"|'|>|/|<|<!|қ|x|&| |\n|\t|<script>|</script>|<title>|</title>){0,30}") {
            let without = |text: &str| text.chars().filter(|&c| !is_space(c)).collect::<String>();
            let small = collapsed(&html);
            prop_assert_eq!(without(&small), without(&html));
            prop_assert!(small.len() <= html.len());
        }
    }
}
