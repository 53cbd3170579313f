//! Loading a theme: its parents, templates, strings, settings and static files.

use std::collections::BTreeMap;

use tera::{ComponentInfo, Tera};

use super::asked::Asked;
use super::strings::Strings;
use super::{cards, errors, filters, functions};
use crate::base::codes;
use crate::base::data::{Fields, Table, parse_toml};
use crate::base::diagnostic::{Diagnostic, Location, Severity};
use crate::base::suggest::did_you_mean;
use crate::config::Config;
use crate::plan::Offers;
use crate::source::{File, Source};

/// The prefix of the components that render directives.
const DIRECTIVES: &str = "directives.";

/// The extensions of templates.
const TEMPLATES: &[&str] = &["html", "xml", "svg", "txt", "md", "json", "webmanifest", "ics"];

/// A theme, ready to render.
pub struct Theme {
    pub(crate) tera: Tera,
    /// What its templates can ask for.
    pub(crate) asked: Asked,
    /// `[extra]` of the theme and its parents under that of the site.
    pub(crate) extra: Table,
    pub(crate) strings: Strings,
    /// How wide it shows pictures of texts, as HTML's `sizes`.
    pub(crate) picture_sizes: Option<String>,
    /// The components of directives, by the directive's name.
    pub(crate) directives: BTreeMap<String, ComponentInfo>,
    /// File and text of each template, by the name that Tera knows it by.
    templates: BTreeMap<String, (String, String)>,
    /// The prefixes of the theme's and its parents' templates, in the order they are looked up.
    prefixes: Vec<String>,
}

/// What a theme says in `theme.toml`.
#[derive(Default)]
struct Manifest {
    extends: Option<(String, Location)>,
    picture_sizes: Option<String>,
    extra: Table,
}

/// The theme of a site and everything that comes with it.
pub struct Loaded {
    /// The theme.
    pub theme: Theme,
    /// Static files by the path they are asked for; the site's own before the theme's.
    pub statics: Vec<(String, File)>,
    /// What it has templates for.
    pub offers: Offers,
    /// Whether it can show registers.
    pub registers: bool,
}

/// Loads the site's theme, the site's own templates, strings and static files over it.
///
/// # Errors
/// There is no such theme, or its templates cannot be read: all that is wrong with them.
#[must_use]
pub fn load(source: &Source, config: &Config) -> (Option<Loaded>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let Some(layers) = layers(source, config, &mut problems) else { return (None, problems) };
    let mut theme = Theme {
        tera: Tera::new(),
        asked: Asked::default(),
        extra: Table::default(),
        strings: Strings::default(),
        picture_sizes: layers.iter().find_map(|layer| layer.manifest.picture_sizes.clone()),
        directives: BTreeMap::new(),
        templates: BTreeMap::new(),
        prefixes: layers
            .iter()
            .map(|layer| layer.prefix.clone())
            .filter(|prefix| !prefix.is_empty())
            .collect(),
    };
    for layer in layers.iter().rev() {
        theme.extra.merge(&layer.manifest.extra);
        for file in &layer.files {
            if let Some(path) = file.below(&layer.folder).and_then(|path| path.strip_prefix("i18n/"))
                && let Some(lang) = path.strip_suffix(".toml")
            {
                theme.strings.read(lang, file, &mut problems);
            }
        }
    }
    theme.extra.merge(&config.extra);
    // The default theme lies in the program: a folder of its name would replace all of it.
    let folder = layers.get(1).filter(|layer| layer.files.iter().any(|file| file.disk_path().is_some()));
    theme.strings.check_languages(config, folder.map(|layer| layer.folder.as_str()), &mut problems);
    theme.add_templates(&layers, &mut problems);
    // With mistakes in the theme its strings are not all known.
    if problems.iter().all(|problem| problem.severity != Severity::Error) {
        let texts: Vec<&str> = theme.texts().map(|(_, text)| text).collect();
        theme.strings.check_own(config, &texts, &mut problems);
    }
    theme.strings.finish(config);
    let statics = statics(source, config, &layers, &mut problems);
    if !theme.has_templates() && problems.is_empty() {
        let message = format!("the theme `{}` has no templates", config.theme);
        let help = format!(
            "put them into themes/{}/templates, or let theme.toml extend another theme",
            config.theme
        );
        problems
            .push(Diagnostic::error(codes::NO_TEMPLATE, message).at(named_in_settings(config)).help(help));
    }
    let offers = Offers {
        search: theme.has("search.html"),
        cards: theme.has(cards::CARD),
        web_manifest: theme.has(cards::WEB_MANIFEST),
    };
    let registers = theme.has("register.html");
    let loaded = theme.has_templates().then_some(Loaded { theme, statics, offers, registers });
    (loaded, problems)
}

/// The site's own files, then the theme's, then its parents'.
struct Layer {
    /// `""` for the site itself, else `themes/NAME`.
    folder: String,
    /// What the names of its templates begin with for Tera.
    prefix: String,
    files: Vec<File>,
    manifest: Manifest,
}

fn layers(source: &Source, config: &Config, problems: &mut Vec<Diagnostic>) -> Option<Vec<Layer>> {
    let mut own = source.folder("templates", &[]);
    problems.append(&mut own.problems);
    let site = Layer {
        folder: String::new(),
        prefix: String::new(),
        files: own.files,
        manifest: Manifest::default(),
    };
    let mut layers = vec![site];
    let mut next = Some((config.theme.clone(), named_in_settings(config)));
    let mut names: Vec<String> = Vec::new();
    while let Some((name, named_at)) = next.take() {
        if names.contains(&name) {
            names.push(name);
            let message = format!("themes extend each other in a circle: {}", names.join(" → "));
            let problem = Diagnostic::error(codes::THEME_CYCLE, message).at(named_at);
            problems.push(problem.help("remove `extends` from one of them"));
            return None;
        }
        let mut folder = match source.theme(&name) {
            Ok(folder) => folder,
            Err(problem) => {
                problems.push(problem.at(named_at));
                return None;
            }
        };
        problems.append(&mut folder.problems);
        let path = format!("themes/{name}");
        let manifest = manifest(&path, &folder.files, problems);
        next.clone_from(&manifest.extends);
        layers.push(Layer {
            prefix: format!("{name}/templates/"),
            folder: path,
            files: folder.files,
            manifest,
        });
        names.push(name);
    }
    Some(layers)
}

fn named_in_settings(config: &Config) -> Location {
    match config.theme_span {
        Some(span) => Location::later(crate::config::FILE_NAME, span),
        None => Location::file(crate::config::FILE_NAME),
    }
}

fn manifest(folder: &str, files: &[File], problems: &mut Vec<Diagnostic>) -> Manifest {
    let Some(file) = files.iter().find(|file| file.below(folder) == Some("theme.toml")) else {
        return Manifest::default();
    };
    let path = file.path.as_str();
    let text = match file.read_text(problems) {
        Ok(text) => text,
        Err(problem) => {
            problems.push(*problem);
            return Manifest::default();
        }
    };
    let table = match parse_toml(&text) {
        Ok(table) => table,
        Err(errors) => {
            problems
                .extend(errors.iter().map(|error| error.diagnostic(codes::SYNTAX, "TOML", path, &text, 0)));
            return Manifest::default();
        }
    };
    let mut fields = Fields::new(&table, path, &text, 0, problems);
    for key in ["name", "description", "license", "homepage", "min_version", "demo"] {
        fields.string(key);
    }
    fields.strings("tags");
    for key in ["author", "original"] {
        fields.table(key);
    }
    let extends = fields.spanned_string("extends").map(|(name, span)| {
        let location = fields.locate(span);
        (name, location)
    });
    let picture_sizes = fields.string("picture_sizes");
    let extra = fields.table("extra").cloned().unwrap_or_default();
    let manifest = Manifest { extends, picture_sizes, extra };
    fields.finish("theme.toml");
    manifest
}

fn statics(
    source: &Source,
    config: &Config,
    layers: &[Layer],
    problems: &mut Vec<Diagnostic>,
) -> Vec<(String, File)> {
    let mut all: BTreeMap<String, File> = BTreeMap::new();
    let mut own = source.folder("static", &config.ignored_static);
    problems.append(&mut own.problems);
    for file in own.files {
        if let Some(path) = file.below("static").map(str::to_owned) {
            all.insert(path, file);
        }
    }
    for layer in layers {
        for file in &layer.files {
            if let Some(path) = file.below(&layer.folder).and_then(|path| path.strip_prefix("static/")) {
                all.entry(path.to_owned()).or_insert_with(|| file.clone());
            }
        }
    }
    all.into_iter().collect()
}

/// Texts are escaped in what is markup.
fn tera() -> Tera {
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html", ".htm", ".xml", ".svg"]);
    tera
}

impl Theme {
    fn has_templates(&self) -> bool {
        self.tera.get_template_names().next().is_some()
    }

    /// Whether the theme or the site has this template.
    pub(crate) fn has(&self, template: &str) -> bool {
        self.tera.contains_template(template)
    }

    /// The file of a template, by Tera's name or by the one that themes use.
    pub(crate) fn file_of(&self, template: &str) -> String {
        self.entry(template).map_or_else(|| template.to_owned(), |(file, _)| file.clone())
    }

    pub(crate) fn text_of(&self, template: &str) -> Option<&str> {
        self.entry(template).map(|(_, text)| text.as_str())
    }

    fn entry(&self, template: &str) -> Option<&(String, String)> {
        let fallback =
            || self.prefixes.iter().find_map(|prefix| self.templates.get(&format!("{prefix}{template}")));
        self.templates.get(template).or_else(fallback)
    }

    /// Tera's name of the theme's template that the site's own one of this name replaces.
    pub(crate) fn behind(&self, name: &str) -> Option<String> {
        self.prefixes
            .iter()
            .map(|prefix| format!("{prefix}{name}"))
            .find(|name| self.templates.contains_key(name))
    }

    /// What to say where a template is missing: the nearest name, or all of them.
    pub(crate) fn near_template(&self, name: &str) -> String {
        let names = self.templates.keys().map(|known| {
            self.prefixes.iter().find_map(|prefix| known.strip_prefix(prefix.as_str())).unwrap_or(known)
        });
        did_you_mean(name, names.clone()).unwrap_or_else(|| {
            let mut names: Vec<&str> = names.filter(|name| !name.contains('/')).collect();
            names.sort_unstable();
            names.dedup();
            format!("there are: {}", names.join(", "))
        })
    }

    /// Where a template of the theme would stand; its folder for `""`.
    pub(crate) fn usual_file(&self, name: &str) -> String {
        let folder = self.prefixes.first().map_or("templates", |prefix| prefix.trim_end_matches('/'));
        let folder = if folder == "templates" { folder.to_owned() } else { format!("themes/{folder}") };
        if name.is_empty() { folder } else { format!("{folder}/{name}") }
    }

    /// The templates' texts, by Tera's names.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.templates.iter().map(|(name, (_, text))| (name.as_str(), text.as_str()))
    }

    /// The names of all components that templates define, found by their text: when they are asked
    /// for, the templates could not be read.
    pub(crate) fn components(&self) -> Vec<String> {
        // What stands before the first one is none.
        let starts = self.templates.values().flat_map(|(_, text)| text.split("{% component ").skip(1));
        starts.map(|rest| rest.split('(').next().unwrap_or_default().trim().to_owned()).collect()
    }

    fn add_templates(&mut self, layers: &[Layer], problems: &mut Vec<Diagnostic>) {
        let mut unread = false;
        for layer in layers {
            let folder = if layer.folder.is_empty() {
                "templates".to_owned()
            } else {
                format!("{}/templates", layer.folder)
            };
            for file in &layer.files {
                let Some(name) = file.below(&folder) else { continue };
                if !TEMPLATES.contains(&&*file.extension()) {
                    continue;
                }
                match file.read_text(problems) {
                    Ok(text) => {
                        let name = format!("{}{name}", layer.prefix);
                        self.templates.insert(name, (file.path.as_str().to_owned(), text));
                    }
                    Err(problem) => {
                        problems.push(*problem);
                        unread = true;
                    }
                }
            }
        }
        // Tera stops at the first template that it cannot read. Each is tried alone first, so that
        // all mistakes of syntax are found; what is missing because it is alone does not matter.
        let mut broken = unread;
        for (name, (_, text)) in &self.templates {
            let mut alone = tera();
            if let Err(error) = alone.add_raw_template(name, text)
                && matches!(error.kind(), tera::ErrorKind::SyntaxError(_))
            {
                problems.extend(errors::diagnostics(self, name, &error));
                broken = true;
            }
        }
        if broken {
            return;
        }
        let mut tera = tera();
        filters::register(&mut tera);
        functions::register(&mut tera);
        let prefixes = self.prefixes.clone();
        let added = tera.set_fallback_prefixes(prefixes).and_then(|()| {
            tera.add_raw_templates(self.templates.iter().map(|(name, (_, text))| (name, text)))
        });
        if let Err(error) = added {
            problems.extend(errors::diagnostics(self, "", &error));
            return;
        }
        self.directives = tera
            .get_component_names()
            .filter_map(|name| {
                Some((name.strip_prefix(DIRECTIVES)?.to_owned(), tera.get_component_definition(name)?))
            })
            .collect();
        self.asked = Asked::of(&self.texts().map(|(_, text)| text).collect::<Vec<_>>());
        self.tera = tera;
    }
}
