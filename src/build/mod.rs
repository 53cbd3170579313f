//! Layer 9: the pipeline, READ → PARSE → RELATE → PLAN → RENDER, and WRITE by whoever wants files.
//!
//! - `pipeline`: a clean build, from nothing
//! - `engine`: a site that stays in memory, and what changes in it: [`Engine`] gives one [`Snapshot`]
//!   after another
//! - `contents`: the files below `content/`, parsed; both of the above begin with them
//! - `quick`: the first state of such a site, of which no text is parsed that nobody asks for
//! - `pictures`: the smaller copies of pictures, made once and kept
//! - `graph`, `delta`: what was made of what, and what is stale therefore

mod contents;
mod delta;
mod engine;
mod graph;
mod pictures;
mod pipeline;
mod quick;
mod snapshot;

pub use engine::{Engine, Update};
pub use pipeline::{Counts, Options, Prepared, Sink, body, no_config, prepare, write_to};
pub use snapshot::Snapshot;
