//! One state of a site, of which files are rendered when somebody asks for them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use foldhash::fast::FixedState;

use super::graph::{Graph, Id, Node};
use super::pictures::Pictures;
use super::pipeline::{body, locked, unexplained};
use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::base::path::OutputPath;
use crate::plan::{Plan, Route, Target};
use crate::relate::record::{Reads, during};
use crate::relate::{ItemId, Key, LateTexts, Library, Reader};
use crate::render::{Failures, Renderer};
use crate::write::Body;

/// Rendered files that are kept, in bytes: what browsers ask for again and again. Everything else is
/// rendered anew, which takes a fraction of a millisecond.
const KEPT: usize = 32 << 20;

/// A state of a site. It answers the same, byte for byte, as a clean build of the same files.
pub struct Snapshot {
    /// Which one it is, counted from 1.
    pub(super) number: u64,
    pub(super) renderer: Arc<Renderer>,
    pub(super) library: Arc<Library>,
    /// The texts, where the library has none: see [`super::Engine::begin`].
    pub(super) late: Option<Arc<LateTexts>>,
    pub(super) memory: Arc<Mutex<Memory>>,
    pub(super) pictures: Arc<Pictures>,
}

/// What is known of the outputs of the newest state, and what they were made of.
#[derive(Default)]
pub(super) struct Memory {
    /// Which state it is about. What older ones render is not noted.
    pub(super) number: u64,
    pub(super) graph: Graph,
    /// The lasting number of each item of the library.
    pub(super) lasting: Arc<Lasting>,
    /// The outputs that have been rendered and are what they would be now.
    pub(super) fresh: BTreeMap<Id, Fresh>,
    kept: VecDeque<(Id, usize)>,
    kept_bytes: usize,
}

/// Numbers of items that stay when others come and go, by the paths of their files.
#[derive(Default)]
pub(super) struct Lasting {
    of_path: HashMap<Arc<str>, u32, FixedState>,
    of_item: Vec<u32>,
    item_of: Vec<Option<ItemId>>,
}

impl Lasting {
    /// Those of a library, which go on from those of another.
    pub(super) fn following(before: &Self, library: &Library) -> Self {
        let mut of_path = before.of_path.clone();
        let mut of_item = Vec::with_capacity(before.of_item.len());
        let mut item_of = vec![None; of_path.len()];
        for id in library.ids() {
            let path = library.item(id).parsed.path.as_str();
            let number = match of_path.get(path) {
                Some(number) => *number,
                None => {
                    let number = u32::try_from(item_of.len()).unwrap_or(u32::MAX);
                    of_path.insert(path.into(), number);
                    item_of.push(None);
                    number
                }
            };
            of_item.push(number);
            item_of[number as usize] = Some(id);
        }
        Self { of_path, of_item, item_of }
    }

    /// The lasting number of an item.
    pub(super) fn number(&self, id: ItemId) -> u32 {
        self.of_item[id.index()]
    }

    /// The item of a lasting number, if it is there.
    pub(super) fn item(&self, number: u32) -> Option<ItemId> {
        self.item_of.get(number as usize).copied().flatten()
    }

    /// A key of the library in lasting numbers.
    pub(super) fn lasting(&self, key: &Key) -> Key {
        match key.item() {
            Some(id) => key.clone().of(ItemId(self.number(id))),
            None => key.clone(),
        }
    }

    /// A key in lasting numbers as the library has it; `None` if its item is not there.
    pub(super) fn present(&self, key: &Key) -> Option<Key> {
        match key.item() {
            Some(number) => Some(key.clone().of(self.item(number.0)?)),
            None => Some(key.clone()),
        }
    }
}

/// An output that has been rendered.
pub(super) enum Fresh {
    /// It is known to be good.
    Good(Option<Body>),
    /// It cannot be rendered.
    Failed(Arc<Failures>),
}

impl Memory {
    /// That of the next state, of which nothing is known yet; `library` if its items are others.
    pub(super) fn blank(&self, number: u64, library: Option<&Library>) -> Self {
        let lasting = match library {
            Some(library) => Arc::new(Lasting::following(&Lasting::default(), library)),
            None => self.lasting.clone(),
        };
        Self { number, lasting, ..Self::default() }
    }

    /// The outputs that could not be rendered.
    pub(super) fn failed(&self) -> Vec<Id> {
        let failed = self.fresh.iter().filter(|(_, fresh)| matches!(fresh, Fresh::Failed(_)));
        failed.map(|(id, _)| *id).collect()
    }

    /// Notes what an output has read, and what the shared views that it used have read.
    fn absorb(&mut self, renderer: &Renderer, id: Id, reads: Reads) {
        let mut waiting = vec![(id, reads)];
        while let Some((id, reads)) = waiting.pop() {
            let mut numbers = Vec::with_capacity(reads.len());
            for key in &reads {
                let read = self.graph.id(Node::Key(self.lasting.lasting(key)));
                numbers.push(read);
                if key.is_made()
                    && !self.graph.knows(read)
                    && let Some(reads) = renderer.reads(key)
                {
                    // At once, so that two who used it do not both go into it.
                    self.graph.set(read, Vec::new());
                    waiting.push((read, reads));
                }
            }
            self.graph.set(id, numbers);
        }
    }

    /// Notes what a shared template has read.
    pub(super) fn absorb_made(&mut self, renderer: &Renderer, key: &Key) {
        if let Some(reads) = renderer.reads(key) {
            let id = self.graph.id(Node::Key(self.lasting.lasting(key)));
            self.absorb(renderer, id, reads);
        }
    }

    /// Keeps a rendered file for those who ask again.
    fn keep(&mut self, id: Id, body: &Body) {
        let Body::Bytes(bytes) = body else { return };
        if let Some(Fresh::Good(slot)) = self.fresh.get_mut(&id)
            && slot.is_none()
        {
            *slot = Some(body.clone());
            self.kept.push_back((id, bytes.len()));
            self.kept_bytes += bytes.len();
        }
        while self.kept_bytes > KEPT
            && let Some((oldest, bytes)) = self.kept.pop_front()
        {
            self.kept_bytes -= bytes;
            if let Some(Fresh::Good(slot)) = self.fresh.get_mut(&oldest) {
                *slot = None;
            }
        }
    }

    /// Says that outputs are not what they would be now.
    pub(super) fn spoil(&mut self, stale: impl Iterator<Item = Id>) {
        for id in stale {
            // Its place among those that are kept goes when its turn comes.
            self.fresh.remove(&id);
        }
    }
}

/// Whether a file is made when somebody asks for it, and not in the background. An index would be made anew
/// whenever a text is saved, and nothing can be wrong with it; the copies of all pictures of a site take minutes,
/// and whether a picture is damaged is seen where it is shown; a card takes as long as ten pages, and nobody looks
/// at cards in a preview.
fn is_lazy(target: &Target) -> bool {
    matches!(
        target,
        Target::Manifest
            | Target::Asset(_)
            | Target::SearchIndex { .. }
            | Target::Picture { .. }
            | Target::Card(_)
    )
}

impl Snapshot {
    /// The model.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// What answers questions about the model as it is shown, with all texts. Its notes are of no concern
    /// outside of rendering.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        self.renderer.reader()
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        self.renderer.plan()
    }

    /// The files that there are, by their paths in the output; without the manifest, which only a
    /// folder has.
    pub fn outputs(&self) -> impl Iterator<Item = &OutputPath> {
        let routes = self.renderer.plan().routes.iter();
        routes.filter(|route| !matches!(route.target, Target::Manifest)).map(|route| &route.output)
    }

    fn route(&self, path: &str) -> Option<&Route> {
        self.renderer.plan().route(path).filter(|route| !matches!(route.target, Target::Manifest))
    }

    /// Whether there is a file of this path.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.route(path).is_some()
    }

    /// The file of this path, rendered now if it must be. `None`: there is none.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Result<Body, Diagnostics>> {
        let route = self.route(path)?;
        let made = self.file(route, true).map_err(|failures| self.told(vec![(*failures).clone()]));
        let mut wrong = self.late.as_ref().map_or_else(Vec::new, |late| late.errors());
        if wrong.is_empty() {
            return Some(made);
        }
        // A site with mistakes in its texts is not shown, and what fails because of them is not said.
        self.renderer.locate(&mut wrong);
        let mut all = Diagnostics::new();
        all.extend(wrong);
        Some(Err(all.finish(false)))
    }

    /// The outputs that would have to be rendered if somebody asked for all of them, but for copies, the
    /// pictures and the search index.
    #[must_use]
    pub fn stale(&self) -> Vec<OutputPath> {
        let memory = locked(&self.memory);
        let is_fresh = |route: &Route| {
            let id = memory.graph.find(&Node::Output(route.output.clone()));
            memory.number == self.number && id.is_some_and(|id| memory.fresh.contains_key(&id))
        };
        let routes = self.renderer.plan().routes.iter();
        let rendered = routes.filter(|route| !is_lazy(&route.target));
        rendered.filter(|route| !is_fresh(route)).map(|route| route.output.clone()).collect()
    }

    /// Renders what nobody has asked for yet, to find what is wrong with it; ends early when `stop`
    /// says so, or when there is a newer state.
    #[must_use]
    pub fn finish(&self, stop: &AtomicBool) -> Diagnostics {
        let mut failures = Vec::new();
        for route in &self.renderer.plan().routes {
            if stop.load(Ordering::Relaxed) || locked(&self.memory).number != self.number {
                break;
            }
            if is_lazy(&route.target) {
                continue;
            }
            if let Err(found) = self.file(route, false) {
                failures.push((*found).clone());
            }
        }
        // What no file shows reads too.
        let (unshown, reads) = during(|| self.renderer.problems_of_unshown());
        {
            let mut memory = locked(&self.memory);
            if memory.number == self.number {
                let id = memory.graph.id(Node::Unshown);
                memory.absorb(&self.renderer, id, reads);
            }
        }
        failures.extend(unshown);
        self.told(failures)
    }

    fn told(&self, failures: Vec<Failures>) -> Diagnostics {
        let any = !failures.is_empty();
        let mut found: Vec<Diagnostic> = Failures::summarised(failures);
        {
            let memory = locked(&self.memory);
            // A file that nobody asks for any more is nobody's trouble.
            let is_asked = |path: &str| {
                memory.number != self.number || memory.graph.is_read(&Node::Key(Key::Data(path.into())))
            };
            found.extend(self.renderer.data_problems(is_asked));
        }
        if any && found.is_empty() {
            found.push(unexplained());
        }
        self.renderer.locate(&mut found);
        let mut all = Diagnostics::new();
        all.extend(found);
        all.finish(false)
    }

    /// A file, from memory if it is there. Without `wanted`, one that is known to be good is not
    /// rendered again.
    fn file(&self, route: &Route, wanted: bool) -> Result<Body, Arc<Failures>> {
        let output = || Node::Output(route.output.clone());
        {
            let memory = locked(&self.memory);
            if memory.number == self.number
                && let Some(id) = memory.graph.find(&output())
            {
                match memory.fresh.get(&id) {
                    Some(Fresh::Good(Some(body))) => return Ok(body.clone()),
                    Some(Fresh::Good(None)) if !wanted => return Ok(Body::from(Vec::new())),
                    Some(Fresh::Failed(failures)) => return Err(failures.clone()),
                    _ => {}
                }
            }
        }
        let (rendered, reads) = self.renderer.render_noting(route);
        let made = rendered
            .and_then(|rendered| {
                let made = self.pictures.made(rendered).and_then(body);
                made.map_err(|problem| Failures::from(*problem))
            })
            .map_err(Arc::new);
        // What follows from a file alone is not kept: it lies on the disk, or in the program, and nothing of the
        // model that it read would tell that it has changed.
        if matches!(route.target, Target::Asset(_) | Target::Picture { .. }) {
            return made;
        }
        let mut memory = locked(&self.memory);
        if memory.number == self.number {
            let id = memory.graph.id(output());
            memory.absorb(&self.renderer, id, reads);
            match &made {
                Ok(body) => {
                    memory.fresh.insert(id, Fresh::Good(None));
                    if wanted {
                        memory.keep(id, body);
                    }
                }
                Err(failures) => {
                    memory.fresh.insert(id, Fresh::Failed(failures.clone()));
                }
            }
        }
        made
    }
}
