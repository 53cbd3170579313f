//! Golden sites: each folder of `tests/sites` holds a site and what building it must give.
//!
//! `site/` is built for a fixed day. `expected/files.txt` lists every file of the output; the other
//! files of `expected/` are compared byte for byte with those of the same path. Not every file of
//! the output need be there, but every file there must be in the output. A second folder
//! `expected-NAME/` is a second build, with the arguments in `expected-NAME.args`, one a line.
//!
//! Where the theme is one of those inside the program (`gazette`), or publishes one of the program's scripts
//! (`search`), digests in names are masked: each change of a style sheet or script would change them.
//!
//! `KENES_BLESS=1 cargo test --test golden` writes the expectations anew. To expect one more file,
//! make it empty and bless.

mod common;

use std::path::Path;

use common::{blessing, expect, finish, folders, scratch, succeed, tests, tree};

#[test]
fn addresses() {
    check("addresses");
}

#[test]
fn assets() {
    check("assets");
}

/// Every type of charts, from every format of data, in three languages.
#[test]
fn charts() {
    check("charts");
}

/// Pages without needless white space, style sheets as they are, and compressed files beside both. What is in
/// these, other programs say: `tests/browser/compressed.mjs`.
#[test]
fn compressed() {
    check("compressed");
}

#[test]
fn data() {
    check("data");
}

#[test]
fn drafts() {
    check("drafts");
}

/// A page of every type that the theme Shanyraq has, in a theme that extends it.
#[test]
fn gazette() {
    check("gazette");
}

/// Terms in texts, and the table of them.
#[test]
fn glossary() {
    check("glossary");
}

#[test]
fn kinds() {
    check("kinds");
}

#[test]
fn languages() {
    check("languages");
}

/// What a site says to machines.
#[test]
fn machine() {
    check("machine");
}

#[test]
fn markdown() {
    check("markdown");
}

/// Their sizes are in the page, and their files say nothing else.
#[test]
fn pictures() {
    check("pictures");
}

#[test]
fn registers() {
    check("registers");
}

#[test]
fn search() {
    check("search");
}

#[test]
fn sections() {
    check("sections");
}

#[test]
fn slugify() {
    check("slugify");
}

/// Citations of sources, in four styles.
#[test]
fn sources() {
    check("sources");
}

#[test]
fn taxonomies() {
    check("taxonomies");
}

#[test]
fn versions() {
    check("versions");
}

/// A site that no test names would never be built.
#[test]
fn every_site_is_tested() {
    let own = std::fs::read_to_string(tests().join("golden.rs")).unwrap();
    for folder in folders(&tests().join("sites")) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        assert!(own.contains(&format!("check(\"{name}\")")), "no test builds tests/sites/{name}");
    }
}

fn check(name: &str) {
    let folder = tests().join("sites").join(name);
    let mut complaints = Vec::new();
    let builds = folders(&folder)
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("expected")));
    let mut count = 0;
    for expected in builds {
        check_build(&folder.join("site"), &expected, &mut complaints);
        count += 1;
    }
    assert!(count > 0, "tests/sites/{name} expects nothing: make the folder `expected` and bless");
    finish(&complaints);
}

fn check_build(site: &Path, expected: &Path, complaints: &mut Vec<String>) {
    let scratch = scratch();
    // A copy, because a build may keep a cache in the site. The second build finds it.
    common::copy(site, &scratch.path().join("site"));
    let site = &scratch.path().join("site");
    let (first, second) = (scratch.path().join("first"), scratch.path().join("second"));
    let arguments = std::fs::read_to_string(expected.with_extension("args"))
        .unwrap_or_else(|_| format!("--as-of\n{}", common::TODAY));
    let build = |output: &Path| {
        let mut command = common::kenes();
        command.arg("--root").arg(site).arg("build").args(arguments.lines()).arg("--output").arg(output);
        command
    };
    succeed(&mut build(&first));
    let files = tree(&first);

    let own_theme = site.join("themes").is_dir() || site.join("templates").is_dir();
    // The same bytes again, whoever does the work in whatever order; and with a template, used by no page,
    // that could ask for all fields of all views: those that no other template asks for are left out.
    common::write(&site.join("templates/everything.html"), "{% if false %}{{ __tera_context }}{% endif %}");
    succeed(build(&second).env("RAYON_NUM_THREADS", "1"));
    for (path, bytes) in tree(&second) {
        if files.get(&path) != Some(&bytes) {
            complaints.push(format!("{path} is not the same in a second build for {}", expected.display()));
        }
    }
    let again = succeed(&mut build(&first));
    let summary = String::from_utf8_lossy(&again.stdout);
    if !summary.contains(", 0 written, ") || !summary.contains(" 0 removed") {
        complaints.push(format!("a build over its own output writes files anew: {summary}"));
    }

    let files = if own_theme && !files.keys().any(|path| path.starts_with("assets/kenes/")) {
        files
    } else {
        files.into_iter().map(|(path, bytes)| (masked(&path), masked_bytes(bytes))).collect()
    };
    let list: String = files.keys().map(|path| format!("{path}\n")).collect();
    expect(&expected.join("files.txt"), list.as_bytes(), complaints);
    for path in tree(expected).into_keys().filter(|path| path != "files.txt") {
        match files.get(&path) {
            Some(bytes) => expect(&expected.join(&path), bytes, complaints),
            None if blessing() => {
                complaints.push(format!("{}/{path} is not made: remove it", expected.display()));
            }
            None => complaints.push(format!("{}/{path} is expected, and not made", expected.display())),
        }
    }
}

/// A text without the digests of assets: `site.0123456789.css` is `site.DIGEST.css`, and `sha256-…` is
/// `sha256-DIGEST`.
fn masked(text: &str) -> String {
    let digest = regex::Regex::new(r"\.[0-9a-f]{10}\.|sha256-[A-Za-z0-9+/=]{44}").unwrap();
    let name =
        |found: &regex::Captures<'_>| if found[0].starts_with('.') { ".DIGEST." } else { "sha256-DIGEST" };
    digest.replace_all(text, name).into_owned()
}

fn masked_bytes(bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => masked(&text).into_bytes(),
        Err(other) => other.into_bytes(),
    }
}
