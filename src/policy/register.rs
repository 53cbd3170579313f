//! The register of a kind: in which order it lists the documents, what it says of each, and what readers
//! can pick them by.

use std::cmp::Ordering;

use super::field::{Field, Type, Value};

/// What a register is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// By the title, in the order of the reader's alphabet.
    Title,
    /// By the date of the page.
    Date,
    /// By a field, told by its place in the kind.
    Field(usize),
}

/// The register of a kind. Fields are told by their places in the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// The order.
    pub sort: Sort,
    /// From the other end.
    pub reverse: bool,
    /// The fields that are shown beside number, title, state and date.
    pub columns: Vec<usize>,
    /// The fields that readers can pick documents by, beside state, year and topics.
    pub filters: Vec<usize>,
    /// Whether it has a page of its own where no page of the site is this register.
    pub page: bool,
}

impl Register {
    /// The register of a kind whose definition says no more of it: by number, by date with the newest
    /// first, or by title; references, words and dates are shown.
    #[must_use]
    pub fn usual(fields: &[Field], date_field: Option<&str>) -> Self {
        let number = fields.iter().position(|field| field.name == NUMBER);
        let sort = number.map(Sort::Field).or(date_field.map(|_| Sort::Date)).unwrap_or(Sort::Title);
        let shown = |field: &Field| match &field.value {
            // What takes the place of what, and what is a part of what, is said on the pages.
            Type::Ref(target) => !target.acyclic,
            Type::Enum(_) => true,
            Type::Date => Some(field.name.as_str()) != date_field,
            _ => false,
        };
        let columns: Vec<usize> = (0..fields.len()).filter(|&at| shown(&fields[at])).collect();
        let filters = usual_filters(fields, &columns);
        Self { sort, reverse: sort == Sort::Date, columns, filters, page: true }
    }
}

/// The field that people cite a document by.
pub const NUMBER: &str = "number";

/// The columns that readers can pick by where the definition does not say: those with few values.
#[must_use]
pub fn usual_filters(fields: &[Field], columns: &[usize]) -> Vec<usize> {
    let few = |at: &usize| matches!(fields[*at].value, Type::Ref(_) | Type::Enum(_) | Type::Bool);
    columns.iter().copied().filter(few).collect()
}

/// Whether documents can be put into the order of a field.
#[must_use]
pub fn is_sortable(field: &Field) -> bool {
    !field.list && !matches!(field.value, Type::Ref(_) | Type::Text)
}

/// The order of two values of a field: numbers by size, dates by time, words as the kind lists them, and
/// texts as people count, with `words` for what is no number.
#[must_use]
pub fn compare(field: &Field, a: &Value, b: &Value, words: &dyn Fn(&str, &str) -> Ordering) -> Ordering {
    let number = |value: &Value| match value {
        #[expect(clippy::cast_precision_loss, reason = "only the order of numbers of any size is wanted")]
        Value::Integer(number) => *number as f64,
        Value::Float(number) => *number,
        _ => f64::NAN,
    };
    match (a, b) {
        (Value::Date(a), Value::Date(b)) => a.first().cmp(&b.first()).then(a.last().cmp(&b.last())),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Word(a), Value::Word(b)) => {
            let place = |word: &String| match &field.value {
                Type::Enum(known) => known.iter().position(|(name, _)| name == word),
                _ => None,
            };
            place(a).cmp(&place(b))
        }
        (Value::Text(a), Value::Text(b)) => compare_numbers(a, b, words),
        _ => number(a).total_cmp(&number(b)),
    }
}

/// The order of two texts with numbers in them, as people count: `AI-9` before `AI-10`.
#[must_use]
pub fn compare_numbers(a: &str, b: &str, words: &dyn Fn(&str, &str) -> Ordering) -> Ordering {
    let (mut left, mut right) = (a, b);
    while let (Some(x), Some(y)) = (run(&mut left), run(&mut right)) {
        let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let order = if is_number(x) && is_number(y) {
            let (x, y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
            x.len().cmp(&y.len()).then_with(|| x.cmp(y))
        } else {
            words(x, y)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    // One of them is the beginning of the other; or they differ in zeros, or in what readers do not see.
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Takes digits, or all that is no digit, from the beginning of a text.
fn run<'a>(text: &mut &'a str) -> Option<&'a str> {
    let digit = text.chars().next()?.is_ascii_digit();
    let end = text.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(text.len());
    let (first, rest) = text.split_at(end);
    *text = rest;
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::kind::Kinds;
    use proptest::prelude::*;

    fn numbers(a: &str, b: &str) -> Ordering {
        compare_numbers(a, b, &|a, b| a.cmp(b))
    }

    #[test]
    fn numbers_are_ordered_as_people_count() {
        let mut all = ["AI-10", "AI-9", "AI-09", "AI", "B-1", "AI-9/2", "12", "2", ""];
        all.sort_by(|a, b| numbers(a, b));
        assert_eq!(all, ["", "2", "12", "AI", "AI-9", "AI-09", "AI-9/2", "AI-10", "B-1"]);
    }

    proptest! {
        #[test]
        fn the_order_is_one(texts in proptest::collection::vec("[a-b0-9қ-]{0,5}", 3)) {
            let [a, b, c] = [&texts[0], &texts[1], &texts[2]];
            prop_assert_eq!(numbers(a, b), numbers(b, a).reverse());
            prop_assert_eq!(numbers(a, b) == Ordering::Equal, a == b);
            if numbers(a, b).is_le() && numbers(b, c).is_le() {
                prop_assert!(numbers(a, c).is_le(), "{} {} {}", a, b, c);
            }
        }
    }

    #[test]
    fn a_kind_that_says_no_more_has_a_register_that_fits_it() {
        let kinds = Kinds::read(None, &["en"]);
        let kind = kinds.get("meeting").unwrap();
        let register = Register::usual(&kind.fields, kind.date_field.as_deref());
        assert_eq!((register.sort, register.reverse), (Sort::Date, true));
        let names =
            |places: &[usize]| places.iter().map(|&at| kind.fields[at].name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&register.columns), ["ends", "body", "chair", "participants"]);
        assert_eq!(names(&register.filters), ["body", "chair", "participants"]);
        let standard = kinds.get("standard").unwrap();
        let register = Register::usual(&standard.fields, None);
        assert_eq!((register.sort, register.reverse), (Sort::Field(0), false));
    }
}
