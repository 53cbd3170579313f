//! The views of a document: its versions, the text that its page shows, its clauses, who cites it.

use std::sync::Arc;

use tera::Value;

use super::Renderer;
use super::errors::Failures;
use super::item::Shown;
use super::views::{CitedByView, ClauseView, TextView, VersionView, WithdrawnView};
use crate::base::path::encode_path;
use crate::policy::version::State;
use crate::relate::{ItemId, Lineage};

impl Renderer {
    /// The document that a page is a version of, in its language.
    pub(super) fn document_of(&self, id: ItemId) -> Option<ItemId> {
        let (lineage, _) = self.reader.version(id)?;
        lineage.document[self.reader.language(id)]
    }

    pub(super) fn number_of(&self, id: ItemId) -> Option<String> {
        self.reader.number(self.document_of(id).unwrap_or(id)).map(str::to_owned)
    }

    /// A version for readers of a language.
    pub(super) fn version_view(&self, lineage: &Lineage, at: usize, language: usize) -> VersionView {
        let (reader, config) = (&self.reader, self.reader.config());
        let version = &lineage.versions[at];
        let text = version.text(language);
        let item = reader.item(text);
        let today = reader.day_of_versions();
        let state = lineage.history.state(at, today);
        let days = lineage.history.days(at);
        let open = matches!(state, State::Proposed | State::Coming(_));
        VersionView {
            label: version.label.clone(),
            title: item.title.clone(),
            lang: config.languages[item.language()].lang.to_string(),
            path: config.href(item.url.as_str()),
            permalink: config.permalink(item.url.as_str()),
            state: state.name(),
            in_force: days.map(|(from, _)| from.to_string()),
            until: days.and_then(|(_, until)| until).map(|until| until.to_string()),
            last_day: days
                .and_then(|(_, until)| until)
                .and_then(|until| until.yesterday().ok())
                .map(|last| last.to_string()),
            comments_until: version.comments_until().map(|day| day.to_string()),
            comments_open: open && version.comments_until().is_some_and(|last| today <= last),
            change: version.change.map(crate::policy::version::Change::name),
            note: version.note_in(item).map(str::to_owned),
            predecessor: lineage.history.predecessor(at).map(|before| lineage.versions[before].label.clone()),
            changes: lineage
                .compared(at, item.language())
                .map(|_| config.href(item.url.join("changes/").as_str())),
            shown: lineage.history.shown(today) == Some(at),
            synthetic: item.parsed.meta().document.as_ref().is_some_and(|own| own.synthetic),
        }
    }

    fn lineage_of(&self, id: ItemId) -> Option<&Lineage> {
        self.reader.lineage(id).or_else(|| self.reader.version(id).map(|(lineage, _)| lineage))
    }

    /// The versions of the document that a page is, or is a version of, the newest first; and the one that
    /// the page shows, or is.
    pub(super) fn versions(
        self: &Arc<Self>,
        id: ItemId,
        on_page: &Shown,
    ) -> Result<(Vec<Value>, Value), Failures> {
        let reader = &self.reader;
        let Some(lineage) = self.lineage_of(id) else { return Ok((Vec::new(), Value::none())) };
        let language = reader.language(id);
        // Each is in the list, and one or two are what else is asked for.
        let views: Vec<Value> = (0..lineage.versions.len())
            .map(|at| Value::from(self.version_view(lineage, at, language)))
            .collect();
        let view = |at: usize| views[at].clone();
        let all = lineage.history.order.iter().rev().map(|&at| view(at)).collect();
        let (at, content) = match (reader.shown(id), reader.version(id)) {
            (Some(text), _) => match reader.version(text) {
                Some((_, at)) => (at, self.content(text, on_page)?),
                None => return Ok((all, Value::none())),
            },
            (None, Some((_, at))) => (at, Value::none()),
            (None, None) => return Ok((all, Value::none())),
        };
        let document =
            lineage.document[language].or_else(|| lineage.document.iter().flatten().next().copied());
        let own = TextView {
            content,
            document: document.map_or_else(Value::none, |document| self.reference(document)),
            latest: lineage.history.shown(reader.day_of_versions()).map_or_else(Value::none, view),
            previous: lineage.history.predecessor(at).map_or_else(Value::none, view),
            next: lineage.history.successors(at).map(view).collect(),
        };
        let mut map = views[at].as_map().cloned().unwrap_or_default();
        map.extend(own.into_map());
        Ok((all, Value::from(map)))
    }

    /// The clauses of the text that a page is, or shows.
    pub(super) fn clauses(&self, id: ItemId) -> Vec<Value> {
        let config = self.reader.config();
        let text = self.reader.shown(id).unwrap_or(id);
        let url = self.reader.url(text);
        let Some(clauses) = self.reader.text(text).clauses.as_deref() else { return Vec::new() };
        let view = |clause: &crate::policy::clause::Clause| {
            let anchor = encode_path(&clause.id);
            Value::from(ClauseView {
                id: clause.id.clone(),
                number: clause.number.clone(),
                title: clause.title.clone(),
                depth: clause.depth,
                path: format!("{}#{anchor}", config.href(url.as_str())),
                permalink: format!("{}#{anchor}", config.permalink(url.as_str())),
            })
        };
        clauses.clauses.list.iter().map(view).collect()
    }

    pub(super) fn withdrawn_clauses(&self, id: ItemId) -> Vec<Value> {
        let (reader, config) = (&self.reader, self.reader.config());
        let all = reader.withdrawn_clauses(id).into_iter().map(|withdrawn| {
            let item = reader.named(withdrawn.text);
            let version = reader.version(withdrawn.text).map(|(lineage, at)| &lineage.versions[at]);
            Value::from(WithdrawnView {
                id: withdrawn.clause.id.clone(),
                number: withdrawn.clause.number.clone(),
                title: withdrawn.clause.title.clone(),
                version: version.map(|version| version.label.clone()).unwrap_or_default(),
                path: format!("{}#{}", config.href(item.url.as_str()), encode_path(&withdrawn.clause.id)),
                lang: config.languages[item.language].lang.to_string(),
            })
        });
        all.collect()
    }

    /// The places that cite the document, whichever version they mean.
    pub(super) fn cited_by(&self, id: ItemId) -> Vec<Value> {
        let (reader, config) = (&self.reader, self.reader.config());
        let all = reader.citing(id).filter(|citing| !reader.named(citing.from).hidden);
        let views = all.map(|citing| {
            let from = reader.named(citing.from);
            let clause = citing.clause.as_deref().and_then(|id| reader.clause_name(citing.to, id));
            let version = reader.version(citing.to).map(|(lineage, at)| lineage.versions[at].label.clone());
            Value::from(CitedByView {
                title: from.title.to_owned(),
                path: config.href(from.url.as_str()),
                permalink: config.permalink(from.url.as_str()),
                lang: config.languages[from.language].lang.to_string(),
                version,
                clause: clause.map(|clause| clause.shown),
            })
        });
        views.collect()
    }
}
