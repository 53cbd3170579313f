//! Layer 1: the domain, pure. No files, no Markdown, no templates.

pub mod calendar;
pub mod cite;
pub mod clause;
pub mod compare;
pub mod dataset;
mod definition;
pub mod field;
pub mod glossary;
pub mod kind;
pub mod label;
pub mod lifecycle;
pub mod publication;
pub mod register;
pub mod schema;
pub mod schema_org;
pub mod validity;
pub mod version;
pub mod when;
