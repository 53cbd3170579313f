//! `kenes new`.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use super::args::{Format, NewArgs};
use super::document::{self, Document, Versioned};
use super::front::{self, Original};
use super::{SITE_ERRORS, refused, report};
use crate::base::clock::Today;
use crate::base::codes;
use crate::base::diagnostic::Diagnostics;
use crate::base::path::{SourcePath, UrlPath, check_component};
use crate::config::{self, Config};
use crate::content::{self, FOLDER, Name};
use crate::policy::kind::{Kind, PAGE, with_article};
use crate::relate;
use crate::source::Source;
use crate::write::cause;

/// The file of a section.
const SECTION: &str = "_index.md";

/// What keeps a page from being made: what is wrong, and what to do.
type Refusal = (String, Option<String>);

pub(super) fn run(root: &Path, args: &NewArgs) -> ExitCode {
    let config = match settings(root) {
        Ok(config) => config,
        Err(problems) => {
            report::print(&problems, Format::Human);
            return ExitCode::from(SITE_ERRORS);
        }
    };
    match make(root, args, &config) {
        Ok(()) => ExitCode::SUCCESS,
        Err((message, help)) => refused(&message, help.as_deref()),
    }
}

/// The site's settings, which say its languages.
pub(super) fn settings(root: &Path) -> Result<Config, Diagnostics> {
    let mut problems = Vec::new();
    let source = Source::new(root);
    let read = match source.file(config::FILE_NAME) {
        Some(file) => file.read_text(&mut problems).map_err(|problem| Diagnostics::from(*problem))?,
        None => return Err(crate::build::no_config(&source).into()),
    };
    let (config, found) = config::read(&read);
    let mut all = Diagnostics::new();
    all.extend(found);
    match config {
        Some(config) if !all.has_errors() => Ok(config),
        _ => Err(all.finish(false)),
    }
}

fn make(root: &Path, args: &NewArgs, config: &Config) -> Result<(), Refusal> {
    let page_kinds = document::page_kinds(root, config);
    if args.name.is_none()
        && let Some(kind) = args.path.to_str().and_then(|word| config.kinds.get(word))
        && kind.name != PAGE
    {
        let message = format!("`{}` is a kind: which one?", kind.name);
        let help = format!("write kenes new {0} NAME; for a page of that name, kenes new {0}.md", kind.name);
        return Err((message, Some(help)));
    }
    let kind = args.name.as_ref().map(|_| named_kind(args, config)).transpose()?;
    let wanted = match (&args.name, kind) {
        (Some(name), Some(kind)) if name.components().count() == 1 && !is_path(name) => {
            below_content(root, &folder_for(kind, &page_kinds)?.join(name))?
        }
        (name, _) => below_content(root, name.as_ref().unwrap_or(&args.path))?,
    };
    let (name, problem) = Name::read(&SourcePath::new(&format!("{FOLDER}/{wanted}")), config);
    let tags: Vec<&str> = config.languages.iter().map(|language| language.lang.as_str()).collect();
    if let Some(problem) = problem {
        let help = if problem.code == codes::BAD_DATE {
            "write a day of the calendar: year, month and day, as in 2025-01-15-name".to_owned()
        } else {
            format!("the site has {}: write {}", tags.join(", "), forms(&name.key, config))
        };
        return Err((problem.message, Some(help)));
    }
    inside(root, &name)?;
    let version_of = Versioned::find(root, &name, config);
    if let (Some(document), Some(kind)) = (&version_of, kind) {
        let message = format!("{wanted} is a version of {}, and no {} itself", document.key, kind.name);
        let help = format!("write kenes new {}", wanted.trim_end_matches(".md"));
        return Err((message, Some(help)));
    }
    if let Some(document) = &version_of {
        let kind = document.kind(root, &page_kinds, config);
        if config.kinds.get(&kind).is_some_and(|kind| !kind.versions) {
            let message =
                format!("{} is {}, and that kind has no versions", document.key, with_article(&kind));
            let with: Vec<&str> = config.kinds.with_versions().collect();
            let help = format!(
                "choose a kind with versions ({}), or write versions = true under [kinds.{kind}] in kenes.toml",
                with.join(", ")
            );
            return Err((message, Some(help)));
        }
    }
    let of_place = match version_of {
        Some(_) => PAGE,
        None => document::kind_of_place(&page_kinds, &name),
    };
    let says_kind = kind.is_some_and(|kind| kind.name != of_place);
    let all_languages = args.all_languages || kind.is_some();
    let kind = kind.or_else(|| config.kinds.get(of_place).map(AsRef::as_ref));
    let begun = Today::resolve(None, std::env::var("SOURCE_DATE_EPOCH").ok().as_deref());
    let begun = begun.map_err(|message| (message, None))?.0;
    let document = kind.map(|kind| Document::new(kind, says_kind, &args.set, begun)).transpose()?;
    if let Some(document) = &document {
        document.check_unique(root, &name.key, &page_kinds, config)?;
    }
    let languages: Vec<usize> = match (&version_of, all_languages) {
        (Some(document), true) => document.languages.clone(),
        (None, true) => (0..tags.len()).collect(),
        (_, false) => vec![name.language],
    };
    if let Some(document) = &version_of
        && !languages.iter().all(|language| document.languages.contains(language))
    {
        let file = content::file_of(&document.key, name.language, config);
        let message = format!("this would be a version of {file}, which does not exist");
        return Err((message, Some("translate the document's page first: its title will do".to_owned())));
    }
    let original = original(root, &name);
    let title = args
        .title
        .clone()
        .or_else(|| original.as_ref().and_then(Original::title))
        .or_else(|| version_of.is_none().then(|| title_of(&name)));
    let files: Vec<(String, usize)> =
        languages.iter().map(|&language| (content::file_of(&name.key, language, config), language)).collect();
    let there = |path: &String| root.join(path).symlink_metadata().is_ok();
    if let [(path, _)] = files.as_slice()
        && there(path)
    {
        return Err((format!("{path} is there already"), Some("nothing was changed".to_owned())));
    }
    if files.iter().all(|(path, _)| there(path)) {
        let message = format!("{FOLDER}/{} is there already in every language of the site", name.key);
        return Err((message, Some("nothing was changed".to_owned())));
    }
    for (path, language) in &files {
        let translated = *language > 0 && (all_languages || original.is_some());
        // A draft section would hide the pages of its folder, which may be published long since.
        let draft = !name.is_section;
        let into = translated.then_some(tags[*language]);
        let mut lines = document.as_ref().map(|document| document.lines(into)).unwrap_or_default();
        if version_of.is_some() {
            let first = *language == languages[0] && (*language == 0 || original.is_none());
            lines.tables.push_str(&Versioned::table(!first));
        }
        let text = front::write(title.as_deref(), draft, into, original.as_ref(), &lines);
        match create(&root.join(path), &text) {
            Ok(true) => {
                let address = match &version_of {
                    Some(document) => version_address(root, document, &name, *language, config),
                    None => address(root, path, config).map(|url| config.href(url.as_str())),
                };
                match address {
                    Some(address) => println!("Made {path}, for the address {address}"),
                    None => println!("Made {path}"),
                }
            }
            Ok(false) => println!("Left {path} as it was"),
            Err(message) => return Err((format!("{path} cannot be made: {message}"), None)),
        }
    }
    match &version_of {
        Some(document) => println!("The page of {FOLDER}/{} shows it when it is in force", document.key),
        None => listing(root, &name, config),
    }
    if name.is_section {
        println!("It is no draft: the next build shows it");
        return Ok(());
    }
    println!("It is a draft: `kenes serve --drafts` shows it; remove `draft = true` to publish it");
    let missing = document.map(|document| document.missing()).unwrap_or_default();
    if !missing.is_empty() && original.is_none() {
        println!("Before that it needs: {}", missing.join(", "));
    }
    Ok(())
}

/// The kind that is named on the command line.
fn named_kind<'a>(args: &NewArgs, config: &'a Config) -> Result<&'a Kind, Refusal> {
    let name = args.path.to_string_lossy();
    let kind = config.kinds.get(&name).map(AsRef::as_ref);
    kind.ok_or_else(|| (format!("there is no kind `{name}`"), Some(config.kinds.suggest(&name))))
}

/// Whether somebody has written a path and not only a name.
fn is_path(name: &Path) -> bool {
    name.to_string_lossy().contains(['/', '\\'])
}

/// The folder of the section whose pages are of a kind.
fn folder_for(kind: &Kind, page_kinds: &[(String, String)]) -> Result<PathBuf, Refusal> {
    let found = page_kinds.iter().find(|(_, own)| *own == kind.name);
    found.map(|(folder, _)| PathBuf::from(folder)).ok_or_else(|| {
        let help = format!(
            "name its folder, as in `kenes new {0} {0}s/NAME`, or write page_kind = \"{0}\" into the _index.md of a section",
            kind.name
        );
        (format!("no section is for pages of the kind `{}`", kind.name), Some(help))
    })
}

/// The path below `content/`, with `/` and `.md`.
fn below_content(root: &Path, given: &Path) -> Result<String, Refusal> {
    let outside = || {
        let message = format!("`{}` is not a path below {FOLDER}/", given.display());
        (message, Some(format!("name the page as it lies below {FOLDER}/, such as news/2025-01-15-meeting")))
    };
    let mut parts = Vec::new();
    for part in given.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_str().ok_or_else(outside)?),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(outside()),
        }
    }
    // `content/news/x.md`, as the shell completes it.
    if parts.len() > 1 && parts[0] == FOLDER && !root.join(FOLDER).join(FOLDER).is_dir() {
        parts.remove(0);
    }
    for part in &parts {
        if let Err(bad) = check_component(part) {
            return Err((format!("`{}` cannot be the path of a page: {}", given.display(), bad.0), None));
        }
        if part.starts_with('.') {
            let message = format!("`{part}` begins with a dot: Kenes passes over hidden files");
            return Err((message, Some("choose another name".to_owned())));
        }
    }
    let Some(last) = parts.pop() else { return Err(outside()) };
    let stem = last.strip_suffix(".md").unwrap_or(last);
    if stem.is_empty() || given.to_string_lossy().ends_with(['/', '\\']) {
        return Err((
            format!("`{}` names a folder", given.display()),
            Some(format!("write {last}/index or {last}/_index")),
        ));
    }
    parts.push(stem);
    Ok(format!("{}.md", parts.join("/")))
}

/// Refuses a folder that a symbolic link takes out of the site.
fn inside(root: &Path, name: &Name) -> Result<(), Refusal> {
    let content = root.join(FOLDER);
    let Ok(real) = content.canonicalize() else { return Ok(()) };
    let folder = content.join(name.own_folder());
    let known = folder.ancestors().find_map(|above| above.canonicalize().ok());
    match known {
        Some(known) if !known.starts_with(&real) => Err((
            format!("{} leads out of the site", folder.display()),
            Some("a symbolic link takes it elsewhere".to_owned()),
        )),
        _ => Ok(()),
    }
}

/// The file in which a page is written in a language, if it is: `about.md` may be `about.en.md` too.
pub(super) fn written(root: &Path, key: &str, language: usize, config: &Config) -> Option<String> {
    let tag = config.languages[language].lang.as_str();
    let explicit = format!("{FOLDER}/{}.{tag}.md", key.strip_suffix(".md").unwrap_or(key));
    let is_there = |path: &String| root.join(path).is_file();
    [content::file_of(key, language, config), explicit].into_iter().find(is_there)
}

/// `about.md, about.ru.md or about.kk.md`.
fn forms(key: &str, config: &Config) -> String {
    let below = |file: String| file.trim_start_matches(FOLDER).trim_start_matches('/').to_owned();
    let languages = 0..config.languages.len();
    let all: Vec<String> = languages.map(|language| below(content::file_of(key, language, config))).collect();
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => all.concat(),
    }
}

/// `2025-01-15-first-meeting` as `First meeting`; of a section or a page with a folder, the folder's.
fn title_of(name: &Name) -> String {
    let word =
        if name.is_section { name.folder.rsplit('/').next().unwrap_or_default() } else { name.stem.as_str() };
    let text = word.split(['-', '_', ' ']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "Home".to_owned(),
    }
}

/// What the page of the default language says, where it is there already.
fn original(root: &Path, name: &Name) -> Option<Original> {
    let path = format!("{FOLDER}/{}", name.key);
    let text = Source::new(root).file(&path)?.read_text(&mut Vec::new()).ok()?;
    Some(Original::read(&path, &text))
}

/// Where readers will find the new file.
fn address(root: &Path, path: &str, config: &Config) -> Option<UrlPath> {
    let file = Source::new(root).file(path)?;
    let (parsed, _) = content::parse(&file, config, &content::markdown::Highlights::default());
    relate::address_of(&parsed, config)
}

/// A version lies below the address of its document.
fn version_address(
    root: &Path,
    document: &Versioned,
    name: &Name,
    language: usize,
    config: &Config,
) -> Option<String> {
    let url = address(root, &written(root, &document.key, language, config)?, config)?;
    Some(config.href(url.join(&format!("{}/", name.stem)).as_str()))
}

/// Makes a file and the folders above it; false if it is there already.
pub(super) fn create(path: &Path, text: &str) -> Result<bool, String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| cause(&error))?;
    }
    // Never follows a link, and never overwrites what somebody else makes at the same moment.
    match std::fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            std::io::Write::write_all(&mut file, text.as_bytes()).map_err(|error| cause(&error))?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(cause(&error)),
    }
    Ok(true)
}

/// Says which section will list the page.
fn listing(root: &Path, name: &Name, config: &Config) {
    if name.is_section {
        println!("It lists the pages beside it in {}", folder_shown(&name.folder));
        return;
    }
    let has_section = |folder: &str| {
        let key = format!("{folder}/{SECTION}");
        let mut languages = 0..config.languages.len();
        languages.any(|language| written(root, &key, language, config).is_some())
    };
    // The home of the site needs no file.
    if name.folder.is_empty() || has_section(&name.folder) {
        let section =
            if name.folder.is_empty() { SECTION.to_owned() } else { format!("{}/{SECTION}", name.folder) };
        println!("The section {FOLDER}/{section} will list it");
    } else {
        eprintln!(
            "warning: no section will list it, because {} has no {SECTION}\n  help: make one with `kenes new {}/_index`",
            folder_shown(&name.folder),
            name.folder
        );
    }
}

fn folder_shown(folder: &str) -> String {
    if folder.is_empty() { format!("{FOLDER}/") } else { format!("{FOLDER}/{folder}/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_content() {
        let path =
            |text: &str| below_content(Path::new("nowhere"), Path::new(text)).map_err(|(message, _)| message);
        assert_eq!(path("news/2025-01-15-meeting").unwrap(), "news/2025-01-15-meeting.md");
        assert_eq!(path("./about.ru.md").unwrap(), "about.ru.md");
        assert_eq!(path("content/news/x.md").unwrap(), "news/x.md");
        for bad in ["../x", "a/../../x", "/etc/x", "", ".", "a/.hidden", "news/", ".md", "a:b", "x/.."] {
            assert!(path(bad).is_err(), "{bad}");
        }
    }
}
