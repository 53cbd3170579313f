//! Layer 0: the small vocabulary that every other layer speaks.
//!
//! Nothing here reads a disk or knows what a page is.

pub mod chunks;
pub mod clock;
pub mod codes;
pub mod data;
pub mod diagnostic;
pub mod digest;
pub mod lang;
pub mod locale;
pub mod path;
pub mod picture;
pub mod quiet;
pub mod raster;
pub mod report;
pub mod slug;
pub mod span;
pub mod stem;
pub mod suggest;
pub mod words;
