//! Bars, stacked bars and dots: a row for each name, its numbers along the width.
//!
//! The name stands above its row, as on narrow screens everywhere, so that long words in any language have
//! the whole width. Numbers stand beside what they are of: the axis is for comparing, not for reading off.

use super::axis::{self, Beside, FOOT};
use super::data::{Line, Table};
use super::svg::{self, Anchor, Marks};
use super::text::width;
use super::{Drawing, Key, Kind, NARROWEST, Page, Scale};

/// Heights and distances, in em.
const BAR: f64 = 1.3;
const THIN: f64 = 1.0;
const BETWEEN: f64 = 0.2;
const BELOW_LABEL: f64 = 0.2;
const BELOW_ROW: f64 = 0.9;
/// Between the end of a bar and its number.
const GAP: f64 = 0.5;

pub(super) fn draw(page: &Page<'_>, kind: Kind, table: &Table) -> Drawing {
    let series = table.series.len();
    let (low, high) = extent(kind, table);
    let scale = Scale::new(low, high, 6);
    let zero = scale.percent(0.0);
    let words = |value: f64| width(&page.number(Some(value))) + GAP;
    let mut beside = Vec::new();
    for row in &table.rows {
        for value in shown(kind, row, series) {
            beside.push(Beside {
                at: scale.percent(value),
                width: words(value),
                before: value < 0.0 && kind == Kind::Bar,
            });
        }
    }
    let [lead, room] = axis::room(&beside);
    let plot = NARROWEST - f64::from(lead) - f64::from(room);
    let mut marks = Marks::default();
    let mut y = 0.0;
    for row in &table.rows {
        y += axis::label(&mut marks, &row.label, lead, y) + BELOW_LABEL;
        y += match kind {
            Kind::Stacked => stack(&mut marks, page, row, |value| scale.percent(value), y),
            Kind::Dot => dots(&mut marks, page, row, |value| scale.percent(value), y),
            _ => bars(&mut marks, page, row, zero, |value| scale.percent(value), y),
        };
        y += BELOW_ROW;
    }
    let height = y - BELOW_ROW + 0.3;
    let mut all = Marks::default();
    axis::foot(&mut all, &axis::numbers(page, &scale), height, plot);
    if (0.0..=100.0).contains(&zero) {
        all.line("base", (zero, 0.0), (zero, height));
    }
    all.0.push_str(&marks.0);
    let definitions = match kind {
        Kind::Dot => svg::markers(page.id, series),
        _ => svg::patterns(page.id, series),
    };
    let legend = table.series.iter().enumerate().filter(|_| series > 1).map(|(index, name)| Key {
        name: name.clone(),
        svg: match kind {
            Kind::Dot => svg::marker_key(page.id, index, false),
            _ => svg::box_key(page.id, index),
        },
    });
    Drawing {
        svg: svg::document(page.named, height + FOOT, &definitions, &all.0),
        room: [lead, room],
        legend: legend.collect(),
        headings: std::iter::once(&table.heading).chain(&table.series).cloned().collect(),
        rows: table.rows.iter().map(|row| as_words(page, row)).collect(),
    }
}

/// A row of the data as a table.
pub(super) fn as_words(page: &Page<'_>, row: &Line) -> Vec<String> {
    let values = row.values.iter().map(|&value| page.number(value));
    std::iter::once(row.label.clone()).chain(values).collect()
}

/// The least and the greatest number that the axis has to hold. Bars begin at zero, or their lengths would
/// say nothing; dots need not.
fn extent(kind: Kind, table: &Table) -> (f64, f64) {
    let all = table.rows.iter().flat_map(|row| match kind {
        Kind::Stacked => vec![row.values.iter().flatten().sum::<f64>()],
        _ => row.values.iter().flatten().copied().collect(),
    });
    let (low, high) =
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if kind == Kind::Dot { (low, high) } else { (low.min(0.0), high.max(0.0)) }
}

/// The numbers that stand beside a row: of several dots none, because they may lie upon each other.
fn shown(kind: Kind, row: &Line, series: usize) -> Vec<f64> {
    match kind {
        Kind::Stacked => vec![row.values.iter().flatten().sum()],
        Kind::Dot if series > 1 => Vec::new(),
        _ => row.values.iter().flatten().copied().collect(),
    }
}

/// A number beside a bar or dot that is `height` high.
fn beside(marks: &mut Marks, page: &Page<'_>, value: f64, at: f64, before: bool, y: f64, height: f64) {
    let (anchor, shift) = if before { (Anchor::End, -GAP) } else { (Anchor::Start, GAP) };
    marks.text("", at, shift, y + height / 2.0 + 0.35, anchor, &page.number(Some(value)));
}

fn bars(
    marks: &mut Marks,
    page: &Page<'_>,
    row: &Line,
    zero: f64,
    percent: impl Fn(f64) -> f64,
    top: f64,
) -> f64 {
    let height = if row.values.len() > 1 { THIN } else { BAR };
    let mut y = top;
    for (series, value) in row.values.iter().enumerate() {
        match value {
            Some(value) => {
                let at = percent(*value);
                marks.bar(page.id, series, zero, at, y, height);
                beside(marks, page, *value, at, *value < 0.0, y, height);
            }
            None => marks.text("soft", zero, GAP, y + height / 2.0 + 0.35, Anchor::Start, &page.number(None)),
        }
        y += height + BETWEEN;
    }
    y - BETWEEN - top
}

fn stack(marks: &mut Marks, page: &Page<'_>, row: &Line, percent: impl Fn(f64) -> f64, y: f64) -> f64 {
    let mut whole = 0.0;
    for (series, value) in row.values.iter().enumerate() {
        let before = whole;
        whole += value.unwrap_or(0.0);
        if whole > before {
            marks.bar(page.id, series, percent(before), percent(whole), y, BAR);
        }
    }
    beside(marks, page, whole, percent(whole), false, y, BAR);
    BAR
}

fn dots(marks: &mut Marks, page: &Page<'_>, row: &Line, percent: impl Fn(f64) -> f64, y: f64) -> f64 {
    let middle = y + BAR / 2.0;
    let all = || row.values.iter().enumerate().filter_map(|(series, value)| Some((series, (*value)?)));
    let (least, most) = all().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), (_, value)| {
        (least.min(value), most.max(value))
    });
    // From the one edge to the dot, or from dot to dot.
    match row.values.len() {
        1 if most >= least => marks.line("grid", (0.0, middle), (percent(most), middle)),
        _ if most > least => marks.line("span", (percent(least), middle), (percent(most), middle)),
        _ => {}
    }
    for (series, value) in all() {
        marks.marker(page.id, series, percent(value), middle);
        if row.values.len() == 1 {
            beside(marks, page, value, percent(value), false, y, BAR);
        }
    }
    BAR
}
