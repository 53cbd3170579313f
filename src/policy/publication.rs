//! Whether a page is public on a day.

use jiff::civil::Date;

/// What stands between a page and its readers on some day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publication {
    /// Nothing.
    Public,
    /// Its author has not finished it.
    Draft,
    /// The section that it lies in is a draft.
    InDraft,
    /// It is for this day and later.
    Scheduled(Date),
    /// It was for the time before this day.
    Expired(Date),
}

impl Publication {
    /// The state of a page on the day `today`: it is public from the day `publish` on, and no
    /// longer on the day `expires`.
    #[must_use]
    pub fn on(today: Date, draft: bool, publish: Option<Date>, expires: Option<Date>) -> Self {
        match (draft, publish, expires) {
            (true, _, _) => Self::Draft,
            (_, Some(from), _) if today < from => Self::Scheduled(from),
            (_, _, Some(until)) if today >= until => Self::Expired(until),
            _ => Self::Public,
        }
    }

    /// Why it is not shown, as the end of a sentence that begins with "that page".
    #[must_use]
    pub fn reason(self) -> Option<String> {
        match self {
            Self::Public => None,
            Self::Draft => Some("is a draft".to_owned()),
            Self::InDraft => Some("lies in a section that is a draft".to_owned()),
            Self::Scheduled(date) => Some(format!("is not published before {date}")),
            Self::Expired(date) => Some(format!("expired on {date}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_first_day_counts_and_the_last_does_not() {
        let (from, until) = (date(2025, 1, 15), date(2025, 2, 1));
        let on = |day| Publication::on(day, false, Some(from), Some(until));
        assert_eq!(on(date(2025, 1, 14)), Publication::Scheduled(from));
        assert_eq!(on(from), Publication::Public);
        assert_eq!(on(date(2025, 1, 31)), Publication::Public);
        assert_eq!(on(until), Publication::Expired(until));
        assert_eq!(Publication::on(from, true, None, None), Publication::Draft);
    }
}
