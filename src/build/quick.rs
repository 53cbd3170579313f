//! The first state of a preview: a site of which the front matter is read, and no text is parsed but
//! those that are asked for.

use std::sync::{Arc, Mutex};

use super::Options;
use super::engine::{Present, bury};
use super::pictures::Pictures;
use super::snapshot::{Memory, Snapshot};
use crate::content::Late;
use crate::relate::{LateTexts, Reader};
use crate::render::{Drawings, Mode, Renderer, Theme};
use crate::source::Source;

/// A site of which only the front matter was read so far.
pub(super) struct Begun {
    pub(super) present: Present,
    texts: Arc<LateTexts>,
    late: Arc<[Late]>,
    /// What is being served of it.
    site: Option<Arc<Snapshot>>,
}

impl Begun {
    /// Reads a site; `None` if its settings cannot be read.
    pub(super) fn read(source: &Source, options: &Options) -> Option<Self> {
        let heads = Present::read(source, options, |contents, config, highlights| {
            contents.read_heads(config, highlights)
        });
        let (present, late) = heads.ok()?;
        let texts = LateTexts::new(present.library.clone(), late.clone(), present.highlights.clone());
        Some(Self { present, texts: Arc::new(texts), late, site: None })
    }

    /// What renders the state of it that can be shown.
    pub(super) fn renderer(
        &self,
        theme: Arc<Theme>,
        source: Source,
        mode: Mode,
        drawings: Arc<Drawings>,
    ) -> Arc<Renderer> {
        let reader = Reader::late(self.texts.clone());
        Renderer::new(reader, self.present.plan.clone(), theme, source, mode, drawings)
    }

    /// The state of it that can be shown.
    pub(super) fn site(
        &mut self,
        number: u64,
        renderer: Arc<Renderer>,
        memory: Arc<Mutex<Memory>>,
        pictures: Arc<Pictures>,
    ) -> Arc<Snapshot> {
        let (library, late) = (self.present.library.clone(), Some(self.texts.clone()));
        let site = Arc::new(Snapshot { number, renderer, library, late, memory, pictures });
        self.site.insert(site).clone()
    }

    /// The whole site.
    pub(super) fn complete(self, options: &Options) -> Present {
        let Self { mut present, texts, late, site } = self;
        present.complete(&late, options);
        bury((texts, late, site));
        present
    }
}
