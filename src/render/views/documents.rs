//! Views of documents: versions, clauses, comparisons, and who cites them.

use tera::Value;

use super::view;

view! {
    /// A version of a document, as its history lists it.
    VersionView {
        /// Its name among the versions: `1.0`.
        label: String,
        /// Its title.
        title: String,
        /// The language of its text: that of the page, or the default one where it is not translated.
        lang: String,
        /// Its address.
        path: String,
        /// The same, absolute.
        permalink: String,
        /// `proposed`, `coming`, `in_force` or `ended`.
        state: &'static str,
        /// The first day that it is in force, or none.
        in_force: Option<String>,
        /// The first day that it is no longer in force, or none.
        until: Option<String>,
        /// The last day that it is in force, or none.
        last_day: Option<String>,
        /// The last day that comments are asked for, or none.
        comments_until: Option<String>,
        /// Whether comments are asked for today.
        comments_open: bool,
        /// `major` or `minor`; none for the first version.
        change: Option<&'static str>,
        /// What it changes, in one sentence, or none.
        note: Option<String>,
        /// The label of the version whose place it takes, or none.
        predecessor: Option<String>,
        /// The address of its comparison with that one, or none.
        changes: Option<String>,
        /// Whether it is the one that the page of its document shows.
        shown: bool,
        /// Whether a machine has made or translated its text.
        synthetic: bool,
    }
}

view! {
    /// `page.version`: what a text has beyond [`VersionView`].
    TextView {
        /// On the page of a document: the HTML of the text that it shows. On the version's own page
        /// that is `page.content`, and here is none.
        content: Value,
        /// Its document: `title`, `path`, `permalink`, `lang`.
        document: Value,
        /// The version that the document's page shows, as in `page.versions`.
        latest: Value,
        /// The version before, as in `page.versions`, or none.
        previous: Value,
        /// The versions that take its place or are meant to, as in `page.versions`.
        next: Vec<Value>,
    }
}

view! {
    /// One clause of `page.clauses`.
    ClauseView {
        /// Its id.
        id: String,
        /// Its number, or an empty text.
        number: String,
        /// Its heading, or an empty text.
        title: String,
        /// How deep it lies, from 1.
        depth: usize,
        /// Its address in this version, which stays when others follow.
        path: String,
        /// The same, absolute.
        permalink: String,
    }
}

view! {
    /// One of `page.withdrawn_clauses`.
    WithdrawnView {
        /// Its id: the page should have an element of it, because links lead there.
        id: String,
        /// The number that it had, or an empty text.
        number: String,
        /// The heading that it had, or an empty text.
        title: String,
        /// The label of the last version that had it.
        version: String,
        /// Its address there.
        path: String,
        /// The language of that text.
        lang: String,
    }
}

view! {
    /// One of `page.cited_by`.
    CitedByView {
        /// The title of the page that cites.
        title: String,
        /// Its address.
        path: String,
        /// The same, absolute.
        permalink: String,
        /// Its language.
        lang: String,
        /// The label of the version that is cited, or none.
        version: Option<String>,
        /// The number or heading of the clause that is cited, or none.
        clause: Option<String>,
    }
}

view! {
    /// `comparison`: what a version changed.
    ComparisonView {
        /// The document: `title`, `path`, `permalink`, `lang`.
        document: Value,
        /// The sections above the document, and the document: `title`, `path`, `permalink`, `lang`.
        breadcrumbs: Value,
        /// The version before, as in `page.versions`.
        before: Value,
        /// The version, as in `page.versions`.
        after: Value,
        /// The HTML of what stands before the first clause, with `ins` and `del`; none where there is none.
        lead: Value,
        /// The clauses of both; see [`ComparedView`].
        entries: Vec<Value>,
        /// How many clauses were added.
        added: usize,
        /// How many were removed.
        removed: usize,
        /// How many have other words.
        reworded: usize,
        /// How many stand elsewhere.
        moved: usize,
        /// How many have another number and nothing else.
        renumbered: usize,
    }
}

view! {
    /// One clause of `comparison.entries`; or a run of clauses that are the same in both, of which nothing
    /// is said but `unchanged`.
    ComparedView {
        /// `same`, `changed`, `added` or `removed`.
        change: &'static str,
        /// Its id, unique in the comparison.
        id: String,
        /// Its number in the new version, or none.
        number: Option<String>,
        /// Its number in the old version, or none.
        old_number: Option<String>,
        /// Its address in the new version, or none.
        path: Option<String>,
        /// Its address in the old version, or none.
        old_path: Option<String>,
        /// How deep it lies, from 1.
        depth: usize,
        /// Whether its words are others.
        reworded: bool,
        /// Whether it stands elsewhere.
        moved: bool,
        /// Whether its number is another one.
        renumbered: bool,
        /// The HTML of its heading, with `ins` and `del`; none for a clause without one.
        title: Value,
        /// The HTML of its text, with `ins` and `del`; none where it is empty in both.
        text: Value,
        /// The HTML of its old text with `del`, or none.
        old_text: Value,
        /// The HTML of its new text with `ins`, or none.
        new_text: Value,
        /// Of a run: see [`UnchangedView`]; else none.
        unchanged: Value,
    }
}

view! {
    /// A run of clauses that are the same in both texts.
    UnchangedView {
        /// How many.
        count: usize,
        /// What the first is called: its number, or its heading, or its first words.
        first: String,
        /// Its address in the new version.
        first_path: String,
        /// What the last is called.
        last: String,
        /// Its address in the new version.
        last_path: String,
    }
}
