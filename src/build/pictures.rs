//! The smaller copies of pictures, made once and kept by what they are made of.
//!
//! In `.kenes/cache/pictures` there is a file for each: the digest of a copy, and the copy. A file that is not
//! what its digest says is made anew. A build forgets those that nobody has a use for; a preview only notes its own use.

use std::sync::{Mutex, PoisonError};

use super::Options;
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::{Digest, sealed, unsealed};
use crate::plan::{Copied, Plan};
use crate::render::{Mode, Rendered};
use crate::source::{CACHE, File, Source};
use crate::write::{forget, keep, used};

/// What names in the cache begin with: a folder.
const PREFIX: &str = "pictures/";

/// Who makes copies of pictures, and keeps them.
pub(super) struct Pictures {
    source: Source,
    keeps: bool,
    /// In a preview, one is made after another: a page of many should not take the machine from whoever saves
    /// a file.
    one_by_one: Option<Mutex<()>>,
}

impl Pictures {
    pub(super) fn new(options: &Options) -> Self {
        let one_by_one = matches!(options.mode, Mode::Serve).then(Mutex::default);
        Self { source: Source::new(&options.root), keeps: options.cache, one_by_one }
    }

    /// Makes what is still to be made of a rendered file.
    ///
    /// # Errors
    /// The picture is damaged.
    pub(super) fn made(&self, rendered: Rendered) -> Result<Rendered, Box<Diagnostic>> {
        match rendered {
            Rendered::Picture(file, copy) => self.copy(&file, &copy).map(Rendered::Bytes),
            other => Ok(other),
        }
    }

    fn copy(&self, file: &File, copy: &Copied) -> Result<Vec<u8>, Box<Diagnostic>> {
        if let Some(kept) = self.kept(&copy.key) {
            return Ok(kept);
        }
        let _turn = self.one_by_one.as_ref().map(|turn| turn.lock().unwrap_or_else(PoisonError::into_inner));
        // Whoever was first may have made it.
        if self.one_by_one.is_some()
            && let Some(kept) = self.kept(&copy.key)
        {
            return Ok(kept);
        }
        let (key, made) = copy.make(file)?;
        if self.keeps {
            keep(&self.source.root().join(CACHE), &name(&key), &sealed(&made));
        }
        Ok(made)
    }

    fn kept(&self, key: &Digest) -> Option<Vec<u8>> {
        let name = name(key);
        let kept = if self.keeps { self.source.cached(&name).and_then(unsealed) } else { None };
        if kept.is_some() {
            used(&self.source.root().join(CACHE), &name);
        }
        kept
    }

    /// Forgets copies that this site does not have any more, nor had in the last builds.
    pub(super) fn forget(&self, plan: &Plan) {
        if self.keeps {
            let copies = plan.assets.iter().flat_map(|asset| &asset.copies);
            forget(&self.source.root().join(CACHE), PREFIX, &copies.map(|copy| name(&copy.key)).collect());
        }
    }
}

fn name(key: &Digest) -> String {
    format!("{PREFIX}{}", key.hex())
}
