//! Components that call themselves, directly or through others. Tera stops them while rendering,
//! and cannot say where.

use std::collections::{BTreeMap, BTreeSet};

/// A call that closes a circle of components.
pub(super) struct Call {
    /// The template it stands in.
    pub template: String,
    /// Where in it.
    pub range: std::ops::Range<usize>,
    /// The components of the circle, the first one again at its end.
    pub circle: Vec<String>,
}

/// Template, text and place of each component.
type Components<'a> = BTreeMap<&'a str, (&'a str, &'a str, usize)>;

/// Finds a circle in the texts of templates, by their names.
pub(super) fn find<'a>(templates: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Call> {
    let mut components = Components::new();
    for (template, text) in templates {
        for (at, mark) in text.match_indices("{% component ") {
            let start = at + mark.len();
            let name = text[start..].split('(').next().unwrap_or_default().trim();
            let end = text[start..].find("{% endcomponent").map_or(text.len(), |end| start + end);
            components.insert(name, (template, &text[start..end], start));
        }
    }
    components.keys().find_map(|&name| circle(&components, &mut vec![name], &mut BTreeSet::new()))
}

/// A way from the last component of `path` back to its first; `seen` are those that have none.
fn circle<'a>(
    components: &Components<'a>,
    path: &mut Vec<&'a str>,
    seen: &mut BTreeSet<&'a str>,
) -> Option<Call> {
    let (template, text, start) = *components.get(path.last()?)?;
    for (at, _) in text.match_indices('<') {
        let rest = text[at + 1..].split(|c: char| !(c.is_alphanumeric() || "._-".contains(c)));
        let called = rest.into_iter().next().unwrap_or_default();
        if called == path[0] {
            let circle = path.iter().chain([&called]).map(|&name| name.to_owned()).collect();
            let range = start + at..start + at + 1 + called.len();
            return Some(Call { template: template.to_owned(), range, circle });
        }
        if components.contains_key(called) && seen.insert(called) {
            path.push(called);
            let found = circle(components, path, seen);
            path.pop();
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_circle_through_others_and_none_where_there_is_none() {
        let texts = [
            ("a.html", "{% component ui.a() %}<b>{{ <ui.b /> }}{% endcomponent ui.a %}"),
            ("b.html", "{% component ui.b() %}{{ <ui.a /> }}{% endcomponent ui.b %}"),
        ];
        let call = find(texts.into_iter()).unwrap();
        assert_eq!(call.circle, ["ui.a", "ui.b", "ui.a"]);
        assert_eq!((call.template.as_str(), &texts[1].1[call.range]), ("b.html", "<ui.a"));
        assert!(find(texts[..1].iter().copied()).is_none());
    }
}
