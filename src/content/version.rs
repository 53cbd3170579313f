//! What a version of a document says of itself: the table `[version]` of its front matter.

use jiff::civil::Date;

use super::front::Spanned;
use crate::base::data::{Fields, Table};
use crate::base::span::Span;
use crate::policy::version::{Change, Facts};

/// The table `[version]`.
#[derive(Clone, Debug, Default)]
pub struct VersionFront {
    /// The first day that it is in force, and where that stands.
    pub in_force: Option<(Date, Span)>,
    /// The first day that it is no longer in force.
    pub until: Option<(Date, Span)>,
    /// The label of the version that it takes the place of.
    pub supersedes: Option<Spanned>,
    /// The last day that comments on it are asked for.
    pub comments_until: Option<Date>,
    /// How much it changes.
    pub change: Option<Change>,
    /// What it changes, in one sentence.
    pub note: Option<String>,
    /// Where the table stands.
    pub span: Span,
}

impl VersionFront {
    /// What the version of this name says of itself.
    #[must_use]
    pub fn facts(&self, label: &str) -> Facts {
        Facts {
            label: label.to_owned(),
            in_force: self.in_force.map(|(date, _)| date),
            until: self.until.map(|(date, _)| date),
            supersedes: self.supersedes.as_ref().map(|(label, _)| label.clone()),
        }
    }
}

/// The words for [`Change`].
const CHANGES: &[(&str, Change)] = &[("major", Change::Major), ("minor", Change::Minor)];

/// Reads the table.
pub(super) fn read(mut fields: Fields<'_>, table: &Table, span: Span, offset: usize) -> VersionFront {
    let mut day = |key: &'static str| {
        let moment = fields.moment(key)?;
        let span = table.get(key).map_or_else(Span::default, |node| node.span.shift(offset));
        Some((moment.date(), span))
    };
    let (in_force, until, comments) = (day("in_force"), day("until"), day("comments_until"));
    let version = VersionFront {
        in_force,
        until,
        supersedes: fields.spanned_string("supersedes").map(|(label, span)| (label, span.shift(offset))),
        comments_until: comments.map(|(date, _)| date),
        change: fields.choice("change", CHANGES),
        note: fields.string("note"),
        span: span.shift(offset),
    };
    fields.finish("the table `version`");
    version
}
