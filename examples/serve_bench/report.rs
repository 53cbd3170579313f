//! The table: what was measured, what was to be reached, and whether it was.

use std::fmt;
use std::time::Duration;

use crate::server::Memory;

/// What is to be reached at a size: milliseconds of a save (median, worst) and of a template, times
/// the floor for a start, megabytes in memory.
struct Target {
    pages: usize,
    save: (f64, f64),
    template: f64,
    start: Option<f64>,
    memory: Option<f64>,
}

const TARGETS: &[Target] = &[
    Target { pages: 1_000, save: (15.0, 30.0), template: 25.0, start: None, memory: None },
    Target { pages: 10_000, save: (20.0, 40.0), template: 40.0, start: Some(1.5), memory: Some(400.0) },
    Target { pages: 50_000, save: (40.0, 80.0), template: 80.0, start: None, memory: Some(1_600.0) },
];

fn target(pages: usize) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.pages == pages)
}

/// Times the floor in which the first page is to be answered.
pub fn start_target(pages: usize) -> Option<f64> {
    target(pages)?.start
}

/// One line.
pub struct Row {
    what: String,
    pages: usize,
    measured: String,
    target: String,
    met: Option<bool>,
}

#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// Times of saves: their median and the worst.
    pub fn saves(&mut self, what: &str, pages: usize, times: &[Duration]) {
        let ms: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
        let worst = ms.iter().copied().fold(0.0, f64::max);
        let template = what.contains("template");
        let (first, second) = match target(pages) {
            Some(target) if template => (Some(target.template), None),
            Some(target) => (Some(target.save.0), Some(target.save.1)),
            None => (None, None),
        };
        let count = times.len();
        for (name, value, most) in
            [(format!("median of {count}"), median(&ms), first), (format!("worst of {count}"), worst, second)]
        {
            self.0.push(Row {
                what: format!("{what}, {name}"),
                pages,
                measured: format!("{value:.1} ms"),
                target: most.map_or_else(String::new, |most| format!("≤ {most} ms")),
                met: most.map(|most| value <= most),
            });
        }
    }

    /// Times against those of a yardstick, run in turn with them.
    pub fn ratio(
        &mut self,
        what: &str,
        pages: usize,
        times: &[Duration],
        yardstick: &[Duration],
        most: Option<f64>,
    ) {
        let seconds = |times: &[Duration]| times.iter().map(Duration::as_secs_f64).collect::<Vec<f64>>();
        let (times, yardstick) = (seconds(times), seconds(yardstick));
        let ratios: Vec<f64> = times.iter().zip(&yardstick).map(|(time, floor)| time / floor).collect();
        let ratio = median(&ratios);
        let low = times.iter().copied().fold(f64::INFINITY, f64::min);
        let high = times.iter().copied().fold(0.0, f64::max);
        let than = if what.contains("earlier") { "the earlier" } else { "the floor's" };
        self.0.push(Row {
            what: what.to_owned(),
            pages,
            measured: format!(
                "{:.3} s ({low:.3}–{high:.3}), {ratio:.2} × {than} {:.3} s",
                median(&times),
                median(&yardstick)
            ),
            target: most.map_or_else(String::new, |most| format!("≤ {most} ×")),
            // Two runs of one program differ by some hundredths.
            met: most.map(|most| ratio <= if most > 1.0 { most } else { most + 0.03 }),
        });
    }

    /// Memory after the start and after all edits, each time at rest.
    pub fn memory(&mut self, pages: usize, first: Memory, last: Memory) {
        #[expect(clippy::cast_precision_loss, reason = "megabytes are shown without fractions")]
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let most = target(pages).and_then(|target| target.memory);
        let value = megabytes(first.now.max(last.now));
        let measured = if last.now == 0 {
            "unknown here".to_owned()
        } else {
            format!(
                "{:.0} MB at rest, {:.0} MB after the saves (peak {:.0} MB)",
                megabytes(first.now),
                megabytes(last.now),
                megabytes(last.peak)
            )
        };
        self.0.push(Row {
            what: "resident memory while serving".to_owned(),
            pages,
            measured,
            target: most.map_or_else(String::new, |most| format!("≤ {most} MB")),
            met: most.filter(|_| last.now > 0).map(|most| value <= most),
        });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "| | pages | measured | to reach | |")?;
        writeln!(out, "|---|--:|--:|--:|---|")?;
        for row in &self.0 {
            let met = match row.met {
                None => "",
                Some(true) => "met",
                Some(false) => "**missed**",
            };
            let pages = grouped(row.pages);
            writeln!(out, "| {} | {pages} | {} | {} | {met} |", row.what, row.measured, row.target)?;
        }
        Ok(())
    }
}

/// 10000 → 10,000
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        f64::midpoint(values[middle - 1], values[middle])
    } else {
        values[middle]
    }
}
