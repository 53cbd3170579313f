//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::base::clock::Moment;
use crate::serve::Editor;

/// Turns a folder of Markdown into a multilingual policy portal.
#[derive(Parser)]
#[command(name = "kenes", version, about, disable_help_subcommand = true)]
pub(super) struct Arguments {
    /// The site's folder
    #[arg(short, long, global = true, default_value = ".", value_name = "DIR")]
    pub root: PathBuf,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Build the site into a folder that any web server can publish
    Build(BuildArgs),
    /// Preview the site, and build it anew whenever a file changes
    Serve(ServeArgs),
    /// Look for mistakes without writing anything
    Check(CheckArgs),
    /// Make a small site that builds at once
    Init(InitArgs),
    /// Make a page with front matter
    New(NewArgs),
    /// Say where documents and translations stand, and what changes next
    Status(StatusArgs),
    /// Say that translations are up to date with their originals
    Stamp(StampArgs),
    /// Print JSON Schemas of front matter and settings, for editors
    Schema(SchemaArgs),
}

/// What builds and previews have in common.
#[derive(Args, Clone)]
pub(super) struct SiteArgs {
    /// Another address than `base_url` in kenes.toml
    #[arg(short = 'u', long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Show drafts and pages of the future too
    #[arg(long)]
    pub drafts: bool,
    /// Build the site as it is on this day (default: today, or the day of SOURCE_DATE_EPOCH)
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Date>,
}

#[derive(Args)]
pub(super) struct BuildArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// The output folder (default: `output_dir` in kenes.toml, else public)
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Take warnings for errors
    #[arg(long)]
    pub strict: bool,
    /// How to report problems
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Make everything anew: neither use nor keep coloured code and copies of pictures in .kenes/cache
    #[arg(long)]
    pub no_cache: bool,
    /// Say nothing unless something is wrong
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// The port (default: 1111, or the next one that is free)
    #[arg(short, long)]
    pub port: Option<u16>,
    /// Open the site in the browser
    #[arg(short = 'O', long)]
    pub open: bool,
    /// Listen for the local network too, or at this address only
    ///
    /// Without an address, for all machines of the network: a preview shows drafts, and to all of them.
    /// Nobody but who sits at this machine can open files in the editor.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "0.0.0.0")]
    pub host: Option<IpAddr>,
    /// Have the browser go to the page that is being edited
    #[arg(long)]
    pub follow: bool,
    /// What opens a file when it is clicked on in the browser, such as `idea` or `code --reuse-window`
    ///
    /// Default: VISUAL, if it opens a window; else Visual Studio Code by a vscode:// link. Most editors
    /// are told the line and the column.
    #[arg(long, value_name = "COMMAND", value_parser = Editor::parse)]
    pub editor: Option<Editor>,
}

#[derive(Args)]
pub(super) struct CheckArgs {
    /// Check drafts and pages of the future too
    #[arg(long)]
    pub drafts: bool,
    /// Check the site as it is on this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Date>,
    /// Follow links that lead out of the site as well
    ///
    /// Asks at most 8 servers at a time and each for one page at a time. Good answers are remembered
    /// for 7 days and others for an hour, in .kenes/links.json in the site's folder; delete that file
    /// to have everything asked anew.
    #[arg(long)]
    pub external: bool,
    /// Take warnings for errors
    #[arg(long)]
    pub strict: bool,
    /// How to report problems
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Args)]
pub(super) struct InitArgs {
    /// The new folder
    pub dir: PathBuf,
    // In the place of the global one, which means nothing to a site that is not there yet.
    #[arg(id = "root", short, long, hide = true)]
    pub root: Option<PathBuf>,
    /// Make the site in a folder that is not empty (no file is overwritten)
    #[arg(short, long)]
    pub force: bool,
}

#[derive(Args)]
pub(super) struct NewArgs {
    /// The page, below content/: `news/2025-01-15-meeting` or `council/founding.ru.md`; or, with a name
    /// behind it, a kind: `standard`
    #[arg(value_name = "PATH|KIND")]
    pub path: PathBuf,
    /// The document of that kind, made in all languages: `ethical-ai`, in the section whose pages are of
    /// the kind, or a path below content/. One that will have versions has a folder of its own:
    /// `standards/ethical-ai/index`, and later `kenes new standards/ethical-ai/versions/1.0`
    pub name: Option<PathBuf>,
    /// Its title (default: words made of its name)
    #[arg(short, long)]
    pub title: Option<String>,
    /// A field of the document: `number=AI-ES-01`; lists with commas. On a terminal you are asked for
    /// what must be there
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Make the page in every language of the site
    #[arg(short, long)]
    pub all_languages: bool,
}

#[derive(Args)]
pub(super) struct StatusArgs {
    /// Say how things stand on this day (default: today, or the day of SOURCE_DATE_EPOCH)
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Date>,
    /// For people, or as one JSON object
    #[arg(long, value_enum, default_value_t)]
    pub format: Shape,
}

#[derive(Args)]
pub(super) struct StampArgs {
    /// Translations, such as content/about.ru.md, and folders with translations below them, drafts left out
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub(super) struct SchemaArgs {
    /// A kind, such as `standard`; `standard-translation` for its translations; `section`; or
    /// `kenes.toml` (default: all of them, as `$defs` of one schema)
    pub name: Option<String>,
}

/// A day on the command line.
fn day(text: &str) -> Result<Date, String> {
    let moment = Moment::parse(text).ok().filter(|_| text.len() == "2026-03-01".len());
    moment.map(|moment| moment.date()).ok_or_else(|| "write a day of the calendar as 2026-03-01".to_owned())
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
    /// Annotations of GitHub Actions
    Github,
}
