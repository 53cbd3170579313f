//! `kenes new`.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use super::args::{Format, NewArgs};
use super::document::{self, Document};
use super::front::{self, Original};
use super::{SITE_ERRORS, refused, report};
use crate::base::clock::Today;
use crate::base::codes;
use crate::base::diagnostic::Diagnostics;
use crate::base::path::{SourcePath, check_component};
use crate::config::{self, Config};
use crate::content::{self, FOLDER, Name};
use crate::policy::kind::Kind;
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
            format!("the site has {}: write {}", tags.join(", "), forms(&name.key, &tags))
        };
        return Err((problem.message, Some(help)));
    }
    inside(root, &name)?;
    let of_place = document::kind_of_place(&page_kinds, &name);
    let says_kind = kind.is_some_and(|kind| kind.name != of_place);
    let all_languages = args.all_languages || kind.is_some();
    let kind = kind.or_else(|| config.kinds.get(of_place).map(AsRef::as_ref));
    let begun = Today::resolve(None, std::env::var("SOURCE_DATE_EPOCH").ok().as_deref());
    let begun = begun.map_err(|message| (message, None))?.0;
    let document = kind.map(|kind| Document::new(kind, says_kind, &args.set, begun)).transpose()?;
    let languages: Vec<usize> = if all_languages { (0..tags.len()).collect() } else { vec![name.language] };
    let original = original(root, &name);
    let title = args
        .title
        .clone()
        .or_else(|| original.as_ref().and_then(Original::title))
        .unwrap_or_else(|| title_of(&name));
    let files: Vec<(String, usize)> =
        languages.iter().map(|&language| (file_name(&name.key, language, &tags), language)).collect();
    let there = |path: &String| root.join(FOLDER).join(path).symlink_metadata().is_ok();
    if let [(path, _)] = files.as_slice()
        && there(path)
    {
        return Err((format!("{FOLDER}/{path} is there already"), Some("nothing was changed".to_owned())));
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
        let lines = document.as_ref().map(|document| document.lines(into)).unwrap_or_default();
        let text = front::write(&title, draft, into, original.as_ref(), &lines);
        let shown = format!("{FOLDER}/{path}");
        match create(&root.join(&shown), &text) {
            Ok(true) => match address(root, &shown, config) {
                Some(address) => println!("Made {shown}, for the address {address}"),
                None => println!("Made {shown}"),
            },
            Ok(false) => println!("Left {shown} as it was"),
            Err(message) => return Err((format!("{shown} cannot be made: {message}"), None)),
        }
    }
    listing(root, &name, &tags);
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

/// `about.md` in the third language of the site: `about.kk.md`.
pub(super) fn file_name(key: &str, language: usize, tags: &[&str]) -> String {
    match language {
        0 => key.to_owned(),
        _ => format!("{}.{}.md", key.strip_suffix(".md").unwrap_or(key), tags[language]),
    }
}

/// `about.md, about.ru.md or about.kk.md`.
fn forms(key: &str, tags: &[&str]) -> String {
    let all: Vec<String> = (0..tags.len()).map(|language| file_name(key, language, tags)).collect();
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
fn address(root: &Path, path: &str, config: &Config) -> Option<String> {
    let file = Source::new(root).file(path)?;
    let (parsed, _) = content::parse(&file, config, &content::markdown::Highlights::default());
    relate::address_of(&parsed, config).map(|url| config.href(url.as_str()))
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
fn listing(root: &Path, name: &Name, tags: &[&str]) {
    if name.is_section {
        println!("It lists the pages beside it in {}", folder_shown(&name.folder));
        return;
    }
    let has_section = |folder: &str| {
        let folder: PathBuf = root.join(FOLDER).join(folder);
        (0..tags.len()).any(|language| folder.join(file_name(SECTION, language, tags)).is_file())
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
