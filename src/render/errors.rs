//! What templates make wrong, as diagnostics.

use std::collections::BTreeMap;

use tera::ErrorKind;

use super::theme::Theme;
use super::{circles, parents};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;

/// A message that stands for "reported already": the page that a template asked for is broken.
pub(crate) const REPORTED: &str = "kenes: this page has mistakes that are reported elsewhere";

/// One thing that went wrong while a file was rendered.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What.
    pub diagnostic: Diagnostic,
    /// The page that was being rendered: many pages may fail in one place of one template.
    pub page: Option<String>,
}

/// All that went wrong while one file was rendered.
#[derive(Clone, Debug, Default)]
pub struct Failures(pub Vec<Failure>);

impl From<Failure> for Failures {
    fn from(failure: Failure) -> Self {
        Self(vec![failure])
    }
}

impl From<Diagnostic> for Failures {
    fn from(diagnostic: Diagnostic) -> Self {
        Failure { diagnostic, page: None }.into()
    }
}

impl Failures {
    /// One diagnostic for each place: it names the first page that failed there, and says how many
    /// others did. Consequences of other mistakes are left out.
    #[must_use]
    pub fn summarised(all: Vec<Self>) -> Vec<Diagnostic> {
        type Key = (Option<String>, Option<(u32, u32)>, String);
        let mut places: BTreeMap<Key, (Diagnostic, Vec<String>)> = BTreeMap::new();
        for failure in all.into_iter().flat_map(|failures| failures.0) {
            let Failure { diagnostic, page } = failure;
            if diagnostic.message.contains(REPORTED) {
                continue;
            }
            let location = diagnostic.location.as_ref();
            let position = location.and_then(|l| l.position).map(|p| (p.line, p.column));
            let pending = location
                .and_then(|l| l.pending)
                .map(|span| (u32::MAX, u32::try_from(span.start).unwrap_or(0)));
            let key = (location.map(|l| l.file.clone()), position.or(pending), diagnostic.message.clone());
            places.entry(key).or_insert_with(|| (diagnostic, Vec::new())).1.extend(page);
        }
        let mut diagnostics = Vec::new();
        for (_, (mut diagnostic, mut pages)) in places {
            pages.sort();
            pages.dedup();
            if let Some(first) = pages.first() {
                let others = match pages.len() - 1 {
                    0 => String::new(),
                    1 => ", and of another".to_owned(),
                    n => format!(", and of {n} others"),
                };
                diagnostic = diagnostic
                    .related(format!("in the rendering of this page{others}"), Location::file(first.clone()));
            }
            diagnostics.push(diagnostic);
        }
        diagnostics
    }
}

/// A failed rendering of `template`.
pub(super) fn template_failure(
    theme: &Theme,
    template: &str,
    error: &tera::Error,
    page: Option<&str>,
) -> Failure {
    let diagnostic = diagnostics(theme, template, error).into_iter().next();
    let diagnostic = diagnostic.unwrap_or_else(|| {
        Diagnostic::error(codes::TEMPLATE_RENDER, error.to_string()).in_file(theme.file_of(template))
    });
    Failure { diagnostic, page: page.map(str::to_owned) }
}

/// Everything that an error of Tera says. `template` is what was rendered or added.
pub(super) fn diagnostics(theme: &Theme, template: &str, error: &tera::Error) -> Vec<Diagnostic> {
    match error.kind() {
        ErrorKind::SyntaxError(report) => {
            vec![located(
                theme,
                codes::TEMPLATE_SYNTAX,
                report.message(),
                report.filename(),
                &report.span().range,
            )]
        }
        ErrorKind::RenderingError(report) => {
            vec![located(
                theme,
                codes::TEMPLATE_RENDER,
                report.message(),
                report.filename(),
                &report.span().range,
            )]
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => {
            let chain: Vec<String> = inheritance_chain.iter().map(|name| theme.file_of(name)).collect();
            let message = match chain.as_slice() {
                [one, rest @ ..] if rest.iter().all(|file| file == one) => {
                    "this template extends itself".to_owned()
                }
                chain => format!("templates extend each other in a circle: {}", chain.join(" → ")),
            };
            let file = chain.first().cloned().unwrap_or_else(|| theme.file_of(tpl));
            let (place, help) = parents::extends_itself(theme, inheritance_chain);
            let place = place.unwrap_or_else(|| Location::file(file));
            vec![Diagnostic::error(codes::TEMPLATE_SYNTAX, message).at(place).help(help)]
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let chain: Vec<String> = include_chain.iter().map(|name| theme.file_of(name)).collect();
            let message = format!("templates include each other in a circle: {}", chain.join(" → "));
            let problem = Diagnostic::error(codes::TEMPLATE_SYNTAX, message).in_file(theme.file_of(tpl));
            vec![problem.help("remove `include` from one of them; what repeats itself is a component")]
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("this template extends `{parent}`, which does not exist");
            let problem = Diagnostic::error(codes::NO_TEMPLATE, message).in_file(theme.file_of(current));
            vec![problem.help(theme.near_template(parent))]
        }
        ErrorKind::TemplateNotFound(name) if name == template => {
            let message = format!("the theme has no template `{name}`");
            let help =
                format!("write {}, or let theme.toml extend a theme that has it", theme.usual_file(name));
            vec![Diagnostic::error(codes::NO_TEMPLATE, message).in_file(theme.usual_file("")).help(help)]
        }
        ErrorKind::TemplateNotFound(name) => {
            let message = format!("there is no template `{name}`");
            vec![
                Diagnostic::error(codes::NO_TEMPLATE, message)
                    .in_file(theme.file_of(template))
                    .help(theme.near_template(name)),
            ]
        }
        _ => reports(theme, template, &error.to_string()),
    }
}

fn located(
    theme: &Theme,
    code: crate::base::codes::Code,
    message: &str,
    template: &str,
    at: &std::ops::Range<usize>,
) -> Diagnostic {
    let (first, rest) = message.split_once('\n').unwrap_or((message, ""));
    let (first, near) = without_list(theme, first);
    let mut problem = Diagnostic::error(code, first.trim_end_matches('.'));
    problem = match theme.text_of(template) {
        Some(text) => problem.at(Location::span(theme.file_of(template), text, Span::from(at.clone()))),
        None => problem.in_file(theme.file_of(template)),
    };
    problem.help_if(match rest.trim() {
        "" => near.or_else(|| advice(first).map(str::to_owned)),
        rest => Some(rest.to_owned()),
    })
}

/// Tera lists all names that there are. The nearest one says more.
fn without_list<'a>(theme: &Theme, message: &'a str) -> (&'a str, Option<String>) {
    let Some((what, list)) = message.split_once(". Available ") else { return (message, None) };
    let name = what.split('`').nth(1).unwrap_or_default();
    let names = list.split_once(": ").map_or("", |(_, names)| names).split(", ");
    let names = theme.asked.all_of(names.collect());
    let near = did_you_mean(name, names.iter().copied());
    (
        what,
        near.or_else(|| {
            Some(format!("{}; there are: {}", advice(what).unwrap_or("check the name"), names.join(", ")))
        }),
    )
}

fn advice(message: &str) -> Option<&'static str> {
    if message.contains("is not defined") || message.contains("ndefined") {
        return "check the name; where the value may be missing, write `{{ x | default(value=\"\") }}` or `{% if x %}`".into();
    }
    if message.contains("end of input") {
        return "something is never closed: every `{% if %}`, `{% for %}`, `{% block %}` needs its end"
            .into();
    }
    if message.contains("recursion") || message.contains("depth") {
        return "a component that calls itself must stop: put the call into `{% if %}`".into();
    }
    if message.starts_with("Invalid type") {
        return "look at the value first: `{% if … %}` passes over one that is missing".into();
    }
    if message.contains("rgument") {
        return "compare with the parameters in the component's first line".into();
    }
    if message.contains("defined in both") {
        return "rename one of them".into();
    }
    ["Found", "Expected", "Unknown"].iter().any(|word| message.starts_with(word)).then_some(LANGUAGE)
}

const LANGUAGE: &str = "the language of templates is that of Tera 2: https://docs.rs/tera";

/// The nearest name for what Tera does not know.
fn near(theme: &Theme, message: &str) -> Option<String> {
    let name = message.split('`').nth(1)?;
    if message.starts_with("Unknown filter") {
        return did_you_mean(name, FILTERS.iter().chain(super::filters::NAMES).copied());
    }
    if message.starts_with("Unknown function") {
        return did_you_mean(name, ["range", "throw"].iter().chain(super::functions::NAMES).copied());
    }
    if message.starts_with("Unknown component") {
        return did_you_mean(name, theme.components().iter().map(String::as_str));
    }
    None
}

/// Tera's own filters.
const FILTERS: &[&str] = &[
    "abs",
    "capitalize",
    "default",
    "escape",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];

/// Errors that Tera gives only as text, one report after the other: `error: … --> file:line:column`.
fn reports(theme: &Theme, template: &str, text: &str) -> Vec<Diagnostic> {
    if text.contains("recursion depth")
        && let Some(call) = circles::find(theme.texts())
    {
        let message = format!("components call each other without end: {}", call.circle.join(" → "));
        let help = "put the call into `{% if %}`, so that it stops";
        let place = Location::span(
            theme.file_of(&call.template),
            theme.text_of(&call.template).unwrap_or_default(),
            call.range.into(),
        );
        return vec![Diagnostic::error(codes::TEMPLATE_RENDER, message).at(place).help(help)];
    }
    let mut found = Vec::new();
    for report in text.split("\n\n").filter(|report| !report.trim().is_empty()) {
        let mut lines = report.lines();
        let message = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let place = lines.next().and_then(|line| line.trim().strip_prefix("--> ")).and_then(|place| {
            let mut parts = place.rsplitn(3, ':');
            let column = parts.next()?.parse().ok()?;
            let line = parts.next()?.parse().ok()?;
            Some((parts.next()?.to_owned(), crate::base::span::Position { line, column }))
        });
        let block = message.strip_prefix("Block `").filter(|rest| rest.ends_with("in any parent template"));
        let help = match (block.and_then(|rest| rest.split('`').next()), &place) {
            (Some(block), Some((name, _))) => Some(parents::near_block(theme, name, block)),
            _ => near(theme, &message).or_else(|| advice(&message).map(str::to_owned)),
        };
        let named =
            message.split('`').find(|name| theme.text_of(name).is_some()).unwrap_or(template).to_owned();
        let shown = message
            .split('`')
            .map(|part| if theme.text_of(part).is_some() { theme.file_of(part) } else { part.to_owned() });
        let problem =
            Diagnostic::error(codes::TEMPLATE_SYNTAX, shown.collect::<Vec<_>>().join("`")).help_if(help);
        found.push(match place {
            Some((name, position)) => {
                let file = theme.file_of(&name);
                problem.at(Location::word(file, theme.text_of(&name).unwrap_or_default(), position))
            }
            None if report.starts_with("note:") => continue,
            None => problem.in_file(theme.file_of(&named)),
        });
    }
    found
}
