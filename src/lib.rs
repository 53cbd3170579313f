//! Kenes turns a folder of Markdown into a multilingual policy portal.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod base;
pub mod build;
pub mod check;
pub mod cli;
pub mod config;
pub mod content;
pub mod plan;
pub mod policy;
pub mod relate;
pub mod render;
pub mod source;
pub mod serve;
pub mod write;
