//! The files below `content/`, read and parsed; and read again where they have changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::Options;
use crate::base::diagnostic::Diagnostic;
use crate::config::Config;
use crate::content::bibliography::Bibliography;
use crate::content::markdown::Highlights;
use crate::content::{self, Late, Parsed, Texts};
use crate::relate::Input;
use crate::source::{File, Source};

/// All that lies below `content/`.
pub(super) struct Contents {
    /// Markdown files, in the order of their paths.
    files: Vec<File>,
    /// What each of them says.
    parsed: Vec<Arc<Parsed>>,
    /// Whether there are no bodies yet.
    late: bool,
    /// What is wrong with a file, for the few that have such, by its path.
    wrong: BTreeMap<String, Vec<Diagnostic>>,
    /// All other files.
    assets: Vec<File>,
    /// What could not be taken at all.
    refused: Vec<Diagnostic>,
}

/// What has changed, when files were read again.
#[derive(Default)]
pub(super) struct Touched {
    /// Markdown files that say something else, and are where they were.
    pub(super) texts: Vec<Arc<Parsed>>,
    /// Files came, went or changed that are no texts.
    pub(super) more: bool,
}

impl Contents {
    /// Finds all files. None is parsed yet.
    pub(super) fn find(source: &Source, config: &Config) -> Self {
        let folder = source.folder(content::FOLDER, &config.ignored_content);
        let (files, assets) = folder.files.into_iter().partition(|file| file.extension() == "md");
        Self {
            files,
            parsed: Vec::new(),
            late: false,
            wrong: BTreeMap::new(),
            assets,
            refused: folder.problems,
        }
    }

    /// Parses all files.
    pub(super) fn parse(&mut self, config: &Config, highlights: &Highlights) {
        if config.kinds.decide_on_clauses() {
            let late = self.read_heads(config, highlights);
            return self.complete(&late, config, highlights);
        }
        let parse = |file| {
            let (parsed, wrong) = content::parse(file, config, highlights);
            (Arc::new(parsed), wrong)
        };
        let all: Vec<_> = self.files.par_iter().map(parse).collect();
        self.parsed.reserve(all.len());
        self.take(all.into_iter());
    }

    /// Reads the front matter of all files. Their bodies follow with [`Contents::complete`].
    pub(super) fn read_heads(&mut self, config: &Config, highlights: &Highlights) -> Arc<[Late]> {
        let mut late: Vec<Late> = self.files.par_iter().map(|file| Late::read(file, config)).collect();
        let heads: Vec<Arc<Parsed>> = late.iter().map(|late| late.head().clone()).collect();
        if let Some(texts) = Texts::new(heads.iter().map(AsRef::as_ref), config) {
            for (late, head) in late.iter_mut().zip(&heads) {
                late.set_in_clauses(texts.are_clauses(head));
            }
        }
        late.par_iter().for_each(|late| late.begin(config, highlights));
        self.take(late.iter().map(Late::present));
        self.late = true;
        late.into()
    }

    /// Parses the bodies that nobody has asked for yet.
    pub(super) fn complete(&mut self, late: &[Late], config: &Config, highlights: &Highlights) {
        late.par_iter().for_each(|late| {
            late.whole(config, highlights);
        });
        self.parsed.clear();
        self.wrong.clear();
        self.late = false;
        self.take(late.iter().map(|late| late.whole(config, highlights).clone()));
    }

    fn take(&mut self, all: impl Iterator<Item = (Arc<Parsed>, Vec<Diagnostic>)>) {
        for (parsed, wrong) in all {
            if !wrong.is_empty() {
                self.wrong.insert(parsed.path.as_str().to_owned(), wrong);
            }
            self.parsed.push(parsed);
        }
    }

    /// What a library is made of.
    pub(super) fn input(
        &self,
        config: &Arc<Config>,
        bibliography: &Arc<Bibliography>,
        options: &Options,
        registers: bool,
    ) -> Input {
        let (parsed, assets) = (self.parsed.clone(), self.assets.clone());
        Input {
            config: config.clone(),
            parsed,
            late: self.late,
            assets,
            bibliography: bibliography.clone(),
            today: options.today,
            drafts: options.drafts,
            registers,
        }
    }

    /// All files, parsed, in the order of their paths.
    pub(super) fn parsed(&self) -> &[Arc<Parsed>] {
        &self.parsed
    }

    /// Everything that is wrong with the files themselves.
    pub(super) fn problems(&self) -> impl Iterator<Item = &Diagnostic> {
        self.refused.iter().chain(self.wrong.values().flatten())
    }

    fn position(&self, path: &str) -> Option<usize> {
        position(&self.files, path)
    }

    /// Reads files and folders again, by their paths from the site's folder.
    pub(super) fn update(
        &mut self,
        source: &Source,
        config: &Config,
        highlights: &Highlights,
        changed: &[String],
    ) -> Touched {
        let mut touched = Touched::default();
        // A file that is still one can be read by itself. Anything else may have brought others.
        let (known, others): (Vec<&String>, Vec<&String>) = changed.iter().partition(|path| {
            (self.position(path).is_some() || position(&self.assets, path).is_some())
                && source.is_plain_file(path)
        });
        if !others.is_empty() {
            let mut found = Self::find(source, config);
            touched.more |= found.refused != self.refused
                || !same_paths(&found.files, &self.files)
                || !same_paths(&found.assets, &self.assets);
            let changed: BTreeSet<&str> = changed.iter().map(String::as_str).collect();
            // The file, or a folder that it lies in.
            let is_changed = |file: &File| {
                let mut place = file.path.as_str();
                while !changed.contains(place) {
                    let Some((folder, _)) = place.rsplit_once('/') else { return false };
                    place = folder;
                }
                true
            };
            let known = |file: &File| {
                let at = self.position(file.path.as_str()).filter(|_| !is_changed(file))?;
                Some(self.parsed[at].clone())
            };
            for (parsed, wrong) in read_again(&found.files, &known, config, highlights) {
                let path = parsed.path.as_str();
                let before = self.position(path).map(|at| self.parsed[at].clone());
                let was_wrong = self.wrong.remove(path).unwrap_or_default();
                let wrong = wrong.unwrap_or_else(|| was_wrong.clone());
                match before {
                    Some(before) if same(&before, &parsed) && wrong == was_wrong => {
                        found.parsed.push(before);
                    }
                    before => {
                        if before.is_some() {
                            touched.texts.push(parsed.clone());
                        }
                        found.parsed.push(parsed.clone());
                    }
                }
                if !wrong.is_empty() {
                    found.wrong.insert(path.to_owned(), wrong);
                }
            }
            touched.more |= found.assets.iter().any(is_changed);
            *self = found;
            return touched;
        }
        let texts: Vec<usize> = known.iter().filter_map(|path| self.position(path)).collect();
        touched.more |= texts.len() < known.len();
        for (at, (parsed, wrong)) in self.texts_again(&texts, config, highlights) {
            let path = self.files[at].path.as_str();
            let was_wrong = self.wrong.remove(path).unwrap_or_default();
            if !same(&self.parsed[at], &parsed) || wrong != was_wrong {
                self.parsed[at] = parsed;
                touched.texts.push(self.parsed[at].clone());
            }
            if !wrong.is_empty() {
                self.wrong.insert(path.to_owned(), wrong);
            }
        }
        touched
    }
}

/// A file, parsed, and what is wrong with it.
type Whole = (Arc<Parsed>, Vec<Diagnostic>);

impl Contents {
    /// Parses the files at these places again, and those whose texts are in clauses now, or no longer, because
    /// of what the others say of their kinds.
    fn texts_again(&self, texts: &[usize], config: &Config, highlights: &Highlights) -> Vec<(usize, Whole)> {
        if !config.kinds.decide_on_clauses() {
            let parse = |&at: &usize| {
                let (parsed, wrong) = content::parse(&self.files[at], config, highlights);
                (at, (Arc::new(parsed), wrong))
            };
            return texts.par_iter().map(parse).collect();
        }
        let mut late: Vec<Late> = texts.iter().map(|&at| Late::read(&self.files[at], config)).collect();
        let says_the_same =
            |(late, &at): (&Late, &usize)| late.head().facets.front == self.parsed[at].facets.front;
        if !late.iter().zip(texts).all(says_the_same) {
            let changed = |file: &File| {
                let at = self.position(file.path.as_str()).filter(|at| !texts.contains(at))?;
                Some(self.parsed[at].clone())
            };
            let all = read_again(&self.files, &changed, config, highlights);
            let read = all.into_iter().enumerate();
            return read.filter_map(|(at, (parsed, wrong))| Some((at, (parsed, wrong?)))).collect();
        }
        for (late, &at) in late.iter_mut().zip(texts) {
            late.set_in_clauses(self.parsed[at].in_clauses);
        }
        let whole =
            texts.par_iter().zip(&late).map(|(&at, late)| (at, late.whole(config, highlights).clone()));
        whole.collect()
    }
}

/// All files, parsed: those that are known are as they were, unless what others say of their kinds brings clauses
/// into their texts, or takes them away. Those that were parsed come with what is wrong with them.
fn read_again(
    files: &[File],
    known: &(impl Fn(&File) -> Option<Arc<Parsed>> + Sync),
    config: &Config,
    highlights: &Highlights,
) -> Vec<(Arc<Parsed>, Option<Vec<Diagnostic>>)> {
    let read = |file: &File| match known(file) {
        Some(parsed) => (parsed, None),
        None => {
            let late = Late::read(file, config);
            (late.head().clone(), Some(late))
        }
    };
    let mut all: Vec<(Arc<Parsed>, Option<Late>)> = files.par_iter().map(read).collect();
    let heads: Vec<Arc<Parsed>> = all.iter().map(|(head, _)| head.clone()).collect();
    if let Some(texts) = Texts::new(heads.iter().map(AsRef::as_ref), config) {
        for (file, (head, late)) in files.iter().zip(&mut all) {
            let in_clauses = texts.are_clauses(head);
            if late.is_none() && in_clauses != head.in_clauses {
                *late = Some(Late::read(file, config));
            }
            if let Some(late) = late {
                late.set_in_clauses(in_clauses);
            }
        }
    }
    let whole = |(parsed, late): (Arc<Parsed>, Option<Late>)| match late {
        Some(late) => {
            let (parsed, wrong) = late.whole(config, highlights).clone();
            (parsed, Some(wrong))
        }
        None => (parsed, None),
    };
    all.into_par_iter().map(whole).collect()
}

/// Whether a file says what it said. Places in it are the same as well: they follow from its bytes.
fn same(a: &Parsed, b: &Parsed) -> bool {
    a.facets == b.facets && a.broken == b.broken
}

/// Where a file is in a list that is in the order of paths.
fn position(files: &[File], path: &str) -> Option<usize> {
    files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()
}

fn same_paths(a: &[File], b: &[File]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.path == b.path)
}
