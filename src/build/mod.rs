//! Layer 9: the pipeline, READ → PARSE → RELATE → PLAN → RENDER, and WRITE by whoever wants files.

mod pipeline;

pub use pipeline::{Counts, Options, Prepared, Sink, body, no_config, prepare, write_to};
