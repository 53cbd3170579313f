//! Layer 1: the domain, pure. No files, no Markdown, no templates.

pub mod publication;
