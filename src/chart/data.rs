//! What of a sheet is to be shown, checked: the columns that were asked for, numbers as numbers, days as days.

use std::collections::HashSet;

use super::scale::LARGEST;
use super::sheet::{Cell, Row, Sheet};
use super::time::Period;
use super::{Kind, MOST_SERIES, Named, Place, Problem, Tongue, Wanted};
use crate::base::codes;
use crate::base::suggest::did_you_mean;

/// Rows of numbers.
#[derive(Debug)]
pub(super) struct Table {
    /// What the rows' names are called.
    pub heading: String,
    /// What the columns of numbers are called.
    pub series: Vec<String>,
    pub rows: Vec<Line>,
}

/// A row of numbers.
#[derive(Debug)]
pub(super) struct Line {
    /// What it is called, in the language's words.
    pub label: String,
    /// Where it lies in time, if its name is a date.
    pub when: Option<Period>,
    /// A number for each series; `None` where there is none.
    pub values: Vec<Option<f64>>,
}

/// Rows along time.
#[derive(Debug)]
pub(super) struct Events {
    /// What the rows' names, their starts and ends are called.
    pub headings: [String; 3],
    pub rows: Vec<Event>,
}

/// A row along time.
#[derive(Debug)]
pub(super) struct Event {
    pub label: String,
    pub start: Period,
    pub end: Option<Period>,
}

/// A column, in one or more languages.
struct Column<'a> {
    name: &'a str,
    /// In which language it stands where.
    places: Vec<(Option<&'a str>, usize)>,
}

/// The columns of a sheet: `label.en` and `label.ru` are one.
struct Columns<'a>(Vec<Column<'a>>);

impl<'a> Columns<'a> {
    fn of(sheet: &'a Sheet, tongue: Tongue<'_>) -> Self {
        let mut columns: Vec<Column<'a>> = Vec::new();
        for (index, cell) in sheet.columns.iter().enumerate() {
            let split = cell.text.rsplit_once('.').filter(|(_, lang)| tongue.languages.contains(lang));
            let (name, lang) = split.map_or((cell.text.as_str(), None), |(name, lang)| (name, Some(lang)));
            match columns.iter_mut().find(|column| column.name == name) {
                Some(column) => column.places.push((lang, index)),
                None => columns.push(Column { name, places: vec![(lang, index)] }),
            }
        }
        Self(columns)
    }

    fn find(&self, name: &str) -> Option<&Column<'a>> {
        self.0.iter().find(|column| column.name == name)
    }

    /// The column that an argument names.
    fn asked(&self, named: &Named, argument: &'static str) -> Result<&Column<'a>, Problem> {
        self.find(&named.column).ok_or_else(|| {
            let names = self.0.iter().map(|column| column.name);
            let message = format!("the data have no column `{}`", named.column);
            let help = did_you_mean(&named.column, names.clone()).unwrap_or_else(|| {
                let all = names.collect::<Vec<_>>().join(", ");
                match named.column.contains(',') {
                    true => format!("put semicolons between columns; there are: {all}"),
                    false => format!("there are: {all}"),
                }
            });
            Problem::new(codes::CHART_COLUMN, Place::Argument(argument), message).help(help)
        })
    }
}

impl Column<'_> {
    /// Its field in a row: in the reader's language, else in the site's, else in any.
    fn cell<'r>(&self, row: &'r Row, tongue: Tongue<'_>) -> Option<&'r Cell> {
        let in_language = |wanted: Option<&str>| {
            let found = self.places.iter().find(|(lang, _)| *lang == wanted);
            found.and_then(|&(_, index)| row.cell(index))
        };
        in_language(Some(tongue.lang))
            .or_else(|| in_language(None))
            .or_else(|| tongue.languages.iter().find_map(|&lang| in_language(Some(lang))))
    }
}

/// The numbers that a chart is to show.
pub(super) fn table(wanted: &Wanted, sheet: &Sheet, tongue: Tongue<'_>) -> Result<Table, Vec<Problem>> {
    let columns = Columns::of(sheet, tongue);
    let mut problems = Vec::new();
    let label = label(wanted, sheet, &columns, &mut problems);
    let values = values(wanted, sheet, &columns, label, tongue, &mut problems);
    let (Some(label), Some(values)) = (label, values) else { return Err(problems) };
    let mut known: HashSet<String> = HashSet::new();
    // Along time, if it begins with a date.
    let first = sheet.rows.first().and_then(|row| label.cell(row, tongue));
    let timed = wanted.kind == Kind::Line && first.is_some_and(|cell| Period::parse(&cell.text).is_some());
    let mut rows = Vec::new();
    for row in &sheet.rows {
        let Some(cell) = named(row, label, tongue, &mut problems) else { continue };
        let when = Period::parse(&cell.text);
        if timed && when.is_none() {
            problems.push(not_a_date(cell));
            continue;
        }
        let first_day = when.filter(|_| timed).map(|when| when.first.to_string());
        if !known.insert(first_day.unwrap_or_else(|| cell.text.clone())) {
            let message = format!("there are two rows `{}`", cell.text);
            let help = "remove one of them, or say in their names what tells them apart";
            problems.push(Problem::at(codes::CHART_ROW, cell.span, message).help(help));
        }
        let numbers = values.iter().map(|(column, _)| value(wanted.kind, row, column, tongue, &mut problems));
        let line = Line {
            label: when.map_or_else(|| cell.text.clone(), |when| when.words(tongue.locale)),
            when: when.filter(|_| timed),
            values: numbers.collect(),
        };
        rows.push(line);
    }
    if problems.is_empty() && rows.iter().all(|row| row.values.iter().all(Option::is_none)) {
        problems.push(nothing(sheet));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if timed {
        rows.sort_by_key(|row| row.when.map(|when| when.first));
    }
    let heading = wanted.label.as_ref().and_then(|named| named.heading.clone());
    Ok(Table {
        heading: heading.unwrap_or_else(|| label.name.to_owned()),
        series: values.into_iter().map(|(_, heading)| heading).collect(),
        rows,
    })
}

/// The rows of a timeline.
pub(super) fn events(wanted: &Wanted, sheet: &Sheet, tongue: Tongue<'_>) -> Result<Events, Vec<Problem>> {
    let columns = Columns::of(sheet, tongue);
    let mut problems = Vec::new();
    let label = label(wanted, sheet, &columns, &mut problems);
    let start = match &wanted.start {
        Some(named) => columns.asked(named, "start").map(Some),
        None => columns.find("start").or_else(|| columns.find("date")).map(Some).ok_or_else(|| {
            let message = "a timeline needs a column of first days, and the data have no `start` or `date`";
            let help = near(&columns, "start").unwrap_or_else(|| "name the column: start=\"…\"".to_owned());
            Problem::new(codes::CHART_COLUMN, place_of_columns(sheet), message).help(help)
        }),
    };
    let end = match &wanted.end {
        Some(named) => columns.asked(named, "end").map(Some),
        None => Ok(columns.find("end")),
    };
    let mut ok = |found: Result<_, Problem>| match found {
        Ok(column) => column,
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    let (start, end) = (ok(start), ok(end));
    let (Some(label), Some(start)) = (label, start) else { return Err(problems) };
    let mut rows = Vec::new();
    for row in &sheet.rows {
        let Some(cell) = named(row, label, tongue, &mut problems) else { continue };
        let mut period = |cell: &Cell| {
            let found = Period::parse(&cell.text);
            if found.is_none() {
                problems.push(not_a_date(cell));
            }
            found
        };
        let starts = start.cell(row, tongue).map(&mut period);
        let last = end.and_then(|column| column.cell(row, tongue));
        let ends = last.and_then(&mut period);
        match starts {
            None => {
                let message = format!("the row `{}` has no `{}`", cell.text, start.name);
                problems.push(Problem::at(codes::CHART_VALUE, row.span, message).help(DATES));
            }
            Some(None) => {}
            Some(Some(start)) => {
                if let (Some(end), Some(last)) = (ends, last)
                    && end.last() < start.first
                {
                    let message = format!("`{}` ends before it starts", cell.text);
                    let help = "change the order of the two days, or correct one of them";
                    problems.push(Problem::at(codes::CHART_ROW, last.span, message).help(help));
                }
                rows.push(Event { label: cell.text.clone(), start, end: ends });
            }
        }
    }
    if problems.is_empty() && rows.is_empty() {
        problems.push(nothing(sheet));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let heading = |named: &Option<Named>| named.as_ref().and_then(|named| named.heading.clone());
    let [start_word, end_word] = wanted.words.clone();
    Ok(Events {
        headings: [
            heading(&wanted.label).unwrap_or_else(|| label.name.to_owned()),
            heading(&wanted.start).unwrap_or(start_word),
            heading(&wanted.end).unwrap_or(end_word),
        ],
        rows,
    })
}

const DATES: &str = "write a date as 2025-01-15, 2025-01 or 2025";

fn not_a_date(cell: &Cell) -> Problem {
    Problem::at(codes::CHART_VALUE, cell.span, format!("`{}` is not a date", cell.text)).help(DATES)
}

fn nothing(sheet: &Sheet) -> Problem {
    let help = if sheet.columns.is_empty() {
        "write the names of the columns into the first line, and a row below it for each thing"
    } else {
        "write a row below the names of the columns for each thing"
    };
    Problem::new(codes::CHART_DATA, Place::Whole, "there is nothing to draw in these data").help(help)
}

fn place_of_columns(sheet: &Sheet) -> Place {
    sheet.columns.first().map_or(Place::Whole, |cell| Place::Data(cell.span))
}

fn near(columns: &Columns<'_>, name: &str) -> Option<String> {
    crate::base::suggest::nearest(name, columns.0.iter().map(|column| column.name))
        .map(|near| format!("did you mean `{near}`? Name the column: {name}=\"{near}\""))
}

/// The column that names the rows.
fn label<'c, 'a>(
    wanted: &Wanted,
    sheet: &Sheet,
    columns: &'c Columns<'a>,
    problems: &mut Vec<Problem>,
) -> Option<&'c Column<'a>> {
    let Some(first) = columns.0.first().filter(|_| !sheet.rows.is_empty()) else {
        problems.push(nothing(sheet));
        return None;
    };
    match &wanted.label {
        None => Some(first),
        Some(named) => columns.asked(named, "label").map_err(|problem| problems.push(problem)).ok(),
    }
}

/// The name of a row.
fn named<'r>(
    row: &'r Row,
    label: &Column<'_>,
    tongue: Tongue<'_>,
    problems: &mut Vec<Problem>,
) -> Option<&'r Cell> {
    let cell = label.cell(row, tongue);
    if cell.is_none() {
        let message = format!("this row has no `{}`", label.name);
        problems.push(Problem::at(codes::CHART_ROW, row.span, message).help("write what the row is called"));
    }
    cell
}

/// The columns of numbers, with what they are called: those that were asked for, or all that have numbers.
fn values<'c, 'a>(
    wanted: &Wanted,
    sheet: &Sheet,
    columns: &'c Columns<'a>,
    label: Option<&Column<'a>>,
    tongue: Tongue<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<(&'c Column<'a>, String)>> {
    let before = problems.len();
    let mut found = Vec::new();
    for named in &wanted.values {
        match columns.asked(named, "values") {
            Ok(column) => {
                let heading = named.heading.clone().unwrap_or_else(|| column.name.to_owned());
                found.push((column, heading));
            }
            Err(problem) => problems.push(problem),
        }
    }
    if wanted.values.is_empty() {
        let label = label?;
        let others = || columns.0.iter().filter(|column| column.name != label.name);
        let has_number = |column: &&Column<'_>| {
            sheet
                .rows
                .iter()
                .any(|row| column.cell(row, tongue).is_some_and(|cell| number(&cell.text).is_ok()))
        };
        let mut chosen: Vec<_> = others().filter(has_number).collect();
        // Where nothing is a number, each field is told of.
        if chosen.is_empty() {
            chosen = others().collect();
        }
        found.extend(chosen.into_iter().map(|column| (column, column.name.to_owned())));
        if found.is_empty() {
            let message = "the data have no column of numbers";
            let help = "a chart needs a column with the names of its rows and at least one with numbers";
            problems.push(Problem::new(codes::CHART_COLUMN, place_of_columns(sheet), message).help(help));
        }
    }
    if found.len() > MOST_SERIES {
        let message = format!("a chart shows at most {MOST_SERIES} columns, and here are {}", found.len());
        let names = found.iter().take(3).map(|(column, _)| column.name).collect::<Vec<_>>().join("; ");
        let place =
            if wanted.values.is_empty() { place_of_columns(sheet) } else { Place::Argument("values") };
        let help = format!("name those to show, as in values=\"{names}\", or draw several charts");
        problems.push(Problem::new(codes::CHART_COLUMN, place, message).help(help));
    }
    (problems.len() == before).then_some(found)
}

/// The number in a field, if there is one.
fn value(
    kind: Kind,
    row: &Row,
    column: &Column<'_>,
    tongue: Tongue<'_>,
    problems: &mut Vec<Problem>,
) -> Option<f64> {
    let Some(cell) = column.cell(row, tongue) else {
        if kind == Kind::Stacked {
            let message = format!("this row has no `{}`, and so its whole is not known", column.name);
            let help = "write 0 where there is nothing, or draw bars beside each other: type=\"bar\"";
            problems.push(Problem::at(codes::CHART_VALUE, row.span, message).help(help));
        }
        return None;
    };
    match number(&cell.text) {
        Ok(value) if kind == Kind::Stacked && value < 0.0 => {
            let message = format!("`{}` is negative, and a part of a whole cannot be", cell.text);
            let help = "draw bars beside each other: type=\"bar\"";
            problems.push(Problem::at(codes::CHART_VALUE, cell.span, message).help(help));
            None
        }
        Ok(value) => Some(value),
        Err(help) => {
            let message = format!("`{}` is not a number that a chart can show", cell.text);
            problems.push(Problem::at(codes::CHART_VALUE, cell.span, message).help(help));
            None
        }
    }
}

/// Reads a number: digits with a decimal point, and blanks or `_` between thousands.
///
/// # Errors
/// What to write instead. A comma is refused, because it is a decimal point to some and divides thousands
/// to others.
fn number(text: &str) -> Result<f64, &'static str> {
    const PLAIN: &str = "write digits, as in 390000 or 12.5; leave the field empty where there is no number";
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.contains(',') && digits.bytes().any(|b| b.is_ascii_digit()) {
        return Err("write a point before decimals and nothing, or a blank, between thousands: 390000.5");
    }
    if digits.ends_with('%') {
        return Err("write the number alone, and say unit=\"%\"");
    }
    let (whole, decimals) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let groups: Vec<&str> = whole.split([' ', '_', '\u{a0}', '\u{202f}', '\u{2009}']).collect();
    let well_grouped = groups.iter().all(|group| all_digits(group))
        && (groups.len() == 1 || groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    if !well_grouped || decimals.is_some_and(|decimals| !all_digits(decimals)) {
        return Err(PLAIN);
    }
    let plain = format!("{}.{}", groups.concat(), decimals.unwrap_or("0"));
    let value: f64 = plain.parse().map_err(|_| PLAIN)?;
    if value > LARGEST {
        return Err("it is too large: count in thousands or millions, and say so in unit=\"…\"");
    }
    Ok(if negative && value != 0.0 { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::locale::Locale;

    #[test]
    fn numbers_are_read_without_guessing() {
        assert_eq!(number("390000"), Ok(390_000.0));
        assert_eq!(number("-12.5"), Ok(-12.5));
        assert_eq!(number("\u{2212}0.0").map(f64::is_sign_negative), Ok(false));
        assert_eq!(number("1 234\u{a0}567.8"), Ok(1_234_567.8));
        for wrong in [
            "390,000",
            "12,5",
            "1 23",
            "12 3456",
            "n/a",
            "5%",
            "1e5",
            "",
            ".5",
            "5.",
            "inf",
            "9999999999999999",
        ] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }

    fn wanted(kind: Kind) -> Wanted {
        Wanted {
            kind,
            label: None,
            values: Vec::new(),
            start: None,
            end: None,
            words: [String::new(), String::new()],
        }
    }

    #[test]
    fn one_file_serves_all_languages() {
        let sheet = Sheet::from_csv("label.en,label.kk,n,note\nOne,Бір,1,x\nTwo,,2,y\n").unwrap();
        let of = |lang: &str| {
            let locale = Locale::new(lang);
            let tongue = Tongue { locale: &locale, lang, languages: &["en", "ru", "kk"] };
            let table = table(&wanted(Kind::Bar), &sheet, tongue).unwrap();
            assert_eq!(table.series, ["n"], "a column of texts is no series");
            assert_eq!(table.heading, "label");
            table.rows.into_iter().map(|row| row.label).collect::<Vec<_>>()
        };
        assert_eq!(of("kk"), ["Бір", "Two"]);
        assert_eq!(of("ru"), ["One", "Two"]);
    }

    #[test]
    fn a_line_is_in_the_order_of_time() {
        let sheet = Sheet::from_csv("when,n\n2026,2\n2025-06,1\n").unwrap();
        let locale = Locale::new("en");
        let tongue = Tongue { locale: &locale, lang: "en", languages: &["en"] };
        let table = table(&wanted(Kind::Line), &sheet, tongue).unwrap();
        assert_eq!(
            table.rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(),
            ["June 2025", "2026"]
        );
    }
}
