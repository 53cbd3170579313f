//! Writes a site of any size for the benchmark: the same arguments give the same bytes.
//!
//! ```text
//! cargo run --release --example corpus -- PAGES DIR [--languages 3] [--seed N] [--theme plain|shanyraq]
//!     [--documents N [--without-documents]]
//! ```
//!
//! PAGES counts the page files of all languages together: 10,000 with three languages are 3,333
//! pages in English, Russian and Kazakh and one in English alone. The `_index.md` files of the
//! twenty sections come on top. The plain theme, written beside the content, shows each page in a
//! small frame; `shanyraq` is the default theme of Kenes, with all that it shows.
//!
//! With `--documents`, so many of the page files are documents, and three times as many their versions;
//! `--without-documents` writes the same texts as pages without kind, versions and clauses.

mod documents;
mod page;
mod random;
mod theme;
mod words;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use page::SECTIONS;
use rayon::prelude::*;
use words::{LANGUAGES, Language};

struct Arguments {
    pages: usize,
    folder: PathBuf,
    languages: usize,
    seed: u64,
    theme: String,
    documents: usize,
    without: bool,
}

const USAGE: &str = "usage: corpus PAGES DIR [--languages 1|2|3] [--seed N] [--theme plain|shanyraq] \
                     [--documents N [--without-documents]]";

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut plain = Vec::new();
    let (mut languages, mut seed, mut theme) = (1, 1, String::from("plain"));
    let (mut documents, mut without) = (0, false);
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--languages" => languages = value()?.parse()?,
            "--seed" => seed = value()?.parse()?,
            "--theme" => theme = value()?,
            "--documents" => documents = value()?.parse()?,
            "--without-documents" => without = true,
            _ => plain.push(argument),
        }
    }
    let [pages, folder] = plain.as_slice() else {
        return Err(USAGE.into());
    };
    if !(1..=LANGUAGES.len()).contains(&languages) {
        return Err("--languages is 1, 2 or 3".into());
    }
    if !["plain", "shanyraq"].contains(&theme.as_str()) {
        return Err("--theme is plain or shanyraq".into());
    }
    let (pages, folder) = (pages.parse()?, folder.into());
    let documents = documents / languages;
    let of_documents = documents * languages * (1 + documents::VERSIONS.len());
    let pages = usize::checked_sub(pages, of_documents).ok_or("PAGES holds no so many documents")?;
    Ok(Arguments { pages, folder, languages, seed, theme, documents, without })
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { pages, folder, languages, seed, theme, documents, without } = arguments()?;
    let content = folder.join("content");
    if content.exists() {
        return Err(format!("{} is there already", content.display()).into());
    }
    let used = &LANGUAGES[..languages];
    for section in 0..SECTIONS {
        fs::create_dir_all(content.join(page::section_name(section)))?;
    }
    fs::write(folder.join("kenes.toml"), settings(used, &theme))?;
    if theme == "plain" {
        theme::write(&folder.join("themes/plain"), used)?;
    }
    for (position, language) in used.iter().enumerate() {
        write_sections(&content, language, position)?;
    }
    (0..pages).into_par_iter().try_for_each(|file| {
        let (number, position) = (file / languages, file % languages);
        let text = page::page(&used[position], number, pages.div_ceil(languages), seed);
        let name = file_name(&page::page_name(number), &used[position], position);
        fs::write(content.join(page::section_name(number % SECTIONS)).join(name), text)
    })?;
    if documents > 0 {
        documents::write(&content, used, documents, seed, without)?;
    }
    Ok(())
}

/// `name.md` in the default language, `name.ru.md` in another.
fn file_name(stem: &str, language: &Language, position: usize) -> String {
    if position == 0 { format!("{stem}.md") } else { format!("{stem}.{}.md", language.code) }
}

fn settings(languages: &[Language], theme: &str) -> String {
    let codes: Vec<String> = languages.iter().map(|language| format!("\"{}\"", language.code)).collect();
    format!(
        "base_url = \"https://corpus.example\"\n\
         title = \"Corpus\"\n\
         languages = [{}]\n\
         theme = \"{theme}\"\n\
         generate_feeds = true\n\
         taxonomies = [{{ name = \"tags\", paginate_by = 20, feed = false }}]\n",
        codes.join(", ")
    )
}

fn write_sections(content: &Path, language: &Language, position: usize) -> std::io::Result<()> {
    let name = file_name("_index", language, position);
    fs::write(content.join(&name), format!("+++\ntitle = \"{}\"\n+++\n", language.site))?;
    for section in 0..SECTIONS {
        let mut text = format!("+++\ntitle = \"{} {}\"\n", language.section, section + 1);
        let _ = writeln!(text, "weight = {}\nsort_by = \"date\"\npaginate_by = 20\n+++", section + 1);
        fs::write(content.join(page::section_name(section)).join(&name), text)?;
    }
    Ok(())
}
