//! What a piece of rendering has read, so that it is made again when that changes, and only then.
//!
//! Whoever reads the model while rendering notes a [`Key`]: [`super::Reader`] and the plan do so by
//! themselves. Notes go to the innermost frame of the thread: template functions are called without
//! any context, so there is nowhere else to put them. Where nobody listens, a note costs a glance at
//! a thread-local variable.

use std::cell::RefCell;
use std::sync::Arc;

use super::{ItemId, Query};

/// One thing that was read, found or not. Two keys are equal if and only if they ask the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// The address of an item.
    Url(ItemId),
    /// What others call an item: title and address, and whether it is hidden.
    Name(ItemId),
    /// All that follows from an item's front matter and file name.
    Head(ItemId),
    /// The text of an item, with its headings and directives.
    Text(ItemId),
    /// The text before the mark that ends the summary.
    Summary(ItemId),
    /// Where the link of this number in an item's text leads.
    Link(ItemId, u32),
    /// What a section says of its pages and of its list.
    Section(ItemId),
    /// Whose the pictures are that an item names.
    Pictures(ItemId),
    /// An item in other languages.
    Translations(ItemId),
    /// The sections above an item.
    Ancestors(ItemId),
    /// `lower` and `higher`.
    Neighbours(ItemId),
    /// Who links to an item.
    Backlinks(ItemId),
    /// What an item is as a document, on whatever day.
    Document(ItemId),
    /// Where the document of an item is on the day of the build.
    Standing(ItemId),
    /// The documents that an item refers to by its fields.
    References(ItemId),
    /// The documents that refer to an item by theirs.
    Referring(ItemId),
    /// What number an item has, which versions, which of them it shows, of which document it is one.
    Lineage(ItemId),
    /// What people call a clause of a text, by the clause's id.
    Clause(ItemId, Arc<str>),
    /// Who cites a document, by its page in the first language, or another page.
    Citing(ItemId),
    /// The kind whose register an item is.
    RegisterKind(ItemId),
    /// A source of the bibliography, by its key.
    Source(Arc<str>),
    /// How a language names sources.
    SourceStyle(usize),
    /// The pages of all terms, for readers of a language.
    Glossary(usize),
    /// What texts of a language call its terms.
    TermWords(usize),
    /// The files beside an item.
    Files(ItemId),
    /// The pages of a section.
    Pages(ItemId),
    /// How many pages a section has.
    Count(ItemId),
    /// The sections right below a section.
    Children(ItemId),
    /// Pages and sections of a section, for readers of a language that lacks it.
    Elsewhere(ItemId, usize),
    /// Pages of a section, in an order of one's own.
    Query(ItemId, Query, usize),
    /// The item of a path, in a language; a section if `true`.
    Find(Arc<str>, usize, bool),
    /// The home of a language.
    Home(usize),
    /// What search finds in a language.
    Searched(usize),
    /// The terms of a taxonomy in a language: names, addresses, how many pages.
    Terms(usize, usize),
    /// Whether a taxonomy has terms in a language.
    HasTerms(usize, usize),
    /// A term by language, taxonomy and slug, with its pages.
    Term(usize, usize, Arc<str>),
    /// A term by language, taxonomy and the word for it: its name and address.
    TermNamed(usize, Arc<str>, Arc<str>),
    /// Pages of a term by language, taxonomy and the word for it, in an order of one's own.
    QueryTerm(usize, Arc<str>, Arc<str>, Query),
    /// A term in other languages: language, taxonomy, slug, part of the list.
    TermElsewhere(usize, usize, Arc<str>, usize),
    /// The documents of a kind in the order of its register, for readers of a language; those of its
    /// open data if none is named.
    Register(Arc<str>, Option<usize>),
    /// The page that is the register of a kind.
    RegisterPage(Arc<str>),
    /// The pages in the calendar of a language.
    Calendar(usize),
    /// The documents of a kind, for readers of a language.
    OfKind(Arc<str>, usize),
    /// Whether pages of a section stand in a calendar.
    HasCalendar(ItemId),
    /// Whose card is shown for an item, and what that is called.
    Card(ItemId),
    /// Whether something answers an address.
    Answer(Arc<str>),
    /// A static file.
    Static(Arc<str>),
    /// A file below `content/` that is no page.
    Beside(Arc<str>),
    /// A data file, by its path from the site's folder.
    Data(Arc<str>),
    /// The day of the build.
    Today,
    /// More than is worth telling apart: the whole of the site but its texts.
    Everything,
    /// The brief view of an item; `true`: as directives get it.
    Brief(ItemId, bool),
    /// The full view of a section; `true`: as directives get it.
    Full(ItemId, bool),
    /// A template that many pages share.
    Fragment(Arc<str>),
    /// The search index of a language.
    Index(usize),
}

/// The keys that are about an item, and those that are not. No key is left out: one that is about an
/// item and is not known to be would keep the item's number in a library where it is another's.
macro_rules! about {
    (item $id:ident) => {
        Self::Url($id)
            | Self::Name($id)
            | Self::Head($id)
            | Self::Text($id)
            | Self::Summary($id)
            | Self::Link($id, _)
            | Self::Section($id)
            | Self::Pictures($id)
            | Self::Translations($id)
            | Self::Ancestors($id)
            | Self::Neighbours($id)
            | Self::Backlinks($id)
            | Self::Document($id)
            | Self::Standing($id)
            | Self::References($id)
            | Self::Referring($id)
            | Self::Lineage($id)
            | Self::Clause($id, _)
            | Self::Citing($id)
            | Self::RegisterKind($id)
            | Self::Files($id)
            | Self::Pages($id)
            | Self::Count($id)
            | Self::Children($id)
            | Self::Elsewhere($id, _)
            | Self::HasCalendar($id)
            | Self::Card($id)
            | Self::Query($id, ..)
            | Self::Brief($id, _)
            | Self::Full($id, _)
    };
    (nothing) => {
        Self::Find(..)
            | Self::Home(_)
            | Self::Calendar(_)
            | Self::OfKind(..)
            | Self::Searched(_)
            | Self::Terms(..)
            | Self::HasTerms(..)
            | Self::Term(..)
            | Self::TermNamed(..)
            | Self::QueryTerm(..)
            | Self::TermElsewhere(..)
            | Self::Register(..)
            | Self::RegisterPage(_)
            | Self::Source(_)
            | Self::SourceStyle(_)
            | Self::Glossary(_)
            | Self::TermWords(_)
            | Self::Answer(_)
            | Self::Static(_)
            | Self::Beside(_)
            | Self::Data(_)
            | Self::Today
            | Self::Everything
            | Self::Fragment(_)
            | Self::Index(_)
    };
}

impl Key {
    /// The item that it is about, if it is about one.
    #[must_use]
    pub fn item(&self) -> Option<ItemId> {
        match self {
            about!(item id) => Some(*id),
            about!(nothing) => None,
        }
    }

    /// The same of another item.
    #[must_use]
    pub fn of(mut self, item: ItemId) -> Self {
        match &mut self {
            about!(item id) => *id = item,
            about!(nothing) => {}
        }
        self
    }

    /// Whether it stands for something that is made once for many, and has reads of its own.
    #[must_use]
    pub fn is_made(&self) -> bool {
        matches!(self, Self::Brief(..) | Self::Full(..) | Self::Fragment(_) | Self::Index(_))
    }
}

/// What was read, each once, in order.
pub type Reads = Box<[Key]>;

thread_local! {
    static FRAMES: RefCell<Vec<Vec<Key>>> = const { RefCell::new(Vec::new()) };
}

/// Notes that something is read, if somebody listens.
pub fn note(key: impl FnOnce() -> Key) {
    FRAMES.with_borrow_mut(|frames| {
        if let Some(frame) = frames.last_mut() {
            frame.push(key());
        }
    });
}

/// Whether somebody listens on this thread.
#[must_use]
pub fn listening() -> bool {
    FRAMES.with_borrow(|frames| !frames.is_empty())
}

/// Runs `work` and says what it read.
pub fn during<T>(work: impl FnOnce() -> T) -> (T, Reads) {
    /// Takes the frame away even if `work` panics.
    struct Frame;
    impl Frame {
        fn end(self) -> Vec<Key> {
            std::mem::forget(self);
            FRAMES.with_borrow_mut(Vec::pop).unwrap_or_default()
        }
    }
    impl Drop for Frame {
        fn drop(&mut self) {
            FRAMES.with_borrow_mut(Vec::pop);
        }
    }
    FRAMES.with_borrow_mut(|frames| frames.push(Vec::new()));
    let frame = Frame;
    let made = work();
    let mut keys = frame.end();
    keys.sort_unstable();
    keys.dedup();
    (made, keys.into_boxed_slice())
}

/// As [`during`] if somebody listens, to tell the reads of a part from those of the whole.
pub fn apart<T>(work: impl FnOnce() -> T) -> (T, Reads) {
    if listening() { during(work) } else { (work(), Box::default()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_go_to_the_innermost_frame_and_nowhere_else() {
        note(|| unreachable!("nobody listens"));
        let ((), outer) = during(|| {
            note(|| Key::Today);
            let ((), inner) = apart(|| note(|| Key::Everything));
            assert_eq!(&*inner, [Key::Everything]);
            note(|| Key::Today);
        });
        assert_eq!(&*outer, [Key::Today]);
        assert!(apart(|| note(|| Key::Today)).1.is_empty());
    }

    #[test]
    fn a_panic_leaves_no_frame_behind() {
        let caught = crate::base::quiet::quietly(|| {
            std::panic::catch_unwind(|| during(|| -> () { panic!("on purpose") }))
        });
        assert!(caught.is_err() && !listening());
    }
}
