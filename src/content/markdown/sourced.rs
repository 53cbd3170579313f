//! `[@key, p. 3; see @other]`: what a citation of sources says. The syntax is Pandoc's (User's Guide,
//! "Citation syntax"), as far as brackets go: a bare `@key` in a sentence is text.

use crate::base::span::Span;

/// A citation of one or more sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced {
    /// The sources, in the order of the text.
    pub items: Vec<SourcedItem>,
    /// Where it stands in the file, with its brackets.
    pub span: Span,
}

/// A source that a citation names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcedItem {
    /// Its key.
    pub key: String,
    /// Where the key stands, with its `@`: in the label at first, then in the file.
    pub span: Span,
    /// Words before it: `see`.
    pub prefix: String,
    /// Which part of the source is meant.
    pub locator: Option<(Part, String)>,
    /// Words behind it.
    pub suffix: String,
    /// Whether the sentence names the author already: `-@key`.
    pub without_author: bool,
}

/// Parts of a source, as the Citation Style Language knows them (CSL 1.0.2, "Locators").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An article of a law.
    Article,
    /// A book of a work.
    Book,
    /// A chapter.
    Chapter,
    /// A column.
    Column,
    /// A figure.
    Figure,
    /// A line.
    Line,
    /// A note.
    Note,
    /// A page.
    Page,
    /// A paragraph.
    Paragraph,
    /// A part.
    Part,
    /// A section.
    Section,
    /// A table.
    Table,
    /// An appendix.
    Appendix,
    /// A volume.
    Volume,
}

/// What authors write for each part, in English, Russian and Kazakh. A dot at the end may be missing.
const PARTS: &[(Part, &[&str])] = &[
    (Part::Page, &["p", "pp", "page", "pages", "с", "стр", "страница", "страницы", "б", "бет", "беттер"]),
    (Part::Article, &["art", "article", "articles", "ст", "статья", "статьи", "бап", "баптар"]),
    (Part::Book, &["bk", "book", "кн", "книга", "кіт", "кітап"]),
    (Part::Chapter, &["chap", "chaps", "ch", "chapter", "chapters", "гл", "глава", "главы", "тарау"]),
    (Part::Column, &["col", "cols", "column", "стб", "столбец", "баған"]),
    (Part::Figure, &["fig", "figs", "figure", "рис", "рисунок", "сур", "сурет"]),
    (Part::Line, &["l", "ll", "line", "lines", "строка", "строки", "жол"]),
    (Part::Note, &["n", "nn", "note", "notes", "прим", "примечание", "еск", "ескертпе"]),
    (
        Part::Paragraph,
        &["para", "paras", "paragraph", "¶", "¶¶", "п", "пп", "пункт", "пункты", "тармақ", "тарм"],
    ),
    (Part::Part, &["pt", "pts", "part", "parts", "ч", "часть", "бөлік"]),
    (Part::Section, &["sec", "secs", "section", "sections", "§", "§§", "разд", "раздел", "разделы", "бөлім"]),
    (Part::Table, &["table", "tables", "табл", "таблица", "кесте"]),
    (Part::Appendix, &["app", "appendix", "прил", "приложение", "қосымша"]),
    (Part::Volume, &["vol", "vols", "volume", "т", "том", "тома"]),
];

/// Whether what stands between two brackets cites sources.
pub(super) fn is_citation(label: &str) -> bool {
    label.contains('@') && parse(label).is_some()
}

/// Reads what stands between the brackets; places count from its beginning. `None` if it is no citation:
/// if some part between semicolons names no source.
pub(super) fn parse(label: &str) -> Option<Vec<SourcedItem>> {
    let mut items = Vec::new();
    let mut at = 0;
    for part in label.split(';') {
        items.push(item(part, at)?);
        at += part.len() + 1;
    }
    Some(items)
}

fn item(part: &str, at: usize) -> Option<SourcedItem> {
    let mut from = 0;
    loop {
        let sign = from + part[from..].find('@')?;
        from = sign + 1;
        let before = &part[..sign];
        let (before, without_author) = match before.strip_suffix('-') {
            Some(rest) => (rest, true),
            None => (before, false),
        };
        // The sign of an e-mail address stands behind a letter.
        if !(before.is_empty() || before.ends_with(|c: char| c.is_whitespace() || c == '(')) {
            continue;
        }
        let Some(length) = key_length(&part[sign + 1..]) else { continue };
        let written = &part[sign + 1..sign + 1 + length];
        let key = written.strip_prefix('{').and_then(|key| key.strip_suffix('}')).unwrap_or(written);
        let (locator, suffix) = behind(&part[sign + 1 + length..]);
        return Some(SourcedItem {
            key: key.to_owned(),
            span: Span::new(at + sign, at + sign + 1 + length),
            prefix: plain(before),
            locator,
            suffix,
            without_author,
        });
    }
}

/// A text in one line, without the marks of a quotation that goes on.
fn plain(text: &str) -> String {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(number, line)| match number {
        0 => line.trim(),
        _ => line.trim_start_matches(['>', ' ', '\t']).trim_end(),
    });
    lines.collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// How many bytes the key has that begins here: a letter, digit or `_`, then such with single marks
/// between them; or anything in braces.
fn key_length(text: &str) -> Option<usize> {
    if let Some(rest) = text.strip_prefix('{') {
        let end = rest.find(['}', '{', '\n'])?;
        return (rest[end..].starts_with('}') && end > 0).then_some(end + 2);
    }
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let mut end = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if is_letter(c) {
            end = at + c.len_utf8();
        } else if at == 0
            || !":.#$%&-+?<>~/".contains(c)
            || !characters.peek().is_some_and(|(_, next)| is_letter(*next))
        {
            break;
        }
    }
    (end > 0).then_some(end)
}

/// What stands behind a key: the part that is meant, and other words.
fn behind(text: &str) -> (Option<(Part, String)>, String) {
    let rest = plain(text.trim_start().trim_start_matches(','));
    let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
    let named = |word: &str| {
        let word = word.trim_end_matches('.').to_lowercase();
        PARTS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(part, _)| *part)
    };
    let begins_with_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    // `5-бап`: in Kazakh the number comes first.
    let first = word.trim_end_matches(',');
    if let Some((numbers, label)) = first.rsplit_once('-')
        && begins_with_number(numbers)
        && let Some(part) = named(label)
    {
        let suffix = rest[first.len()..].trim().trim_start_matches(',').trim_start();
        return (Some((part, dashes(numbers))), suffix.to_owned());
    }
    // `p. 3`, `p.3`, `§ 3`, `§3`, `3`.
    let (part, numbers) = match named(word) {
        Some(part) => (Some(part), after.trim_start()),
        None => {
            let digits = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            let (label, numbers) = rest.split_at(digits);
            let label = label.trim_end();
            match label.is_empty() {
                true => (begins_with_number(numbers).then_some(Part::Page), numbers),
                false => (named(label).filter(|_| !label.contains(char::is_whitespace)), numbers),
            }
        }
    };
    let Some(part) = part else { return (None, rest) };
    let length = numbers_length(numbers);
    if length == 0 {
        return (None, rest);
    }
    let (numbers, suffix) = numbers.split_at(length);
    let suffix = suffix.trim().trim_start_matches(',').trim_start();
    (Some((part, dashes(numbers.trim_end_matches(',')))), suffix.to_owned())
}

/// How much of a text is numbers: words with a digit in them, or of Roman digits.
fn numbers_length(text: &str) -> usize {
    let is_roman = |word: &str| !word.is_empty() && word.chars().all(|c| "ivxlcdmIVXLCDM".contains(c));
    let mut end = 0;
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim().trim_matches([',', '(', ')', '.']);
        let is_number = bare.contains(|c: char| c.is_ascii_digit()) || is_roman(bare);
        let joins = end > 0 && matches!(bare, "&" | "–" | "-");
        if !(is_number || joins) {
            break;
        }
        at += word.len();
        if is_number {
            end = at - (word.len() - word.trim_end().len());
        }
    }
    end
}

/// A hyphen between digits is a dash.
fn dashes(text: &str) -> String {
    let characters: Vec<char> = text.replace("--", "-").chars().collect();
    let digit = |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(char::is_ascii_digit);
    let one = |(at, &c): (usize, &char)| match c {
        '-' if digit(at.checked_sub(1)) && digit(Some(at + 1)) => '–',
        c => c,
    };
    characters.iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(label: &str) -> Option<String> {
        let one = |item: SourcedItem| {
            let author = if item.without_author { "-" } else { "" };
            let locator = item.locator.map_or(String::new(), |(part, text)| format!("{part:?} {text}"));
            format!("{}|{author}{}|{locator}|{}", item.prefix, item.key, item.suffix)
        };
        parse(label).map(|items| items.into_iter().map(one).collect::<Vec<_>>().join(" ; "))
    }

    #[test]
    fn citations_are_read_as_pandoc_reads_them() {
        for (label, expected) in [
            ("@oecd", "|oecd||"),
            ("@oecd, p. 3", "|oecd|Page 3|"),
            ("@oecd, pp. 33-35, 38 and elsewhere", "|oecd|Page 33–35, 38|and elsewhere"),
            ("@oecd p.3", "|oecd|Page 3|"),
            ("@oecd, 3", "|oecd|Page 3|"),
            ("@oecd, §§ 4", "|oecd|Section 4|"),
            ("@oecd, §4", "|oecd|Section 4|"),
            ("@oecd, chap. IV", "|oecd|Chapter IV|"),
            ("@oecd, in part", "|oecd||in part"),
            ("@oecd, p. unknown", "|oecd||p. unknown"),
            ("@закон, ст. 5", "|закон|Article 5|"),
            ("@заң, 5-бап", "|заң|Article 5|"),
            ("@заң, 5-7-беттер, б", "|заң|Page 5–7|б"),
            ("see @oecd; also -@eu.2024:act, art. 5(1)", "see|oecd|| ; also|-eu.2024:act|Article 5(1)|"),
            ("@{https://a.kz/?x=1}, p. 2", "|https://a.kz/?x=1|Page 2|"),
            ("see\n> @a;\n> @b", "see|a|| ; |b||"),
        ] {
            assert_eq!(read(label).as_deref(), Some(expected), "{label}");
        }
    }

    #[test]
    fn what_names_no_source_is_text() {
        for label in ["me@x.kz", "@", "@ x", "a; @b", "@b;", "", "2@3", "(me@x.kz)"] {
            assert_eq!(read(label), None, "{label}");
            assert!(!is_citation(label), "{label}");
        }
    }

    #[test]
    fn places_are_those_of_the_keys() {
        let items = parse("see @қ, p. 2; -@{b c}").unwrap();
        let label = "see @қ, p. 2; -@{b c}";
        let shown: Vec<&str> = items.iter().map(|item| &label[item.span.start..item.span.end]).collect();
        assert_eq!(shown, ["@қ", "@{b c}"]);
    }
}
