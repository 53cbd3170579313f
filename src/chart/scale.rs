//! A scale of numbers with round ticks.
//!
//! The steps are the "nice numbers" 1, 2 and 5 times a power of ten of Paul S. Heckbert, "Nice Numbers
//! for Graph Labels", in *Graphics Gems* (Academic Press, 1990), pages 61–63, and the ends are loose as
//! there: they lie on ticks. He aims at a number of ticks; here the smallest step is taken that needs no
//! more ticks than there is room for, because labels that touch cannot be read.

/// The largest number that a chart shows, in either direction: whole numbers are exact up to there.
pub const LARGEST: f64 = 1e15;

/// From the first tick to the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// The values of the ticks, ascending; at least two.
    pub ticks: Vec<f64>,
    /// How many decimals tell the ticks apart.
    pub decimals: u8,
}

impl Scale {
    /// The scale that holds `low` to `high` with at most `most` ticks (at least 3 are allowed for).
    ///
    /// Numbers beyond [`LARGEST`] are taken for it, and the other way round.
    #[must_use]
    pub fn new(low: f64, high: f64, most: usize) -> Self {
        let most = most.max(3);
        let (mut low, mut high) = (low.min(high), low.max(high));
        low = low.clamp(-LARGEST, LARGEST);
        high = high.clamp(-LARGEST, LARGEST);
        // A range that is nothing beside its numbers would need steps that they cannot be told apart by.
        let size = low.abs().max(high.abs());
        if high - low <= size * 1e-9 {
            if size == 0.0 {
                high = 1.0;
            } else if low > 0.0 {
                low = 0.0;
            } else {
                high = 0.0;
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "between -308 and 15")]
        let mut power = ((high - low).log10().floor() as i32) - 2;
        loop {
            for mantissa in [1, 2, 5] {
                let step = Step { mantissa, power };
                let (first, last) = (step.below(low), step.above(high));
                if usize::try_from(last - first).is_ok_and(|steps| steps < most) {
                    let ticks = (first..=last).map(|count| step.times(count)).collect();
                    return Self { ticks, decimals: u8::try_from(-power).unwrap_or(0) };
                }
            }
            power += 1;
        }
    }

    /// Where a value lies, from 0 at the first tick to 100 at the last.
    #[must_use]
    pub fn percent(&self, value: f64) -> f64 {
        let (first, last) = (self.first(), self.last());
        (value - first) / (last - first) * 100.0
    }

    /// The value of the first tick.
    #[must_use]
    pub fn first(&self) -> f64 {
        self.ticks.first().copied().unwrap_or(0.0)
    }

    /// The value of the last tick.
    #[must_use]
    pub fn last(&self) -> f64 {
        self.ticks.last().copied().unwrap_or(1.0)
    }
}

/// `mantissa` × 10 to the `power`. Whole numbers are multiplied before they become a fraction, so that
/// three steps of 0.1 are 0.3.
#[derive(Clone, Copy)]
struct Step {
    mantissa: i64,
    power: i32,
}

impl Step {
    #[expect(clippy::cast_precision_loss, reason = "counts of ticks are small")]
    fn times(self, count: i64) -> f64 {
        let whole = (count * self.mantissa) as f64;
        match self.power {
            0.. => whole * 10f64.powi(self.power),
            _ => whole / 10f64.powi(-self.power),
        }
    }

    /// How many steps the last tick that is not above `value` is from zero.
    fn below(self, value: f64) -> i64 {
        let mut count = whole(value.div_euclid(self.times(1)));
        while self.times(count) > value {
            count -= 1;
        }
        count
    }

    fn above(self, value: f64) -> i64 {
        let mut count = self.below(value);
        while self.times(count) < value {
            count += 1;
        }
        count
    }
}

/// A count of steps as a whole number, with room for one more on either side.
#[expect(clippy::cast_possible_truncation, reason = "a cast saturates, and steps that small are not taken")]
fn whole(steps: f64) -> i64 {
    (steps as i64).clamp(-(1 << 50), 1 << 50)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round() {
        let of = |low, high, most| Scale::new(low, high, most).ticks;
        assert_eq!(of(0.0, 673_000.0, 5), [0.0, 200_000.0, 400_000.0, 600_000.0, 800_000.0]);
        assert_eq!(of(0.0, 1.0, 6), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(of(0.0, 0.3, 4), [0.0, 0.1, 0.2, 0.3]);
        assert_eq!(of(-3.0, 7.0, 5), [-5.0, 0.0, 5.0, 10.0]);
        assert_eq!(of(97.2, 99.1, 5), [97.0, 98.0, 99.0, 100.0]);
        assert_eq!(Scale::new(0.0, 0.3, 4).decimals, 1);
        assert_eq!(Scale::new(0.0, 300.0, 4).decimals, 0);
    }

    #[test]
    fn one_value_and_none_have_a_scale_too() {
        assert_eq!(Scale::new(0.0, 0.0, 3).ticks, [0.0, 0.5, 1.0]);
        assert_eq!(Scale::new(5.0, 5.0, 4).ticks.first(), Some(&0.0));
        assert_eq!(Scale::new(-5.0, -5.0, 4).ticks.last(), Some(&0.0));
    }

    proptest! {
        #[test]
        fn every_scale_holds_its_values(a in -1e15f64..1e15, b in -1e15f64..1e15, shrink in 0i32..25, most in 3usize..12) {
            let (a, b) = (a / 10f64.powi(shrink), b / 10f64.powi(shrink));
            let scale = Scale::new(a, b, most);
            prop_assert!(scale.first() <= a.min(b) && scale.last() >= a.max(b));
            prop_assert!((2..=most).contains(&scale.ticks.len()), "{:?}", scale);
            prop_assert!(scale.ticks.windows(2).all(|pair| pair[0] < pair[1]));
            for tick in &scale.ticks {
                // The decimals that are shown say the whole tick.
                let shown: f64 = format!("{tick:.*}", usize::from(scale.decimals)).parse().unwrap();
                prop_assert!(shown.total_cmp(tick).is_eq() || shown == 0.0 && *tick == 0.0, "{} {}", shown, tick);
            }
            prop_assert!((0.0..=100.0).contains(&scale.percent(a)));
        }
    }
}
