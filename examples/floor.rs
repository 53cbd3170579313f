//! The least that any generator must do: read every Markdown file, make HTML of it, write it.
//!
//! ```text
//! cargo run --release --example floor -- SITE_DIR OUT_DIR
//! ```
//!
//! No front matter is read, no link resolved, no template rendered, no listing made. What a real
//! build takes beyond this is what its features cost; `tests/bench` measures that.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;
use walkdir::WalkDir;

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [site, out] = given.as_slice() else { return Err("usage: floor SITE_DIR OUT_DIR".into()) };
    let content = site.join("content");
    let files = WalkDir::new(&content)
        .into_iter()
        .map(|entry| entry.map(walkdir::DirEntry::into_path))
        .filter(|path| path.as_ref().map_or(true, |path| path.extension().is_some_and(|e| e == "md")))
        .collect::<Result<Vec<_>, _>>()?;
    files.par_iter().try_for_each(|file| convert(file, &content, out))?;
    Ok(())
}

fn convert(file: &Path, content: &Path, out: &Path) -> io::Result<()> {
    let text = fs::read_to_string(file)?;
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut page = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut page, Parser::new_ext(body(&text), options));
    let folder = out.join(file.strip_prefix(content).unwrap_or(file).with_extension(""));
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), page)
}

/// What follows the front matter.
fn body(text: &str) -> &str {
    text.strip_prefix("+++\n")
        .and_then(|rest| rest.find("\n+++\n").map(|end| &rest[end + 5..]))
        .unwrap_or(text)
}
