//! Words and links that cite: those of `[[…]]` and those at each clause.

use std::fmt::Write as _;

use pulldown_cmark_escape::escape_html;

use super::Renderer;
use crate::base::path::encode_path;
use crate::policy::clause::{ClauseName, Clauses};
use crate::relate::{ItemId, Resolved};

impl Renderer {
    /// A string of the theme, or these words where it has none.
    pub(super) fn words(
        &self,
        language: usize,
        key: &str,
        values: &[(&str, String)],
        fallback: &str,
    ) -> String {
        let lang = self.reader.config().languages[language].lang.as_str();
        let found = self.theme.strings.get(key, lang, self.reader.locale(language), None, values);
        found.unwrap_or_else(|_| {
            values
                .iter()
                .fold(fallback.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        })
    }

    /// What people call the document that a page is, or is a version of: its number, else its title.
    fn name_of(&self, id: ItemId) -> String {
        let document = self.document_of(id).unwrap_or(id);
        let number = self.reader.number(document);
        number.map_or_else(|| self.reader.named(document).title.to_owned(), str::to_owned)
    }

    /// How to cite a page and a clause of it, for readers of a language.
    pub(super) fn citation(&self, page: ItemId, clause: Option<&ClauseName>, language: usize) -> String {
        let version = self.reader.version(page).map(|(lineage, at)| lineage.versions[at].label.clone());
        let mut values = vec![("document", self.name_of(page))];
        values.extend(version.map(|label| ("version", label)));
        let is_version = values.len() > 1;
        let (key, fallback) = match clause {
            None if is_version => ("cite_version", "{document}, {version}"),
            None => return values.swap_remove(0).1,
            Some(clause) => {
                values.push(("clause", clause.shown.clone()));
                match (is_version, clause.is_number) {
                    (true, true) => ("cite_version_clause", "{document}, {version}, {clause}"),
                    (true, false) => ("cite_version_title", "{document}, {version}, {clause}"),
                    (false, true) => ("cite_clause", "{document}, {clause}"),
                    (false, false) => ("cite_title", "{document}, {clause}"),
                }
            }
        };
        self.words(language, key, &values, fallback)
    }

    /// The words of a citation whose author gave it none.
    pub(super) fn citation_words(&self, from: ItemId, link: u32) -> String {
        let Some((to, clause)) = self.reader.link(from, link).and_then(Resolved::cited) else {
            return String::new();
        };
        let clause = clause.and_then(|id| self.reader.clause_name(to, id));
        let language = self.reader.language(from);
        // Of the same text the clause alone says enough.
        match clause {
            Some(clause) if to == from => {
                let key = if clause.is_number { "cite_own_clause" } else { "cite_own_title" };
                self.words(language, key, &[("clause", clause.shown)], "{clause}")
            }
            clause => self.citation(to, clause.as_ref(), language),
        }
    }

    /// The words of a citation, as HTML. A number with hyphens is in an element of its own, so that the theme
    /// can keep it on one line: `AI-ES-` at the end of one is no number.
    pub(super) fn write_citation(&self, from: ItemId, link: u32, out: &mut String) {
        let words = self.citation_words(from, link);
        let cited = self.reader.link(from, link).and_then(Resolved::cited);
        let number = cited.and_then(|(to, _)| self.reader.number(self.document_of(to).unwrap_or(to)));
        let number = number.filter(|number| number.contains('-') && !number.contains(char::is_whitespace));
        // Writing to a String cannot fail.
        match number.and_then(|number| Some((number, words.split_once(number)?))) {
            Some((number, (before, after))) => {
                let _ = escape_html(&mut *out, before);
                out.push_str("<span class=\"cite-number\">");
                let _ = escape_html(&mut *out, number);
                out.push_str("</span>");
                let _ = escape_html(&mut *out, after);
            }
            None => {
                let _ = escape_html(&mut *out, &words);
            }
        }
    }

    /// What the marks of a text's clauses need; `None` for a text that has none.
    pub(super) fn clause_marks(&self, text: ItemId) -> Option<ClauseMarks<'_>> {
        let clauses = &self.reader.text(text).clauses.as_deref()?.clauses;
        let language = self.reader.language(text);
        // The place of the clause stays open.
        let open = ("clause", Around::PLACE.to_owned());
        let citation = |is_number: bool| {
            let name = ClauseName { shown: open.1.clone(), is_number };
            Around::new(&self.citation(text, Some(&name), language))
        };
        let label =
            |key: &str| Around::new(&self.words(language, key, std::slice::from_ref(&open), Around::PLACE));
        Some(ClauseMarks {
            clauses,
            names: clauses.names(),
            href: self.reader.config().href(self.reader.url(text).as_str()),
            word: self.words(language, "clause_cite", &[], "§"),
            labels: [label("clause_cite_title"), label("clause_cite_label")],
            citations: [citation(false), citation(true)],
        })
    }
}

/// What is the same for all clauses of a text.
pub(super) struct ClauseMarks<'a> {
    clauses: &'a Clauses,
    names: Vec<ClauseName>,
    /// The address of the text.
    href: String,
    /// What the link for citing says.
    word: String,
    /// What it says to those who do not see which clause it stands in: of one that is called by its
    /// title, and of one that is called by its number.
    labels: [Around; 2],
    /// How to cite such clauses.
    citations: [Around; 2],
}

/// The pieces of a text around the names of clauses, as HTML.
struct Around(Vec<String>);

impl Around {
    /// What stands for the name of a clause.
    const PLACE: &'static str = "{clause}";

    fn new(text: &str) -> Self {
        let escaped = |piece: &str| {
            let mut html = String::with_capacity(piece.len());
            // Writing to a String cannot fail.
            let _ = escape_html(&mut html, piece);
            html
        };
        Self(text.split(Self::PLACE).map(escaped).collect())
    }

    fn write(&self, name: &str, out: &mut String) {
        for (at, piece) in self.0.iter().enumerate() {
            if at > 0 {
                let _ = escape_html(&mut *out, name);
            }
            out.push_str(piece);
        }
    }
}

impl ClauseMarks<'_> {
    /// The number of a clause, as a link to it, or behind its first words the link for citing it.
    /// Elsewhere than on the site the number alone.
    pub(super) fn write(&self, at: u32, before: bool, elsewhere: bool, out: &mut String) {
        let at = at as usize;
        let (Some(clause), Some(name)) = (self.clauses.list.get(at), self.names.get(at)) else { return };
        // Writing to a String cannot fail.
        if before && !clause.number.is_empty() && elsewhere {
            let _ = write!(out, "{} ", clause.number);
        } else if before && !clause.number.is_empty() {
            let _ = write!(out, "<a class=\"clause-number\" href=\"#{}\">", encode_path(&clause.id));
            // In a list the letter is enough for those who see the list.
            match clause.number.rfind('(') {
                Some(last) => {
                    let (above, own) = clause.number.split_at(last);
                    let _ = write!(out, "<span class=\"clause-above\">{above}</span>{own}</a> ");
                }
                None => {
                    let _ = write!(out, "{}</a> ", clause.number);
                }
            }
        } else if !before && !elsewhere {
            let which = usize::from(name.is_number);
            out.push_str(" <a class=\"clause-cite\" href=\"");
            let _ = escape_html(&mut *out, &self.href);
            let _ = write!(out, "#{}\" data-citation=\"", encode_path(&clause.id));
            self.citations[which].write(&name.shown, out);
            out.push_str("\" aria-label=\"");
            self.labels[which].write(&name.shown, out);
            out.push_str("\">");
            let _ = escape_html(&mut *out, &self.word);
            out.push_str("</a>");
        }
    }
}
