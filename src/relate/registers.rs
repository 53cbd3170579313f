//! Registers: which page is the register of a kind, and which documents it lists in which order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::documents::Documents;
use super::publish::Shown;
use super::record::{Key, note};
use super::{ItemId, Library, Reader};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::suggest::did_you_mean;
use crate::config::Config;
use crate::content::Parsed;
use crate::policy::kind::Kind;
use crate::policy::register::{Sort, compare};

/// The pages that say that they are registers, by their keys. A page in all its languages is one
/// register, whichever of them says so.
pub(super) fn declared(
    families: &BTreeMap<&str, Vec<&Parsed>>,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
    broken: &mut BTreeSet<String>,
) -> BTreeMap<Arc<str>, Arc<Kind>> {
    let mut all: BTreeMap<Arc<str>, Arc<Kind>> = BTreeMap::new();
    let mut first: BTreeMap<&str, (&str, Location)> = BTreeMap::new();
    for (key, family) in families {
        let mut said: Option<(&str, &Parsed)> = None;
        for &p in family {
            let front = p.meta().document.as_ref().and_then(|document| document.register.as_ref());
            let Some((name, span)) = front else { continue };
            let place = || Location::later(p.path.as_str(), *span);
            let mut fail = |problem: Diagnostic| {
                broken.insert(p.path.as_str().to_owned());
                problems.push(problem.at(place()));
            };
            let kind = match config.kinds.get(name) {
                None => {
                    let problem = Diagnostic::error(codes::KIND, format!("there is no kind `{name}`"));
                    fail(problem.help(config.kinds.suggest(name)));
                    continue;
                }
                Some(kind) if kind.register.is_none() => {
                    let message = format!("documents of the kind `{name}` have no register");
                    let with = config.kinds.iter().filter(|kind| kind.register.is_some());
                    let help = did_you_mean(name, with.map(|kind| kind.name.as_str())).unwrap_or_else(|| {
                        format!("write register = true under [kinds.{name}] in kenes.toml")
                    });
                    fail(Diagnostic::error(codes::REGISTER, message).help(help));
                    continue;
                }
                Some(kind) => kind,
            };
            if p.section().is_some_and(|section| section.paginate_by.is_some()) {
                let message = "a register shows all documents on one page, and this section is in parts";
                fail(Diagnostic::error(codes::REGISTER, message).help("remove `paginate_by`"));
            }
            if let Some((known, before)) = said {
                if known != name {
                    let message = format!(
                        "this page is the register of `{name}` here, and of `{known}` in {}",
                        before.path
                    );
                    let help = "write `register` in one language only";
                    fail(Diagnostic::error(codes::SHARED_FIELD, message).help(help));
                }
                continue;
            }
            said = Some((name, p));
            // A draft may be meant to take the place of the one that is there.
            if !p.meta().draft {
                match first.get(name.as_str()) {
                    Some((other, there)) if other != key => {
                        let message = format!("two pages are the register of `{name}`");
                        let problem = Diagnostic::error(codes::REGISTER, message)
                            .help("remove `register` from one of them, and link to the other")
                            .related("the other one", there.clone());
                        fail(problem);
                    }
                    _ => {
                        first.insert(name, (key, place()));
                    }
                }
            }
            all.insert(p.key.clone(), kind.clone());
        }
    }
    all
}

/// The folder of the registers that nobody wrote.
const FOLDER: &str = "registers";

/// Makes a page for the register of each kind that has documents and no page that says that it is their
/// register: in all languages, or, where pages that are not translated are hidden, in those of the documents.
pub(super) fn complete(shown: &mut Vec<Shown>, documents: &mut Documents, config: &Config) {
    let claimed: BTreeSet<&str> = documents.registers.values().map(|kind| kind.name.as_str()).collect();
    let wanted = config.kinds.iter().filter(|kind| {
        kind.register.as_ref().is_some_and(|register| register.page) && !claimed.contains(kind.name.as_str())
    });
    let mut spoken: BTreeMap<&str, Vec<bool>> =
        wanted.map(|kind| (kind.name.as_str(), vec![false; config.languages.len()])).collect();
    if documents.by_file.is_empty() {
        return;
    }
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for (p, _) in shown.iter() {
        let path = p.path.as_str();
        if p.name.folder == FOLDER {
            taken.insert(&p.key);
        }
        if p.broken || p.meta().hidden || documents.broken.contains(path) {
            continue;
        }
        let document = documents.by_file.get(path);
        if let Some(languages) = document.and_then(|own| spoken.get_mut(own.kind.name.as_str())) {
            languages[p.name.language] = true;
        }
    }
    let mut made = Vec::new();
    for (name, mut languages) in spoken {
        let key = format!("{FOLDER}/{name}.md");
        let Some(kind) = config.kinds.get(name).filter(|_| languages.contains(&true)) else { continue };
        if taken.contains(key.as_str()) {
            continue;
        }
        if config.fallback {
            languages.fill(true);
        }
        let default = config.default_language().lang.as_str();
        for (language, _) in languages.iter().enumerate().filter(|(_, spoken)| **spoken) {
            let lang = config.languages[language].lang.as_str();
            let title = kind.plural.get(lang, default).unwrap_or(name);
            made.push((Arc::new(Parsed::implicit_page(&key, title, language, config)), false));
        }
        documents.registers.insert(Arc::from(key), kind.clone());
    }
    if !made.is_empty() {
        shown.extend(made);
        shown.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    }
}

impl Library {
    /// The kind whose register a page or section is.
    #[must_use]
    pub fn register_kind(&self, id: ItemId) -> Option<&Arc<Kind>> {
        self.registers.get(&self.item(id).parsed.key)
    }

    /// The page that is the register of a kind, one slot a language.
    #[must_use]
    pub fn register_page(&self, kind: &str) -> &[Option<ItemId>] {
        let mut pages = self.registers.iter().filter(|(_, of)| of.name == kind);
        // One that is not shown is no register.
        pages.find_map(|(key, _)| self.keys.get(key)).map_or(&[], Vec::as_slice)
    }

    /// The documents of a kind for readers of a language, in the order of the kind's register: each in
    /// that language, or in the default one, or in any; as the settings want it, those that are not
    /// translated are left out.
    #[must_use]
    pub fn register(&self, kind: &Kind, language: usize) -> Vec<ItemId> {
        self.documents_of(kind, language, self.config.fallback, true)
    }

    /// The documents of a kind that are published, each in its first language, in the order of the kind's
    /// register in the default language.
    #[must_use]
    pub fn records(&self, kind: &Kind) -> Vec<ItemId> {
        self.documents_of(kind, 0, true, false)
    }

    /// Whether there are any.
    #[must_use]
    pub fn has_records(&self, kind: &Kind) -> bool {
        self.ids().any(|id| {
            self.document(id).is_some_and(|document| document.kind.name == kind.name)
                && self.is_listed(id, false)
        })
    }

    fn documents_of(&self, kind: &Kind, language: usize, fallback: bool, drafts: bool) -> Vec<ItemId> {
        let mut found = Vec::new();
        for id in self.ids() {
            if self.document(id).is_none_or(|document| document.kind.name != kind.name) {
                continue;
            }
            let translations = self.translations(id);
            // Each document once, however many languages it has.
            if translations.iter().flatten().next() != Some(&id) {
                continue;
            }
            let is_listed = |id: &ItemId| self.is_listed(*id, drafts);
            let own = translations.get(language).copied().flatten().filter(is_listed);
            let other = || translations.iter().flatten().copied().find(is_listed).filter(|_| fallback);
            found.extend(own.or_else(other));
        }
        self.sort_register(kind, &mut found, language);
        found
    }

    fn is_listed(&self, id: ItemId, drafts: bool) -> bool {
        let item = self.item(id);
        !item.broken && !item.parsed.meta().hidden && !item.parsed.implicit && (drafts || !item.draft)
    }

    fn sort_register(&self, kind: &Kind, ids: &mut [ItemId], language: usize) {
        let Some(register) = &kind.register else { return };
        let locale = self.locale(language);
        let words = |a: &str, b: &str| locale.compare(a, b);
        let value = |id: ItemId, field: usize| {
            let document = self.document(id)?;
            document.values.get(field)?.as_ref().map(|given| &given.value)
        };
        let order = |a: ItemId, b: ItemId| -> Ordering {
            let (x, y) = (self.item(a), self.item(b));
            match register.sort {
                Sort::Title => {
                    directed(Some(()), Some(()), register.reverse, |(), ()| words(&x.title, &y.title))
                }
                Sort::Date => {
                    let date = |item: &super::Item| item.date.map(|date| date.instant());
                    directed(date(x), date(y), register.reverse, |a, b| a.cmp(&b))
                }
                Sort::Field(at) => directed(value(a, at), value(b, at), register.reverse, |a, b| {
                    compare(&kind.fields[at], a, b, &words)
                }),
            }
        };
        ids.sort_by(|&a, &b| {
            let (x, y) = (self.item(a), self.item(b));
            order(a, b).then_with(|| words(&x.title, &y.title)).then_with(|| x.parsed.key.cmp(&y.parsed.key))
        });
    }
}

/// The order of two values; what has none comes last, from whichever end the others are sorted.
fn directed<T>(
    a: Option<T>,
    b: Option<T>,
    reverse: bool,
    compare: impl FnOnce(T, T) -> Ordering,
) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if reverse => compare(a, b).reverse(),
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// What identifies a document in all languages: the path of its file below `content/`, without ending
/// and language.
#[must_use]
pub fn id_of(key: &str) -> &str {
    let path = key.strip_suffix(".md").unwrap_or(key);
    let folder = path.strip_suffix("/_index").or_else(|| path.strip_suffix("/index"));
    folder.unwrap_or(if path == "_index" { "" } else { path })
}

impl Reader {
    /// The kind whose register a page or section is.
    #[must_use]
    pub fn register_kind(&self, id: ItemId) -> Option<&Arc<Kind>> {
        note(|| Key::RegisterKind(id));
        self.library.register_kind(id)
    }

    /// The page that is the register of a kind, one slot a language; no slot without one.
    #[must_use]
    pub fn register_page(&self, kind: &str) -> &[Option<ItemId>] {
        note(|| Key::RegisterPage(kind.into()));
        self.library.register_page(kind)
    }

    /// See [`Library::register`].
    #[must_use]
    pub fn register(&self, kind: &Kind, language: usize) -> Vec<ItemId> {
        note(|| Key::Register(kind.name.as_str().into(), Some(language)));
        self.library.register(kind, language)
    }

    /// See [`Library::records`].
    #[must_use]
    pub fn records(&self, kind: &Kind) -> Vec<ItemId> {
        note(|| Key::Register(kind.name.as_str().into(), None));
        self.library.records(kind)
    }

    /// What identifies the document that an item is, in all languages. Not noted: it follows from the
    /// path of the file.
    #[must_use]
    pub fn document_id(&self, id: ItemId) -> &str {
        id_of(&self.library.item(id).parsed.key)
    }

    /// A page in each language that readers can find it in: one slot a language.
    #[must_use]
    pub fn listed_translations(&self, id: ItemId) -> Vec<Option<ItemId>> {
        let shown = |id: &ItemId| {
            let named = self.named(*id);
            !named.hidden && !named.implicit && !named.draft && !self.is_broken(*id)
        };
        self.translations(id).iter().map(|slot| slot.filter(shown)).collect()
    }

    pub(super) fn print_register(&self, kind: &str, language: Option<usize>) -> Vec<ItemId> {
        let library = &self.library;
        let Some(kind) = library.config().kinds.get(kind) else { return Vec::new() };
        match language {
            Some(language) => library.register(kind, language),
            None => library.records(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_one_id_in_all_languages() {
        for (key, id) in [
            ("standards/a.md", "standards/a"),
            ("standards/b/index.md", "standards/b"),
            ("council/_index.md", "council"),
            ("index.md", "index"),
            ("_index.md", ""),
        ] {
            assert_eq!(id_of(key), id);
        }
    }
}
