//! The clauses of a text, with their places in the file.

use crate::base::span::Span;
use crate::policy::clause::Clauses;

/// The clauses that a text was found to have. [`super::Piece::Clause`] counts in them.
#[derive(Clone, Debug, Default)]
pub struct TextClauses {
    /// The clauses, and what stands before them.
    pub clauses: Clauses,
    /// Where each begins in the file.
    pub spans: Vec<Span>,
}
