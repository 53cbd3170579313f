//! A site that is rendered already: bytes by path.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostics;
use crate::base::path::OutputPath;
use crate::serve::Site;
use crate::write::Body;

/// All files of one build.
#[derive(Clone, Debug, Default)]
pub struct Files(HashMap<OutputPath, Body>);

impl Files {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Site for Files {
    fn contains(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn get(&self, path: &str) -> Option<Result<Body, Arc<Diagnostics>>> {
        self.0.get(path).cloned().map(Ok)
    }
}

impl FromIterator<(OutputPath, Body)> for Files {
    fn from_iter<T: IntoIterator<Item = (OutputPath, Body)>>(files: T) -> Self {
        Self(files.into_iter().collect())
    }
}
