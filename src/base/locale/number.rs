//! Numbers in words' company: which plural form they ask for, and how they are written.

use icu_decimal::input::Decimal;
use icu_plurals::{PluralCategory, PluralOperands};

use super::Locale;

impl Locale {
    /// The CLDR plural category that a whole number asks for: `zero`, `one`, `two`, `few`, `many`
    /// or `other`.
    #[must_use]
    pub fn plural(&self, n: u64) -> &'static str {
        self.category(n.into())
    }

    /// The CLDR plural category of any number, its decimals as [`Locale::number`] writes them.
    #[must_use]
    pub fn plural_f64(&self, n: f64) -> &'static str {
        decimal(n).map_or("other", |n| self.category((&n).into()))
    }

    fn category(&self, n: PluralOperands) -> &'static str {
        match self.plurals().map_or(PluralCategory::Other, |rules| rules.category_for(n)) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
    }

    /// A number with its digits grouped: `1,234.5` in English, `1 234,5` (with a no-break space)
    /// in Kazakh and Russian. It has as many decimals as are needed to tell it from its neighbours.
    #[must_use]
    pub fn number(&self, value: f64) -> String {
        decimal(value).map_or_else(|| value.to_string(), |value| self.decimal(&value))
    }

    /// A number with exactly so many decimals, as the ticks of an axis have them.
    #[must_use]
    pub fn fixed(&self, value: f64, decimals: u8) -> String {
        let text = format!("{value:.*}", usize::from(decimals));
        Decimal::try_from_str(&text).map_or(text, |value| self.decimal(&value))
    }

    /// A whole number with its digits grouped.
    #[must_use]
    pub fn integer(&self, value: impl Into<i128>) -> String {
        self.decimal(&Decimal::from(value.into()))
    }

    fn decimal(&self, value: &Decimal) -> String {
        self.numbers().map_or_else(|| value.to_string(), |numbers| numbers.format(value).to_string())
    }
}

/// `None` for what is not a number, or infinite.
fn decimal(value: f64) -> Option<Decimal> {
    // Display writes the shortest digits that read back as the same number, never an exponent.
    Decimal::try_from_str(&value.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_counts_in_four_ways() {
        let ru = Locale::new("ru");
        let forms: Vec<_> = [0, 1, 2, 5, 11, 21, 22, 100, 101].map(|n| ru.plural(n)).into();
        assert_eq!(forms, ["many", "one", "few", "many", "many", "one", "few", "many", "one"]);
        assert_eq!(ru.plural_f64(1.5), "other");
        assert_eq!(ru.plural_f64(21.0), "one");
    }

    #[test]
    fn kazakh_and_english_count_in_two() {
        for tag in ["kk", "en"] {
            let locale = Locale::new(tag);
            assert_eq!([0, 1, 2, 21].map(|n| locale.plural(n)), ["other", "one", "other", "other"]);
            assert_eq!(locale.plural_f64(1.0), "one");
            assert_eq!(locale.plural_f64(f64::NAN), "other");
        }
    }

    #[test]
    fn ticks_have_the_same_decimals() {
        let kk = Locale::new("kk");
        assert_eq!([0.0, 0.5, 1000.0].map(|n| kk.fixed(n, 1)), ["0,0", "0,5", "1\u{a0}000,0"]);
        assert_eq!(kk.fixed(1e15, 0), "1\u{a0}000\u{a0}000\u{a0}000\u{a0}000\u{a0}000");
    }

    #[test]
    fn digits_are_grouped_as_the_language_does() {
        let (en, ru, kk) = (Locale::new("en"), Locale::new("ru"), Locale::new("kk"));
        assert_eq!(en.integer(1_234_567), "1,234,567");
        assert_eq!(ru.integer(1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(kk.integer(-1_234), "-1\u{a0}234");
        assert_eq!(en.number(1234.5), "1,234.5");
        assert_eq!(ru.number(1234.5), "1\u{a0}234,5");
        assert_eq!(kk.number(0.1), "0,1");
        assert_eq!(kk.number(999.0), "999");
        assert_eq!(en.integer(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(en.number(1e21), "1,000,000,000,000,000,000,000");
        assert_eq!(en.number(f64::INFINITY), "inf");
    }
}
