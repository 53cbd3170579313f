//! Lines along time, or along an order of names. Each is named at its end, with the marker that it has.

use std::fmt::Write as _;

use super::axis::{self, LINE, Tick};
use super::data::Table;
use super::rows::as_words;
use super::svg::{self, Anchor, Marks, short};
use super::text::{width, wrap};
use super::{Drawing, NARROWEST, Page, TimeScale};

/// The height of the drawing without its foot, and where it begins, in em.
const HEIGHT: f64 = 15.0;
const TOP: f64 = 1.2;
/// The widest name at the end of a line, in em.
const NAME: f64 = 8.0;
/// More points than that have no markers of their own.
const MOST_MARKERS: usize = 30;
/// The markers of series as letters: those of `svg::markers`.
const LETTERS: [&str; 6] = ["●", "■", "▲", "◆", "✖", "○"];

/// What stands at the end of a line.
struct End {
    series: usize,
    lines: Vec<String>,
    /// Where its middle is, in em.
    y: f64,
}

pub(super) fn draw(page: &Page<'_>, table: &Table) -> Drawing {
    let series = table.series.len();
    let numbers = || table.rows.iter().flat_map(|row| row.values.iter().flatten().copied());
    let (low, high) = numbers()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    // An axis that begins elsewhere than at zero exaggerates: only where the lines would be flat otherwise.
    let far = low > high * 0.75 || high < low * 0.75;
    let scale = match far {
        true => super::Scale::new(low, high, 6),
        false => super::Scale::new(low.min(0.0), high.max(0.0), 6),
    };
    let y = |value: f64| TOP + (1.0 - scale.percent(value) / 100.0) * HEIGHT;
    let mut ends = ends(page, table, y);
    let widest = |words: &mut dyn Iterator<Item = &str>| words.map(width).fold(0.0, f64::max);
    let room = whole(widest(&mut ends.iter().flat_map(|end| end.lines.iter().map(String::as_str))) + 0.9);
    let ticks = axis::numbers(page, &scale);
    let wide = whole(widest(&mut ticks.iter().map(|tick| tick.label.as_str())) + 0.7);
    // Numbers stand before the drawing, or in it where names at its other side take the room.
    let lead = if wide + room <= 10 { wide } else { 0 };
    let plot = NARROWEST - f64::from(lead) - f64::from(room);
    let mut marks = Marks::default();
    for (tick, value) in ticks.iter().zip(&scale.ticks) {
        let class = if *value == 0.0 { "base" } else { "grid" };
        marks.line(class, (0.0, y(*value)), (100.0, y(*value)));
        match lead {
            0 => marks.text("soft", 0.0, 0.0, y(*value) - 0.3, Anchor::Start, &tick.label),
            _ => marks.text("soft", 0.0, -0.7, y(*value) + 0.35, Anchor::End, &tick.label),
        }
    }
    let (places, below) = along(page, table, plot);
    axis::words_below(&mut marks, &below, TOP + HEIGHT, plot);
    for tick in &below {
        marks.line("tick", (tick.at, TOP + HEIGHT), (tick.at, TOP + HEIGHT + 0.35));
    }
    curves(&mut marks, table, &places, |value| (1.0 - scale.percent(value) / 100.0) * 1000.0);
    for index in 0..series {
        let points: Vec<(f64, Option<f64>)> =
            places.iter().zip(&table.rows).map(|(&x, row)| (x, row.values[index])).collect();
        let last = points.iter().rposition(|(_, value)| value.is_some());
        for (i, (x, value)) in points.iter().enumerate() {
            let near =
                |i: Option<usize>| i.and_then(|i| points.get(i)).is_some_and(|(_, value)| value.is_some());
            let alone = !near(i.checked_sub(1)) && !near(Some(i + 1));
            if let Some(value) = value
                && (points.len() <= MOST_MARKERS || alone || Some(i) == last)
            {
                marks.marker(page.id, index, *x, y(*value));
            }
        }
    }
    apart(&mut ends);
    for end in &ends {
        let top = end.y - height(end) / 2.0;
        for (i, line) in end.lines.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a few lines")]
            let baseline = top + LINE * i as f64 + axis::BASELINE;
            let class = format!("name s{}", end.series + 1);
            marks.text(&class, 100.0, 0.8, baseline, Anchor::Start, line);
        }
    }
    Drawing {
        svg: svg::document(
            page.named,
            TOP + HEIGHT + axis::FOOT + 0.2,
            &svg::markers(page.id, series),
            &marks.0,
        ),
        room: [lead, room],
        legend: Vec::new(),
        headings: std::iter::once(&table.heading).chain(&table.series).cloned().collect(),
        rows: table.rows.iter().map(|row| as_words(page, row)).collect(),
    }
}

/// Em, in whole ones; the classes of room end at 9.
fn whole(em: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let whole = em.ceil().clamp(0.0, 9.0) as u8;
    whole
}

/// Where each row lies, in percent, and the ticks below.
fn along(page: &Page<'_>, table: &Table, plot: f64) -> (Vec<f64>, Vec<Tick>) {
    let times: Option<Vec<_>> = table.rows.iter().map(|row| row.when.map(|when| when.first)).collect();
    if let Some(times) = times
        && let (Some(&first), Some(&last)) = (times.first(), times.last())
    {
        let scale = TimeScale::new(first, last, false, plot, page.locale, width);
        let places = times.iter().map(|&day| scale.percent(day)).collect();
        let mut ticks: Vec<Tick> = Vec::new();
        for (day, label) in &scale.ticks {
            ticks.push(Tick { at: scale.percent(*day), label: label.clone() });
        }
        // A stretch shorter than its steps: the days themselves.
        if ticks.len() < 2 {
            ticks = table
                .rows
                .iter()
                .zip(&times)
                .map(|(row, &day)| Tick { at: scale.percent(day), label: row.label.clone() })
                .collect();
        }
        return (places, ticks);
    }
    #[expect(clippy::cast_precision_loss, reason = "rows of a chart")]
    let place = |i: usize| match table.rows.len() {
        1 => 50.0,
        rows => i as f64 / (rows - 1) as f64 * 100.0,
    };
    let places: Vec<f64> = (0..table.rows.len()).map(place).collect();
    let ticks = places.iter().zip(&table.rows).map(|(&at, row)| Tick { at, label: row.label.clone() });
    let ticks = ticks.collect();
    (places, ticks)
}

/// The lines themselves, in a box of 1000 by 1000 that is stretched: their strokes are not. Where a number
/// is missing the line is broken.
fn curves(marks: &mut Marks, table: &Table, places: &[f64], y: impl Fn(f64) -> f64) {
    let _ = writeln!(
        marks.0,
        "<svg class=\"curves\" y=\"{}em\" width=\"100%\" height=\"{}em\" viewBox=\"0 0 1000 1000\" \
         preserveAspectRatio=\"none\" overflow=\"visible\">",
        short(TOP),
        short(HEIGHT)
    );
    for index in 0..table.series.len() {
        let mut path = String::new();
        let mut pen = 'M';
        for (x, row) in places.iter().zip(&table.rows) {
            match row.values[index] {
                Some(value) => {
                    let _ = write!(path, "{pen}{} {}", short(x * 10.0), short(y(value)));
                    pen = 'L';
                }
                None => pen = 'M',
            }
        }
        if path.contains('L') {
            let _ = writeln!(
                marks.0,
                "<path class=\"curve s{}\" d=\"{path}\" fill=\"none\" vector-effect=\"non-scaling-stroke\"/>",
                index + 1
            );
        }
    }
    marks.0.push_str("</svg>\n");
}

/// What stands at the ends of lines: their names, or the last number of the only one.
fn ends(page: &Page<'_>, table: &Table, y: impl Fn(f64) -> f64) -> Vec<End> {
    let several = table.series.len() > 1;
    let mut ends = Vec::new();
    for (series, name) in table.series.iter().enumerate() {
        let Some(value) = table.rows.iter().rev().find_map(|row| row.values[series]) else { continue };
        let lines = match several {
            true => {
                // The marker stands before the first word, or above it where that takes the whole width.
                let letter = LETTERS[series % LETTERS.len()];
                let first = format!("{letter}\u{a0}{}", name.split_whitespace().next().unwrap_or_default());
                let gap = if width(&first) <= NAME { '\u{a0}' } else { ' ' };
                wrap(&format!("{letter}{gap}{name}"), NAME)
            }
            false => vec![page.number(Some(value))],
        };
        ends.push(End { series, lines, y: y(value) });
    }
    ends
}

fn height(end: &End) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let lines = end.lines.len() as f64;
    lines * LINE
}

/// Moves names apart that would lie upon each other, down first, and up again from the foot.
fn apart(ends: &mut [End]) {
    ends.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.series.cmp(&b.series)));
    let mut taken = 0.0;
    for end in ends.iter_mut() {
        let half = height(end) / 2.0;
        end.y = end.y.max(taken + half);
        taken = end.y + half;
    }
    let mut free = TOP + HEIGHT + 1.0;
    for end in ends.iter_mut().rev() {
        let half = height(end) / 2.0;
        end.y = end.y.min(free - half);
        free = end.y - half;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_never_lie_upon_each_other(places in proptest::collection::vec(TOP..TOP + HEIGHT, 1..6)) {
            let mut ends: Vec<End> =
                places.iter().map(|&y| End { series: 0, lines: vec![String::new(); 2], y }).collect();
            apart(&mut ends);
            for pair in ends.windows(2) {
                prop_assert!(pair[1].y - pair[0].y >= 2.0 * LINE - 1e-9);
            }
        }
    }
}
