//! What templates are given: typed structs, named and filled as theme authors know them from Zola.
//!
//! Each struct becomes one of Tera's maps, whose values are shared, not copied, when a template or
//! another view holds them too.

pub mod cache;
mod chart;
mod convert;
pub(crate) mod document;
mod documents;
mod parts;
mod register;

pub use chart::ChartView;
pub use convert::{table, value};
pub use document::{DocumentView, FieldView, ReferenceView, StateView};
pub use documents::{
    CitedByView, ClauseView, ComparedView, ComparisonView, TextView, UnchangedView, VersionView,
    WithdrawnView,
};
pub use parts::{
    ConfigView, GlossaryView, ItemView, PageView, PaginatorView, PlaceView, SectionView, SocialCardView,
    SourceView, TaxonomyView, TermNameView, TermView, TocView,
};
pub(crate) use parts::{alternates, calendar, cite, feeds, map, numbered_reference, reference, toc};
pub use register::{RegisterDataView, RegisterFilterView, RegisterRowView, RegisterView};

/// Declares a view: a struct whose fields become the keys of a map, in this order.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $name {
            /// The names of its fields, in order.
            pub const FIELDS: &'static [&'static str] = &[$($crate::render::views::key(stringify!($field))),*];

            /// The map that a template sees.
            #[must_use]
            pub fn into_map(self) -> tera::Map {
                static EMPTY: std::sync::OnceLock<tera::Map> = std::sync::OnceLock::new();
                let mut map = EMPTY.get_or_init(|| $crate::render::views::empty(&[Self::FIELDS])).clone();
                self.fill(&mut map.values_mut().map(Some));
                map
            }

            /// Puts the values of its fields into their places, which stand in the same order.
            pub(crate) fn fill(self, places: $crate::render::asked::Places<'_, '_>) {
                $(if let Some(Some(place)) = places.next() {
                    *place = tera::Value::from(self.$field);
                })*
            }
        }

        impl From<$name> for tera::Value {
            fn from(view: $name) -> Self {
                Self::from(view.into_map())
            }
        }
    };
}

pub(crate) use view;

/// The key of a field: one that is a word of Rust's is written `r#type`.
pub(crate) const fn key(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// A map with the keys of these views, in order. A copy of it is filled by place. (Tera hashes the keys
/// of a map that becomes a value: what costs least is a key that is not there, see [`super::asked`].)
pub(crate) fn empty(views: &[&[&'static str]]) -> tera::Map {
    let keys = views.iter().flat_map(|fields| fields.iter());
    keys.map(|key| (tera::value::Key::Str(key), tera::Value::none())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Views are filled by place: two fields of one name would move all that come after.
    #[test]
    fn no_field_of_a_page_or_section_is_there_twice() {
        for own in [PageView::FIELDS, SectionView::FIELDS] {
            let views = [ItemView::FIELDS, own, DocumentView::FIELDS];
            assert_eq!(empty(&views).len(), views.iter().map(|fields| fields.len()).sum::<usize>());
        }
    }
}
