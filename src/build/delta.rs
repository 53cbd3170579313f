//! What is stale in the next state of a site.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::graph::{Graph, Id, Node, Set};
use super::pipeline::locked;
use super::snapshot::{Lasting, Memory, Snapshot};
use crate::base::path::OutputPath;
use crate::plan::Plan;
use crate::relate::{ItemId, Key, Library, Reader, Resolved};
use crate::render::{Moved, Renderer, print};

/// What has changed since the last good state.
#[derive(Debug, Default)]
pub(super) struct Delta {
    /// The settings or the theme: nothing that was rendered is what it was.
    pub(super) everything: bool,
    /// Front matter, names, what there is, the day.
    pub(super) structure: bool,
    /// The texts of pages, by the paths of their files.
    pub(super) texts: BTreeSet<String>,
    /// The bibliography, or a style of citations.
    pub(super) sources: bool,
    /// Files that may be data, by their paths from the site's folder; a folder stands for all in it.
    pub(super) data: BTreeSet<String>,
}

impl Delta {
    /// Whether nothing has changed that anything of what is rendered could show.
    pub(super) fn is_empty(&self, memory: &Memory, renderer: &Renderer) -> bool {
        let asked = |id| matches!(memory.graph.node(id), Node::Key(Key::Data(path)) if self.has_data(path));
        !self.everything
            && !self.structure
            && self.texts.is_empty()
            && !self.sources
            && !memory.graph.data().any(asked)
            && !renderer.has_read_data(|path| self.has_data(path))
    }

    fn has_data(&self, path: &str) -> bool {
        self.data.iter().any(|changed| {
            path.strip_prefix(changed.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// The renderer of the next state, after the last good one; what is stale in it is forgotten.
pub(super) fn follow(
    good: &Snapshot,
    memory: &Mutex<Memory>,
    number: u64,
    library: &Arc<Library>,
    plan: Arc<Plan>,
    since: &Delta,
) -> Arc<Renderer> {
    let mut memory = locked(memory);
    let old = &good.renderer;
    let was = memory.lasting.clone();
    let now = match since.structure {
        true => Arc::new(Lasting::following(&was, library)),
        false => was.clone(),
    };
    let reader = Reader::new(library.clone());
    let candidates = candidates(&memory.graph, &was, &good.library, library, since);
    let differs = |id: Id| match memory.graph.node(id) {
        Node::Key(Key::Data(path)) => since.has_data(path),
        Node::Key(Key::Everything) => since.structure,
        Node::Key(key) => {
            let before = was.present(key).and_then(|key| print(old.reader(), old.plan(), &key));
            let after = now.present(key).and_then(|key| print(&reader, &plan, &key));
            before != after
        }
        Node::Output(_) | Node::Unshown => false,
    };
    let changed: Vec<Id> = match since.structure {
        true => candidates.into_par_iter().filter(|&id| differs(id)).collect(),
        false => candidates.into_iter().filter(|&id| differs(id)).collect(),
    };
    let mut dirty = memory.graph.reach(&changed, |_| false);
    if since.structure {
        for orphan in memory.graph.orphans() {
            memory.graph.forget(orphan);
            dirty.insert(orphan);
        }
    }
    let views: BTreeSet<Key> = dirty
        .iter()
        .filter_map(|id| match memory.graph.node(id) {
            Node::Key(key) => was.present(key),
            Node::Output(_) | Node::Unshown => None,
        })
        .collect();
    let moved = |id: ItemId| now.item(was.number(id));
    let moved: Option<Moved<'_>> = if since.structure { Some(&moved) } else { None };
    let renderer = old.following(reader.clone(), plan.clone(), |path| since.has_data(path), &views, moved);

    // A menu that many pages share is looked at before all of them are called stale for it.
    let fragments: Vec<(Id, Key)> = {
        let fragment = |id: Id| match memory.graph.node(id) {
            Node::Key(key @ Key::Fragment(_)) => Some((id, key.clone())),
            _ => None,
        };
        let used = dirty.iter().filter(|&id| memory.graph.knows(id));
        let mut fragments: Vec<(Id, Key)> = used.filter_map(fragment).collect();
        fragments.sort_unstable();
        fragments
    };
    let is_same = |key: &Key| matches!(key, Key::Fragment(name) if renderer.is_same(name, old));
    let same: Set = fragments.iter().filter(|(_, key)| is_same(key)).map(|(id, _)| *id).collect();
    let mut stale = memory.graph.reach(&changed, |id| same.contains(id));
    if since.structure {
        stale.extend(moved_outputs(&memory, old, &renderer));
    }
    // What is said of a mistake depends on more than what was read: a name that is near, say. Failures are few.
    stale.extend(memory.failed());
    for id in stale.iter() {
        memory.graph.forget(id);
    }
    memory.number = number;
    memory.lasting = now;
    for (_, key) in &fragments {
        memory.absorb_made(&renderer, key);
    }
    memory.spoil(stale.iter());
    renderer
}

/// Keys whose answers may be others now.
fn candidates(graph: &Graph, was: &Lasting, old: &Library, new: &Library, since: &Delta) -> Vec<Id> {
    if since.structure {
        return graph.keys().map(|(id, _)| id).collect();
    }
    let mut candidates: Vec<Id> = Vec::new();
    let mut same_ids = true;
    for path in &since.texts {
        let Some((before, after)) = old.of_file(path).zip(new.of_file(path)) else { continue };
        same_ids &= old.item(before).parsed.facets.ids == new.item(after).parsed.facets.ids;
        candidates.extend(graph.keys_of(was.number(before)));
        let links = old.links(before).iter().chain(new.links(after));
        for target in links.filter_map(Resolved::item) {
            candidates.extend(graph.find(&Node::Key(was.lasting(&Key::Backlinks(target)))));
        }
        let links = old.links(before).iter().chain(new.links(after));
        for (target, _) in links.filter_map(Resolved::cited) {
            let owner = Key::Citing(old.cited_owner(target));
            candidates.extend(graph.find(&Node::Key(was.lasting(&owner))));
        }
    }
    if !same_ids {
        // A clause may have another number now, and whoever leads to that number to another clause.
        candidates.extend(graph.ways());
    }
    if since.sources {
        candidates.extend(graph.sources());
    }
    if !since.data.is_empty() {
        candidates.extend(graph.data());
    }
    candidates.sort_unstable();
    candidates.dedup();
    candidates
}

/// Outputs that hold something else now, or are gone.
fn moved_outputs(memory: &Memory, old: &Renderer, new: &Renderer) -> Vec<Id> {
    let print = |renderer: &Renderer, path: &OutputPath| {
        renderer.plan().route(path.as_str()).map(|route| renderer.print_route(route))
    };
    let has_moved = |id: &Id| match memory.graph.node(*id) {
        Node::Output(path) => print(old, path) != print(new, path),
        Node::Key(_) | Node::Unshown => false,
    };
    memory.fresh.keys().copied().filter(has_moved).collect()
}
