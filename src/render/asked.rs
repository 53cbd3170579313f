//! Which names a theme's templates can ask for.
//!
//! A view has some sixty fields, and most themes name a few of them. What no template can ask for is
//! not made: no list of headings, no maps, no memory for them on each of ten thousand pages. A field
//! is left out only where its name stands nowhere in any template, and where nothing in them could
//! ask for it without naming it (a subscript that is computed, a loop over the keys of a page, `page`
//! or `section` printed whole); where something could, all fields are made. So a template cannot tell the
//! difference, and [`Asked::all`] gives the same bytes, but where a page of another name is printed whole
//! for a look at it (`{{ item }}`): every loop variable that is printed would ask for everything.

use std::collections::HashSet;

use foldhash::fast::FixedState;
use tera::value::Key;
use tera::{Map, Value};

use super::views::{DocumentView, ItemView, PageView, SectionView};

/// What is always made: pages are told apart by it, and it is shared with all who name them.
const ALWAYS: [&str; 4] = ["title", "path", "permalink", "lang"];

/// What each template is told, where that is some work.
const OF_ALL: [&str; 3] = ["alternates", "feeds", "current_section"];

/// Maps that authors or settings fill: to go through their keys asks for no field of a view.
const OWN_MAPS: [&str; 3] = ["extra", "taxonomies", "fields"];

type Names = HashSet<&'static str, FixedState>;

/// The names that templates can ask for.
#[derive(Default)]
pub(crate) struct Asked {
    /// None where they can ask for every name.
    names: Option<Names>,
    /// The map of a page.
    pub page: Shape,
    /// That of a section.
    pub section: Shape,
    /// That of either in a list.
    pub brief: Shape,
}

impl Asked {
    /// Every name.
    pub(crate) fn all() -> Self {
        Self::of_names(None)
    }

    /// Those that these templates can ask for.
    pub(crate) fn of(templates: &[&str]) -> Self {
        if templates.iter().any(|template| asks_without_name(template)) {
            return Self::all();
        }
        let views = [ItemView::FIELDS, PageView::FIELDS, SectionView::FIELDS, DocumentView::FIELDS, &OF_ALL];
        let known: Names = views.into_iter().flatten().copied().collect();
        let mut names: Names = ALWAYS.into_iter().collect();
        for template in templates {
            for tag in tags(template) {
                let words = tag.split(|c: char| !is_word(c));
                names.extend(words.filter_map(|word| known.get(word)));
            }
        }
        Self::of_names(Some(names))
    }

    fn of_names(names: Option<Names>) -> Self {
        let mut asked = Self { names, ..Self::default() };
        asked.page = Shape::new(&asked, &[ItemView::FIELDS, PageView::FIELDS, DocumentView::FIELDS]);
        asked.section = Shape::new(&asked, &[ItemView::FIELDS, SectionView::FIELDS, DocumentView::FIELDS]);
        asked.brief = Shape::new(&asked, &[ItemView::FIELDS]);
        asked
    }

    /// What a view, or a template, has by name, of which `known` are there: with what is left out, which whoever asks
    /// for it gets. Sorted.
    pub(crate) fn all_of<'a>(&self, known: Vec<&'a str>) -> Vec<&'a str> {
        let has = |name: &str| known.contains(&name);
        let is_own = |fields: &[&'static str], others: &[&'static str]| {
            fields.iter().any(|field| has(field) && !others.contains(field))
        };
        let mut views: Vec<&[&'static str]> = Vec::new();
        if ALWAYS.iter().all(|name| has(name)) && is_own(ItemView::FIELDS, &ALWAYS) {
            views.push(ItemView::FIELDS);
            if is_own(SectionView::FIELDS, PageView::FIELDS) {
                views.extend([SectionView::FIELDS, DocumentView::FIELDS]);
            } else if has("content") || is_own(PageView::FIELDS, &[]) {
                views.extend([PageView::FIELDS, DocumentView::FIELDS]);
            }
        } else if has("current_path") && has("config") {
            views.push(&OF_ALL);
        }
        let left_out = views.concat().into_iter().filter(|name| !self.has(name));
        let mut all: Vec<&'a str> = known.iter().copied().chain(left_out).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What `make` makes, if templates can ask for this name; else nothing.
    pub(crate) fn then<T: Default>(&self, name: &str, make: impl FnOnce() -> T) -> T {
        if self.has(name) { make() } else { T::default() }
    }

    /// Whether templates can ask for this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.as_ref().is_none_or(|names| names.contains(name))
    }
}

/// The map of a view, without what nobody asks for.
#[derive(Default)]
pub(crate) struct Shape {
    /// The fields of the view in order: whether each has a place.
    fields: Vec<bool>,
    /// The map with a place for each field that has one.
    empty: Map,
}

impl Shape {
    fn new(asked: &Asked, views: &[&[&'static str]]) -> Self {
        let all = || views.iter().flat_map(|fields| fields.iter().copied());
        let kept = all().filter(|field| asked.has(field)).map(|field| (Key::Str(field), Value::none()));
        Self { fields: all().map(|field| asked.has(field)).collect(), empty: kept.collect() }
    }

    /// A map, filled by `fill`, which is given the places of the fields in their order.
    pub(crate) fn filled(&self, fill: impl FnOnce(Places<'_, '_>)) -> Value {
        let mut map = self.empty.clone();
        let mut values = map.values_mut();
        fill(&mut self.fields.iter().map(|&has| if has { values.next() } else { None }));
        Value::from(map)
    }
}

/// The places of a view's fields, in their order; none for a field that nobody asks for.
pub(crate) type Places<'a, 'b> = &'a mut dyn Iterator<Item = Option<&'b mut Value>>;

/// The tags of a template, which alone can name anything. What only looks like a tag or a comment, in a text
/// or in a `raw` block, is none.
fn tags(template: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = template;
    while let Some(at) = memchr::memchr(b'{', rest.as_bytes()) {
        let from = &rest[at..];
        let end = match from.as_bytes().get(1) {
            Some(b'#') => from.find("#}").map_or(from.len(), |end| end + 2),
            Some(b'{') => tag_end(from, "}}"),
            Some(b'%') => tag_end(from, "%}"),
            _ => {
                rest = &from[1..];
                continue;
            }
        };
        let (tag, behind) = from.split_at(end);
        let is_raw = tag.trim_matches(['{', '-', '%', '}', ' ', '\t', '\n', '\r']) == "raw";
        rest = if is_raw { behind.find("endraw").map_or("", |end| &behind[end..]) } else { behind };
        if !tag.starts_with("{#") {
            tags.push(tag);
        }
    }
    tags
}

/// A tag without what stands in its texts; all that is blank is a blank.
fn without_texts(tag: &str) -> String {
    let mut out = String::with_capacity(tag.len());
    let mut quote = None;
    let mut chars = tag.chars();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (Some(_), '\\') => {
                chars.next();
            }
            (Some(open), char) if open != char => {}
            (Some(_), _) => {
                quote = None;
                out.push(char);
            }
            (None, _) => {
                quote = Some(char).filter(|char| matches!(char, '"' | '\'' | '`'));
                out.push(if char.is_ascii_whitespace() { ' ' } else { char });
            }
        }
    }
    out
}

/// Where a tag ends that ends with `mark`; texts in it may hold that as well.
fn tag_end(tag: &str, mark: &str) -> usize {
    let mut quote = None;
    // Past the mark that opens it, `{{` or `{%`.
    let mut bytes = tag.bytes().enumerate().skip(2);
    while let Some((at, byte)) = bytes.next() {
        match (quote, byte) {
            (Some(_), b'\\') => {
                bytes.next();
            }
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, _) if tag.as_bytes()[at..].starts_with(mark.as_bytes()) => return at + mark.len(),
            (None, _) => {}
        }
    }
    tag.len()
}

/// Whether something in a template can ask for a field without naming it.
fn asks_without_name(template: &str) -> bool {
    let tags: Vec<String> = tags(template).into_iter().map(without_texts).collect();
    // What the template itself sets, and whether to a map that it writes down: that is no view.
    let sets: Vec<(&str, bool)> = tags.iter().filter_map(|tag| set_in(tag)).collect();
    let is_own_map = |name: &str| {
        let mut of_it = sets.iter().filter(|(set, _)| *set == name).peekable();
        of_it.peek().is_some() && of_it.all(|(_, is_map)| *is_map)
    };
    let is_own_part = |path: &str| path.split('.').any(|part| OWN_MAPS.contains(&part));
    tags.iter().any(|tag| {
        asks_for_all(tag)
            || gone_through_in_pairs(tag).any(|path| !is_own_part(path))
            || subscripts(tag).any(|(of, at)| !is_harmless(at) && !is_own_map(of))
    })
}

/// Whether a tag prints or goes through all that a page or section has, or takes an attribute that is no literal.
/// What only looks like that costs time and nothing more.
fn asks_for_all(tag: &str) -> bool {
    let is_view = |word: &str| matches!(word, "page" | "section");
    // All of it, printed: `{{ page }}`, `{{ page | … }}`, `{{ "a" ~ page }}`, `{{ (a or page) }}`.
    let mut operands = tag.split('~').flat_map(|part| part.split(" or "));
    let is_whole = |operand: &str| {
        let (first, rest) = word(operand.trim_start_matches(['{', '-', ' ', '(']));
        is_view(first) && (rest.is_empty() || rest.starts_with(['}', '-', '|', ')']))
    };
    let printed = tag.starts_with("{{") && operands.any(is_whole);
    // `x in page`, of which no more is named.
    let mut behind_in = tag.match_indices("in ").filter(|(at, _)| !tag[..*at].ends_with(is_word));
    let gone_through = behind_in.any(|(at, found)| {
        let (of, rest) = word(&tag[at + found.len()..]);
        is_view(of) && !rest.starts_with(['.', '?'])
    });
    let is_literal = |argument: &str| {
        let value = argument.trim_start().trim_start_matches('=').trim_start();
        let texts = ["\"\"", "''", "``"];
        let rest = texts.iter().find_map(|text| value.strip_prefix(text));
        rest.is_some_and(|rest| rest.trim_start().starts_with([',', ')']))
    };
    let mut attributes = tag.match_indices("attribute");
    // What stands before the first `|` is no filter.
    let mut filters = tag.split('|').skip(1).map(word);
    printed
        || gone_through
        || tag.contains("__tera_context")
        || (tag.contains("json_encode") && !encodes_no_view(tag))
        || attributes.any(|(at, name)| !is_literal(&tag[at + name.len()..]))
        || filters.any(|(name, arguments)| match name {
            "keys" | "values" | "pairs" => true,
            "get" => {
                arguments.match_indices("key").any(|(at, name)| !is_literal(&arguments[at + name.len()..]))
            }
            _ => false,
        })
}

/// Whether what a tag writes as JSON is no page or section: a setting, a word, an address. With anything around it,
/// it may be.
fn encodes_no_view(tag: &str) -> bool {
    let Some((value, filters)) = tag.strip_prefix("{{").and_then(|tag| tag.split_once('|')) else {
        return false;
    };
    let value = value.trim_start_matches(['-', ' ']).trim_end();
    let is_name = |name: &str| name.chars().all(|c| is_word(c) || c == '.');
    let is_text = match value.split_once('(') {
        Some(("trans" | "get_url", arguments)) => arguments.find([')', '(']) == Some(arguments.len() - 1),
        Some(_) => false,
        None => {
            matches!(value, "lang" | "current_url" | "current_path")
                || (value.starts_with("config.") && is_name(value))
        }
    };
    // A filter may have brought in another value before.
    is_text && !filters.contains("default")
}

/// The first word of a text, and what follows behind blanks.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let (word, rest) = text.split_at(text.find(|c: char| !is_word(c)).unwrap_or(text.len()));
    (word, rest.trim_start())
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What a tag sets, and whether to a map.
fn set_in(tag: &str) -> Option<(&str, bool)> {
    let tag = tag.strip_prefix("{%")?.trim_start_matches(['-', ' ']);
    let (name, value) = tag.strip_prefix("set_global ").or(tag.strip_prefix("set "))?.split_once('=')?;
    // `{...page}` is a map of the template's own, with all that the page has.
    Some((name.trim(), value.trim_start().starts_with('{') && !value.contains("...")))
}

/// What loops over keys and values go through.
fn gone_through_in_pairs(tag: &str) -> impl Iterator<Item = &str> {
    let loops = tag.match_indices("for ").filter(|(at, _)| !tag[..*at].ends_with(is_word));
    loops.filter_map(|(at, found)| {
        let (names, path) = tag[at + found.len()..].split_once(" in ")?;
        let path = path.trim_start();
        let end = path.find(|c: char| !is_word(c) && c != '.').unwrap_or(path.len());
        names.contains(',').then_some(&path[..end])
    })
}

/// The subscripts in a tag: the name that each belongs to, empty where it belongs to something else, and what
/// stands in it.
fn subscripts(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    tag.match_indices('[').filter_map(|(at, _)| {
        let before = tag[..at].trim_end_matches('?');
        let name = before.rfind(|c: char| !is_word(c)).map_or(before, |last| &before[last..]);
        let name = name.trim_start_matches(|c: char| !is_word(c));
        let inside = &tag[at + 1..];
        let inside = &inside[..inside.find(']').unwrap_or(inside.len())];
        (!name.is_empty() || before.ends_with([')', ']'])).then_some((name, inside))
    })
}

/// Whether a subscript is a literal, the language (no field is called like one), a place in a list, or a slice,
/// which only lists have.
fn is_harmless(subscript: &str) -> bool {
    let subscript = subscript.trim();
    let place = || subscript.replace("loop.index0", "").replace("loop.index", "");
    matches!(subscript, "\"\"" | "''" | "``" | "lang")
        || (subscript.contains(':') && !subscript.contains('['))
        || place().chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '*' | '/' | ' '))
}

/// What stands in a field that nobody asks for: it costs nothing to make.
pub(crate) trait Unasked {
    fn unasked() -> Self;
}

impl Unasked for Value {
    fn unasked() -> Self {
        Self::none()
    }
}

/// Those whose default is nothing.
macro_rules! by_default {
    ($($type:ty),*) => {
        $(impl Unasked for $type {
            fn unasked() -> Self {
                Self::default()
            }
        })*
    };
}

by_default!(String, bool, usize);

impl<T> Unasked for Option<T> {
    fn unasked() -> Self {
        None
    }
}

impl<T> Unasked for Vec<T> {
    fn unasked() -> Self {
        Self::new()
    }
}

/// A view of which only those fields are made that templates can ask for; the others have no place in
/// its map, whatever stands in them.
macro_rules! asked {
    ($asked:expr, $view:ident { $($field:ident: $value:expr,)* }) => {
        $view {
            $($field: if $asked.has(stringify!($field)) { $value } else { $crate::render::asked::Unasked::unasked() },)*
        }
    };
}

pub(crate) use asked;

#[cfg(test)]
mod tests;
