//! What a page's text lacks for those who do not see it: alternative texts, an unbroken outline,
//! links that say where they lead (WCAG 2.2, success criteria 1.1.1, 1.3.1 and 2.4.4).

use super::vague;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::Span;
use crate::content::markdown::{Body, Directive, FIGURE, Heading};
use crate::relate::Item;

pub(super) fn check(item: &Item, problems: &mut Vec<Diagnostic>) {
    let body = &item.parsed.body;
    let mut found = Vec::new();
    pictures(body, &mut found);
    headings(&body.headings, &mut found);
    link_texts(body, &mut found);
    let file = item.parsed.path.as_str();
    problems.extend(found.into_iter().map(|(span, problem)| problem.at(Location::later(file, span))));
}

type Found = Vec<(Span, Diagnostic)>;

fn pictures(body: &Body, found: &mut Found) {
    for &span in &body.without_alt {
        let problem = Diagnostic::warning(codes::MISSING_ALT, "this picture has no alternative text");
        let help = "say between the brackets what it shows, as in ![The council at its first meeting](photo.jpg); \
                    a mere ornament is <img src=\"…\" alt=\"\">";
        found.push((span, problem.help(help)));
    }
    // A figure with an empty `alt` makes a statement: the picture is decoration.
    let figures = body.directives.iter().filter(|directive| directive.name == FIGURE);
    for figure in figures.filter(|figure| has(figure, "src") && !has(figure, "alt")) {
        let problem = Diagnostic::warning(codes::MISSING_ALT, "this figure has no alternative text");
        let help = "add alt=\"what the picture shows\", or alt=\"\" if it is a mere ornament";
        found.push((figure.span, problem.help(help)));
    }
}

/// Whether an argument has a value: a name alone means "true", which is no text.
fn has(directive: &Directive, key: &str) -> bool {
    directive.args.iter().any(|arg| arg.key == key && arg.value.is_some())
}

fn headings(headings: &[Heading], found: &mut Found) {
    // The theme prints the page's title as the heading of level 1.
    let mut above = None;
    for heading in headings {
        let level = heading.level;
        if level == 1 {
            let message = "this is a second main heading: the page's title is one already";
            let help = "write `##`, or remove it and say `title` in the front matter";
            found.push((heading.span, Diagnostic::warning(codes::HEADING_LEVEL, message).help(help)));
        } else if level > above.unwrap_or(1) + 1 {
            let place = match above {
                None => "right below the page's title".to_owned(),
                Some(above) => format!("below one of level {above}"),
            };
            let message = format!("this heading of level {level} stands {place}");
            let help = format!(
                "write `{}`: screen readers announce the outline by level",
                "#".repeat(above.unwrap_or(1) as usize + 1)
            );
            found.push((heading.span, Diagnostic::warning(codes::HEADING_LEVEL, message).help(help)));
        }
        above = Some(level);
    }
}

fn link_texts(body: &Body, found: &mut Found) {
    for link in &body.links {
        let Some(text) = &link.text else { continue };
        let problem = if text.is_empty() {
            Diagnostic::warning(codes::LINK_TEXT, "this link has no text")
                .help("write between the brackets where it leads")
        } else if vague::is_vague(text) {
            let message = format!("the link text `{text}` does not say where the link leads");
            Diagnostic::warning(codes::LINK_TEXT, message)
                .help("link the words that name the target: people go through a page's links without the text around them")
        } else {
            continue;
        };
        found.push((link.span, problem));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(levels: &[u8]) -> Vec<String> {
        let headings: Vec<Heading> = levels
            .iter()
            .map(|&level| Heading { level, id: String::new(), title: String::new(), span: Span::default() })
            .collect();
        let mut found = Vec::new();
        super::headings(&headings, &mut found);
        found.into_iter().map(|(_, problem)| problem.message).collect()
    }

    #[test]
    fn outlines_may_rise_by_one_and_fall_at_will() {
        assert!(levels(&[2, 3, 4, 2, 3, 2]).is_empty());
        assert_eq!(levels(&[3]), ["this heading of level 3 stands right below the page's title"]);
        // Said once: those after it are judged by it.
        assert_eq!(levels(&[2, 4, 4, 5]), ["this heading of level 4 stands below one of level 2"]);
        assert_eq!(levels(&[1, 2, 1]).len(), 2);
    }
}
