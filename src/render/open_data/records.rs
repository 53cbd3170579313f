//! The documents of a kind as records.

use crate::policy::dataset::{Held, Linked, Record, State, Step, Term, Texts, Translation, Version};
use crate::policy::field::Type;
use crate::policy::kind::{Kind, PAGE};
use crate::policy::label::Label;
use crate::relate::{Document, ItemId, Lineage, Reader};

/// The records of a kind, in the order of its register.
pub(super) fn of<'a>(reader: &'a Reader, kind: &Kind) -> Vec<Record<'a>> {
    reader.records(kind).into_iter().filter_map(|id| record(reader, id)).collect()
}

/// The languages in which something is there, with the item of each.
fn slots<'a>(reader: &'a Reader, slots: &[Option<ItemId>]) -> Vec<(&'a str, ItemId)> {
    let languages = reader.config().languages.iter();
    languages.zip(slots).filter_map(|(language, slot)| Some((language.lang.as_str(), (*slot)?))).collect()
}

fn texts<'a>(slots: &[(&'a str, ItemId)], text: impl Fn(ItemId) -> Option<String>) -> Texts<'a> {
    slots.iter().filter_map(|&(lang, id)| Some((lang, text(id)?))).collect()
}

/// The label as it was written for each language of the site.
fn label<'a>(reader: &'a Reader, label: &Label) -> Texts<'a> {
    let languages = reader.config().languages.iter().map(|language| language.lang.as_str());
    languages.filter_map(|lang| Some((lang, label.exact(lang)?.to_owned()))).collect()
}

fn url(reader: &Reader, id: ItemId) -> String {
    reader.config().permalink(reader.url(id).as_str())
}

fn record(reader: &Reader, id: ItemId) -> Option<Record<'_>> {
    let document = reader.document(id)?;
    let own = slots(reader, &reader.listed_translations(id));
    let item = |id: ItemId| reader.item(id);
    let original = match document.original {
        Some(language) => language,
        None => reader.language(id),
    };
    let said = |is: fn(&Document) -> bool| {
        let own = own.iter().filter(|(_, id)| reader.document(*id).is_some_and(is));
        own.map(|(lang, _)| *lang).collect::<Vec<_>>()
    };
    let lineage = reader.lineage(id);
    let shown = reader.shown(id).and_then(|text| reader.version(text));
    Some(Record {
        id: reader.document_id(id),
        number: reader.number(id),
        title: texts(&own, |id| Some(item(id).title.clone())),
        description: texts(&own, |id| item(id).parsed.meta().description.clone()),
        url: texts(&own, |id| Some(url(reader, id))),
        state: state(reader, id, document),
        date: item(id).date.map(|date| date.to_string()),
        updated: item(id).parsed.page().and_then(|page| page.updated).map(|date| date.to_string()),
        fields: fields(reader, id, document, &own),
        taxonomies: taxonomies(reader, &own),
        history: history(reader, id, document),
        current_version: shown.map(|(lineage, at)| lineage.versions[at].label.as_str()),
        versions: lineage.map(|lineage| versions(reader, id, lineage)).unwrap_or_default(),
        original_language: reader.config().languages[original].lang.as_str(),
        translations: translations(reader, &own),
        synthetic: said(|document| document.synthetic),
        illustrative: !said(|document| document.illustrative).is_empty(),
    })
}

fn state<'a>(reader: &'a Reader, id: ItemId, document: &'a Document) -> Option<State<'a>> {
    let current = document.history.on(reader.day_of(id))?;
    let state = document.kind.lifecycle.as_ref().and_then(|lifecycle| lifecycle.state(current.state));
    Some(State {
        name: current.state,
        stage: state.map(|state| state.stage).unwrap_or_default().word(),
        label: state.map(|state| label(reader, &state.label)).unwrap_or_default(),
        since: current.step.map(|step| step.when.to_string()),
        until: current.step.and_then(|step| step.until).map(|until| until.to_string()),
        over: current.over,
    })
}

fn history<'a>(reader: &'a Reader, id: ItemId, document: &'a Document) -> Vec<Step<'a>> {
    let today = reader.day_of(id);
    let steps = document.history.steps().iter().map(|step| Step {
        state: &step.state,
        date: step.when.to_string(),
        until: step.until.map(|until| until.to_string()),
        note: label(reader, &step.note),
        past: step.from <= today,
    });
    steps.collect()
}

fn versions<'a>(reader: &'a Reader, id: ItemId, lineage: &'a Lineage) -> Vec<Version<'a>> {
    let today = reader.day_of(id);
    let versions = lineage.history.order.iter().map(|&at| {
        let version = &lineage.versions[at];
        let days = lineage.history.days(at);
        let shown = |id: &ItemId| {
            let named = reader.named(*id);
            !named.hidden && !named.draft && !reader.is_broken(*id)
        };
        let listed: Vec<Option<ItemId>> = version.texts.iter().map(|slot| slot.filter(shown)).collect();
        let own = slots(reader, &listed);
        let said = |is: fn(&Document) -> bool| {
            let own = own.iter().filter(|(_, id)| reader.document(*id).is_some_and(is));
            own.map(|(lang, _)| *lang).collect::<Vec<_>>()
        };
        Version {
            label: &version.label,
            state: lineage.history.state(at, today).name(),
            in_force: days.map(|(from, _)| from.to_string()),
            until: days.and_then(|(_, until)| until).map(|until| until.to_string()),
            comments_until: version.comments_until().map(|day| day.to_string()),
            change: version.change.map(crate::policy::version::Change::name),
            predecessor: lineage
                .history
                .predecessor(at)
                .map(|before| lineage.versions[before].label.as_str()),
            note: texts(&own, |id| reader.item(id).version_note().map(str::to_owned)),
            url: texts(&own, |id| Some(url(reader, id))),
            synthetic: said(|document| document.synthetic),
            illustrative: !said(|document| document.illustrative).is_empty(),
        }
    });
    versions.collect()
}

fn fields<'a>(
    reader: &'a Reader,
    id: ItemId,
    document: &'a Document,
    own: &[(&'a str, ItemId)],
) -> Vec<Held<'a>> {
    let fields = document.kind.fields.iter().enumerate().map(|(at, field)| match &field.value {
        Type::Ref(_) => {
            Held::Documents(reader.references(id, at).iter().map(|&to| linked(reader, to)).collect())
        }
        _ if field.shared => Held::Shared(document.values[at].as_ref().map(|given| &given.value)),
        _ => {
            let values = own.iter().filter_map(|&(lang, id)| {
                let given = reader.document(id)?.values.get(at)?.as_ref()?;
                Some((lang, &given.value))
            });
            Held::Own(values.collect())
        }
    });
    fields.collect()
}

fn linked(reader: &Reader, to: ItemId) -> Linked<'_> {
    let own = slots(reader, &reader.listed_translations(to));
    Linked {
        id: reader.document_id(to),
        kind: reader.document(to).map_or(PAGE, |document| &document.kind.name),
        number: reader.number(to),
        title: texts(&own, |id| Some(reader.named(id).title.to_owned())),
        url: texts(&own, |id| Some(url(reader, id))),
    }
}

/// The terms of all languages, by taxonomy: those with one address are one.
fn taxonomies<'a>(reader: &'a Reader, own: &[(&'a str, ItemId)]) -> Vec<Vec<Term<'a>>> {
    let taxonomies = reader.config().taxonomies.iter().map(|taxonomy| {
        let mut terms: Vec<Term<'a>> = Vec::new();
        for &(lang, id) in own {
            let page = reader.item(id).parsed.page();
            let words = page.map_or(&[][..], |page| &page.taxonomies).iter();
            for (word, _) in words.filter(|(name, _)| *name == taxonomy.name).flat_map(|(_, words)| words) {
                let found = reader.term_named(&taxonomy.name, word, reader.language(id));
                let Some((name, url)) = found.ok() else { continue };
                let Some(term) = url.components().last() else { continue };
                let known = terms.iter_mut().find(|known| known.id == term);
                let name = (lang, name.to_owned());
                match known {
                    // Two words of a page may be one term.
                    Some(known) if known.name.iter().any(|(of, _)| *of == lang) => {}
                    Some(known) => known.name.push(name),
                    None => terms.push(Term { id: term, name: vec![name] }),
                }
            }
        }
        terms
    });
    taxonomies.collect()
}

fn translations<'a>(reader: &'a Reader, own: &[(&'a str, ItemId)]) -> Vec<(&'a str, Translation)> {
    let languages = reader.config().languages.iter().map(|language| {
        let lang = language.lang.as_str();
        let slot = own.iter().find(|(of, _)| *of == lang).map(|(_, id)| *id);
        let document = slot.and_then(|id| reader.document(id));
        let stands = match document {
            None if slot.is_none() => Translation::Missing,
            None => Translation::Original,
            Some(document) if document.original.is_none() => Translation::Original,
            Some(document) if document.stale => Translation::Stale,
            Some(document) if document.translated_from.is_some() => Translation::Current,
            Some(_) => Translation::Unstamped,
        };
        (lang, stands)
    });
    languages.collect()
}
