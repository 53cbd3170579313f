//! Which dates of a kind's documents stand in the site's calendars, as data of the kind.

use super::field::{self, Field, Type};
use super::lifecycle::Lifecycle;
use crate::base::codes;
use crate::base::data::{Fields, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;

/// What of a kind's documents stands in calendars. Fields are told by their places in the kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The date that an event begins on.
    pub starts: Option<usize>,
    /// The date that it ends on.
    pub ends: Option<usize>,
    /// Where it is.
    pub place: Option<usize>,
    /// Dates that are entries of their own, each a whole day.
    pub days: Vec<usize>,
    /// The states in which it is not sure that an event takes place.
    pub tentative: Vec<String>,
}

impl Calendar {
    /// The dates that put a document into the calendar.
    pub fn dates(&self) -> impl Iterator<Item = usize> {
        self.starts.into_iter().chain(self.days.iter().copied())
    }
}

/// Reads the table `calendar` of a kind. What is built in, and stands at `home`, may name fields and states
/// that the site has taken away.
pub(super) fn read(
    fields: &mut Fields<'_>,
    home: Option<Span>,
    own: &[Field],
    lifecycle: Option<&Lifecycle>,
) -> Option<Calendar> {
    let node = fields.node("calendar")?;
    if node.value == Value::Bool(false) {
        return None;
    }
    let table = fields.table("calendar")?;
    let mut inner = fields.inner(table);
    let is_date = |field: &Field| matches!(field.value, Type::Date) && !field.list;
    let is_text = |field: &Field| matches!(field.value, Type::String | Type::Text) && !field.list;
    let starts = inner.spanned_string("starts");
    let starts =
        starts.and_then(|named| field::named(&mut inner, own, home, named, &is_date, "a date and no list"));
    let ends = inner.spanned_string("ends");
    let ends =
        ends.and_then(|named| field::named(&mut inner, own, home, named, &is_date, "a date and no list"));
    let at = inner.spanned_string("place");
    let at = at.and_then(|named| field::named(&mut inner, own, home, named, &is_text, "a text and no list"));
    let days = inner.spanned_strings("days").unwrap_or_default().into_iter();
    let days = days
        .filter_map(|named| field::named(&mut inner, own, home, named, &is_date, "a date and no list"))
        .collect();
    let states = || lifecycle.iter().flat_map(|lifecycle| &lifecycle.states).map(|state| state.name.as_str());
    let mut tentative = Vec::new();
    for (name, span) in inner.spanned_strings("tentative").unwrap_or_default() {
        if states().any(|state| state == name) {
            tentative.push(name);
        } else if home != Some(span) {
            let names = || states().collect::<Vec<_>>().join(", ");
            let help = did_you_mean(&name, states()).unwrap_or_else(|| match states().next() {
                Some(_) => format!("its states are: {}", names()),
                None => "this kind has no states: remove `tentative`".to_owned(),
            });
            let problem = Diagnostic::error(codes::STATE, format!("there is no state `{name}`"));
            inner.problem(span, problem.help(help));
        }
    }
    inner.finish("`calendar` of a kind");
    let calendar = Calendar { starts, ends, place: at, days, tentative };
    let has_dates = calendar.dates().next().is_some();
    let named = |key: &str| table.get(key).is_some();
    if !has_dates && !named("starts") && !named("days") {
        let message = "`calendar` names no date of its kind";
        let help = "add starts = \"…\", a field of type date, or days = [\"…\"]";
        fields.problem(node.span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
    }
    has_dates.then_some(calendar)
}
