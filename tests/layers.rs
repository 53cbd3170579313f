//! The rules that keep the program in layers, checked on its own source.
//!
//! A module imports only from lower layers, never from one beside it; only the modules at the two
//! ends of the pipeline touch the disk or the network; a file that has grown too long is two things.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The layers, lowest first. Modules of one layer never import each other.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["policy", "chart", "draw"],
    &["config"],
    &["source"],
    &["content"],
    &["relate"],
    &["plan"],
    &["render"],
    &["write"],
    &["build"],
    &["serve", "check", "publish"],
    &["cli"],
];

/// Who may touch the disk or the network: the two ends of the pipeline.
const OUTSIDE: &[&str] = &["source", "write", "serve", "publish", "check", "cli"];

/// What touches them.
const DOORS: &[&str] = &["std::fs", "std::net", "tokio::net", "tokio::fs", "walkdir", "notify", "rustix"];

/// The longest file.
const LONGEST: usize = 600;

#[test]
fn modules_import_only_from_lower_layers() {
    let complaints: Vec<String> =
        sources().iter().flat_map(|file| wrong_imports(&file.path, &file.text)).collect();
    assert!(complaints.is_empty(), "{}", listed(&complaints));
}

#[test]
fn only_the_ends_of_the_pipeline_touch_disk_and_network() {
    let sources = sources();
    let tests = test_files(&sources);
    let shipped = sources.iter().filter(|file| !tests.contains(&file.path));
    let complaints: Vec<String> = shipped.flat_map(|file| wrong_doors(&file.path, &file.text)).collect();
    assert!(complaints.is_empty(), "{}", listed(&complaints));
}

#[test]
fn no_file_is_too_long() {
    let long = sources().into_iter().filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > LONGEST).then(|| format!("{} has {lines} lines, more than {LONGEST}", file.path))
    });
    let complaints: Vec<String> = long.collect();
    assert!(complaints.is_empty(), "{}", listed(&complaints));
}

/// A rule that cannot fail checks nothing.
#[test]
fn each_rule_can_be_broken() {
    let imports = |path: &str, text: &str| wrong_imports(path, text).len();
    assert_eq!(imports("config/mod.rs", "use crate::base::lang::Lang;"), 0);
    assert_eq!(imports("config/mod.rs", "use crate::render::Mode;"), 1, "a higher layer");
    assert_eq!(imports("serve/mod.rs", "use crate::check::run;"), 1, "an equal layer");
    assert_eq!(imports("serve/mod.rs", "use crate::serve::watch;"), 0, "its own module");
    assert_eq!(
        imports("plan/css.rs", "use crate::{base::path, cli, render::{Mode, views}};"),
        2,
        "in a group"
    );
    assert_eq!(imports("plan/css.rs", "fn f() { crate :: build :: prepare() }"), 1, "in a path");
    assert_eq!(
        imports("plan/css.rs", "// crate::build\n/* crate::build */ \"crate::build\""),
        0,
        "in words only"
    );
    assert_eq!(imports("plan/css.rs", "use crate::unheard_of::X;"), 1, "an unknown module");
    assert_eq!(imports("plan/css.rs", "use super::links;"), 0);
    assert_eq!(imports("plan/css.rs", "use super::super::build;"), 1, "around the rule");
    assert_eq!(imports("base/data/yaml.rs", "use super::super::span;"), 0);
    assert_eq!(imports("base/data/mod.rs", "use super::super::config;"), 1, "around the rule");
    assert_eq!(imports("unheard_of/mod.rs", ""), 1, "a module without a layer");

    let doors = |path: &str, text: &str| wrong_doors(path, text).len();
    assert_eq!(doors("render/mod.rs", "use std::fs;"), 1);
    assert_eq!(doors("render/mod.rs", "use std::{io, fs::File};"), 1, "in a group");
    assert_eq!(
        doors("render/mod.rs", "#[cfg(test)]\nmod tests { use std::fs; }\nfn f() { std::net::x() }"),
        1
    );
    assert_eq!(doors("render/mod.rs", "#[cfg(test)]\nmod tests { fn f() { std::fs::read(\"}\") } }"), 0);
    assert_eq!(doors("write/mod.rs", "use std::fs;"), 0);
}

struct SourceFile {
    /// Below `src/`.
    path: String,
    text: String,
}

fn sources() -> Vec<SourceFile> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 50, "the source was not found in {}", root.display());
    let read = |path: PathBuf| SourceFile {
        text: std::fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"),
    };
    paths.into_iter().map(read).collect()
}

/// Files that hold tests only: those that `#[cfg(test)] mod name;` brings in.
fn test_files(sources: &[SourceFile]) -> Vec<String> {
    let mut found = Vec::new();
    for file in sources {
        let code = squeezed(&bare(&file.text));
        let folder = match file.path.strip_suffix("/mod.rs") {
            Some(folder) => folder.to_owned(),
            None => file.path.trim_end_matches(".rs").to_owned(),
        };
        for (at, mark) in code.match_indices("#[cfg(test)]mod ") {
            let name: String = code[at + mark.len()..].chars().take_while(|&c| is_word(c)).collect();
            found.push(format!("{folder}/{name}.rs"));
            found.push(format!("{folder}/{name}/mod.rs"));
        }
    }
    found
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The top module of a file, and how deep in the tree of modules the file's own module is.
fn module_of(path: &str) -> (&str, usize) {
    let module = path.strip_suffix("/mod.rs").or(path.strip_suffix(".rs")).unwrap_or(path);
    (module.split('/').next().unwrap_or(module), module.split('/').count())
}

fn wrong_imports(path: &str, text: &str) -> Vec<String> {
    // These two hold the others together.
    if matches!(path, "lib.rs" | "main.rs") {
        return Vec::new();
    }
    let (own, depth) = module_of(path);
    let Some(layer) = layer_of(own) else {
        return vec![format!("{path}: the module `{own}` has no layer: give it one in tests/layers.rs")];
    };
    let code = squeezed(&bare(text));
    let mut complaints = Vec::new();
    for name in named_after(&code, "crate") {
        match layer_of(&name) {
            _ if name == own => {}
            Some(other) if other < layer => {}
            Some(other) => {
                complaints.push(format!(
                    "{path}: `{own}` (layer {layer}) must not import `{name}` (layer {other})"
                ));
            }
            None => complaints.push(format!("{path}: there is no module `{name}`")),
        }
    }
    for (at, _) in code.match_indices("super::") {
        if at > 0 && code[..at].ends_with("super::") {
            continue;
        }
        let supers = code[at..].split("::").take_while(|part| *part == "super").count();
        // One level more inside `mod tests { … }`.
        if supers > depth {
            complaints.push(format!("{path}: write `crate::…` and not {supers} times `super`"));
        } else if supers == depth {
            let after = &code[at + supers * "super::".len()..];
            let name: String = after.chars().take_while(|&c| is_word(c)).collect();
            if layer_of(&name).is_some() {
                complaints.push(format!("{path}: write `crate::{name}` and not `super::…::{name}`"));
            }
        }
    }
    complaints
}

fn wrong_doors(path: &str, text: &str) -> Vec<String> {
    if OUTSIDE.contains(&module_of(path).0) {
        return Vec::new();
    }
    let code = squeezed(&without_tests(&bare(text)));
    let mut seen = BTreeSet::new();
    for door in DOORS {
        let (root, inner) = door.split_once("::").unwrap_or((door, ""));
        let used = match inner {
            "" => code.contains(&format!("{root}::")),
            inner => named_after(&code, root).iter().any(|name| name == inner),
        };
        if used {
            seen.insert(*door);
        }
    }
    seen.into_iter().map(|door| format!("{path}: `{door}` belongs into {}", OUTSIDE.join(", "))).collect()
}

/// What follows `root::` in a text without blanks: one name, or those of a group in braces.
fn named_after(code: &str, root: &str) -> Vec<String> {
    let mut names = Vec::new();
    let start = format!("{root}::");
    for (at, _) in code.match_indices(&start) {
        if code[..at].ends_with(is_word) || code[..at].ends_with(':') {
            continue;
        }
        let rest = &code[at + start.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.push(rest.chars().take_while(|&c| is_word(c)).collect());
            continue;
        };
        let mut depth = 0;
        let mut name = String::new();
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => names.push(std::mem::take(&mut name)),
                c if depth == 0 => name.push(c),
                _ => {}
            }
        }
        names.push(name);
    }
    for name in &mut names {
        name.truncate(name.find(|c| !is_word(c)).unwrap_or(name.len()));
    }
    names.retain(|name| !name.is_empty() && name != "self");
    names
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The code without blanks, except between two words.
fn squeezed(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut characters = code.chars().peekable();
    while let Some(c) = characters.next() {
        if !c.is_whitespace() {
            out.push(c);
        } else if out.ends_with(is_word) {
            while characters.next_if(|next| next.is_whitespace()).is_some() {}
            if characters.peek().is_some_and(|&next| is_word(next)) {
                out.push(' ');
            }
        }
    }
    out
}

/// The code without comments, and with empty texts and characters.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if let Some(hashes) = raw_text(rest, bytes[..at].last().copied()) {
            let end = format!("\"{}", "#".repeat(hashes));
            let from = rest.find('"').unwrap_or(0) + 1;
            at += rest[from..].find(&end).map_or(rest.len(), |i| from + i + end.len());
            out.push_str("\"\"");
        } else if let Some(text) = rest.strip_prefix('"') {
            let mut escaped = false;
            let end = text.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            at += end.map_or(rest.len(), |end| end + 2);
            out.push_str("\"\"");
        } else if let Some(length) = character(rest) {
            at += length;
            out.push_str("' '");
        } else {
            let Some(c) = rest.chars().next() else { break };
            out.push(c);
            at += c.len_utf8();
        }
    }
    out
}

/// How many `#` a raw text at the beginning of `rest` has.
fn raw_text(rest: &str, before: Option<u8>) -> Option<usize> {
    if before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return None;
    }
    let inner = rest.strip_prefix("br").or(rest.strip_prefix('r'))?;
    let hashes = inner.bytes().take_while(|&b| b == b'#').count();
    inner[hashes..].starts_with('"').then_some(hashes)
}

/// The length of a character literal at the beginning of `rest`; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    if let Some(escape) = inner.strip_prefix('\\') {
        let skipped = escape.chars().next()?.len_utf8();
        return Some(2 + skipped + escape[skipped..].find('\'')? + 1);
    }
    let length = inner.chars().next()?.len_utf8();
    inner[length..].starts_with('\'').then_some(length + 2)
}

/// Bare code without the items that are compiled for tests only.
fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let semicolon = rest.find(';').unwrap_or(rest.len());
        let brace = rest.find('{').unwrap_or(rest.len());
        if semicolon < brace {
            rest = &rest[semicolon + 1..];
            continue;
        }
        let mut depth = 0;
        let end = rest.char_indices().skip_while(|&(i, _)| i < brace).find(|&(_, c)| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0
        });
        rest = end.map_or("", |(i, _)| &rest[i + 1..]);
    }
    out + rest
}

fn listed(complaints: &[String]) -> String {
    complaints.iter().fold(String::from("\n"), |mut text, complaint| {
        let _ = writeln!(text, "  {complaint}");
        text
    })
}
