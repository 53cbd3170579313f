//! The site's bibliography: what `[@key]` in texts and `sources` in front matter name.
//!
//! It is read once, from up to three files in the site's folder. Styles come from the program, or from a
//! `.csl` file of the site; the words that styles use ("p.", "edited by"), from the program.

mod bibtex;
mod known;
mod style;
mod yaml;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use style::Words;
pub use style::{Style, locale};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::digest::fingerprint;
use crate::base::span::Span;
use crate::base::suggest::nearest_many;
use crate::config::Config;
use crate::source::Source;

/// The files of the site's folder that make its bibliography, in the order in which they are read.
pub const FILES: [&str; 3] = ["references.bib", "references.yml", "references.yaml"];

/// One source.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What texts call it.
    pub key: Arc<str>,
    /// What is known of it.
    pub entry: hayagriva::Entry,
    /// The file that it is in.
    file: &'static str,
    /// Where its key stands there.
    span: Span,
    /// The fingerprint of what is known of it.
    print: u64,
}

/// All sources of a site, and how each language names them.
#[derive(Debug, Default)]
pub struct Bibliography {
    entries: BTreeMap<Arc<str>, Entry>,
    /// Keys of sources that are there, and have mistakes.
    broken: Vec<String>,
    /// Whether a file could not be read to its end: then nobody knows which keys there are.
    partial: bool,
    /// The style of each language; `None` where it has mistakes.
    styles: Vec<Option<Arc<Style>>>,
    words: Arc<Words>,
}

/// What a file gives: its sources, the keys of those with mistakes, and whether it was read to its end.
#[derive(Default)]
struct Found {
    entries: Vec<(String, Span, hayagriva::Entry)>,
    broken: Vec<String>,
    partial: bool,
}

impl Bibliography {
    /// Whether the site has one.
    #[must_use]
    pub fn is_there(source: &Source) -> bool {
        FILES.iter().any(|file| source.file(file).is_some())
    }

    /// Whether a path from the site's folder is one of those that it is made of.
    #[must_use]
    pub fn is_made_of(path: &str, config: &Config) -> bool {
        FILES.contains(&path) || config.citation_styles.iter().any(|style| style.file() == Some(path))
    }

    /// Reads the files and the styles, and says what is wrong with them; `before` is that of an earlier
    /// state of the same site, of which it keeps what cannot have changed.
    #[must_use]
    pub fn read(source: &Source, config: &Config, before: Option<&Self>) -> (Self, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        if !config.has_bibliography {
            return (Self::default(), problems);
        }
        let mut own = Self::default();
        for name in FILES {
            let Some(file) = source.file(name) else { continue };
            let text = match file.read_text(&mut problems) {
                Ok(text) => text,
                Err(problem) => {
                    problems.push(*problem);
                    own.partial = true;
                    continue;
                }
            };
            own.take(name, &text, read_file(name, &text, &mut problems), &mut problems);
        }
        let mut styles: BTreeMap<&str, Option<Arc<Style>>> = BTreeMap::new();
        for wanted in &config.citation_styles {
            let style = styles.entry(wanted.name.as_str());
            style.or_insert_with(|| Style::load(wanted, source, &mut problems).map(Arc::new));
        }
        let of_language = |wanted: &crate::config::CitationStyle| styles.get(wanted.name.as_str()).cloned();
        own.styles = config.citation_styles.iter().map(|wanted| of_language(wanted).flatten()).collect();
        own.words = match before {
            Some(before) if !before.styles.is_empty() => before.words.clone(),
            _ => Arc::new(Words::of(config)),
        };
        (own, problems)
    }

    fn take(&mut self, file: &'static str, text: &str, found: Found, problems: &mut Vec<Diagnostic>) {
        self.broken.extend(found.broken);
        self.partial |= found.partial;
        for (key, span, entry) in found.entries {
            if let Some(known) = self.entries.get(key.as_str()) {
                let message = format!("two sources have the key `{key}`");
                let problem = Diagnostic::error(codes::SOURCE_TWICE, message)
                    .at(Location::span(file, text, span))
                    .help("rename one of them, or remove it")
                    .related("the other one", Location::later(known.file, known.span));
                problems.push(problem);
                continue;
            }
            let key: Arc<str> = key.into();
            let print = fingerprint(&entry);
            self.entries.insert(key.clone(), Entry { key, entry, file, span, print });
        }
    }

    /// A source by its key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// The fingerprint of what is known of a source.
    #[must_use]
    pub fn print(&self, key: &str) -> u64 {
        self.get(key).map_or(0, |entry| entry.print)
    }

    /// The fingerprint of the style of a language.
    #[must_use]
    pub fn print_style(&self, language: usize) -> u64 {
        self.style(language).map_or(0, |style| style.print)
    }

    /// The style of a language.
    #[must_use]
    pub fn style(&self, language: usize) -> Option<&Style> {
        self.styles.get(language)?.as_deref()
    }

    /// The words of all languages of the site, as styles ask for them.
    #[must_use]
    pub fn words(&self) -> &[hayagriva::citationberg::Locale] {
        &self.words.0
    }

    /// What is wrong with a key that no source has, see [`Self::near`]; nothing if it is reported already, or if nobody can know.
    #[must_use]
    pub fn unknown(&self, key: &str) -> Option<Diagnostic> {
        if self.partial || self.entries.contains_key(key) || self.broken.iter().any(|broken| broken == key) {
            return None;
        }
        let message = format!("the bibliography has no source `{key}`");
        Some(Diagnostic::error(codes::SOURCE_KEY, message))
    }

    /// What to do about a key that no source has. With `compare`, it is compared with all sources.
    #[must_use]
    pub fn near(&self, key: &str, compare: bool) -> String {
        let near = match compare {
            true => nearest_many(key, self.entries.keys().map(|key| &**key), 3),
            false => Vec::new(),
        };
        let near: Vec<String> = near.iter().map(|near| format!("`@{near}`")).collect();
        match near.as_slice() {
            [] => format!("add it to {}, or write \\[ to mean plain text", self.file()),
            near => format!("did you mean {}?", near.join(" or ")),
        }
    }

    /// The file that a new source would be added to.
    fn file(&self) -> &'static str {
        self.entries.values().next().map_or(FILES[0], |entry| entry.file)
    }

    /// One warning of all sources that nothing names; `None` if there are none.
    pub fn unused<'a>(&self, used: impl Iterator<Item = &'a str>) -> Option<Diagnostic> {
        if self.entries.is_empty() || self.partial {
            return None;
        }
        let used: std::collections::BTreeSet<&str> = used.collect();
        let mut unused: Vec<&Entry> =
            self.entries.values().filter(|entry| !used.contains(&*entry.key)).collect();
        unused.sort_unstable_by_key(|entry| (entry.file, entry.span.start));
        let (first, rest) = unused.split_first()?;
        const SHOWN: usize = 5;
        let mut others: Vec<String> =
            rest.iter().take(SHOWN).map(|entry| format!("`{}`", entry.key)).collect();
        if rest.len() > SHOWN {
            others.push(format!("{} more", rest.len() - SHOWN));
        }
        let message = match others.as_slice() {
            [] => format!("no page names the source `{}`", first.key),
            others => format!("no page names the sources `{}`, {}", first.key, others.join(", ")),
        };
        let problem = Diagnostic::warning(codes::UNUSED_SOURCE, message);
        let problem = problem.help("cite it as [@key], name it in `sources`, or remove it");
        Some(problem.at(Location::later(first.file, first.span)))
    }
}

fn read_file(name: &'static str, text: &str, problems: &mut Vec<Diagnostic>) -> Found {
    let before = problems.len();
    // The libraries that read them are not ours; a panic of theirs must not take the site with it.
    let caught = crate::base::quiet::quietly(|| {
        catch_unwind(AssertUnwindSafe(|| {
            let mut own = Vec::new();
            let found = match name {
                "references.bib" => bibtex::read(name, text, &mut own),
                _ => yaml::read(name, text, &mut own),
            };
            (found, own)
        }))
    });
    match caught {
        Ok((found, own)) => {
            problems.extend(own);
            found
        }
        Err(_) => {
            problems.truncate(before);
            let problem = Diagnostic::error(codes::BIBLIOGRAPHY, "the bibliography cannot be read");
            let help = "this is a fault of the reader; take sources away to find the one that it fails on";
            problems.push(problem.in_file(name).help(help));
            Found { partial: true, ..Found::default() }
        }
    }
}
