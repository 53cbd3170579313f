//! Days, months and years as places in time, and ticks between them.

use jiff::civil::{Date, date};

use crate::base::locale::{DateStyle, Locale};

/// How exactly a time was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// `2025`.
    Year,
    /// `2025-01`.
    Month,
    /// `2025-01-15`.
    Day,
}

/// A day, a month or a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub first: Date,
    /// How exactly it was written.
    pub precision: Precision,
}

impl Period {
    /// Reads `2025-01-15`, `2025-01` or `2025`; `None` for everything else, and for days that do not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let mut parts = text.trim().split('-');
        let year = parts.next().filter(|year| year.len() == 4 && digits(year))?.parse().ok()?;
        let mut two = || match parts.next() {
            Some(part) if part.len() == 2 && digits(part) => part.parse().map(Some).ok(),
            Some(_) => None,
            None => Some(None),
        };
        let (month, day): (Option<i8>, Option<i8>) = (two()?, two()?);
        let precision = match (month, day) {
            (_, Some(_)) => Precision::Day,
            (Some(_), None) => Precision::Month,
            (None, None) => Precision::Year,
        };
        let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        parts.next().is_none().then_some(Self { first, precision })
    }

    /// The last day of it.
    #[must_use]
    pub fn last(self) -> Date {
        match self.precision {
            Precision::Year => date(self.first.year(), 12, 31),
            Precision::Month => self.first.last_of_month(),
            Precision::Day => self.first,
        }
    }

    /// In a language's words, as exactly as it was written.
    #[must_use]
    pub fn words(self, locale: &Locale) -> String {
        locale.date(
            self.first,
            match self.precision {
                Precision::Year => DateStyle::Year,
                Precision::Month => DateStyle::MonthYear,
                Precision::Day => DateStyle::Long,
            },
        )
    }
}

/// The day's number, counted from some day long ago.
#[must_use]
pub fn day_number(day: Date) -> i32 {
    // A span of days between two civil dates always fits.
    (day - date(1, 1, 1)).get_days()
}

/// The distance between ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    Days(i32),
    Months(i32),
}

/// What may be chosen from, finest first: steps that people count in.
const STEPS: [Every; 17] = [
    Every::Days(1),
    Every::Days(2),
    Every::Days(7),
    Every::Days(14),
    Every::Months(1),
    Every::Months(2),
    Every::Months(3),
    Every::Months(6),
    Every::Months(12),
    Every::Months(2 * 12),
    Every::Months(5 * 12),
    Every::Months(10 * 12),
    Every::Months(20 * 12),
    Every::Months(50 * 12),
    Every::Months(100 * 12),
    Every::Months(500 * 12),
    Every::Months(2000 * 12),
];

impl Every {
    /// The tick that is not after a day. Weeks begin on Mondays.
    fn before(self, day: Date) -> Option<Date> {
        match self {
            Self::Days(step) => {
                // The first day of year 1 was a Monday.
                let back = day_number(day).rem_euclid(step);
                day.checked_sub(jiff::Span::new().days(back)).ok()
            }
            Self::Months(step) => {
                let months = i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
                month(months - months.rem_euclid(step))
            }
        }
    }

    fn next(self, tick: Date) -> Option<Date> {
        match self {
            Self::Days(step) => tick.checked_add(jiff::Span::new().days(step)).ok(),
            Self::Months(step) => month(i32::from(tick.year()) * 12 + i32::from(tick.month()) - 1 + step),
        }
    }

    fn words(self, tick: Date, locale: &Locale) -> String {
        match self {
            Self::Days(_) => locale.date(tick, DateStyle::Medium),
            Self::Months(step) if step % 12 == 0 => locale.date(tick, DateStyle::Year),
            Self::Months(_) => locale.short_month(tick),
        }
    }

    /// The ticks from the one that is not after `first` to the one that is not before `last`; `None` if
    /// there are more than `most`, or the calendar ends before.
    fn around(self, first: Date, last: Date, most: usize) -> Option<Vec<Date>> {
        let mut ticks = vec![self.before(first)?];
        while *ticks.last()? < last {
            if ticks.len() >= most {
                return None;
            }
            ticks.push(self.next(*ticks.last()?)?);
        }
        Some(ticks)
    }
}

fn month(months: i32) -> Option<Date> {
    let year = i16::try_from(months.div_euclid(12)).ok()?;
    let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
    Date::new(year, month, 1).ok()
}

/// A stretch of time, with ticks.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeScale {
    first: i32,
    last: i32,
    /// The ticks in it, with what they are called.
    pub ticks: Vec<(Date, String)>,
}

impl TimeScale {
    /// The stretch from `first` to `last`: reaching to the ticks at its ends if it is `loose`. `room` em
    /// hold the labels side by side; `width` says how wide one is.
    #[must_use]
    pub fn new(
        first: Date,
        last: Date,
        loose: bool,
        room: f64,
        locale: &Locale,
        width: impl Fn(&str) -> f64,
    ) -> Self {
        let (first, last) = (first.min(last), first.max(last));
        for every in STEPS {
            // Labels of one step are about as wide as each other.
            let each = width(&every.words(last, locale)) + 1.0;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few ticks")]
            let most = ((room / each).floor() as usize).max(2);
            // Outside of a stretch that is not loose up to two ticks fall away.
            let Some(mut ticks) = every.around(first, last, most + if loose { 0 } else { 2 }) else {
                continue;
            };
            let mut ends = (first, last);
            if loose {
                ends = (ticks[0], ticks[ticks.len() - 1]);
            } else {
                ticks.retain(|tick| (first..=last).contains(tick));
            }
            if ticks.len() > most {
                continue;
            }
            let ticks = ticks.into_iter().map(|tick| (tick, every.words(tick, locale))).collect();
            return Self { first: day_number(ends.0), last: day_number(ends.1), ticks };
        }
        Self { first: day_number(first), last: day_number(last), ticks: Vec::new() }
    }

    /// Where a day lies, from 0 to 100; in the middle where the stretch is but one day.
    #[must_use]
    pub fn percent(&self, day: Date) -> f64 {
        match self.last - self.first {
            0 => 50.0,
            days => f64::from(day_number(day) - self.first) / f64::from(days) * 100.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(first: Date, last: Date, loose: bool) -> Vec<String> {
        let locale = Locale::new("en");
        let scale = TimeScale::new(first, last, loose, 20.0, &locale, crate::chart::text::width);
        scale.ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn periods_are_read_as_exactly_as_they_are_written() {
        let parsed = |text| Period::parse(text).map(|period| (period.first, period.last(), period.precision));
        assert_eq!(parsed("2025"), Some((date(2025, 1, 1), date(2025, 12, 31), Precision::Year)));
        assert_eq!(parsed("2024-02"), Some((date(2024, 2, 1), date(2024, 2, 29), Precision::Month)));
        assert_eq!(parsed(" 2025-01-15 "), Some((date(2025, 1, 15), date(2025, 1, 15), Precision::Day)));
        for wrong in
            ["", "25", "2025-", "2025-1", "2025-13", "2025-02-30", "2025-01-15-1", "+025", "2025-01-1x"]
        {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ticks_are_what_people_count_in() {
        assert_eq!(
            labels(date(2019, 5, 1), date(2024, 9, 5), true),
            ["2018", "2020", "2022", "2024", "2026"]
        );
        assert_eq!(
            labels(date(2019, 5, 1), date(2024, 9, 5), false),
            ["2020", "2021", "2022", "2023", "2024"]
        );
        assert_eq!(labels(date(2025, 1, 1), date(2025, 7, 1), true), ["Jan 2025", "Apr 2025", "Jul 2025"]);
        assert_eq!(
            labels(date(2025, 1, 6), date(2025, 1, 8), true),
            ["6 Jan 2025", "7 Jan 2025", "8 Jan 2025"]
        );
        assert_eq!(labels(date(2025, 1, 6), date(2025, 1, 6), true), ["6 Jan 2025"]);
    }

    #[test]
    fn weeks_begin_on_mondays() {
        let tick = Every::Days(7).before(date(2025, 1, 15)).unwrap();
        assert_eq!(tick.weekday(), jiff::civil::Weekday::Monday);
        assert_eq!(tick, date(2025, 1, 13));
    }

    proptest! {
        #[test]
        fn every_stretch_has_ticks_that_fit(a in 0i32..3_652_058, b in 0i32..3_652_058, loose in any::<bool>()) {
            let day = |number: i32| date(1, 1, 1).checked_add(jiff::Span::new().days(number)).unwrap();
            let locale = Locale::new("ru");
            let scale = TimeScale::new(day(a), day(b), loose, 20.0, &locale, crate::chart::text::width);
            let wide: f64 = scale.ticks.iter().map(|(_, label)| crate::chart::text::width(label)).sum();
            prop_assert!(wide <= 24.0, "{:?}", scale.ticks);
            prop_assert!(scale.ticks.windows(2).all(|pair| pair[0].0 < pair[1].0));
            for number in [a, b] {
                prop_assert!((0.0..=100.0).contains(&scale.percent(day(number))));
            }
        }
    }
}
