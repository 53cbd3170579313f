//! Layer 1, DRAW: pictures that the program makes itself, from SVG to PNG. Pure: texts and bytes in, bytes out.
//!
//! `font` reads a font and gives outlines; `text` breaks a text into lines that fit, as outlines again, so that no font
//! of the machine has a say; `raster` makes pixels of an SVG; `icon` the set of icons of a site.

pub mod font;
pub mod icon;
pub mod raster;
pub mod text;
