//! Rows and columns as they were written: of a CSV, TOML, YAML or JSON file, or of a table in a text.

use std::collections::HashSet;

use super::csv;
use super::{Place, Problem};
use crate::base::codes;
use crate::base::data::{Node, Value};
use crate::base::span::Span;

/// The most columns of structured data: each row has a place for each of them, so that rows with keys of their
/// own would fill the memory.
const MOST_COLUMNS: usize = 200;

/// A field, and where it stands in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says, without blanks around it.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub span: Span,
    /// Its fields in the order of the columns; `None` where it has none.
    pub cells: Vec<Option<Cell>>,
}

impl Row {
    /// What a field says, unless it is empty.
    #[must_use]
    pub fn cell(&self, column: usize) -> Option<&Cell> {
        self.cells.get(column)?.as_ref().filter(|cell| !cell.text.is_empty())
    }
}

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The names of the columns.
    pub columns: Vec<Cell>,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Sheet {
    /// Reads CSV, whose first record names the columns.
    ///
    /// # Errors
    /// All rows that have more or fewer fields than there are columns, or a quotation mark that is not closed.
    pub fn from_csv(text: &str) -> Result<Self, Vec<Problem>> {
        let records = csv::records(text).map_err(|span| {
            let message = "this quotation mark has no other one";
            let help = "put one at the end of the field; one inside of it is written twice";
            vec![Problem::at(codes::DATA_FILE, span, message).help(help)]
        })?;
        let mut records = records.into_iter();
        let columns: Vec<Cell> =
            records.next().map(|row| row.cells).unwrap_or_default().into_iter().flatten().collect();
        if let [only] = columns.as_slice()
            && let Some(mark) = [';', '\t'].into_iter().find(|&mark| only.text.contains(mark))
        {
            let shown = if mark == ';' { "semicolons" } else { "tabs" };
            let message = format!("the fields of this file are divided by {shown}");
            let help = "save it as CSV with commas between the fields";
            return Err(vec![Problem::at(codes::DATA_FILE, only.span, message).help(help)]);
        }
        let rows: Vec<Row> = records.collect();
        let ragged = rows.iter().filter(|row| row.cells.len() != columns.len()).map(|row| {
            let message = format!("this row has {} fields, and there are {} columns", row.cells.len(), columns.len());
            let help = "each line has as many fields as the first; a field that holds a comma stands in quotation marks";
            Problem::at(codes::DATA_FILE, row.span, message).help(help)
        });
        let mut problems: Vec<Problem> = ragged.collect();
        problems.extend(twice(&columns));
        if problems.is_empty() { Ok(Self { columns, rows }) } else { Err(problems) }
    }

    /// The rows of structured data: a list of tables, or the only list of tables in a table. A table in
    /// a row, as in `label = { en = "…", ru = "…" }`, is columns `label.en` and `label.ru`.
    ///
    /// # Errors
    /// There is no such list, or more than one, or something else in it.
    pub fn from_node(node: &Node) -> Result<Self, Vec<Problem>> {
        let list = match &node.value {
            Value::List(items) => items,
            Value::Table(table) => {
                let mut lists = table.entries.iter().filter_map(|entry| match &entry.node.value {
                    Value::List(items) => Some((items, entry.key_span)),
                    _ => None,
                });
                match (lists.next(), lists.next()) {
                    (Some((items, _)), None) => items,
                    (Some(_), Some((_, second))) => {
                        let message = "this is the second list of this file, and a chart is drawn from one";
                        let help = "put the rows of each chart into a file of its own";
                        return Err(vec![Problem::at(codes::CHART_DATA, second, message).help(help)]);
                    }
                    (None, _) => return Err(vec![no_list(node.span)]),
                }
            }
            _ => return Err(vec![no_list(node.span)]),
        };
        let mut sheet = Self::default();
        let mut problems = Vec::new();
        for item in list {
            let Value::Table(_) = &item.value else {
                let message =
                    format!("a row is a table of columns and values, and this is {}", item.value.kind());
                problems.push(
                    Problem::at(codes::CHART_DATA, item.span, message)
                        .help("write each row as {label = \"…\", value = 5}"),
                );
                continue;
            };
            let mut row = Row { span: item.span, cells: Vec::new() };
            sheet.add(&mut row, "", item, &mut problems);
            sheet.rows.push(row);
            if let Some(column) = sheet.columns.get(MOST_COLUMNS) {
                let message = format!("there are more than {MOST_COLUMNS} columns");
                let help = "give the same things the same keys in each row";
                problems.push(Problem::at(codes::CHART_DATA, column.span, message).help(help));
                break;
            }
        }
        if problems.is_empty() { Ok(sheet) } else { Err(problems) }
    }

    fn add(&mut self, row: &mut Row, prefix: &str, item: &Node, problems: &mut Vec<Problem>) {
        let Value::Table(table) = &item.value else { return };
        for entry in &table.entries {
            if self.columns.len() > MOST_COLUMNS {
                return;
            }
            let name = format!("{prefix}{}", entry.key);
            let text = match &entry.node.value {
                Value::Table(_) if prefix.is_empty() => {
                    self.add(row, &format!("{name}."), &entry.node, problems);
                    continue;
                }
                Value::Null => String::new(),
                Value::Integer(number) => number.to_string(),
                Value::Float(number) => number.to_string(),
                Value::String(text) => text.trim().to_owned(),
                Value::Moment(moment) => moment.to_string(),
                Value::Bool(_) | Value::List(_) | Value::Table(_) => {
                    let message =
                        format!("`{name}` is {}, which a chart cannot show", entry.node.value.kind());
                    let help = "a value is a number, a text or a date";
                    problems.push(Problem::at(codes::CHART_DATA, entry.node.span, message).help(help));
                    continue;
                }
            };
            let column = self.columns.iter().position(|column| column.text == name).unwrap_or_else(|| {
                self.columns.push(Cell { text: name, span: entry.key_span });
                self.columns.len() - 1
            });
            if row.cells.len() <= column {
                row.cells.resize(column + 1, None);
            }
            row.cells[column] = Some(Cell { text, span: entry.node.span });
        }
    }
}

/// Columns of one name.
pub(super) fn twice(columns: &[Cell]) -> Vec<Problem> {
    let mut known = HashSet::new();
    let again = columns.iter().filter(|column| !known.insert(column.text.as_str()));
    again
        .map(|column| {
            let message = format!("there are two columns `{}`", column.text);
            Problem::at(codes::CHART_COLUMN, column.span, message).help("give one of them another name")
        })
        .collect()
}

fn no_list(span: Span) -> Problem {
    let help = "write one table for each row: [[rows]] in TOML, [{…}, {…}] in JSON";
    let problem = Problem::new(codes::CHART_DATA, Place::Data(span), "there is no list of rows in this file");
    problem.help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::data::parse_toml;

    fn said(problems: &[Problem]) -> Vec<&str> {
        problems.iter().map(|problem| problem.message.as_str()).collect()
    }

    #[test]
    fn tables_in_rows_are_columns() {
        let text = "[[rows]]\nlabel = { en = \"One\", ru = \"Один\" }\nn = 1_000\n[[rows]]\nn = 2.5\nday = 2025-01-15\n";
        let table = parse_toml(text).unwrap();
        let node = Node { span: Span::new(0, text.len()), value: Value::Table(table) };
        let sheet = Sheet::from_node(&node).unwrap();
        let names: Vec<&str> = sheet.columns.iter().map(|column| column.text.as_str()).collect();
        assert_eq!(names, ["label.en", "label.ru", "n", "day"]);
        assert_eq!(sheet.rows[0].cell(2).unwrap().text, "1000");
        assert_eq!(sheet.rows[1].cell(2).unwrap().text, "2.5");
        assert_eq!(sheet.rows[1].cell(3).unwrap().text, "2025-01-15");
        assert_eq!(sheet.rows[1].cell(0), None);
    }

    #[test]
    fn rows_with_keys_of_their_own_are_no_columns() {
        let read = |rows: usize| {
            let text: String = (0..rows).map(|row| format!("[[rows]]\nk{row} = 1\n")).collect();
            let node =
                Node { span: Span::new(0, text.len()), value: Value::Table(parse_toml(&text).unwrap()) };
            Sheet::from_node(&node)
        };
        assert_eq!(read(200).unwrap().columns.len(), 200);
        let problems = read(2000).unwrap_err();
        assert_eq!(said(&problems), ["there are more than 200 columns"]);
    }

    #[test]
    fn ragged_and_foreign_tables_are_refused() {
        let problems = Sheet::from_csv("a,b\n1\n1,2,3\n").unwrap_err();
        assert_eq!(
            said(&problems),
            [
                "this row has 1 fields, and there are 2 columns",
                "this row has 3 fields, and there are 2 columns"
            ]
        );
        assert_eq!(
            said(&Sheet::from_csv("a;b\n1;2\n").unwrap_err()),
            ["the fields of this file are divided by semicolons"]
        );
        assert_eq!(said(&Sheet::from_csv("a,a\n1,2\n").unwrap_err()), ["there are two columns `a`"]);
    }
}
