//! Datasets: the documents of a kind as records for other programs, and the schemas of these.
//!
//! A record says all that is known of a document on the day of the build, in all its languages. It has one
//! shape for all documents of a kind, whatever they leave out: [`Shape`] gives it as JSON Schema, and as
//! the columns of a table with their Table Schema (<https://specs.frictionlessdata.io/table-schema/>).

mod record;
mod schema;
mod table;

pub use table::{Column, SEPARATOR};

use super::field;
use super::kind::Kind;

/// Texts by the tags of their languages, in the order of the site's.
pub type Texts<'a> = Vec<(&'a str, String)>;

/// What all records of a kind have.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// The kind.
    pub kind: &'a Kind,
    /// The tags of the site's languages, the default one first.
    pub languages: Vec<&'a str>,
    /// The names of the site's taxonomies.
    pub taxonomies: Vec<&'a str>,
}

/// A document of a kind.
#[derive(Debug, Default)]
pub struct Record<'a> {
    /// What identifies it in all languages: the path of its file.
    pub id: &'a str,
    /// The number that people cite it by.
    pub number: Option<&'a str>,
    /// Its title.
    pub title: Texts<'a>,
    /// One sentence about it.
    pub description: Texts<'a>,
    /// The absolute address of its page.
    pub url: Texts<'a>,
    /// Where it is in its lifecycle on the day of the build.
    pub state: Option<State<'a>>,
    /// The date of its page.
    pub date: Option<String>,
    /// When it was last changed, as its author says.
    pub updated: Option<String>,
    /// The values of the fields, in the order of the kind.
    pub fields: Vec<Held<'a>>,
    /// Its terms, by taxonomy, in the order of the site's.
    pub taxonomies: Vec<Vec<Term<'a>>>,
    /// What has become of it, and what is planned.
    pub history: Vec<Step<'a>>,
    /// The version that its page shows on the day of the build.
    pub current_version: Option<&'a str>,
    /// Its versions, the oldest first.
    pub versions: Vec<Version<'a>>,
    /// The language that it is translated from.
    pub original_language: &'a str,
    /// How its text stands in each language of the site.
    pub translations: Vec<(&'a str, Translation)>,
    /// The languages in which a machine has made or translated it.
    pub synthetic: Vec<&'a str>,
    /// Whether it only shows a feature, and is no official document.
    pub illustrative: bool,
}

/// A state on a day.
#[derive(Debug)]
pub struct State<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it means, whatever it is called.
    pub stage: &'static str,
    /// What readers are told it is.
    pub label: Texts<'a>,
    /// When it began.
    pub since: Option<String>,
    /// The last day of what it offers.
    pub until: Option<String>,
    /// Whether that day is over.
    pub over: bool,
}

/// A step of a history.
#[derive(Debug)]
pub struct Step<'a> {
    /// The state that it leads to.
    pub state: &'a str,
    /// When, as far as that is known.
    pub date: String,
    /// The last day of what the state offers.
    pub until: Option<String>,
    /// What there is to say of it.
    pub note: Texts<'a>,
    /// Whether it was taken on the day of the build or before.
    pub past: bool,
}

/// A version of a document.
#[derive(Debug)]
pub struct Version<'a> {
    /// Its name among the versions.
    pub label: &'a str,
    /// `proposed`, `coming`, `in_force` or `ended`, on the day of the build.
    pub state: &'static str,
    /// The first day in force.
    pub in_force: Option<String>,
    /// The first day after that.
    pub until: Option<String>,
    /// The last day that comments are asked for.
    pub comments_until: Option<String>,
    /// `major` or `minor`.
    pub change: Option<&'static str>,
    /// The label of the version whose place it takes.
    pub predecessor: Option<&'a str>,
    /// What it changes.
    pub note: Texts<'a>,
    /// The permanent address of its text.
    pub url: Texts<'a>,
    /// The languages in which a machine has made or translated it.
    pub synthetic: Vec<&'a str>,
    /// Whether it only shows a feature.
    pub illustrative: bool,
}

/// What a field holds.
#[derive(Debug)]
pub enum Held<'a> {
    /// What is the same in all languages.
    Shared(Option<&'a field::Value>),
    /// What each language says for itself.
    Own(Vec<(&'a str, &'a field::Value)>),
    /// Other documents.
    Documents(Vec<Linked<'a>>),
}

/// A document that another refers to.
#[derive(Debug)]
pub struct Linked<'a> {
    /// What identifies it: as [`Record::id`].
    pub id: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// The number that people cite it by.
    pub number: Option<&'a str>,
    /// Its title.
    pub title: Texts<'a>,
    /// The absolute address of its page.
    pub url: Texts<'a>,
}

/// A term of a taxonomy.
#[derive(Debug, PartialEq, Eq)]
pub struct Term<'a> {
    /// What identifies it: the part of its address.
    pub id: &'a str,
    /// Its name.
    pub name: Texts<'a>,
}

/// How a text stands in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Translation {
    /// It was written in it.
    Original,
    /// It was translated from the original as it is now.
    Current,
    /// The original has changed since.
    Stale,
    /// Nobody has said what it was translated from.
    Unstamped,
    /// There is none.
    Missing,
}

impl Translation {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Original, Self::Current, Self::Stale, Self::Unstamped, Self::Missing];

    /// Its word in data.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Current => "current",
            Self::Stale => "stale",
            Self::Unstamped => "unstamped",
            Self::Missing => "missing",
        }
    }
}
