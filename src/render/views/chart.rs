//! The view of a chart.

use tera::Value;

use super::view;

view! {
    /// `chart`: what the component of a chart is given beside its arguments.
    ChartView {
        /// What ids in it begin with: `ID-title` names the drawing, `ID-description` describes it.
        id: String,
        /// Which chart of its text it is, from 1.
        number: usize,
        /// The drawing: an SVG element.
        svg: Value,
        /// How many em of room it needs before itself, from 0 to 9.
        lead: u8,
        /// How many em of room it needs after itself, from 0 to 9.
        room: u8,
        /// The series, if there are several and the drawing does not name them: `name` and a sample, `svg`.
        legend: Vec<Value>,
        /// The headings of the data as a table.
        headings: Vec<String>,
        /// Its rows: lists of texts in the language's words, the first of each the name of the row.
        rows: Value,
    }
}
