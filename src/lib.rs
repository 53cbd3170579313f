//! Kenes turns a folder of Markdown into a multilingual policy portal.
//!
//! This page is the whole way of the data; each module tells its own part. What users need stands in
//! the files of `docs/`, and why things are as they are in `ARCHITECTURE.md`.
//!
//! # The pipeline
//!
//! [`build::prepare`] takes the first four steps, [`build::Prepared::render`] the fifth.
//!
//! 1. **READ** ([`source`]). A [`source::Source`] hands out [`source::File`]s: a path and, when asked
//!    for, bytes. What cannot be read, or leads out of the site, is a diagnostic. [`config`] makes
//!    the settings of one of them.
//! 2. **PARSE** ([`content`]). One Markdown file at a time, all of them at once, none knowing its
//!    neighbours. A [`content::Parsed`] holds front matter, headings, links as they were written,
//!    and HTML with holes where other pages or the theme have a say
//!    ([`content::markdown::Piece`]).
//! 3. **RELATE** ([`relate`]). A [`relate::Library`] of all pages on one day: their addresses,
//!    translations, sections, taxonomies, where their links lead and what links to them. Derived
//!    facts are worked out whole and never patched.
//! 4. **PLAN** ([`plan`]). A [`plan::Plan`]: every file that there will be, and which two sources
//!    want the same one.
//! 5. **RENDER** ([`render`]). From one [`plan::Route`] to bytes. Holes are filled, templates are given
//!    [`render::views`], and ask for more through the one door, [`relate::Reader`]. The bytes go
//!    to a [`build::Sink`].
//! 6. **WRITE** ([`mod@write`]). An [`write::Output`] compares, stages, and puts everything into place, or
//!    nothing. The preview server ([`serve`]) is another consumer of the same bytes, and
//!    [`check`] a third, which keeps none.
//!
//! # What all steps share
//!
//! [`base`] has what every layer speaks in: places in texts ([`base::span`]), the three kinds of path
//! ([`base::path`]), days ([`base::clock`]), and the one value for everything that is wrong
//! ([`base::diagnostic::Diagnostic`], with its [codes](base::codes)). [`policy`] is the domain, without
//! files, Markdown or templates, and so are [`chart`], from rows and columns to SVG, and [`draw`], from SVG to PNG. [`cli`] has one file a command, and is the only place that prints.
//!
//! A module imports from lower layers only: `base`, `policy`, `chart` and `draw`, `config`, `source`, `content`,
//! `relate`, `plan`, `render`, `write`, `build`, then `serve` and `check`, then `cli`.
//!
//! # Using it from Rust
//!
//! ```no_run
//! use kenes::base::clock::Today;
//! use kenes::build::{Options, prepare, write_to};
//! use kenes::render::Mode;
//! use std::path::Path;
//!
//! let root = Path::new("portal");
//! let options = Options {
//!     root: root.to_owned(),
//!     base_url: None,
//!     drafts: false,
//!     today: Today::resolve(None, None)?,
//!     strict: false,
//!     mode: Mode::Build,
//!     cache: true,
//! };
//! let built = prepare(&options)
//!     .and_then(|site| write_to(&site, root, &root.join("public"), options.strict, |_| {}));
//! match built {
//!     Ok((summary, _warnings)) => println!("{} files are new", summary.written),
//!     Err(problems) => problems.iter().for_each(|problem| eprintln!("{}: {}", problem.code, problem.message)),
//! }
//! # Ok::<(), String>(())
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod base;
pub mod build;
pub mod chart;
pub mod check;
pub mod cli;
pub mod config;
pub mod content;
pub mod draw;
pub mod plan;
pub mod policy;
pub mod relate;
pub mod render;
pub mod serve;
pub mod source;
pub mod write;
