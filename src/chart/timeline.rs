//! A row for each thing, from its first day to its last, along time: programmes, phases, instruments.

use super::axis::{self, BASELINE, FOOT, LINE, Tick};
use super::data::{Event, Events};
use super::svg::{self, Anchor, Marks};
use super::text::{width, wrap};
use super::{Drawing, NARROWEST, Page, TimeScale};

/// Heights and distances, in em.
const BAR: f64 = 0.9;
const BELOW_LABEL: f64 = 0.25;
const BELOW_ROW: f64 = 0.9;

pub(super) fn draw(page: &Page<'_>, events: &Events) -> Drawing {
    let last = |event: &Event| event.end.map_or(event.start.first, super::Period::last);
    let first = events.rows.iter().map(|event| event.start.first).min().unwrap_or_default();
    let end = events.rows.iter().map(last).max().unwrap_or_default();
    let scale = TimeScale::new(first, end, true, NARROWEST, page.locale, width);
    let mut marks = Marks::default();
    let mut y = 0.0;
    for event in &events.rows {
        y += axis::label(&mut marks, &event.label, 0, y);
        for line in wrap(&days(page, event), NARROWEST - 0.5) {
            marks.text("soft", 0.0, 0.0, y + BASELINE, Anchor::Start, &line);
            y += LINE;
        }
        y += BELOW_LABEL;
        let from = scale.percent(event.start.first);
        match event.end {
            Some(end) => marks.bar(page.id, 0, from, scale.percent(end.last()), y, BAR),
            None => marks.marker(page.id, 3, from, y + BAR / 2.0),
        }
        y += BAR + BELOW_ROW;
    }
    let height = y - BELOW_ROW + 0.3;
    let ticks: Vec<Tick> = scale
        .ticks
        .iter()
        .map(|(day, label)| Tick { at: scale.percent(*day), label: label.clone() })
        .collect();
    let mut all = Marks::default();
    axis::foot(&mut all, &ticks, height, NARROWEST);
    all.0.push_str(&marks.0);
    let has_end = events.rows.iter().any(|event| event.end.is_some());
    let moments = events.rows.iter().any(|event| event.end.is_none());
    Drawing {
        svg: svg::document(page.named, height + FOOT, &diamond(page.id, moments), &all.0),
        room: [0, 0],
        legend: Vec::new(),
        headings: events.headings.iter().take(if has_end { 3 } else { 2 }).cloned().collect(),
        rows: events
            .rows
            .iter()
            .map(|event| {
                let end = event.end.map_or_else(|| "–".to_owned(), |end| end.words(page.locale));
                let all = [event.label.clone(), event.start.words(page.locale), end];
                all.into_iter().take(if has_end { 3 } else { 2 }).collect()
            })
            .collect(),
    }
}

/// The marker of what happened at one time, if there is any.
fn diamond(id: &str, moments: bool) -> String {
    let markers = svg::markers(id, 4);
    let diamond = markers.lines().last().filter(|_| moments);
    diamond.map(|line| format!("{line}\n")).unwrap_or_default()
}

/// When it was, in the language's words.
fn days(page: &Page<'_>, event: &Event) -> String {
    let start = event.start.words(page.locale);
    match event.end {
        Some(end) if end != event.start => format!("{start} – {}", end.words(page.locale)),
        _ => start,
    }
}
