//! `kenes stamp`: says in a translation which text it was made from.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::{Format, StampArgs};
use super::new::{settings, written};
use super::{SITE_ERRORS, refused, report};
use crate::base::codes;
use crate::base::data::{Table, Value};
use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::base::path::SourcePath;
use crate::config::Config;
use crate::content::{self, FOLDER, Name, Parsed, front};
use crate::source::Source;
use crate::write::cause;

/// The key that holds the fingerprint.
const KEY: &str = "translated_from";

/// What keeps a translation from being stamped: what is wrong, and what to do.
type Refusal = (String, Option<String>);

pub(super) fn run(root: &Path, args: &StampArgs) -> ExitCode {
    let config = match settings(root) {
        Ok(config) => config,
        Err(problems) => {
            report::print(&problems, Format::Human);
            return ExitCode::from(SITE_ERRORS);
        }
    };
    let mut failed = false;
    let mut refuse = |(message, help): Refusal| {
        refused(&message, help.as_deref());
        failed = true;
    };
    for given in &args.files {
        if let Some(folder) = folder(root, given) {
            match folder.and_then(|folder| stamp_all(root, &folder, &config, &mut refuse)) {
                Ok(said) => println!("{said}"),
                Err(refusal) => refuse(refusal),
            }
            continue;
        }
        match find(root, given).and_then(|(path, place)| stamp(root, &path, &place, &config)) {
            Ok(Outcome::Stamped(said) | Outcome::Current(said)) => println!("{said}"),
            Err(refusal) => refuse(refusal),
        }
    }
    if failed { ExitCode::from(SITE_ERRORS) } else { ExitCode::SUCCESS }
}

/// What became of a translation, in a sentence.
enum Outcome {
    Stamped(String),
    Current(String),
}

/// All translations below a folder that readers see, with what was done in one sentence. Nobody says of a draft
/// that it is ready. A file that cannot be stamped keeps no other from it.
fn stamp_all(
    root: &Path,
    folder: &str,
    config: &Config,
    refuse: &mut impl FnMut(Refusal),
) -> Result<String, Refusal> {
    let found = Source::new(root).folder(FOLDER, &config.ignored_content);
    let below = format!("{folder}/");
    let pages = found.files.iter().filter(|file| file.extension() == "md");
    let (mut stamped, mut current, mut drafts, mut failed) = (0, 0, Vec::new(), 0);
    let all: Vec<_> = pages.filter(|file| file.path.as_str().starts_with(&below)).collect();
    for file in all {
        let path = file.path.as_str();
        let (name, problem) = Name::read(&file.path, config);
        // A language that is none of the site's is likely a slip in the name of a translation.
        let is_slip = problem.is_some_and(|problem| problem.code == codes::UNKNOWN_LANGUAGE);
        if !is_slip && original_of(root, &name, config).is_none() {
            continue;
        }
        let text = file.read_text(&mut Vec::new()).unwrap_or_default();
        let table = front::split(path, &text, &mut Vec::new()).table;
        if table.get("draft").is_some_and(|node| node.value == Value::Bool(true)) {
            drafts.push(path.to_owned());
            continue;
        }
        match stamp(root, path, &root.join(path), config) {
            Ok(Outcome::Stamped(said)) => {
                println!("{said}");
                stamped += 1;
            }
            Ok(Outcome::Current(_)) => current += 1,
            Err(refusal) => {
                refuse(refusal);
                failed += 1;
            }
        }
    }
    if stamped + current + failed + drafts.len() == 0 {
        let help = "name the folder of pages that are translated, such as content/standards";
        return Err((format!("there are no translations below {folder}/"), Some(help.to_owned())));
    }
    for draft in &drafts {
        println!("Left {draft}: it is a draft");
    }
    let mut said = format!("Below {folder}/: {stamped} stamped, {current} were stamped already");
    if !drafts.is_empty() {
        said.push_str(&format!(", {} left as drafts", drafts.len()));
    }
    if failed > 0 {
        said.push_str(&format!(", {failed} could not be stamped"));
    }
    Ok(said)
}

/// Where a file or folder may be that somebody names: as it is written from here, from the site's folder, or from
/// `content/`.
fn places(root: &Path, given: &Path) -> [PathBuf; 3] {
    [given.to_owned(), root.join(given), root.join(FOLDER).join(given)]
}

/// A place below `content/` as its path below the site. Both must be canonical.
fn below_content(content: &Path, place: &Path) -> Option<String> {
    let below = place.strip_prefix(content).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    Some([&[FOLDER], parts?.as_slice()].concat().join("/"))
}

/// The folder that is meant, as its path below the site; none where it is no folder.
fn folder(root: &Path, given: &Path) -> Option<Result<String, Refusal>> {
    let places = places(root, given);
    // A file that is called as somebody says is what he means.
    if places.iter().any(|place| place.is_file()) {
        return None;
    }
    let content = root.join(FOLDER).canonicalize().ok()?;
    let known: Vec<PathBuf> = places.iter().filter_map(|place| place.canonicalize().ok()).collect();
    let first = known.first().filter(|place| place.is_dir())?;
    let below = known.iter().find_map(|place| below_content(&content, place));
    Some(below.ok_or_else(|| {
        let help = format!("name a folder of it, or {FOLDER} for all translations");
        (format!("{} does not lie in {FOLDER}/ of the site", first.display()), Some(help))
    }))
}

fn stamp(root: &Path, path: &str, place: &Path, config: &Config) -> Result<Outcome, Refusal> {
    let (name, problem) = Name::read(&SourcePath::new(path), config);
    if let Some(problem) = problem {
        return Err((format!("{path}: {}", problem.message), problem.help));
    }
    let original = original(root, &name, config).ok_or_else(|| {
        let message = format!("{path} is no translation: there is no original of it");
        (message, Some("name the file of a translation, such as about.ru.md beside about.md".to_owned()))
    })?;
    let (parsed, problems) = original;
    let Some(fingerprint) = parsed.fingerprint.filter(|_| !parsed.broken) else {
        let mut all = Diagnostics::new();
        all.extend(problems);
        report::print(&all, Format::Human);
        return Err((format!("{} has mistakes", parsed.path), Some("mend them first".to_owned())));
    };
    let unreadable = |error: &std::io::Error| (format!("{path} cannot be read: {}", cause(error)), None);
    let bytes = std::fs::read(place).map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| (format!("{path} is not UTF-8"), Some("save it as UTF-8 in your editor".to_owned())))?;
    let stamped = with_key(path, &text, &fingerprint)?;
    if stamped == text {
        let said = format!("{path} is stamped already: it was made from {} as it is", parsed.path);
        return Ok(Outcome::Current(said));
    }
    replace(place, stamped.as_bytes())
        .map_err(|error| (format!("{path} cannot be written: {}", cause(&error)), None))?;
    Ok(Outcome::Stamped(format!("Stamped {path}: it was made from {} as it is", parsed.path)))
}

/// The file that is meant, as its path below the site and its place on the disk.
fn find(root: &Path, given: &Path) -> Result<(String, PathBuf), Refusal> {
    let shown = given.display();
    let place = places(root, given).into_iter().find(|place| place.is_file());
    let missing = || (format!("there is no file {shown}"), Some("name the file of a translation".to_owned()));
    let place = place.and_then(|place| place.canonicalize().ok()).ok_or_else(missing)?;
    let content = root.join(FOLDER).canonicalize().map_err(|_| missing())?;
    match below_content(&content, &place) {
        Some(path) if path.ends_with(".md") => Ok((path, place)),
        Some(_) => Err((format!("{shown} is no page"), Some("the files of pages end in .md".to_owned()))),
        None => Err((format!("{shown} does not lie in {FOLDER}/ of the site"), None)),
    }
}

/// The file that a translation is made from: that of the first language that has one. A page in the default language
/// has none.
fn original_of(root: &Path, name: &Name, config: &Config) -> Option<String> {
    (0..name.language).find_map(|language| written(root, &name.key, language, config))
}

/// The same, read.
fn original(root: &Path, name: &Name, config: &Config) -> Option<(Parsed, Vec<Diagnostic>)> {
    let path = original_of(root, name, config)?;
    let file = Source::new(root).file(&path)?;
    Some(content::parse(&file, config, &content::markdown::Highlights::default()))
}

/// The text of a page with a fingerprint in its front matter, and otherwise the same to the byte.
fn with_key(path: &str, whole: &str, fingerprint: &str) -> Result<String, Refusal> {
    let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
    let mark = &whole[..whole.len() - text.len()];
    let mut problems = Vec::new();
    let split = front::split(path, text, &mut problems);
    let refuse = || {
        let help =
            format!("write {KEY} = \"{fingerprint}\" (in YAML {KEY}: \"{fingerprint}\") into it yourself");
        (format!("the front matter of {path} cannot be changed safely"), Some(help))
    };
    let first = text.lines().next().unwrap_or_default().trim_end();
    let end = if text.split('\n').next().is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" };
    if first != "+++" && first != "---" {
        return Ok(format!("{mark}+++{end}{KEY} = \"{fingerprint}\"{end}+++{end}{end}{text}"));
    }
    if !problems.is_empty() {
        return Err((format!("the front matter of {path} has mistakes"), Some("mend them first".to_owned())));
    }
    let toml = first == "+++";
    let changed = if let Some(node) = split.table.get(KEY) {
        let start = split.offset + node.span.start;
        let written = &text[start..];
        let length = match written.chars().next() {
            Some(quote @ ('"' | '\'')) => written[1..].find(quote).map(|at| at + 2),
            _ => written.find(|c: char| c.is_whitespace() || ",}".contains(c)),
        };
        // In quotation marks always: to YAML some fingerprints are numbers without them.
        let new = format!("\"{fingerprint}\"");
        format!("{}{new}{}", &text[..start], &written[length.ok_or_else(refuse)?..])
    } else {
        let title = split.table.entries.iter().find(|entry| entry.key == "title");
        // Below the title; in YAML above it, because nobody knows where its value ends.
        let (at, indent) = match title {
            Some(title) if toml => {
                let value_end = split.offset + title.node.span.end;
                (value_end + text[value_end..].find('\n').ok_or_else(refuse)? + 1, "")
            }
            Some(title) => {
                let key = split.offset + title.key_span.start;
                let start = text[..key].rfind('\n').map_or(0, |at| at + 1);
                (start, &text[start..key])
            }
            None => (split.offset, ""),
        };
        let line = if toml {
            // A table that follows keeps its distance.
            let table = if text[at..].starts_with('[') { end } else { "" };
            format!("{KEY} = \"{fingerprint}\"{end}{table}")
        } else {
            format!("{indent}{KEY}: \"{fingerprint}\"{end}")
        };
        format!("{}{line}{}", &text[..at], &text[at..])
    };
    // Only what was meant may have changed.
    let again = front::split(path, &changed, &mut problems);
    let mut before = split.table;
    let mut after = again.table;
    let new = after.get(KEY).map(|node| node.value.clone());
    before.entries.retain(|entry| entry.key != KEY);
    after.entries.retain(|entry| entry.key != KEY);
    let kept = problems.is_empty() && same(&before, &after) && text[split.body..] == changed[again.body..];
    let written = matches!(new, Some(Value::String(new)) if new == fingerprint);
    if kept && written { Ok(format!("{mark}{changed}")) } else { Err(refuse()) }
}

/// Whether two tables say the same, wherever it stands.
fn same(a: &Table, b: &Table) -> bool {
    fn values(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| values(&a.value, &b.value))
            }
            (Value::Table(a), Value::Table(b)) => same(a, b),
            (a, b) => a == b,
        }
    }
    a.entries.len() == b.entries.len()
        && a.entries
            .iter()
            .zip(&b.entries)
            .all(|(a, b)| a.key == b.key && values(&a.node.value, &b.node.value))
}

/// Puts a file in the place of another at once, with its permissions: a fault in between loses neither.
fn replace(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = place.parent().unwrap_or(Path::new("."));
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.kenes-{}", std::process::id()));
    let result = std::fs::write(&temporary, bytes)
        .and_then(|()| std::fs::set_permissions(&temporary, std::fs::metadata(place)?.permissions()))
        .and_then(|()| std::fs::rename(&temporary, place));
    if result.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamped(text: &str) -> String {
        with_key("content/a.ru.md", text, "0123456789abcdef").unwrap_or_else(|(message, _)| message)
    }

    #[test]
    fn one_line_comes_and_nothing_else_changes() {
        for (text, expected) in [
            (
                "+++\ntitle = \"А\" # x\n[extra]\na = 1\n+++\nТекст\n",
                "+++\ntitle = \"А\" # x\ntranslated_from = \"0123456789abcdef\"\n\n[extra]\na = 1\n+++\nТекст\n",
            ),
            (
                "+++\r\ntitle = \"А\"\r\n+++\r\nТекст\r\n",
                "+++\r\ntitle = \"А\"\r\ntranslated_from = \"0123456789abcdef\"\r\n+++\r\nТекст\r\n",
            ),
            (
                "---\nweight: 1\ntitle: >-\n  А\n  б\n---\nТекст",
                "---\nweight: 1\ntranslated_from: \"0123456789abcdef\"\ntitle: >-\n  А\n  б\n---\nТекст",
            ),
            (
                "+++\n[extra]\na = 1\n+++\n",
                "+++\ntranslated_from = \"0123456789abcdef\"\n\n[extra]\na = 1\n+++\n",
            ),
            ("\u{feff}+++\n+++\nA", "\u{feff}+++\ntranslated_from = \"0123456789abcdef\"\n+++\nA"),
            ("Текст\n", "+++\ntranslated_from = \"0123456789abcdef\"\n+++\n\nТекст\n"),
        ] {
            assert_eq!(stamped(text), expected);
        }
    }

    #[test]
    fn an_old_fingerprint_is_replaced() {
        for (text, expected) in [
            (
                "+++\ntranslated_from = 'old' # by hand\ntitle = \"А\"\n+++\n",
                "+++\ntranslated_from = \"0123456789abcdef\" # by hand\ntitle = \"А\"\n+++\n",
            ),
            (
                "---\ntranslated_from: fedcba9876543210 # by hand\n---\n",
                "---\ntranslated_from: \"0123456789abcdef\" # by hand\n---\n",
            ),
            ("---\ntranslated_from: \"fedc\"\n---\n", "---\ntranslated_from: \"0123456789abcdef\"\n---\n"),
        ] {
            assert_eq!(stamped(text), expected);
            assert_eq!(stamped(expected), expected);
        }
    }

    #[test]
    fn what_cannot_be_changed_safely_is_left_alone() {
        assert!(stamped("---\n{title: A}\n---\n").contains("cannot be changed safely"));
        assert!(stamped("+++\ntitle = \n+++\n").contains("has mistakes"));
        assert!(stamped("+++\ntitle = \"A\"\n").contains("has mistakes"));
    }
}
