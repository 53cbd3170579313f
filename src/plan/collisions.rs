//! Two sources that want one file.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::FixedState;
use unicode_normalization::UnicodeNormalization as _;

use super::targets::{Route, Target};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};

/// Reports each route that wants the file of another, or a folder where another wants a file, and
/// removes it. Names that some file systems take for one count as one.
pub(super) fn report(routes: &mut Vec<Route>, problems: &mut Vec<Diagnostic>) {
    let folded: Vec<Cow<'_, str>> = routes.iter().map(|route| folded(route.output.as_str())).collect();
    let mut taken: HashMap<&str, usize, FixedState> = HashMap::default();
    let mut folders: HashMap<&str, usize, FixedState> = HashMap::default();
    let mut doubles = Vec::new();
    for (index, path) in folded.iter().enumerate() {
        if let Some(&other) = taken.get(&**path) {
            problems.push(collision(&routes[other], &routes[index]));
            doubles.push(index);
            continue;
        }
        let mut folder = &**path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            if folders.contains_key(above) {
                break;
            }
            folders.insert(above, index);
            folder = above;
        }
        taken.insert(path, index);
    }
    for (index, path) in folded.iter().enumerate() {
        if let Some(&inside) = folders.get(&**path) {
            problems.push(collision(&routes[index], &routes[inside]));
        }
    }
    if doubles.is_empty() {
        return;
    }
    let mut index = 0;
    routes.retain(|_| {
        index += 1;
        doubles.binary_search(&(index - 1)).is_err()
    });
}

fn folded(path: &str) -> Cow<'_, str> {
    if !path.is_ascii() {
        return path.nfc().collect::<String>().to_lowercase().into();
    }
    match path.bytes().any(|b| b.is_ascii_uppercase()) {
        true => path.to_ascii_lowercase().into(),
        false => path.into(),
    }
}

fn collision(first: &Route, second: &Route) -> Diagnostic {
    let place = |route: &Route| match route.origin.1 {
        Some(span) => Location::later(route.origin.0.as_str(), span),
        None => Location::file(route.origin.0.as_str()),
    };
    // The file that an author can change is the one to point at.
    let generated = |route: &Route| {
        route.origin.0.as_str() == crate::config::FILE_NAME || route.target == Target::Manifest
    };
    let (first, second) = if generated(second) { (second, first) } else { (first, second) };
    let same = if first.url == second.url {
        format!("the address `{}`", second.url)
    } else if first.output == second.output {
        format!("the file `{}` of the output", second.output)
    } else {
        format!("one place in the output: `{}` and `{}`", first.output, second.output)
    };
    let what = |route: &Route| match &route.target {
        Target::Alias(_) => format!("an alias in {}", route.origin.0),
        Target::Item { pager, .. } if *pager > 1 => format!("part {pager} of the list of {}", route.origin.0),
        Target::Item { .. } if generated(route) => "the page made for a register".to_owned(),
        Target::Data(_) => "the open data of the registers".to_owned(),
        Target::Cite { .. } => format!("what reference managers are told of {}", route.origin.0),
        Target::Calendar(_) => "a calendar".to_owned(),
        Target::Feed { .. } => "a feed".to_owned(),
        Target::Comparison { .. } => format!("the comparison of {} with the version before", route.origin.0),
        Target::NotFound(_) => "the page for addresses that nothing answers".to_owned(),
        Target::Card(_) => format!("the card of {}", route.origin.0),
        Target::WebManifest(_) => "the web app manifest of a language".to_owned(),
        Target::Search(_) => "the search page".to_owned(),
        Target::SearchIndex { .. } => "the search index".to_owned(),
        Target::Sitemap { .. } => "the site map of every build".to_owned(),
        Target::Robots => "the robots.txt of every build".to_owned(),
        Target::Headers | Target::Redirects => "a file for the web server".to_owned(),
        Target::Taxonomy { .. } => "the list of a taxonomy's terms".to_owned(),
        Target::Term { .. } => format!("the list of a term's pages (of {} and others)", route.origin.0),
        Target::Manifest => "the manifest of every build".to_owned(),
        _ => route.origin.0.to_string(),
    };
    let help = match &second.target {
        Target::Alias(_) => "remove the alias",
        _ if matches!(first.target, Target::Data(_)) || matches!(second.target, Target::Data(_)) => {
            "rename the file, or write `path` or generate = false under [open_data] in kenes.toml"
        }
        _ if matches!(first.target, Target::Item { .. }) && generated(first) => {
            "give the register a page (register = \"…\" in its front matter), or rename this one"
        }
        Target::Asset(_) => "rename the file",
        _ if matches!(first.target, Target::Search(_) | Target::SearchIndex { .. }) => {
            "rename it, or write another `path` into [search] of kenes.toml"
        }
        _ => "rename one of them, or give it another `slug` or `path`",
    };
    Diagnostic::error(codes::COLLISION, format!("{} and {} both want {same}", what(first), what(second)))
        .at(place(second))
        .help(help)
        .related("the other one", place(first))
}
