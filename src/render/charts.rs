//! The directive `chart`: from its arguments and data to the view that its component is given.

use std::sync::Arc;

use tera::value::Key;
use tera::{Map, Value};

use super::Renderer;
use super::data::{placed, site_path};
use super::errors::{Failure, Failures};
use super::views::ChartView;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::chart::{self, Drawing, Kind, Named, Place, Problem, Sheet, Tongue, Wanted};
use crate::content::markdown::{Arg, Directive, OF_THEME};
use crate::relate::record::note;
use crate::relate::{ItemId, Key as Read};

/// The argument that a component gets the view by: its metadata say `{"made": "chart"}`.
pub(super) const MADE: &str = "chart";

/// The view of a chart; `before` says how many charts its text had so far.
///
/// # Errors
/// Everything that is wrong with its arguments and its data. What is wrong with a data file as such is
/// reported once, with the other data files.
pub(super) fn view(
    renderer: &Arc<Renderer>,
    id: ItemId,
    directive: &Directive,
    before: usize,
) -> Result<Value, Failures> {
    let reader = &renderer.reader;
    let page = reader.path(id).as_str();
    let arg = |key: &str| directive.args.iter().find(|arg| arg.key == key);
    let text =
        |key: &str| arg(key).and_then(|arg| arg.value.as_deref()).filter(|text| !text.trim().is_empty());
    let place = |arg: Option<&Arg>| Location::later(page, arg.map_or(directive.span, |arg| arg.span));
    let fail = |problem: Diagnostic, arg: Option<&Arg>| Err(Failures::from(problem.at(place(arg))));

    let language = reader.language(id);
    let config = reader.config();
    let mut languages: Vec<&str> = config.languages.iter().map(|language| language.lang.as_str()).collect();
    let lang = languages[language];
    languages.sort_by_key(|lang| *lang != config.default_language().lang.as_str());
    let Some(kind) = text("type").and_then(Kind::parse) else {
        let help = format!("write one of: {}", Kind::NAMES.join(", "));
        let problem = Diagnostic::error(codes::DIRECTIVE_ARGUMENT, "this is no type of charts").help(help);
        return fail(problem, arg("type"));
    };
    let word = |key: &str, fallback: &str| {
        let found = renderer.theme.strings.get(key, lang, reader.locale(language), None, &[]);
        found.unwrap_or_else(|_| fallback.to_owned())
    };
    let named = |key: &str| text(key).and_then(|text| Named::parse(text).into_iter().next());
    let wanted = Wanted {
        kind,
        label: named("label"),
        values: text("values").map(Named::parse).unwrap_or_default(),
        start: named("start"),
        end: named("end"),
        words: [word("chart_start", "start"), word("chart_end", "end")],
    };

    // The data: a file, or a table in the text.
    let file;
    let (sheet, source): (&Sheet, Option<(&str, String)>) = match (text("data"), &directive.table) {
        (Some(_), Some(_)) => {
            let problem =
                Diagnostic::error(codes::CHART_DATA, "this chart has a data file and a table as well");
            return fail(problem.help("remove one of the two"), arg("data"));
        }
        (None, None) => {
            let problem = Diagnostic::error(codes::CHART_DATA, "this chart has no data");
            let help = "name a file, data=\"data/figures.csv\", or put a table between :::chart and :::";
            return fail(problem.help(help), None);
        }
        (None, Some(table)) => (&**table, None),
        (Some(path), None) => {
            let path = file_path(path, page);
            note(|| Read::Data(path.as_str().into()));
            let Some(found) = renderer.data.sheet(&renderer.source, &path) else {
                let problem = Diagnostic::error(codes::CHART_DATA, format!("there is no data file `{path}`"));
                let help = "paths count from the site's folder; `@/` stands for content/, `./` for the folder of the page";
                return fail(problem.help(help), arg("data"));
            };
            file = found;
            match &file.found {
                Ok(sheet) => (sheet, Some((file.text.as_str(), path))),
                Err(_) => {
                    return fail(Diagnostic::error(codes::DATA_FILE, super::errors::REPORTED), arg("data"));
                }
            }
        }
    };

    let own = crate::base::digest::Digest::of(format!("{page}:{before}").as_bytes()).short();
    let own = format!("{OF_THEME}chart-{own}");
    let tongue = Tongue { locale: reader.locale(language), lang, languages: &languages };
    let described = text("description").is_some();
    let drawing = chart::draw(&own, &wanted, sheet, tongue, described).map_err(|problems| {
        let mut failures = Failures::default();
        for problem in chart::first_of(problems) {
            let in_page = match problem.place {
                Place::Argument(key) => Some(place(arg(key))),
                Place::Data(span) if source.is_none() => Some(Location::later(page, span)),
                Place::Whole if source.is_none() => Some(place(None)),
                Place::Data(_) | Place::Whole => None,
            };
            failures.0.push(failure(problem, in_page, source.as_ref(), page));
        }
        failures
    })?;
    Ok(Value::from(made(own, before, drawing)))
}

/// The path from the site's folder that an author means.
fn file_path(written: &str, page: &str) -> String {
    match written.strip_prefix("./") {
        Some(beside) => match page.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{beside}"),
            None => beside.to_owned(),
        },
        None => site_path(written),
    }
}

/// A problem in the page, or in the data file.
fn failure(
    problem: Problem,
    in_page: Option<Location>,
    file: Option<&(&str, String)>,
    page: &str,
) -> Failure {
    if let (None, Some((text, path))) = (&in_page, file) {
        let mut placed = placed(vec![problem], text, path);
        // Several pages may draw from one file: the first is named.
        let diagnostic = placed.remove(0);
        return Failure { diagnostic, page: Some(page.to_owned()) };
    }
    let diagnostic = Diagnostic::error(problem.code, problem.message).help_if(problem.help);
    Failure { diagnostic: diagnostic.at(in_page.unwrap_or_else(|| Location::file(page))), page: None }
}

fn made(id: String, before: usize, drawing: Drawing) -> ChartView {
    let legend = drawing.legend.into_iter().map(|key| {
        let mut map = Map::new();
        map.insert(Key::Str("name"), Value::from(key.name));
        map.insert(Key::Str("svg"), Value::safe_string(&key.svg));
        Value::from(map)
    });
    ChartView {
        id,
        number: before + 1,
        svg: Value::safe_string(&drawing.svg),
        lead: drawing.room[0],
        room: drawing.room[1],
        legend: legend.collect(),
        headings: drawing.headings,
        rows: Value::from(drawing.rows.into_iter().map(Value::from).collect::<Vec<_>>()),
    }
}
