//! Days in a language's words.

use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock};

use foldhash::fast::FixedState;
use icu_calendar::Gregorian;
use icu_datetime::FixedCalendarDateTimeFormatter as Formatter;
use icu_datetime::fieldsets::{Y, YM, YMD, YMDE};
use icu_datetime::input::Date as IcuDate;
use icu_datetime::options::YearStyle;
use jiff::civil::Date;

use super::Locale;

/// How much of a date is written, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateStyle {
    /// With the day of the week: `Wednesday, 15 January 2025`.
    Full,
    /// With the month's name: `15 January 2025`, `15 января 2025 г.`, `2025 ж. 15 қаңтар`.
    Long,
    /// With the month's name cut short: `15 Jan 2025`.
    Medium,
    /// In digits: `15/01/2025`.
    Short,
    /// Month and year: `January 2025`, `январь 2025 г.`, `2025 ж. қаңтар`.
    MonthYear,
    /// The year alone.
    Year,
}

impl DateStyle {
    /// The names by which templates ask for a style, in the order of the variants.
    pub const NAMES: [&'static str; 6] = ["full", "long", "medium", "short", "month", "year"];

    /// The style of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "full" => Self::Full,
            "long" => Self::Long,
            "medium" => Self::Medium,
            "short" => Self::Short,
            "month" => Self::MonthYear,
            "year" => Self::Year,
            _ => return None,
        })
    }
}

type Slot<F> = OnceLock<Option<Formatter<Gregorian, F>>>;

/// Days as they were written before.
type Written = HashMap<(Date, DateStyle), String, FixedState>;

/// The formatters of a language, each made when it is first used.
///
/// Always in the Gregorian calendar, whatever a language's custom: the dates are those of laws and
/// meetings, and stand in addresses and data as well.
#[derive(Default)]
pub(super) struct Dates {
    full: Slot<YMDE>,
    long: Slot<YMD>,
    medium: Slot<YMD>,
    short: Slot<YMD>,
    month: Slot<YM>,
    short_month: Slot<YM>,
    year: Slot<Y>,
    /// What was written: lists name the days of their pages again and again.
    written: RwLock<Written>,
}

impl Locale {
    /// A day in this language's words; as in ISO 8601 where CLDR does not know the language.
    #[must_use]
    pub fn date(&self, day: Date, style: DateStyle) -> String {
        let known = |all: &Written| all.get(&(day, style)).cloned();
        if let Some(text) = known(&self.dates.written.read().unwrap_or_else(PoisonError::into_inner)) {
            return text;
        }
        let text = self.write_date(day, style);
        let mut written = self.dates.written.write().unwrap_or_else(PoisonError::into_inner);
        written.insert((day, style), text.clone());
        text
    }

    fn write_date(&self, day: Date, style: DateStyle) -> String {
        self.try_date(day, style).unwrap_or_else(|| match style {
            DateStyle::MonthYear => day.strftime("%Y-%m").to_string(),
            DateStyle::Year => day.strftime("%Y").to_string(),
            _ => day.to_string(),
        })
    }

    /// Month and year with the month's name cut short, for the ticks of an axis: `Jan 2025`.
    #[must_use]
    pub fn short_month(&self, day: Date) -> String {
        let iso = || day.strftime("%Y-%m").to_string();
        let (Ok(month), Ok(number)) = (u8::try_from(day.month()), u8::try_from(day.day())) else {
            return iso();
        };
        let nameless = format!("{} M{month:02}", day.year());
        let Ok(icu) = IcuDate::try_new_gregorian(day.year().into(), month, number) else { return iso() };
        let fields = YM::medium().with_year_style(YearStyle::Full);
        let formatter =
            self.dates.short_month.get_or_init(|| Formatter::try_new((&self.tag).into(), fields).ok());
        let text = formatter.as_ref().map(|formatter| formatter.format(&icu).to_string());
        text.filter(|text| !text.starts_with(&nameless)).unwrap_or_else(iso)
    }

    fn try_date(&self, day: Date, style: DateStyle) -> Option<String> {
        let month = u8::try_from(day.month()).ok()?;
        let number = u8::try_from(day.day()).ok()?;
        // How CLDR's root writes a month that it has no name for.
        let nameless = format!("{} M{month:02}", day.year());
        let day = IcuDate::try_new_gregorian(day.year().into(), month, number).ok()?;
        // The field sets are types, so this cannot be a function; each instance is this one line.
        macro_rules! written {
            ($slot:ident, $fields:expr) => {
                self.dates
                    .$slot
                    .get_or_init(|| Formatter::try_new((&self.tag).into(), $fields).ok())
                    .as_ref()
                    .map(|formatter| formatter.format(&day).to_string())
                    .filter(|text| !text.starts_with(&nameless))
            };
        }
        // Some languages write two digits of the year in short dates; a register must not.
        let century = YearStyle::Full;
        match style {
            DateStyle::Full => written!(full, YMDE::long().with_year_style(century)),
            DateStyle::Long => written!(long, YMD::long().with_year_style(century)),
            DateStyle::Medium => written!(medium, YMD::medium().with_year_style(century)),
            DateStyle::Short => written!(short, YMD::short().with_year_style(century)),
            DateStyle::MonthYear => written!(month, YM::long().with_year_style(century)),
            DateStyle::Year => written!(year, Y::medium().with_year_style(century)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn all(tag: &str, day: Date) -> [String; 6] {
        let locale = Locale::new(tag);
        DateStyle::NAMES.map(|name| locale.date(day, DateStyle::parse(name).unwrap()))
    }

    #[test]
    fn the_three_languages_write_dates_as_cldr_says() {
        let day = date(2025, 1, 15);
        let expected = [
            "Wednesday, 15 January 2025",
            "15 January 2025",
            "15 Jan 2025",
            "15/01/2025",
            "January 2025",
            "2025",
        ];
        assert_eq!(all("en", day), expected);
        // CLDR keeps `г.` and `ж.` with the year by a narrow no-break space.
        let expected = [
            "среда, 15 января 2025\u{202f}г.",
            "15 января 2025\u{202f}г.",
            "15 янв. 2025\u{202f}г.",
            "15.01.2025",
            "январь 2025\u{202f}г.",
            "2025",
        ];
        assert_eq!(all("ru", day), expected);
        let expected = [
            "2025\u{202f}ж. 15 қаңтар, сәрсенбі",
            "2025\u{202f}ж. 15 қаңтар",
            "2025\u{202f}ж. 15 қаң.",
            "15.01.2025",
            "2025\u{202f}ж. қаңтар",
            "2025",
        ];
        assert_eq!(all("kk", day), expected);
    }

    #[test]
    fn a_month_alone_is_in_the_nominative() {
        let day = date(2025, 4, 5);
        assert_eq!(Locale::new("ru").date(day, DateStyle::MonthYear), "апрель 2025\u{202f}г.");
        assert_eq!(Locale::new("ru").date(day, DateStyle::Long), "5 апреля 2025\u{202f}г.");
        assert_eq!(Locale::new("kk").date(day, DateStyle::MonthYear), "2025\u{202f}ж. сәуір");
    }

    #[test]
    fn months_can_be_short() {
        let short = |tag| Locale::new(tag).short_month(date(2025, 1, 15));
        assert_eq!(
            ["en", "ru", "kk", "xx"].map(short),
            ["Jan 2025", "янв. 2025\u{202f}г.", "2025\u{202f}ж. қаң.", "2025-01"]
        );
    }

    #[test]
    fn a_region_is_respected() {
        let day = date(2025, 1, 15);
        assert_eq!(Locale::new("en-US").date(day, DateStyle::Long), "January 15, 2025");
        // The Gregorian calendar even where another one is customary.
        assert!(Locale::new("th").date(day, DateStyle::Short).ends_with("2025"));
    }

    #[test]
    fn an_unknown_language_gets_iso_dates() {
        let iso = ["2025-01-15", "2025-01-15", "2025-01-15", "2025-01-15", "2025-01", "2025"];
        for tag in ["xx", "und", "", "qaa-Qaaa"] {
            assert_eq!(all(tag, date(2025, 1, 15)), iso, "{tag}");
        }
    }

    #[test]
    fn every_day_of_the_calendar_can_be_written() {
        let en = Locale::new("en");
        assert_eq!(en.date(Date::MIN, DateStyle::Year), "10000 BC");
        assert_eq!(en.date(Date::MAX, DateStyle::Long), "31 December 9999");
        assert_eq!(en.date(date(2024, 2, 29), DateStyle::Long), "29 February 2024");
    }
}
