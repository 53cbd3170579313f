//! What authors are told of versions that do not fit.

use std::sync::Arc;

use super::Item;
use super::lineage::Version;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::config::Config;
use crate::content::file_of;
use crate::policy::kind::{Kind, PAGE, with_article};
use crate::policy::version::Fault;

/// Complains of `[version]` in a page that is no version. `document` is the missing page of its document, and
/// the page beside the folder that may have been meant.
pub(super) fn orphan(
    item: &mut Item,
    document: Option<(&str, Option<&str>)>,
    problems: &mut Vec<Diagnostic>,
) {
    let Some(span) = item.parsed.page().and_then(|page| page.version.as_ref()).map(|version| version.span)
    else {
        return;
    };
    let (message, help) = match document {
        Some((document, plain)) => (
            format!("this is a version of content/{document}, which does not exist"),
            match plain {
                Some(plain) => format!("move content/{plain} there, and its translations: the address stays"),
                None => "write that file: its title and number are those of the document".to_owned(),
            },
        ),
        None => (
            "this page is no version of a document: it does not lie in a folder `versions`".to_owned(),
            "put it into the folder `versions` beside the document's index.md, or remove `[version]`"
                .to_owned(),
        ),
    };
    let place = Location::later(item.parsed.path.as_str(), span);
    problems.push(Diagnostic::error(codes::VERSION, message).at(place).help(help));
    item.broken = true;
}

/// Complains of a text among the versions of a document that can have none.
pub(super) fn no_versions(
    item: &mut Item,
    document: &Item,
    kind: &Kind,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) {
    let file = document.parsed.path.as_str();
    let stated = item.parsed.page().and_then(|page| page.version.as_ref()).map(|version| version.span);
    let with: Vec<&str> = config.kinds.with_versions().collect();
    let (what, help) = match kind.name.as_str() {
        PAGE => {
            let kinds = match with.is_empty() {
                true => String::new(),
                false => {
                    format!("write its kind into {file} (kinds with versions: {}), or ", with.join(", "))
                }
            };
            let what = format!("{file} is a page without a kind, which has no versions");
            (what, format!("{kinds}write versions = true under [kinds.page] in kenes.toml"))
        }
        name => {
            let what = format!("{file} is {}, and that kind has no versions", with_article(name));
            let help = format!(
                "move this text out of the folder `versions`, or write versions = true under [kinds.{name}] in kenes.toml"
            );
            (what, help)
        }
    };
    let message = match stated {
        Some(_) => format!("this is a version of a document that can have none: {what}"),
        None => format!("this page lies among the versions of a document that can have none: {what}"),
    };
    let place = match stated {
        Some(span) => Location::later(item.parsed.path.as_str(), span),
        None => Location::file(item.parsed.path.as_str()),
    };
    let problem = Diagnostic::error(codes::NO_VERSIONS, message).at(place).help(help);
    problems.push(match document.parsed.meta().document.as_ref().and_then(|own| own.kind.as_ref()) {
        Some((_, span)) => problem.related("its kind", Location::later(file, *span)),
        None => problem,
    });
    item.broken = true;
}

/// A version says so: its headings and lists are clauses because of that.
pub(super) fn unsaid(item: &mut Item, problems: &mut Vec<Diagnostic>) {
    if item.broken || item.parsed.page().is_none_or(|page| page.version.is_some()) {
        return;
    }
    let message = "this page lies among the versions of a document, and does not say that it is one";
    let help = "write the table [version] into its front matter, at its end; it may be empty";
    let problem = Diagnostic::error(codes::VERSION, message).in_file(item.parsed.path.as_str());
    problems.push(problem.help(help));
    item.broken = true;
}

/// A text in a language that its document lacks would have no address.
pub(super) fn missing_document(
    item: &mut Item,
    folder: &str,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) {
    let document = file_of(&format!("{folder}/index.md"), item.language(), config);
    let message = format!("this is a version of {document}, which does not exist");
    let help = "write that file too: a title is enough, it has the rest from its original";
    problems.push(Diagnostic::error(codes::VERSION, message).in_file(item.parsed.path.as_str()).help(help));
    item.broken = true;
}

/// A fault as it is said to the author.
pub(super) fn said(fault: &Fault, items: &[Arc<Item>], versions: &[Version]) -> Diagnostic {
    let label = |at: usize| versions[at].label.as_str();
    let file = |at: usize| items[versions[at].of.index()].parsed.path.as_str();
    let begins = |at: usize| match versions[at].front.in_force {
        Some((_, span)) => Location::later(file(at), span),
        None => Location::file(file(at)),
    };
    let ends = |at: usize| match versions[at].front.until {
        Some((_, span)) => Location::later(file(at), span),
        None => begins(at),
    };
    let supersedes = |at: usize| match &versions[at].front.supersedes {
        Some((_, span)) => Location::later(file(at), *span),
        None => Location::file(file(at)),
    };
    match fault {
        Fault::Overlap { first, second, day } => {
            let message =
                format!("on {day} two versions are in force: {} and {}", label(*first), label(*second));
            let help = "let `until` of the one be `in_force` of the other, or leave `until` out: a version \
                        ends when the next one begins";
            Diagnostic::error(codes::TWO_IN_FORCE, message)
                .at(begins(*second))
                .help(help)
                .related("the other one", ends(*first))
        }
        Fault::Gap { first, second, from, to } => {
            let last = to.yesterday().unwrap_or(*to);
            let message = format!(
                "no version is in force from {from} to {last}, between {} and {}",
                label(*first),
                label(*second)
            );
            let help =
                format!("write until = {to}, or leave `until` out: a version ends when the next one begins");
            Diagnostic::error(codes::VERSION_GAP, message)
                .at(ends(*first))
                .help(help)
                .related("the next one", begins(*second))
        }
        Fault::BeforePredecessor { version, predecessor } => {
            let message = format!(
                "version {} comes into force before {}, which it supersedes",
                label(*version),
                label(*predecessor)
            );
            let help = "correct one of the two days, or say with `supersedes` which version it follows";
            Diagnostic::error(codes::VERSION_ORDER, message)
                .at(begins(*version))
                .help(help)
                .related("the one before", begins(*predecessor))
        }
        Fault::Cycle(circle) => {
            let mut names: Vec<&str> = circle.iter().map(|&at| label(at)).collect();
            names.push(names[0]);
            let message = format!("versions supersede each other in a circle: {}", names.join(" → "));
            let stated = circle.iter().copied().find(|&at| versions[at].front.supersedes.is_some());
            let help = "remove `supersedes` from one of them: without it a version follows the one with the \
                        number before";
            Diagnostic::error(codes::VERSION_CYCLE, message)
                .at(supersedes(stated.unwrap_or(circle[0])))
                .help(help)
        }
        Fault::NoPredecessor(at) => {
            let wanted = versions[*at].front.supersedes.as_ref().map_or("", |(label, _)| label.as_str());
            let others = versions.iter().enumerate().filter(|(other, _)| other != at);
            let known: Vec<&str> = others.map(|(_, version)| version.label.as_str()).collect();
            let message = format!("there is no version `{wanted}` that this one could supersede");
            let help = match known.is_empty() {
                true => "it is the only version: remove `supersedes`".to_owned(),
                false => format!("there are: {}", known.join(", ")),
            };
            Diagnostic::error(codes::VERSION, message).at(supersedes(*at)).help(help)
        }
        Fault::NeverInForce(at) => {
            let message = match versions[*at].front.in_force {
                Some(_) => "this version ends before it begins",
                None => "this version ends, and never begins",
            };
            let help = match versions[*at].front.in_force {
                Some(_) => {
                    "`in_force` is the first day that it is in force, `until` the first day that it is no longer so"
                }
                None => "add in_force = …, the first day that it is in force, or remove `until`",
            };
            Diagnostic::error(codes::VERSION, message).at(ends(*at)).help(help)
        }
    }
}
