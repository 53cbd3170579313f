//! Writing SVG: numbers with fixed decimals, text escaped.
//!
//! Along a chart, places are percentages of its width; across, em of its text. So one drawing fits every
//! screen: what changes is how far things stand apart, never how large the text is. Colours are the
//! theme's, by class; there is no `style`, which a strict Content-Security-Policy would forbid.

use std::fmt::Write as _;

use pulldown_cmark_escape::escape_html;

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A number with at most two decimals and without superfluous zeros.
pub(super) fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Marks in the order in which they are painted.
#[derive(Default)]
pub(super) struct Marks(pub String);

impl Marks {
    /// A text whose baseline is at `y` em; `shift` moves it along by em.
    pub(super) fn text(&mut self, class: &str, x: f64, shift: f64, y: f64, anchor: Anchor, text: &str) {
        let _ = write!(self.0, "<text");
        if !class.is_empty() {
            let _ = write!(self.0, " class=\"{class}\"");
        }
        let _ = write!(self.0, " x=\"{}%\" y=\"{}em\"", short(x), short(y));
        if shift != 0.0 {
            let _ = write!(self.0, " dx=\"{}em\"", short(shift));
        }
        match anchor {
            Anchor::Start => {}
            Anchor::Middle => self.0.push_str(" text-anchor=\"middle\""),
            Anchor::End => self.0.push_str(" text-anchor=\"end\""),
        }
        self.0.push('>');
        // Writing to a String cannot fail.
        let _ = escape_html(&mut self.0, text);
        self.0.push_str("</text>\n");
    }

    /// A bar from `from` to `to` percent, in the pattern of its series.
    pub(super) fn bar(&mut self, id: &str, series: usize, from: f64, to: f64, y: f64, height: f64) {
        let (x, width) = (from.min(to), (from - to).abs());
        let _ = writeln!(
            self.0,
            "<rect class=\"bar s{0}\" x=\"{1}%\" y=\"{2}em\" width=\"{3}%\" height=\"{4}em\"{5}/>",
            series + 1,
            short(x),
            short(y),
            short(width),
            short(height),
            fill(id, series),
        );
    }

    /// A straight line; `x` in percent, `y` in em.
    pub(super) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let _ = writeln!(
            self.0,
            "<line class=\"{class}\" x1=\"{}%\" y1=\"{}em\" x2=\"{}%\" y2=\"{}em\"/>",
            short(x1),
            short(y1),
            short(x2),
            short(y2)
        );
    }

    /// The marker of a series.
    pub(super) fn marker(&mut self, id: &str, series: usize, x: f64, y: f64) {
        let _ = writeln!(
            self.0,
            "<use class=\"marker s{0}\" href=\"#{id}-m{0}\" x=\"{1}%\" y=\"{2}em\"/>",
            series + 1,
            short(x),
            short(y)
        );
    }
}

/// The first series is filled with its colour by its class, the others with their patterns.
fn fill(id: &str, series: usize) -> String {
    match series {
        0 => String::new(),
        _ => format!(" fill=\"url(#{id}-p{})\"", series + 1),
    }
}

/// The whole drawing, `height` em high. `what` goes into its first tag: what it is called by.
pub(super) fn document(what: &str, height: f64, definitions: &str, marks: &str) -> String {
    let defs = if definitions.is_empty() { String::new() } else { format!("<defs>\n{definitions}</defs>\n") };
    format!(
        "<svg class=\"plot\" role=\"img\" {what} width=\"100%\" height=\"{}em\" overflow=\"visible\">\n{defs}{marks}</svg>",
        short(height)
    )
}

/// The patterns of series that are filled, so that nobody needs to tell colours apart. The first has none.
pub(super) fn patterns(id: &str, series: usize) -> String {
    // Lines and dots on a ground; sizes in pixels, because they are textures.
    const PATTERNS: [(u8, &str); 5] = [
        (7, "<path class=\"stroke\" d=\"M-1 8L8-1M-1 1L1-1M6 8L8 6\"/>"),
        (6, "<circle class=\"spot\" cx=\"3\" cy=\"3\" r=\"1.6\"/>"),
        (6, "<path class=\"stroke\" d=\"M0 3H6\"/>"),
        (7, "<path class=\"stroke\" d=\"M-1-1L8 8M-1 6L1 8M6-1L8 1\"/>"),
        (7, "<path class=\"stroke\" d=\"M0 3.5H7M3.5 0V7\"/>"),
    ];
    let mut out = String::new();
    for (index, (size, marks)) in PATTERNS.iter().enumerate().take(series.saturating_sub(1)) {
        let _ = writeln!(
            out,
            "<pattern id=\"{id}-p{0}\" class=\"s{0}\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\">\
             <rect class=\"ground\" width=\"{size}\" height=\"{size}\"/>{marks}</pattern>",
            index + 2
        );
    }
    out
}

/// The markers of series: circle, square, triangle, diamond, cross, ring.
pub(super) fn markers(id: &str, series: usize) -> String {
    const MARKERS: [&str; 6] = [
        "<circle r=\"4.5\"/>",
        "<path d=\"M-4.5-4.5h9v9h-9z\"/>",
        "<path d=\"M0-5.5L5.5 4.5h-11z\"/>",
        "<path d=\"M0-6L6 0 0 6-6 0z\"/>",
        "<path d=\"M-5-3l2-2 3 3 3-3 2 2-3 3 3 3-2 2-3-3-3 3-2-2 3-3z\"/>",
        "<path fill-rule=\"evenodd\" d=\"M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0\"/>",
    ];
    let mut out = String::new();
    for (index, marker) in MARKERS.iter().enumerate().take(series) {
        let _ = writeln!(out, "<g id=\"{id}-m{}\">{marker}</g>", index + 1);
    }
    out
}

/// The sample of a series in a legend: a filled box.
pub(super) fn box_key(id: &str, series: usize) -> String {
    let class = series + 1;
    let fill = fill(id, series);
    format!(
        "<svg class=\"plot key\" width=\"22\" height=\"14\" aria-hidden=\"true\">\
         <rect class=\"bar s{class}\" x=\"1\" y=\"1\" width=\"20\" height=\"12\"{fill}/></svg>"
    )
}

/// The sample of a series in a legend: its marker, on its line if it has one.
pub(super) fn marker_key(id: &str, series: usize, with_line: bool) -> String {
    let class = series + 1;
    let line = match with_line {
        true => format!("<line class=\"curve s{class}\" x1=\"0\" y1=\"7\" x2=\"34\" y2=\"7\"/>"),
        false => String::new(),
    };
    let width = if with_line { 34 } else { 14 };
    format!(
        "<svg class=\"plot key\" width=\"{width}\" height=\"14\" aria-hidden=\"true\">{line}\
         <use class=\"marker s{class}\" href=\"#{id}-m{class}\" x=\"{}\" y=\"7\"/></svg>",
        width / 2
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_fixed() {
        assert_eq!(
            [0.0, -0.001, 33.333_33, 100.0, -2.5, 10.10].map(short),
            ["0", "0", "33.33", "100", "-2.5", "10.1"]
        );
    }

    #[test]
    fn words_of_authors_never_become_marks() {
        let mut marks = Marks::default();
        marks.text("", 0.0, 0.0, 1.0, Anchor::Start, "</text><script>\"&'");
        assert_eq!(marks.0, "<text x=\"0%\" y=\"1em\">&lt;/text&gt;&lt;script&gt;&quot;&amp;&#39;</text>\n");
    }
}
