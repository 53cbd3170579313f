//! `kenes init`.

use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;

use super::args::InitArgs;
use super::new::create;
use super::{refused, usage};
use crate::base::clock::Today;
use crate::write::cause;

const SETTINGS: &str = r#"# The settings of the site. Every key is explained in docs/settings.md of Kenes.

# The address that the site will be published at.
base_url = "https://example.org"
title = "My portal"
description = "What the portal is about, in one sentence"

# The default language comes first. For a portal in three languages write
# languages = ["en", "ru", "kk"]
# and put translations beside each page: about.md, about.ru.md, about.kk.md.
# (Русский: about.ru.md. Қазақша: about.kk.md.)
languages = ["en"]

# Then each language can have a title and a description of its own:
# [language.ru]
# title = "Мой портал"
# [language.kk]
# title = "Менің порталым"
"#;

const HOME: &str = r"+++
# The title and the description are those of kenes.toml, unless they are set here.
+++

Welcome. This text is `content/_index.md`: change it, and the preview shows the change at once.

Read [what the portal is](@/about.md), or the [news](@/news/_index.md).
";

const ABOUT: &str = r#"+++
title = "About"
description = "What this portal is, and who answers for it"
weight = 1
+++

Say here what the portal is, who publishes it, and where to write to.

## How to add a page

1. Make a file: `kenes new my-page`.
2. Write in Markdown below the second `+++`.
3. Remove the line `draft = true`.
"#;

const NEWS: &str = r#"+++
title = "News"
description = "What is new"
weight = 2
sort_by = "date"
generate_feeds = true
+++
"#;

const WELCOME: &str = r#"+++
title = "The portal has begun"
description = "The first item of the news"
+++

The date of this item stands in the name of its file.

<!-- more -->

:::note[A directive]
Lines between colons like these become a part of the page that the theme designs.
:::
"#;

/// The output, and what Kenes may keep to work faster.
const IGNORED: &str = "public/\n.kenes/\n";

/// The files of the new site, with a news item of the day.
fn files(day: Date) -> Vec<(String, &'static str)> {
    vec![
        (crate::config::FILE_NAME.to_owned(), SETTINGS),
        ("content/_index.md".to_owned(), HOME),
        ("content/about.md".to_owned(), ABOUT),
        ("content/news/_index.md".to_owned(), NEWS),
        (format!("content/news/{day}-welcome.md"), WELCOME),
        (".gitignore".to_owned(), IGNORED),
    ]
}

pub(super) fn run(args: &InitArgs) -> ExitCode {
    let day = match Today::resolve(None, std::env::var("SOURCE_DATE_EPOCH").ok().as_deref()) {
        Ok(today) => today.0,
        Err(message) => return usage(&message),
    };
    let shown = args.dir.display();
    match is_empty(&args.dir) {
        Ok(true) => {}
        Ok(false) if args.force => {}
        Ok(false) => {
            let help =
                "choose another folder, or use --force: it adds what is missing and overwrites nothing";
            return refused(&format!("the folder {shown} is not empty"), Some(help));
        }
        Err(message) => return refused(&format!("no site can be made in {shown}: {message}"), None),
    }
    let (mut made, mut left) = (Vec::new(), Vec::new());
    for (path, text) in files(day) {
        match create(&args.dir.join(&path), text) {
            Ok(true) => made.push(path),
            Ok(false) => left.push(path),
            Err(message) => {
                return refused(
                    &format!("{} cannot be made: {message}", args.dir.join(&path).display()),
                    None,
                );
            }
        }
    }
    let whole = made.is_empty();
    if whole {
        println!("Nothing was missing in {shown}, and nothing was changed");
    } else {
        println!("Made {} in {shown}", if left.is_empty() { "a site" } else { "what was missing" });
    }
    for path in made {
        println!("  {path}");
    }
    if !left.is_empty() && !whole {
        println!("Left as they were: {}", left.join(", "));
    }
    let go = if args.dir == Path::new(".") { String::new() } else { format!("cd {} && ", quoted(&args.dir)) };
    println!("\nNext: {go}kenes serve");
    println!("For a portal in several languages (қазақша, русский, English) see `languages` in kenes.toml");
    ExitCode::SUCCESS
}

/// Whether a site may be made there: the folder does not exist, or holds nothing but a repository.
fn is_empty(dir: &Path) -> Result<bool, String> {
    match std::fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == ".git"))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => Err("it is a file".to_owned()),
        Err(error) => Err(cause(&error)),
    }
}

/// A path for the shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
