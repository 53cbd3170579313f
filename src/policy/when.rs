//! Dates as far as they are known: a year, a month, a day, or a day and a time.

use std::fmt;

use jiff::civil::Date;

use crate::base::clock::{Moment, NoDate};
use crate::base::data::Value;

/// How much of a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// `2025`.
    Year,
    /// `2025-05`.
    Month,
    /// `2025-05-17`, with or without a time.
    Day,
}

/// A date that may be known to the month or to the year only (ISO 8601, reduced precision).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    moment: Moment,
    precision: Precision,
}

impl When {
    /// A day.
    #[must_use]
    pub fn day(date: Date) -> Self {
        Self { moment: Moment::from_date(date), precision: Precision::Day }
    }

    /// Reads a value of front matter: a date, the text of one, `"2025-05"`, or the year as a number.
    ///
    /// # Errors
    /// It is none, or a day that does not exist: says so.
    pub fn read(value: &Value) -> Result<Self, NoDate> {
        match value {
            Value::Moment(moment) => Ok(Self { moment: *moment, precision: Precision::Day }),
            Value::Integer(year) if (1000..=9999).contains(year) => Self::parse(&year.to_string()),
            Value::String(text) => Self::parse(text),
            other => Err(NoDate::Shape(format!("{} is not a date like 2025-01-15", other.kind()))),
        }
    }

    /// Reads `2025`, `2025-05`, `2025-05-17`, or a date with a time.
    ///
    /// # Errors
    /// It is none, or a day that does not exist: says so.
    pub fn parse(text: &str) -> Result<Self, NoDate> {
        let text = text.trim();
        let (precision, whole) = match text.len() {
            4 => (Precision::Year, format!("{text}-01-01")),
            7 => (Precision::Month, format!("{text}-01")),
            _ => (Precision::Day, text.to_owned()),
        };
        let moment = Moment::parse(&whole).map_err(|problem| match precision {
            Precision::Day => problem,
            _ => NoDate::Shape(format!("`{text}` is not a date like 2025-01-15, 2025-01 or 2025")),
        })?;
        Ok(Self { moment, precision })
    }

    /// How much of it is known.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The first day that it may mean.
    #[must_use]
    pub fn first(&self) -> Date {
        self.moment.date()
    }

    /// The last day that it may mean.
    #[must_use]
    pub fn last(&self) -> Date {
        let first = self.first();
        match self.precision {
            Precision::Year => first.last_of_year(),
            Precision::Month => first.last_of_month(),
            Precision::Day => first,
        }
    }

    /// Whether it is before another, whatever of both is not known.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        match self.moment.has_time() && other.moment.has_time() {
            true => self.moment.instant() < other.moment.instant(),
            false => self.last() < other.first(),
        }
    }

    /// The moment, its first one where only a month or a year is known.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.moment
    }
}

/// As it is written, and as templates see it: `2025-05`.
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.first();
        match self.precision {
            Precision::Year => write!(f, "{:04}", date.year()),
            Precision::Month => write!(f, "{:04}-{:02}", date.year(), date.month()),
            Precision::Day => self.moment.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_and_years_are_dates() {
        let month = When::parse("2024-02").unwrap();
        assert_eq!((month.first(), month.last()), (date(2024, 2, 1), date(2024, 2, 29)));
        assert_eq!(month.to_string(), "2024-02");
        let year = When::read(&Value::Integer(2025)).unwrap();
        assert_eq!((year.last(), year.to_string().as_str()), (date(2025, 12, 31), "2025"));
        let time = When::parse("2025-01-15T10:30:00+05:00").unwrap();
        assert_eq!(time.to_string(), "2025-01-15T10:30:00+05:00");
    }

    #[test]
    fn what_may_be_later_is_not_before() {
        let before = |a: &str, b: &str| When::parse(a).unwrap().is_before(&When::parse(b).unwrap());
        assert!(before("2025-01-14", "2025-01-15") && before("2024", "2025-01"));
        assert!(!before("2025-01", "2025-01-15") && !before("2025-01-15", "2025-01-15T10:00:00+05:00"));
        // One moment is another day elsewhere.
        assert!(!before("2025-01-15T01:00:00+05:00", "2025-01-14T20:00:00Z"));
        assert!(before("2025-01-15T00:59:00+05:00", "2025-01-14T20:00:00Z"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "may", "2025-13", "20255", "2025-02-30", "қаңтар", "abcd", "2025-1"] {
            assert!(When::parse(text).is_err(), "{text}");
        }
        assert!(When::read(&Value::Integer(7)).is_err());
        assert!(When::read(&Value::Bool(true)).is_err());
    }
}
