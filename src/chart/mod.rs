//! Charts: from rows and columns to SVG. Pure: no files, no Markdown, no templates.
//!
//! [`Sheet`] is what was written, [`data`] what of it is to be shown, checked; one module draws each
//! kind, on a [`Scale`] of numbers or a [`TimeScale`]. Colours, fonts and everything around the drawing are
//! the theme's. What makes a chart readable for everybody is here: text of one size at every width
//! ([`svg`]), words broken so that they fit a screen 320 pixels wide ([`text`]), and series told apart by
//! patterns, markers and dashes, with or without colour.

mod axis;
mod csv;
mod data;
mod line;
mod rows;
mod scale;
mod sheet;
mod svg;
mod text;
mod time;
mod timeline;

pub use scale::{LARGEST, Scale};
pub use sheet::{Cell, Row, Sheet};
pub use time::{Period, Precision, TimeScale};

use crate::base::codes::Code;
use crate::base::locale::Locale;
use crate::base::span::Span;

/// The types of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bar for each value, beside each other where there are several series.
    Bar,
    /// The values of a row end to end, as parts of a whole.
    Stacked,
    /// A line for each series, along time or an order.
    Line,
    /// A dot for each value.
    Dot,
    /// A bar or a mark for each row, along time.
    Timeline,
}

/// The most mistakes of one file that are told one by one.
const MOST_PROBLEMS: usize = 50;

/// The first of many problems, and how many more there are.
#[must_use]
pub fn first_of(mut problems: Vec<Problem>) -> Vec<Problem> {
    let more = problems.len().saturating_sub(MOST_PROBLEMS);
    if more > 1 {
        let code = problems[MOST_PROBLEMS].code;
        problems.truncate(MOST_PROBLEMS);
        let rest = Problem::new(code, Place::Whole, format!("there are {more} more mistakes in these data"));
        problems.push(rest.help("one is likely behind many: mend those that are told, and build again"));
    }
    problems
}

impl Kind {
    /// The names that authors write, in the order of the variants.
    pub const NAMES: [&'static str; 5] = ["bar", "stacked", "line", "dot", "timeline"];

    /// The type of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let kinds = [Self::Bar, Self::Stacked, Self::Line, Self::Dot, Self::Timeline];
        Self::NAMES.iter().zip(kinds).find(|(known, _)| **known == name).map(|(_, kind)| kind)
    }

    /// What authors write.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// A column that is to be shown, and what it is called on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name in the data.
    pub column: String,
    /// What it is called; the name in the data if nothing is said.
    pub heading: Option<String>,
}

impl Named {
    /// Reads `column` or `column = Heading`, several of them divided by semicolons.
    #[must_use]
    pub fn parse(text: &str) -> Vec<Self> {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| match part.split_once('=') {
                Some((column, heading)) => {
                    Self { column: column.trim().to_owned(), heading: Some(heading.trim().to_owned()) }
                }
                None => Self { column: part.to_owned(), heading: None },
            })
            .collect()
    }
}

/// What an author asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The type.
    pub kind: Kind,
    /// The column that names the rows; the first one if nothing is said.
    pub label: Option<Named>,
    /// The columns of numbers; all if nothing is said.
    pub values: Vec<Named>,
    /// The column of first days, of a timeline.
    pub start: Option<Named>,
    /// The column of last days, of a timeline.
    pub end: Option<Named>,
    /// What the columns of first and last days are called if the author does not say.
    pub words: [String; 2],
}

/// Whose words and numbers are shown.
#[derive(Clone, Copy, Debug)]
pub struct Tongue<'a> {
    /// The conventions of the language.
    pub locale: &'a Locale,
    /// Its tag.
    pub lang: &'a str,
    /// The tags of all languages of the site, the default one first: suffixes of columns.
    pub languages: &'a [&'a str],
}

/// Where something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In an argument of the directive.
    Argument(&'static str),
    /// In the data: bytes of their file.
    Data(Span),
    /// In the data as a whole.
    Whole,
}

/// What keeps a chart from being drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The code of its diagnostic.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self { code, place, message: message.into(), help: None }
    }

    fn at(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Place::Data(span), message)
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A series in the legend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it is called.
    pub name: String,
    /// A sample of it, as SVG.
    pub svg: String,
}

/// A chart that is drawn, and its data in the language's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// The SVG, named by the element with the id `ID-title`, and described by `ID-description`.
    pub svg: String,
    /// How many em it needs before and after itself for words that reach out of it.
    pub room: [u8; 2],
    /// The series, where there are several and they are not named in the drawing.
    pub legend: Vec<Key>,
    /// The headings of the data as a table.
    pub headings: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// The narrowest drawing, in em of its text: a screen of 320 pixels less its margins, with text of 14.
const NARROWEST: f64 = 20.0;

/// How many series can be told apart.
pub const MOST_SERIES: usize = 6;

/// Draws a chart. Ids in it begin with `id`; `described` says whether the page shows a description.
///
/// # Errors
/// Everything that is wrong with the data.
pub fn draw(
    id: &str,
    wanted: &Wanted,
    sheet: &Sheet,
    tongue: Tongue<'_>,
    described: bool,
) -> Result<Drawing, Vec<Problem>> {
    let named = match described {
        true => format!("aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-description\""),
        false => format!("aria-labelledby=\"{id}-title\""),
    };
    let page = Page { id, named: &named, locale: tongue.locale };
    match wanted.kind {
        Kind::Timeline => Ok(timeline::draw(&page, &data::events(wanted, sheet, tongue)?)),
        Kind::Line => Ok(line::draw(&page, &data::table(wanted, sheet, tongue)?)),
        kind => Ok(rows::draw(&page, kind, &data::table(wanted, sheet, tongue)?)),
    }
}

/// What every drawing needs to know of its page.
struct Page<'a> {
    /// What ids begin with.
    id: &'a str,
    /// The attributes that name the drawing.
    named: &'a str,
    locale: &'a Locale,
}

impl Page<'_> {
    /// A number in the language's words; a dash for none.
    fn number(&self, value: Option<f64>) -> String {
        value.map_or_else(|| "–".to_owned(), |value| self.locale.number(value).replace('-', "\u{2212}"))
    }
}
