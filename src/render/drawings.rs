//! Pictures that took time to draw, kept for later runs under the digest of what they were drawn from.
//!
//! What is kept begins with the digest of the rest: a damaged picture counts as none. A run that looks at nothing but
//! mistakes (a check) draws as well, since not every SVG that can be written can be drawn.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::Renderer;
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::{Digester, sealed, unsealed};
use crate::draw::icon::Icon;
use crate::plan::drawing_failed;
use crate::source::{File, Source};

/// What the names of kept pictures begin with.
pub const PREFIX: &str = "drawn-";

/// Another version of Kenes may draw otherwise.
const VERSION: &str = concat!("kenes ", env!("CARGO_PKG_VERSION"), " drawings 1\n");

/// What pictures are taken from, and those that were asked for in this run.
#[derive(Default)]
pub struct Drawings {
    kept: Option<Source>,
    /// Whether the pictures of this run are to be kept.
    keeps: bool,
    /// By the name in the cache; the bytes to keep there, of those that are not there yet.
    asked: Mutex<BTreeMap<String, Option<Vec<u8>>>>,
}

impl Drawings {
    /// With the cache of a site. `keeps`: this run draws all pictures of the site, and they are kept.
    #[must_use]
    pub fn kept_in(source: &Source, keeps: bool) -> Self {
        Self { kept: Some(source.clone()), keeps, asked: Mutex::default() }
    }

    /// A picture, drawn now unless it was drawn from the same before.
    ///
    /// # Errors
    /// Those of `draw`.
    pub(crate) fn get(
        &self,
        of: &[&[u8]],
        draw: impl FnOnce() -> Result<Vec<u8>, String>,
    ) -> Result<Vec<u8>, String> {
        let Some(source) = &self.kept else { return draw() };
        let name = name(of);
        if let Some(bytes) = source.cached(&name).and_then(unsealed) {
            self.ask(name, None);
            return Ok(bytes);
        }
        let bytes = draw()?;
        self.ask(name, Some(sealed(&bytes)));
        Ok(bytes)
    }

    fn ask(&self, name: String, fresh: Option<Vec<u8>>) {
        if self.keeps {
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(name, fresh);
        }
    }

    /// What the cache should have of pictures after a run that asked for all: by name, the bytes of those that it lacks.
    #[must_use]
    pub fn take(&self) -> Option<BTreeMap<String, Option<Vec<u8>>>> {
        self.keeps.then(|| std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Renderer {
    /// An icon of the site, made of an SVG.
    pub(super) fn icon(&self, icon: Icon, file: &File) -> Result<Vec<u8>, Box<Diagnostic>> {
        let svg = file.read_text(&mut Vec::new())?;
        let drawn = self.drawings.get(&[icon.file().as_bytes(), svg.as_bytes()], || icon.draw(&svg));
        drawn.map_err(|why| drawing_failed(&why, file.path.as_str()))
    }
}

fn name(of: &[&[u8]]) -> String {
    let mut digester = Digester::default();
    digester.update(VERSION.as_bytes());
    for part in of {
        // Their lengths too, so that no two lists of parts are one.
        digester.update(&(part.len() as u64).to_le_bytes());
        digester.update(part);
    }
    format!("{PREFIX}{}", digester.finish().hex())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_was_drawn() {
        assert_ne!(name(&[b"ab", b"c"]), name(&[b"a", b"bc"]));
        assert_eq!(name(&[b"ab"]), name(&[b"ab"]));
    }
}
