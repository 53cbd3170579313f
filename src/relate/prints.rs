//! Fingerprints of what a [`Key`] asks for: two libraries that give the same one answer the same.

use super::{Citing, Document, ItemId, Key, Missing, Reader, Referring, Resolved, Taxonomy, Term, record};
use crate::base::digest::fingerprint;
use crate::content::front::PictureFront;

impl Reader {
    /// The fingerprint of the answer to a key of the model; `None` for keys that are not the
    /// model's to answer.
    ///
    /// Items are told by the paths of their files: their numbers change when others come and go.
    #[must_use]
    pub fn print(&self, key: &Key) -> Option<u64> {
        debug_assert!(!record::listening(), "what is compared is not read");
        let library = &*self.library;
        Some(match key {
            Key::Url(id) => fingerprint(&library.item(*id).url),
            Key::Name(id) => self.print_name(*id),
            Key::Head(id) => {
                let item = library.item(*id);
                // A translation may have its date from its original.
                let date = item.date.map(|date| date.to_string());
                fingerprint(&(self.print_name(*id), item.parsed.facets.front, &item.slug, date))
            }
            Key::Text(id) => library.item(*id).parsed.facets.body,
            Key::Summary(id) => library.item(*id).parsed.facets.summary,
            Key::Link(id, index) => {
                fingerprint(&library.links(*id).get(*index as usize).map(|link| self.print_link(link)))
            }
            Key::Section(id) => fingerprint(&library.item(*id).parsed.section().map(|front| {
                let paginate = (front.paginate_by, front.paginate_reversed);
                let path = front.paginate_path.as_ref().map(|(path, _)| path);
                // Its place too: a failure keeps it.
                let template = front.page_template.as_ref().map(|(template, span)| (template, span.start));
                let links = front.insert_anchor_links.map(|links| links as u8);
                let kind = front.page_kind.as_ref().map(|(kind, _)| kind);
                (paginate, path, template, links, kind, front.generate_feeds, front.transparent)
            })),
            Key::Pictures(id) => {
                let one = |of: &PictureFront| fingerprint(&(&of.file.0, &of.credit, &of.licence, &of.url));
                let all = library.item(*id).parsed.meta().pictures.iter();
                fingerprint(&all.map(one).collect::<Vec<_>>())
            }
            Key::Translations(id) => {
                let all = library.translations(*id).iter();
                fingerprint(&all.map(|id| id.map(|id| self.print_item(id))).collect::<Vec<_>>())
            }
            Key::Ancestors(id) => self.print_list(&library.ancestors(*id)),
            Key::Neighbours(id) => {
                let (lower, higher) = library.neighbours(*id);
                fingerprint(&(lower.map(|id| self.print_item(id)), higher.map(|id| self.print_item(id))))
            }
            Key::Backlinks(id) => self.print_list(library.backlinks(*id)),
            Key::Document(id) => fingerprint(&library.document(*id).map(Document::print)),
            Key::Standing(id) => fingerprint(
                &library.document(*id).map(|document| document.history.standing(library.today().0)),
            ),
            Key::References(id) => {
                let fields = 0..library.document(*id).map_or(0, |document| document.values.len());
                let all = fields.map(|field| self.print_list(library.references(*id, field)));
                fingerprint(&all.collect::<Vec<_>>())
            }
            Key::Referring(id) => {
                let one = |r: &Referring| (r.kind.name.clone(), r.field, self.print_list(&r.from));
                fingerprint(&library.referring(*id).iter().map(one).collect::<Vec<_>>())
            }
            Key::Lineage(id) => self.print_lineage(*id),
            Key::Clause(text, id) => fingerprint(&library.clause_name(*text, id)),
            Key::Citing(owner) => {
                let one = |citing: &Citing| {
                    fingerprint(&(self.print_item(citing.from), self.print_item(citing.to), &citing.clause))
                };
                let all = library.citing.of(*owner).iter();
                fingerprint(&all.map(one).collect::<Vec<_>>())
            }
            Key::RegisterKind(id) => fingerprint(&library.register_kind(*id).map(|kind| &kind.name)),
            Key::Source(key) => library.bibliography.print(key),
            Key::SourceStyle(language) => library.bibliography.print_style(*language),
            Key::Glossary(language) => self.print_list(library.terms(*language)),
            Key::TermWords(language) => library.print_term_words(*language),
            Key::Files(id) => fingerprint(&self.assets_of(*id).collect::<Vec<_>>()),
            Key::Pages(id) => self.print_list(library.pages(*id)),
            Key::Count(id) => fingerprint(&library.pages(*id).len()),
            Key::Children(id) => self.print_list(library.children(*id)),
            Key::Elsewhere(id, language) => {
                let found = self.seen_elsewhere(*id, *language);
                fingerprint(&found.map(|(a, b)| (self.print_list(a), self.print_list(b))))
            }
            Key::Query(id, query, language) => self.print_list(&self.query_section(*id, query, *language)),
            Key::Find(path, language, section) => {
                fingerprint(&self.found(path, *language, *section).map(|id| self.print_item(id)))
            }
            Key::Calendar(language) => self.print_list(&library.calendar(*language)),
            Key::OfKind(kind, language) => self.print_list(&library.of_kind(kind, *language)),
            Key::HasCalendar(id) => u64::from(library.has_calendar(*id)),
            Key::Card(id) => self.print_card(*id),
            Key::Home(language) => fingerprint(&library.home(*language).map(|id| self.print_item(id))),
            Key::Searched(language) => self.print_list(library.searched(*language)),
            Key::Terms(language, taxonomy) => {
                let terms = &library.taxonomies(*language)[*taxonomy].terms;
                let one = |term: &Term| fingerprint(&(&term.name, &term.url, term.known, term.pages.len()));
                fingerprint(&terms.iter().map(one).collect::<Vec<_>>())
            }
            Key::HasTerms(language, taxonomy) => {
                u64::from(!library.taxonomies(*language)[*taxonomy].terms.is_empty())
            }
            Key::Term(language, taxonomy, slug) => {
                let terms = &library.taxonomies(*language)[*taxonomy].terms;
                let term = terms.iter().find(|term| term.slug == **slug);
                fingerprint(&term.map(|term| self.print_term(term)))
            }
            Key::TermNamed(language, taxonomy, word) => {
                fingerprint(&self.term_named(taxonomy, word, *language).ok())
            }
            Key::QueryTerm(language, taxonomy, word, query) => {
                let found: Result<_, Missing> = self.query_term(taxonomy, word, query, *language);
                fingerprint(&found.ok().map(|ids| self.print_list(&ids)))
            }
            Key::TermElsewhere(language, taxonomy, slug, _) => {
                let terms = &library.taxonomies(*language)[*taxonomy].terms;
                let term = terms.iter().find(|term| term.slug == **slug);
                fingerprint(&term.map(|term| {
                    let one = |(_, found): (&Taxonomy, Option<&Term>)| {
                        found.map(|term| fingerprint(&(&term.url, &term.name, term.pages.len())))
                    };
                    let all = self.term_elsewhere(*language, *taxonomy, term, 1);
                    all.into_iter().map(|found| found.map(one)).collect::<Vec<_>>()
                }))
            }
            Key::Register(kind, language) => self.print_list(&self.print_register(kind, *language)),
            Key::RegisterPage(kind) => {
                let pages = library.register_page(kind).iter();
                fingerprint(&pages.map(|id| id.map(|id| self.print_item(id))).collect::<Vec<_>>())
            }
            Key::Today => fingerprint(&library.today().0.to_string()),
            Key::Answer(_) | Key::Static(_) | Key::Beside(_) | Key::Data(_) | Key::Everything => return None,
            Key::Brief(..) | Key::Full(..) | Key::Fragment(_) | Key::Index(_) => return None,
        })
    }

    /// The fingerprint of who an item is: its file.
    #[must_use]
    pub fn print_item(&self, id: ItemId) -> u64 {
        self.library.item(id).parsed.facets.path
    }

    /// What follows from an item's being a document or a version of one, on the day of the build.
    fn print_lineage(&self, id: ItemId) -> u64 {
        let library = &*self.library;
        let item = |id: &Option<ItemId>| id.map(|id| self.print_item(id));
        let lineages = &library.lineages;
        let found = lineages.document(id).or_else(|| lineages.version(id).map(|(lineage, _)| lineage));
        let lineage = found.map(|lineage| {
            let versions = lineage.versions.iter().enumerate().map(|(at, version)| {
                let texts: Vec<Option<u64>> = version.texts.iter().map(item).collect();
                let days = lineage.history.days(at).map(|days| format!("{days:?}"));
                let state = lineage.history.state(at, library.today.0).name();
                let before = lineage.history.predecessor(at);
                let change = version.change.map(crate::policy::version::Change::name);
                let open = version.comments_until().map(|last| (last.to_string(), library.today.0 <= last));
                fingerprint(&(&version.label, texts, days, state, before, change, open, version.note()))
            });
            let document: Vec<Option<u64>> = lineage.document.iter().map(item).collect();
            fingerprint(&(document, &lineage.history.order, versions.collect::<Vec<_>>()))
        });
        let shown = lineages.shown(id).map(|shown| self.print_item(shown));
        fingerprint(&(library.number(id), lineage, shown, lineages.version(id).map(|(_, at)| at)))
    }

    fn print_list(&self, ids: &[ItemId]) -> u64 {
        ids.iter().fold(ids.len() as u64, |sum, &id| fingerprint(&(sum, self.print_item(id))))
    }

    fn print_name(&self, id: ItemId) -> u64 {
        let item = self.library.item(id);
        let hidden = item.parsed.meta().hidden;
        fingerprint(&(&item.title, &item.url, hidden, item.parsed.is_placeholder(), item.draft))
    }

    fn print_link(&self, link: &Resolved) -> u64 {
        match link {
            Resolved::Item(id, fragment) => fingerprint(&(1u8, self.print_item(*id), fragment)),
            Resolved::Asset(path, rest) => fingerprint(&(2u8, path, rest)),
            Resolved::Address(url, query, fragment) => fingerprint(&(3u8, url, query, fragment)),
            Resolved::Cited(id, clause) => fingerprint(&(7u8, self.print_item(*id), clause)),
            Resolved::Here => 4,
            Resolved::External => 5,
            Resolved::Broken => 6,
        }
    }

    fn print_term(&self, term: &Term) -> u64 {
        // Feeds leave out what has no date, and drafts.
        let shown = |&id: &ItemId| {
            let item = self.library.item(id);
            (self.print_item(id), item.date.is_some(), item.draft)
        };
        let pages: Vec<_> = term.pages.iter().map(shown).collect();
        fingerprint(&(&term.name, &term.url, term.known, pages))
    }
}
