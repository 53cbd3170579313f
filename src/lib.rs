//! Kenes turns a folder of Markdown into a multilingual policy portal.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod base;
pub mod serve;
pub mod write;
