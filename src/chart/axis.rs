//! What charts of rows have in common: an axis along their foot, labels above their rows, and room for
//! words at their ends.

use super::svg::{Anchor, Marks};
use super::text::{width, wrap};
use super::{NARROWEST, Page, Scale};

/// The height of a line of words, in em.
pub(super) const LINE: f64 = 1.3;

/// How far its baseline is below the top of a line of words.
pub(super) const BASELINE: f64 = 1.0;

/// A tick: where, in percent, and what it is called.
pub(super) struct Tick {
    pub at: f64,
    pub label: String,
}

/// The ticks of a scale of numbers.
pub(super) fn numbers(page: &Page<'_>, scale: &Scale) -> Vec<Tick> {
    let label = |&value: &f64| page.locale.fixed(value, scale.decimals).replace('-', "\u{2212}");
    scale.ticks.iter().map(|value| Tick { at: scale.percent(*value), label: label(value) }).collect()
}

/// Lines through the drawing at each tick, and the words of the ticks below it. `plot` is how wide the
/// drawing is on the narrowest screen, in em.
pub(super) fn foot(marks: &mut Marks, ticks: &[Tick], height: f64, plot: f64) {
    for tick in ticks {
        marks.line("grid", (tick.at, 0.0), (tick.at, height));
    }
    words_below(marks, ticks, height, plot);
}

/// The words of ticks below a drawing. Where they would touch on the narrowest screen only every second,
/// third … has words, and the others where there is room: the theme shows the class `wide` from
/// [`WIDE`] em on.
pub(super) fn words_below(marks: &mut Marks, ticks: &[Tick], height: f64, plot: f64) {
    let narrow = every(ticks, plot);
    let wide = every(ticks, plot + WIDE - NARROWEST);
    for (index, tick) in ticks.iter().enumerate() {
        let is_wide = !index.is_multiple_of(narrow);
        // A coarser row of words that the finer one does not hold is all there is.
        if is_wide && !(index.is_multiple_of(wide) && narrow.is_multiple_of(wide)) {
            continue;
        }
        let (anchor, _, _) = placed(tick, if is_wide { plot + WIDE - NARROWEST } else { plot });
        let class = if is_wide { "soft wide" } else { "soft" };
        marks.text(class, tick.at, 0.0, height + 1.3, anchor, &tick.label);
    }
}

/// The least number so that every so manieth tick can have its words.
fn every(ticks: &[Tick], plot: f64) -> usize {
    let fits = |step: &usize| {
        let mut taken = f64::NEG_INFINITY;
        ticks.iter().step_by(*step).all(|tick| {
            let (_, from, to) = placed(tick, plot);
            let free = from >= taken + 0.6;
            taken = to;
            free
        })
    };
    (1..ticks.len()).find(fits).unwrap_or(ticks.len().max(1))
}

/// How the words of a tick stand at their place, so that they do not reach out of the drawing, and from
/// where to where they reach, in em.
fn placed(tick: &Tick, plot: f64) -> (Anchor, f64, f64) {
    let (wide, at) = (width(&tick.label), tick.at / 100.0 * plot);
    if at < wide / 2.0 {
        (Anchor::Start, at, at + wide)
    } else if at > plot - wide / 2.0 {
        (Anchor::End, at - wide, at)
    } else {
        (Anchor::Middle, at - wide / 2.0, at + wide / 2.0)
    }
}

/// Where drawings begin to be wide, in em: the theme's style sheet says the same.
const WIDE: f64 = 34.0;

/// How much a foot adds to the height of a drawing, in em.
pub(super) const FOOT: f64 = 1.7;

/// Writes the name of a row, in lines, at the left edge; gives the height that it took.
pub(super) fn label(marks: &mut Marks, text: &str, lead: u8, top: f64) -> f64 {
    let mut y = top;
    for line in wrap(text, NARROWEST - 0.5) {
        marks.text("label", 0.0, -f64::from(lead), y + BASELINE, Anchor::Start, &line);
        y += LINE;
    }
    y - top
}

/// Words that stand beside something: where that ends, in percent, and how wide they are, in em.
pub(super) struct Beside {
    pub at: f64,
    pub width: f64,
    /// Whether they stand before it and not after.
    pub before: bool,
}

/// The least room before and after a drawing that holds all words on the narrowest screen, in whole em. On
/// wider ones there is more room between things, and never less.
pub(super) fn room(words: &[Beside]) -> [u8; 2] {
    const MOST: u8 = 9;
    let fits = |lead: u8, room: u8| {
        let plot = NARROWEST - f64::from(lead) - f64::from(room);
        words.iter().all(|word| {
            let at = word.at / 100.0 * plot;
            match word.before {
                true => at - word.width >= -f64::from(lead),
                false => at + word.width <= plot + f64::from(room),
            }
        })
    };
    let mut all: Vec<[u8; 2]> =
        (0..=MOST).flat_map(|lead| (0..=MOST).map(move |room| [lead, room])).collect();
    all.sort_by_key(|[lead, room]| lead + room);
    all.into_iter().find(|&[lead, room]| fits(lead, room)).unwrap_or([0, MOST])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_at_the_ends_get_room() {
        assert_eq!(room(&[]), [0, 0]);
        assert_eq!(room(&[Beside { at: 100.0, width: 3.2, before: false }]), [0, 4]);
        assert_eq!(room(&[Beside { at: 50.0, width: 3.2, before: false }]), [0, 0]);
        assert_eq!(room(&[Beside { at: 0.0, width: 2.0, before: true }]), [2, 0]);
    }
}
