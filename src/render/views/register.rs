//! Views of registers.

use tera::Value;

use super::view;

view! {
    /// `register`: the documents of a kind, on the page that is their register.
    RegisterView {
        /// The name of the kind.
        kind: String,
        /// What readers are told several of them are.
        label: String,
        /// The documents, in the order of the register: see [`RegisterRowView`].
        rows: Vec<Value>,
        /// Whether any of them has a number.
        has_numbers: bool,
        /// Whether any of them has a state.
        has_states: bool,
        /// Whether any of them has a date.
        has_dates: bool,
        /// What the date is, where the kind says so; or none.
        date_label: Option<String>,
        /// The fields that at least one of them has, beside number and date: `name`, `label`, `value_type`.
        columns: Value,
        /// The taxonomies that at least one of them has a term of, by their names.
        taxonomies: Vec<String>,
        /// What readers can pick documents by: see [`RegisterFilterView`].
        filters: Vec<Value>,
        /// The open data of the kind: see [`RegisterDataView`]; empty where it is not published.
        data: Vec<Value>,
        /// The terms of use of the data: `name` (its SPDX identifier, or none), `title`, `url`; or none.
        license: Value,
        /// Who publishes the data: `name`; `url` and `email`, or none.
        publisher: Value,
    }
}

view! {
    /// One of `register.rows`: a document.
    RegisterRowView {
        /// Its title.
        title: String,
        /// Its address on the site's host.
        path: String,
        /// The absolute address.
        permalink: String,
        /// Its language: that of the page, or another one where it is not translated.
        lang: String,
        /// Its number, or none.
        number: Option<String>,
        /// Its state on the day of the build, or that of the version that its page shows; or none. See
        /// [`super::StateView`].
        state: Value,
        /// The label of the version that its page shows, or none.
        version: Option<String>,
        /// The date of its page, else the day that its state began; or none.
        date: Option<String>,
        /// Its values in the order of `register.columns`, as [`super::FieldView`].
        cells: Value,
        /// Its terms in the order of `register.taxonomies`: lists of `name` and `path`, which may be none.
        terms: Value,
        /// Whether it is a draft, shown because drafts were asked for.
        draft: bool,
        /// Whether the page that it is translated from has changed since.
        stale: bool,
        /// Whether a machine has made or translated it.
        synthetic: bool,
        /// Whether it only shows a feature.
        illustrative: bool,
        /// What filters find it by: words such as `state:in_force`, with blanks between them.
        tokens: String,
    }
}

view! {
    /// One of `register.filters`.
    RegisterFilterView {
        /// Its name in addresses and in `tokens`.
        name: String,
        /// `state`, `year`, `field` or `taxonomy`.
        by: &'static str,
        /// What readers are told it is; none for state, year and taxonomies, for which themes have words.
        label: Option<String>,
        /// Of a field, what it holds: `string`, `enum`, `ref` …; else none.
        value_type: Option<&'static str>,
        /// What can be picked: `value`, `label`, `lang` (of documents in another language, else none) and
        /// `count`.
        options: Value,
    }
}

view! {
    /// One of `register.data`: a file of the open data.
    RegisterDataView {
        /// `csv`, `json`, `schema`, `package` or `catalog`.
        name: &'static str,
        /// Its media type.
        media_type: &'static str,
        /// Its address on the site's host.
        path: String,
        /// The absolute address.
        permalink: String,
    }
}
