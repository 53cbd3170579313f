//! Layer 1: the domain, pure. No files, no Markdown, no templates.

pub mod clause;
pub mod compare;
mod definition;
pub mod field;
pub mod glossary;
pub mod kind;
pub mod label;
pub mod lifecycle;
pub mod publication;
pub mod schema;
pub mod version;
pub mod when;
