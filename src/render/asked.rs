//! Which names a theme's templates can ask for.
//!
//! A view has some sixty fields, and most themes name a few of them. What no template can ask for is
//! not made: no list of headings, no maps, no memory for them on each of ten thousand pages. A field
//! is left out only where its name stands nowhere in any template, and where nothing in them could
//! ask for it without naming it (a subscript that is computed, a loop over the keys of a page, a page
//! that is printed whole); where something could, all fields are made. So a template cannot tell the
//! difference, and [`Asked::all`] gives the same bytes.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use regex::Regex;
use tera::value::Key;
use tera::{Map, Value};

use super::views::{DocumentView, ItemView, PageView, SectionView};

/// What is always made: pages are told apart by it, and it is shared with all who name them.
const ALWAYS: [&str; 4] = ["title", "path", "permalink", "lang"];

/// What each template is told, where that is some work.
const OF_ALL: [&str; 3] = ["alternates", "feeds", "current_section"];

/// Maps that authors or settings fill: to go through their keys asks for no field of a view.
const OWN_MAPS: [&str; 3] = ["extra", "taxonomies", "fields"];

/// What can ask for any field without its name. A match that means something else costs time and
/// nothing more.
static WITHOUT_NAME: LazyLock<Regex> = LazyLock::new(|| {
    let ways = [
        // Everything there is, printed.
        "__tera_context",
        r"\bjson_encode\b",
        r"\{\{-?\s*(page|section)\s*(-?\}\}|\|)",
        // Keys and values.
        r"\|\s*(keys|values|pairs)\b",
        r"\bin\s+(page|section)\b\s*[^.?\s]",
        // A view given to a component field by field.
        r"\.\.\.",
        // An attribute that is no literal: `sort(attribute=by)`, `get(key=name)`.
        r#"\battribute\s*=\s*("[^"]*"\s*[^"\s,)]|'[^']*'\s*[^'\s,)]|[^"'\s])"#,
        r#"\bget\s*\([^)]*\bkey\s*=\s*("[^"]*"\s*[^"\s,)]|'[^']*'\s*[^'\s,)]|[^"'\s])"#,
    ];
    compiled(&ways.join("|"))
});

/// A subscript with what stands in it, as far as a literal or a slice goes.
static SUBSCRIPT: LazyLock<Regex> =
    LazyLock::new(|| compiled(r#"[\w)\]?]\[\s*("[^"]*"\s*\]|'[^']*'\s*\]|[-\d:\s]*\])?"#));

/// A loop over keys and values, with what it goes through.
static PAIRS: LazyLock<Regex> = LazyLock::new(|| compiled(r"\bfor\s+\w+\s*,\s*\w+\s+in\s+([\w.]*)"));

/// Words that may be names.
static WORD: LazyLock<Regex> = LazyLock::new(|| compiled(r"[A-Za-z_][A-Za-z0-9_]*"));

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of this file")
}

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
        if templates.iter().any(|template| asks_without_name(&without_comments(template))) {
            return Self::all();
        }
        let views = [ItemView::FIELDS, PageView::FIELDS, SectionView::FIELDS, DocumentView::FIELDS, &OF_ALL];
        let known: Names = views.into_iter().flatten().copied().collect();
        let mut names: Names = ALWAYS.into_iter().collect();
        for template in templates {
            names.extend(
                WORD.find_iter(&without_comments(template)).filter_map(|word| known.get(word.as_str())),
            );
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

/// A template without its comments, which name fields too. What only looks like a comment, in a text of a tag
/// or in a `raw` block, stays.
fn without_comments(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = memchr::memchr(b'{', rest.as_bytes()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = match from.as_bytes().get(1) {
            Some(b'#') => {
                rest = from.find("#}").map_or("", |end| &from[end + 2..]);
                continue;
            }
            Some(b'{') => tag_end(from, "}}"),
            Some(b'%') => {
                let end = tag_end(from, "%}");
                let is_raw = from[2..end].trim_matches(['-', '%', '}', ' ', '\t', '\n', '\r']) == "raw";
                if is_raw { from.find("endraw").unwrap_or(from.len()) } else { end }
            }
            _ => 1,
        };
        out.push_str(&from[..end]);
        rest = &from[end..];
    }
    out + rest
}

/// Where a tag ends that ends with `mark`; texts in it may hold that as well.
fn tag_end(tag: &str, mark: &str) -> usize {
    let mut quote = None;
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
    let computed = |text: &str| SUBSCRIPT.captures_iter(text).any(|found| found.get(1).is_none());
    let of_view = |text: &str| {
        let own = |path: &str| path.split('.').any(|part| OWN_MAPS.contains(&part));
        PAIRS.captures_iter(text).any(|found| !own(&found[1]))
    };
    WITHOUT_NAME.is_match(template) || computed(template) || of_view(template)
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
mod tests {
    use super::*;

    fn asked(template: &str) -> Asked {
        Asked::of(&[template, "{{ page.title }}"])
    }

    #[test]
    fn what_no_template_names_is_not_made() {
        let some = asked(
            "{% for page in section.pages | sort(attribute=\"date\") %}{{ page[\"toc\"] }}{% endfor %}",
        );
        assert!(some.has("title") && some.has("date") && some.has("toc") && some.has("pages"));
        assert!(!some.has("backlinks") && !some.has("feeds") && !some.has("taxonomies"));
    }

    #[test]
    fn what_asks_without_a_name_gets_everything() {
        for template in [
            "{{ page }}",
            "{{- section -}}",
            "{{ page | json_encode }}",
            "{{ __tera_context }}",
            "{{ page[name] }}",
            "{{ page[\"to\" ~ \"c\"] }}",
            "{{ page?[name] }}",
            "{% for key, value in page %}{% endfor %}",
            "{% for key, value in list | first %}{% endfor %}",
            "{% for key in page | keys %}{% endfor %}",
            "{{ pages | sort(attribute=by) }}",
            "{{ pages | group_by(attribute=\"d\" ~ rest) }}",
            "{{ page | get(key=name) }}",
            "{{ page | get(default=1, key=name) }}",
            "{{ <card {...page} /> }}",
            "{% if name in page %}{% endif %}",
        ] {
            assert!(asked(template).has("backlinks"), "{template}");
        }
    }

    #[test]
    fn comments_ask_for_nothing_and_what_looks_like_one_is_kept() {
        let some = asked(
            "{#- page.toc, {{ page.assets }} -#}{{ \"{#\" ~ page.date ~ '#}' }}{{ \"}} {# \\\" }}\" ~ page.year }}\
             {%- raw -%}{# {{ {% endraw %}{{ page.month }}{# #}{{ page.weight }} { {x {",
        );
        for name in ["date", "year", "month", "weight"] {
            assert!(some.has(name), "{name}");
        }
        assert!(!some.has("toc") && !some.has("assets"));
        assert_eq!(without_comments("{#"), "");
        assert_eq!(without_comments("{{"), "{{");
        assert_eq!(without_comments("ә{%"), "ә{%");
    }

    #[test]
    fn what_is_named_asks_for_nothing_more() {
        for template in [
            "{{ page.title }}",
            "{{ parts[0] }}{{ parts[1:3] }}{{ parts['a'] }}{{ parts[-1] }}",
            "{{ pages | sort(attribute=\"weight\") }}{{ pages | group_by(attribute='year') }}",
            "{% for key, value in page.extra.links %}{% endfor %}",
            "{% for kind, terms in taxonomies %}{% endfor %}",
            "{{ page.extra | get(key=\"a\", default=\"b\") }}{{ trans(key=name) }}",
            "{% for page in pages %}{% endfor %}{% if page.toc %}{% endif %}{% for x in page.assets %}{% endfor %}",
            "{% for x in [page.toc, page.title] %}{% endfor %}",
        ] {
            assert!(!asked(template).has("backlinks"), "{template}");
        }
    }
}
