//! What was made of what: the reads of every output and of every shared view, in both directions.
//!
//! Nodes are numbered densely. A node is a thing that is read ([`Key`]), a view that is made once for
//! many (a `Key` as well, with reads of its own), or a file of the output. Items are told by numbers
//! that stay when others come and go, not by those of one library.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use crate::base::path::OutputPath;
use crate::relate::Key;

/// What stands at a place of the graph.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// Something that is read.
    Key(Key),
    /// A file of the output.
    Output(OutputPath),
    /// The texts that no file shows, and that are looked at for mistakes.
    Unshown,
}

/// The number of a node.
pub(super) type Id = u32;

/// A set of nodes, in the order in which they came.
#[derive(Default)]
pub(super) struct Set {
    has: Vec<bool>,
    all: Vec<Id>,
}

impl Set {
    /// Adds a node; whether it was not there.
    pub(super) fn insert(&mut self, id: Id) -> bool {
        let at = id as usize;
        if at >= self.has.len() {
            self.has.resize(at + 1, false);
        }
        let new = !std::mem::replace(&mut self.has[at], true);
        if new {
            self.all.push(id);
        }
        new
    }

    /// Whether a node is there.
    pub(super) fn contains(&self, id: Id) -> bool {
        self.has.get(id as usize).copied().unwrap_or_default()
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = Id> {
        self.all.iter().copied()
    }
}

impl Extend<Id> for Set {
    fn extend<T: IntoIterator<Item = Id>>(&mut self, ids: T) {
        for id in ids {
            self.insert(id);
        }
    }
}

impl FromIterator<Id> for Set {
    fn from_iter<T: IntoIterator<Item = Id>>(ids: T) -> Self {
        let mut set = Self::default();
        set.extend(ids);
        set
    }
}

/// The graph.
#[derive(Default)]
pub(super) struct Graph {
    numbers: HashMap<Node, Id, FixedState>,
    nodes: Vec<Node>,
    /// What each node has read, sorted.
    reads: Vec<Box<[Id]>>,
    /// Whether that is known to be what it would read now.
    known: Vec<bool>,
    /// Who has read each node.
    readers: Vec<Vec<Id>>,
    /// The keys that are about an item.
    of_item: BTreeMap<u32, Vec<Id>>,
    /// The keys of data files.
    data: Vec<Id>,
}

impl Graph {
    /// The number of a node, which is there from now on.
    pub(super) fn id(&mut self, node: Node) -> Id {
        if let Some(&id) = self.numbers.get(&node) {
            return id;
        }
        let id = Id::try_from(self.nodes.len()).unwrap_or(Id::MAX);
        if let Node::Key(key) = &node
            && let Some(item) = key.item()
        {
            self.of_item.entry(item.0).or_default().push(id);
        }
        if matches!(node, Node::Key(Key::Data(_))) {
            self.data.push(id);
        }
        self.numbers.insert(node.clone(), id);
        self.nodes.push(node);
        self.reads.push(Box::default());
        self.known.push(false);
        self.readers.push(Vec::new());
        id
    }

    /// The number of a node that is there.
    pub(super) fn find(&self, node: &Node) -> Option<Id> {
        self.numbers.get(node).copied()
    }

    /// A node.
    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    /// All keys that are no views.
    pub(super) fn keys(&self) -> impl Iterator<Item = (Id, &Key)> {
        (0..).zip(&self.nodes).filter_map(|(id, node)| match node {
            Node::Key(key) if !key.is_made() => Some((id, key)),
            _ => None,
        })
    }

    /// The data files that were asked for.
    pub(super) fn data(&self) -> impl Iterator<Item = Id> {
        self.data.iter().copied()
    }

    /// The keys that are about an item, by its lasting number.
    pub(super) fn keys_of(&self, item: u32) -> &[Id] {
        self.of_item.get(&item).map_or(&[], Vec::as_slice)
    }

    /// Whether something that is known reads a node.
    pub(super) fn is_read(&self, node: &Node) -> bool {
        self.find(node).is_some_and(|id| self.has_readers(id))
    }

    fn has_readers(&self, id: Id) -> bool {
        self.readers[id as usize].iter().any(|reader| self.knows(*reader))
    }

    /// Shared templates that nothing uses any more: each title of a page may have had one of its own.
    pub(super) fn orphans(&self) -> Vec<Id> {
        let is_fragment = |node: &Node| matches!(node, Node::Key(Key::Fragment(_)));
        let fragments = (0..).zip(&self.nodes).filter(|(_, node)| is_fragment(node)).map(|(id, _)| id);
        fragments.filter(|&id| self.knows(id) && !self.has_readers(id)).collect()
    }

    /// The keys of links and citations, of all items.
    pub(super) fn ways(&self) -> impl Iterator<Item = Id> {
        let is_way = |key: &Key| matches!(key, Key::Link(..) | Key::Citing(_) | Key::Clause(..));
        self.keys().filter(move |(_, key)| is_way(key)).map(|(id, _)| id)
    }

    /// The keys of sources, and of how they are named.
    pub(super) fn sources(&self) -> impl Iterator<Item = Id> {
        let is_source = |key: &Key| matches!(key, Key::Source(_) | Key::SourceStyle(_));
        self.keys().filter(move |(_, key)| is_source(key)).map(|(id, _)| id)
    }

    /// Whether the reads of a node are known.
    pub(super) fn knows(&self, id: Id) -> bool {
        self.known[id as usize]
    }

    /// Notes what a node has read.
    pub(super) fn set(&mut self, id: Id, mut reads: Vec<Id>) {
        reads.sort_unstable();
        reads.dedup();
        let before = std::mem::take(&mut self.reads[id as usize]);
        for gone in before.iter().filter(|read| reads.binary_search(read).is_err()) {
            let readers = &mut self.readers[*gone as usize];
            if let Some(at) = readers.iter().position(|reader| *reader == id) {
                readers.swap_remove(at);
            }
        }
        for new in reads.iter().filter(|read| before.binary_search(read).is_err()) {
            self.readers[*new as usize].push(id);
        }
        self.reads[id as usize] = reads.into_boxed_slice();
        self.known[id as usize] = true;
    }

    /// Says that nobody knows any more what a node reads.
    pub(super) fn forget(&mut self, id: Id) {
        self.known[id as usize] = false;
    }

    /// All that was made of these nodes, directly or through others, but not through those that
    /// `stops` at; they themselves, and what is not known anyway, left out.
    pub(super) fn reach(&self, from: &[Id], stops: impl Fn(Id) -> bool) -> Set {
        let mut reached = Set::default();
        let mut waiting: Vec<Id> = from.to_vec();
        while let Some(read) = waiting.pop() {
            for &reader in &self.readers[read as usize] {
                if self.known[reader as usize] && !stops(reader) && reached.insert(reader) {
                    waiting.push(reader);
                }
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relate::ItemId;

    fn output(graph: &mut Graph, path: &str) -> Id {
        graph.id(Node::Output(OutputPath::parse(path).unwrap()))
    }

    #[test]
    fn what_was_made_of_a_thing_is_found_through_views_and_not_through_what_stops() {
        let mut graph = Graph::default();
        let text = graph.id(Node::Key(Key::Text(ItemId(1))));
        let head = graph.id(Node::Key(Key::Head(ItemId(1))));
        let menu = graph.id(Node::Key(Key::Fragment("menu".into())));
        let (page, list) = (output(&mut graph, "a.html"), output(&mut graph, "b.html"));
        graph.set(menu, vec![head]);
        graph.set(page, vec![text, menu]);
        graph.set(list, vec![menu, menu]);
        let reached = |graph: &Graph, from: Id, stop: Id| {
            let mut found: Vec<Id> = graph.reach(&[from], |id| id == stop).iter().collect();
            found.sort_unstable();
            found
        };
        assert_eq!(reached(&graph, text, Id::MAX), [page]);
        assert_eq!(reached(&graph, head, Id::MAX), [menu, page, list]);
        assert!(reached(&graph, head, menu).is_empty());
        graph.set(page, vec![text]);
        assert_eq!(reached(&graph, head, Id::MAX), [menu, list], "an edge that went");
        graph.forget(list);
        assert_eq!(reached(&graph, head, Id::MAX), [menu], "stale already");
        assert_eq!((graph.keys_of(1), graph.keys().count()), (&[text, head][..], 2));
    }
}
