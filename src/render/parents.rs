//! Templates that extend others: which blocks there are, and how to extend the one that a site's own
//! template replaces.

use super::theme::Theme;
use crate::base::diagnostic::Location;
use crate::base::suggest::did_you_mean;

/// What to say of a block that no parent of `template` has.
pub(super) fn near_block(theme: &Theme, template: &str, block: &str) -> String {
    let mut blocks: Vec<&str> = Vec::new();
    let mut seen = vec![template.to_owned()];
    let mut next = theme.text_of(template).and_then(parent);
    while let Some((name, _)) = next.filter(|(name, _)| !seen.iter().any(|seen| seen == name)) {
        let Some(text) = theme.text_of(name) else { break };
        blocks.extend(tags(text, "block").map(|(rest, _)| word(rest)));
        seen.push(name.to_owned());
        next = parent(text);
    }
    blocks.sort_unstable();
    blocks.dedup();
    did_you_mean(block, blocks.iter().copied()).unwrap_or_else(|| match blocks.is_empty() {
        true => "the template that it extends has no blocks".to_owned(),
        false => {
            format!("what is outside of the parent's blocks is never shown; it has: {}", blocks.join(", "))
        }
    })
}

/// Where a template says what it extends, and what to write if it extends itself, as a site's own
/// template does that means the theme's.
pub(super) fn extends_itself(theme: &Theme, chain: &[String]) -> (Option<Location>, String) {
    let first = chain.first().map_or("", String::as_str);
    let text = theme.text_of(first).unwrap_or_default();
    let place = parent(text)
        .map(|(name, at)| Location::span(theme.file_of(first), text, (at..at + name.len()).into()));
    let is_itself = chain.iter().all(|name| name == first);
    let help = theme
        .behind(first)
        .filter(|_| is_itself)
        .map(|behind| format!("to extend the theme's own, write `{{% extends \"{behind}\" %}}`"));
    (place, help.unwrap_or_else(|| "remove `extends` from one of them".to_owned()))
}

/// The template that a text extends, and where the name stands.
fn parent(text: &str) -> Option<(&str, usize)> {
    let (rest, at) = tags(text, "extends").next()?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = rest[1..].split(quote).next()?;
    Some((name, at + 1))
}

/// What follows each `{% tag `, and where.
fn tags<'a>(text: &'a str, tag: &'a str) -> impl Iterator<Item = (&'a str, usize)> {
    text.match_indices("{%").filter_map(move |(at, _)| {
        let rest = text[at + 2..].trim_start_matches('-').trim_start();
        let rest = rest.strip_prefix(tag)?;
        let trimmed = rest.trim_start();
        (trimmed.len() < rest.len()).then(|| (trimmed, text.len() - trimmed.len()))
    })
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_all_their_forms() {
        let text = "{% extends \"base.html\" %}{%- block title -%}x{% endblock %}{%block a%}{% blocks b %}";
        assert_eq!(parent(text), Some(("base.html", 12)));
        let blocks: Vec<&str> = tags(text, "block").map(|(rest, _)| word(rest)).collect();
        assert_eq!(blocks, ["title", "a"]);
    }
}
