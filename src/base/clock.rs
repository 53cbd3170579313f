//! Dates: the injected "today", and the moments that authors write.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::Offset};

/// The day that a build takes for today.
///
/// Nothing in Kenes asks the system for the time while it builds: two builds of the same inputs
/// on the same date are the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today(pub Date);

impl Today {
    /// The day to build for: `as_of` if given; else the day of `SOURCE_DATE_EPOCH` (seconds since
    /// 1970 in UTC, <https://reproducible-builds.org/specs/source-date-epoch/>); else today in UTC.
    ///
    /// # Errors
    /// `SOURCE_DATE_EPOCH` is set and is not such a number.
    pub fn resolve(as_of: Option<Date>, epoch: Option<&str>) -> Result<Self, String> {
        if let Some(date) = as_of {
            return Ok(Self(date));
        }
        let stamp = match epoch {
            Some(text) => {
                text.trim().parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or_else(
                    || format!("SOURCE_DATE_EPOCH is `{text}`, which is not a number of seconds"),
                )?
            }
            None => Timestamp::now(),
        };
        Ok(Self(Offset::UTC.to_datetime(stamp).date()))
    }
}

/// A date, or a date with a time, as an author wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    local: DateTime,
    clock: Clock,
}

/// How exactly a moment was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    /// Only the day.
    Day,
    /// With a time, and nothing said about where: read as UTC.
    Local,
    /// With a time and its distance from UTC.
    Offset(Offset),
}

impl Clock {
    fn offset(self) -> Offset {
        match self {
            Self::Offset(offset) => offset,
            Self::Day | Self::Local => Offset::UTC,
        }
    }
}

/// Why a text is no date; as text, what a diagnostic says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoDate {
    /// It is written in another way.
    Shape(String),
    /// It is written like a date, of a day that there is not.
    Day(String),
}

impl fmt::Display for NoDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Shape(message) | Self::Day(message)) = self;
        f.write_str(message)
    }
}

impl Moment {
    /// A whole day.
    #[must_use]
    pub fn from_date(date: Date) -> Self {
        Self { local: date.to_datetime(jiff::civil::Time::midnight()), clock: Clock::Day }
    }

    /// Reads `2025-01-15`, `2025-01-15T10:30:00`, `2025-01-15 10:30:00` or an RFC 3339 time.
    ///
    /// # Errors
    /// Says what is wrong with the text, for a diagnostic.
    pub fn parse(text: &str) -> Result<Self, NoDate> {
        let text = text.trim();
        let shape =
            || NoDate::Shape(format!("`{text}` is not a date like 2025-01-15 or 2025-01-15T10:30:00+05:00"));
        let bytes = text.as_bytes();
        // jiff reads more than RFC 3339 does (weeks, brackets); only the plain forms are meant here.
        let dated = bytes.len() >= 10
            && bytes[..10].iter().enumerate().all(|(i, b)| match i {
                4 | 7 => *b == b'-',
                _ => b.is_ascii_digit(),
            });
        if !dated || !text.is_char_boundary(10) {
            return Err(shape());
        }
        let no_day = || NoDate::Day(format!("`{}` is not a day of the calendar", &text[..10]));
        let date: Date = text[..10].parse().map_err(|_| no_day())?;
        if bytes.len() == 10 {
            return Ok(Self::from_date(date));
        }
        if !matches!(bytes[10], b'T' | b't' | b' ') || text.contains('[') {
            return Err(shape());
        }
        let zone_at = text[11..].find(['Z', 'z', '+', '-']).map(|i| i + 11);
        let (hours, zone) = text[11..].split_at(zone_at.map_or(text.len() - 11, |i| i - 11));
        let time: jiff::civil::Time = hours.trim_end().parse().map_err(|_| shape())?;
        let clock = match zone {
            "" => Clock::Local,
            "Z" | "z" => Clock::Offset(Offset::UTC),
            zone => Clock::Offset(parse_offset(zone).ok_or_else(shape)?),
        };
        Ok(Self { local: date.to_datetime(time), clock })
    }

    /// The day, as written (in the writer's own offset).
    #[must_use]
    pub fn date(&self) -> Date {
        self.local.date()
    }

    /// Whether it was written with a time.
    #[must_use]
    pub fn has_time(&self) -> bool {
        self.clock != Clock::Day
    }

    /// The local date and time; midnight where only a date was written.
    #[must_use]
    pub fn datetime(&self) -> DateTime {
        self.local
    }

    /// The instant, for ordering and for feeds; a time without an offset is read as UTC.
    #[must_use]
    pub fn instant(&self) -> Timestamp {
        let offset = self.clock.offset();
        offset.to_timestamp(self.local).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// RFC 3339, always with a time and an offset, as Atom wants it (RFC 4287, section 3.3).
    #[must_use]
    pub fn rfc3339(&self) -> String {
        let local = self.local;
        let offset = self.clock.offset().seconds();
        let zone = if offset == 0 {
            "Z".to_owned()
        } else {
            let sign = if offset < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", offset.abs() / 3600, offset.abs() / 60 % 60)
        };
        format!("{}T{:02}:{:02}:{:02}{zone}", local.date(), local.hour(), local.minute(), local.second())
    }
}

fn parse_offset(zone: &str) -> Option<Offset> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone[1..].split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// The form that templates see and that can be read again: `2025-01-15`, or RFC 3339 with a time.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.clock {
            Clock::Day => write!(f, "{}", self.local.date()),
            Clock::Local | Clock::Offset(_) => f.write_str(&self.rfc3339()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_and_times() {
        assert_eq!(Moment::parse("2025-01-15").unwrap().to_string(), "2025-01-15");
        let moment = Moment::parse("2025-01-15T10:30:00+05:00").unwrap();
        assert_eq!(moment.rfc3339(), "2025-01-15T10:30:00+05:00");
        assert_eq!(moment.instant().to_string(), "2025-01-15T05:30:00Z");
        assert_eq!(Moment::parse("2025-01-15 10:30:00").unwrap().rfc3339(), "2025-01-15T10:30:00Z");
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "2025-02-30",
            "2025-13-01",
            "15.01.2025",
            "2025-1-5",
            "",
            "2025-01-15X",
            "2025-01-15T99:00:00",
            "2025-01-15T10:00:00+5",
            "қазақша",
            "2025-01-1қ",
        ] {
            assert!(Moment::parse(text).is_err(), "{text}");
        }
        assert!(matches!(Moment::parse("2025-02-30"), Err(NoDate::Day(_))));
        assert!(matches!(Moment::parse("15.01.2025"), Err(NoDate::Shape(_))));
    }

    #[test]
    fn source_date_epoch_gives_the_day() {
        assert_eq!(Today::resolve(None, Some("1736899200")).unwrap().0.to_string(), "2025-01-15");
        assert!(Today::resolve(None, Some("soon")).is_err());
    }
}
