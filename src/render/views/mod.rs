//! What templates are given: typed structs, named and filled as theme authors know them from Zola.
//!
//! Each struct becomes one of Tera's maps, whose values are shared, not copied, when a template or
//! another view holds them too.

pub mod cache;
mod convert;
pub(crate) mod document;
mod documents;
mod parts;

pub use convert::{table, value};
pub use document::{DocumentView, FieldView, ReferenceView, StateView};
pub use documents::{
    CitedByView, ClauseView, ComparedView, ComparisonView, TextView, VersionView, WithdrawnView,
};
pub use parts::{
    ConfigView, ItemView, PageView, PaginatorView, SectionView, TaxonomyView, TermView, TocView,
};
pub(crate) use parts::{alternates, feeds, reference, toc};

/// Declares a view: a struct whose fields become the keys of a map, in this order.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $name {
            /// The names of its fields, in order.
            pub const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];

            /// The map that a template sees.
            #[must_use]
            pub fn into_map(self) -> tera::Map {
                let mut map = tera::Map::with_capacity(Self::FIELDS.len());
                self.put_into(&mut map);
                map
            }

            /// Adds its fields to those of a map.
            pub fn put_into(self, map: &mut tera::Map) {
                $(map.insert(tera::value::Key::Str(stringify!($field)), tera::Value::from(self.$field));)*
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
