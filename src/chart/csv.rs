//! CSV (RFC 4180) whose fields know where they stand.

use super::sheet::{Cell, Row};
use crate::base::span::Span;

/// The records of a text, lines without anything left out. Fields in quotation marks may hold commas,
/// line breaks and, doubled, quotation marks (RFC 4180, section 2).
///
/// # Errors
/// A quotation mark without its other one: where it stands.
pub(super) fn records(text: &str) -> Result<Vec<Row>, Span> {
    let mut rows = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        let start = at;
        let mut cells = Vec::new();
        loop {
            let (cell, end) = field(text, at)?;
            cells.push(Some(cell));
            at = end;
            if text[at..].starts_with(',') {
                at += 1;
            } else {
                break;
            }
        }
        let span = Span::new(start, at);
        at += text[at..].bytes().take(2).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        if text[span.start..span.end].trim().is_empty() {
            continue;
        }
        rows.push(Row { span, cells });
    }
    Ok(rows)
}

/// The field at a place, and where what comes after it begins: a comma, a line break or the end.
fn field(text: &str, at: usize) -> Result<(Cell, usize), Span> {
    let ends = |rest: &str| rest.find([',', '\n', '\r']).unwrap_or(rest.len());
    if !text[at..].starts_with('"') {
        let end = at + ends(&text[at..]);
        let written = &text[at..end];
        let start = at + (written.len() - written.trim_start().len());
        let shown = written.trim();
        return Ok((Cell { text: shown.to_owned(), span: Span::new(start, start + shown.len()) }, end));
    }
    let mut value = String::new();
    let mut from = at + 1;
    loop {
        let Some(quote) = text[from..].find('"').map(|i| from + i) else {
            return Err(Span::new(at, at + 1));
        };
        value.push_str(&text[from..quote]);
        if text[quote + 1..].starts_with('"') {
            value.push('"');
            from = quote + 2;
            continue;
        }
        let cell = Cell { text: value.trim().to_owned(), span: Span::new(at, quote + 1) };
        // What stands between the closing mark and the comma is let pass.
        return Ok((cell, quote + 1 + ends(&text[quote + 1..])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<Vec<String>> {
        let rows = records(text).unwrap();
        rows.into_iter().map(|row| row.cells.into_iter().flatten().map(|cell| cell.text).collect()).collect()
    }

    #[test]
    fn fields_are_read_as_in_the_rfc() {
        assert_eq!(read("a,b\r\n1,2\r\n"), [["a", "b"], ["1", "2"]]);
        assert_eq!(read("\u{feff}a, b\n\n\"x, \"\"y\"\"\n\",\n"), [["a", "b"], ["x, \"y\"", ""]]);
        assert_eq!(read("a"), [["a"]]);
        assert_eq!(read(""), Vec::<Vec<String>>::new());
    }

    #[test]
    fn fields_know_their_places() {
        let text = "label,n\n\"Алматы\", 12\n";
        let rows = records(text).unwrap();
        let places: Vec<&str> =
            rows[1].cells.iter().flatten().map(|cell| &text[cell.span.start..cell.span.end]).collect();
        assert_eq!(places, ["\"Алматы\"", "12"]);
        assert_eq!(records("a\n\"b\n"), Err(Span::new(2, 3)));
    }

    proptest! {
        /// The crate that other parts read CSV with says the same.
        #[test]
        fn agrees_with_a_reader_that_has_no_places(rows in proptest::collection::vec(proptest::collection::vec("[a-zқ\",\n ]{0,6}", 2..4), 1..5)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let expected: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|field| field.trim().to_owned()).collect()).collect();
            prop_assert_eq!(read(&text), expected);
        }

        #[test]
        fn no_text_panics(text in "[a\",\r\nқ]{0,30}") {
            let _ = records(&text);
        }
    }
}
