//! Static files and files beside pages, and the names they are published under.
//!
//! What a browser loads for a page (styles, scripts, fonts, pictures) carries a part of its digest in
//! its name and lies below `assets/`: it may be cached for ever. What people link to (documents,
//! data) and what stands in the root of `static/` (`favicon.ico`, `robots.txt`) keeps its name.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::pictures::Copied;
use super::styles::{self, Styles};
use super::{css, pictures};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::digest::Digest;
use crate::base::path::{OutputPath, UrlPath};
use crate::base::picture::{self, Picture};
use crate::base::suggest::did_you_mean;
use crate::config::Pictures;
use crate::draw::icon::{self, Icon};
use crate::relate::record::note;
use crate::relate::{Key, Library};
use crate::source::File;

/// Files that are published under a name with their digest.
const HASHED: &[&str] = &[
    "css", "js", "mjs", "woff2", "woff", "ttf", "otf", "svg", "png", "jpg", "jpeg", "gif", "webp", "avif",
    "ico",
];

/// Files that are looked into for the size of a picture.
const PICTURES: &[&str] = &["svg", "png", "jpg", "jpeg", "gif", "webp"];

/// Pictures out of which nothing is left, as cameras and telephones make them.
const TELLING: &[&str] = &["avif", "heic", "heif"];

/// A file that is published.
#[derive(Debug)]
pub struct Asset {
    /// The file it is made of, for messages.
    pub source: String,
    /// Where it goes.
    pub output: OutputPath,
    /// What it holds.
    pub body: AssetBody,
    /// Its size, if it is a picture of a known format.
    pub picture: Option<Picture>,
    /// The smaller copies of it.
    pub copies: Vec<Copied>,
}

/// What an asset holds.
#[derive(Debug)]
pub enum AssetBody {
    /// The file as it is.
    File(File),
    /// The picture in the file, without what else the file says.
    Stripped(File),
    /// An icon that is drawn from the SVG in the file.
    Icon(Icon, File),
    /// A text that was made of the file.
    Text(String),
    /// The same as an asset before it, under the same name.
    Same,
}

impl Asset {
    /// Its address.
    #[must_use]
    pub fn url(&self) -> UrlPath {
        UrlPath::new(&["/", self.output.as_str()].concat())
    }

    /// What is published.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn bytes(&self) -> Result<Vec<u8>, Box<Diagnostic>> {
        Ok(match &self.body {
            AssetBody::File(file) => file.read()?,
            AssetBody::Stripped(file) => {
                let bytes = file.read()?;
                picture::stripped(&bytes).unwrap_or(bytes)
            }
            AssetBody::Icon(icon, file) => {
                let svg = file.read_text(&mut Vec::new())?;
                icon.draw(&svg).map_err(|why| drawing_failed(&why, file.path.as_str()))?
            }
            AssetBody::Text(text) => text.clone().into_bytes(),
            AssetBody::Same => Vec::new(),
        })
    }
}

/// What to say of a drawing in a file: what is wrong with it, and in a second line what to do.
#[must_use]
pub fn drawing_failed(why: &str, file: &str) -> Box<Diagnostic> {
    let (message, help) = why.split_once('\n').unwrap_or((why, "correct the drawing"));
    Box::new(Diagnostic::error(codes::DRAWING, message).in_file(file).help(help))
}

/// All of them.
#[derive(Debug, Default)]
pub struct Assets {
    all: Vec<Asset>,
    statics: BTreeMap<String, usize>,
    content: BTreeMap<String, usize>,
    outputs: BTreeSet<OutputPath>,
}

impl Assets {
    pub(super) fn new(
        library: &Library,
        statics: Vec<(String, File)>,
        scripts: Vec<(String, String)>,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut assets = Self::default();
        for (path, text) in scripts {
            let name = hashed_name(&path, &Digest::of(text.as_bytes()));
            if let Ok(output) = OutputPath::parse(&name) {
                let source = crate::config::FILE_NAME.to_owned();
                assets.add(
                    Some(path),
                    None,
                    Asset { source, output, body: AssetBody::Text(text), picture: None, copies: Vec::new() },
                );
            }
        }
        let content: Vec<(String, File)> =
            library.assets().map(|(path, file)| (path.to_owned(), file.clone())).collect();
        let icons = icons(&statics);
        let (styles, others): (Vec<_>, Vec<_>) =
            statics.into_iter().partition(|(_, file)| file.extension() == "css");
        let settings = &library.config().pictures;
        for (path, planned) in plan_files(others, settings, problems, std::borrow::ToOwned::to_owned) {
            assets.add(Some(path), None, planned);
        }
        for asset in icons {
            assets.add(Some(asset.output.as_str().to_owned()), None, asset);
        }
        for (path, planned) in plan_files(content, settings, problems, |path| beside_page(library, path)) {
            assets.add(None, Some(path), planned);
        }
        // Styles come last: they name other files, and their own digest must cover those names.
        // Sheets in a circle name some that are not planned yet.
        let waits: BTreeSet<String> = styles.iter().map(|(path, _)| path.clone()).collect();
        let mut done = Styles::default();
        for (path, file) in css::in_order(styles, problems) {
            let published = |name: &str| Some(library.config().href(assets.find(name)?.url().as_str()));
            let (text, missing) = css::rewrite(&path, &file.text, published);
            for (range, name) in missing.into_iter().filter(|(_, name)| !waits.contains(name)) {
                let message = format!("this style sheet names static/{name}, which does not exist");
                let near = did_you_mean(&name, assets.names());
                let help = near.unwrap_or_else(|| "add the file, or remove the rule".to_owned());
                let place = Location::span(&*file.source, &file.text, range.into());
                problems.push(Diagnostic::warning(codes::BROKEN_LINK, message).at(place).help(help));
            }
            let short = library.config().minify_css.then(|| done.shorten(&text));
            if let Some(None) = short {
                problems.extend(styles::mistakes(&file.source, &file.text));
            }
            let short = short.flatten();
            let text = short.clone().unwrap_or(text);
            let name = if path.contains('/') {
                hashed_name(&path, &Digest::of(text.as_bytes()))
            } else {
                path.clone()
            };
            if let Ok(output) = OutputPath::parse(&name) {
                if let Some(short) = short {
                    let url = UrlPath::new(&format!("/{output}"));
                    done.keep(library.config().href(url.as_str()), short);
                }
                assets.add(
                    Some(path),
                    None,
                    Asset {
                        source: file.source,
                        output,
                        body: AssetBody::Text(text),
                        picture: None,
                        copies: Vec::new(),
                    },
                );
            }
        }
        assets
    }

    fn add(&mut self, static_path: Option<String>, content_path: Option<String>, mut asset: Asset) {
        let first = self.outputs.insert(asset.output.clone());
        if !first && asset.output.as_str().starts_with("assets/") {
            asset.body = AssetBody::Same;
        }
        let index = self.all.len();
        if let Some(path) = static_path {
            self.statics.insert(path, index);
        }
        if let Some(path) = content_path {
            self.content.insert(path, index);
        }
        self.all.push(asset);
    }

    /// A static file by the path it is asked for, without its digest: `css/site.css`.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Asset> {
        note(|| Key::Static(path.into()));
        self.statics.get(path).map(|&index| &self.all[index])
    }

    /// A file beside a page by its path below `content/`.
    #[must_use]
    pub fn find_content(&self, path: &str) -> Option<&Asset> {
        note(|| Key::Beside(path.into()));
        self.content.get(path).map(|&index| &self.all[index])
    }

    /// All of them; the places are those of [`super::Target::Asset`].
    pub fn iter(&self) -> impl Iterator<Item = &Asset> {
        self.all.iter()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, index: usize) -> &Asset {
        &self.all[index]
    }

    /// The names of all static files, for suggestions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.statics.keys().map(String::as_str)
    }
}

/// Gives each file its name in the output. `plain` says where a file without a digest goes.
fn plan_files(
    files: Vec<(String, File)>,
    settings: &Pictures,
    problems: &mut Vec<Diagnostic>,
    plain: impl Fn(&str) -> String + Sync,
) -> Vec<(String, Asset)> {
    type Planned = Result<(String, Asset, Option<Diagnostic>), Box<Diagnostic>>;
    let planned: Vec<Planned> = files
        .into_par_iter()
        .map(|(path, file)| {
            let hashed = HASHED.contains(&&*file.extension()) && path.contains('/');
            let is_picture = PICTURES.contains(&&*file.extension());
            let may_tell = TELLING.contains(&&*file.extension());
            let bytes = if hashed || is_picture || may_tell { Some(file.read()?) } else { None };
            let picture = bytes.as_ref().filter(|_| is_picture).and_then(|bytes| picture::look(bytes));
            // The name is that of what is published: when more is left out one day, nobody keeps the old one.
            let stripped = bytes.as_ref().filter(|_| picture.is_some_and(|picture| picture.says_more));
            let stripped = stripped.and_then(|bytes| picture::stripped(bytes));
            if let Some(size) = picture.filter(|size| size.pixels() > picture::MOST_PIXELS) {
                return Err(too_large(&file, size));
            }
            let telling = match &bytes {
                Some(bytes) if may_tell => picture::tells(bytes),
                // An SVG need not have a size.
                _ => is_picture && picture.is_none() && file.extension() != "svg",
            };
            let telling = telling.then(|| unreadable(&file));
            let published = stripped.as_ref().or(bytes.as_ref()).filter(|_| hashed);
            let digest = published.map(|bytes| (bytes, Digest::of(bytes)));
            let name = digest.as_ref().map_or_else(|| plain(&path), |(_, digest)| hashed_name(&path, digest));
            let copies = match (picture, &digest) {
                (Some(found), Some((bytes, digest))) => {
                    pictures::copies(settings, &name, found, bytes, digest)
                }
                _ => Vec::new(),
            };
            let output = OutputPath::parse(&name).map_err(|bad| {
                let message = format!("the name of this file cannot be published: {}", bad.0);
                let problem = Diagnostic::error(codes::BAD_PATH, message).in_file(file.path.as_str());
                Box::new(problem.help("rename the file: use letters, digits and hyphens"))
            })?;
            let source = file.path.as_str().to_owned();
            let body = if stripped.is_some() { AssetBody::Stripped(file) } else { AssetBody::File(file) };
            Ok((path, Asset { source, output, body, picture, copies }, telling))
        })
        .collect();
    let mut kept = Vec::with_capacity(planned.len());
    for result in planned {
        match result {
            Ok((path, asset, telling)) => {
                kept.push((path, asset));
                problems.extend(telling);
            }
            Err(problem) => problems.push(*problem),
        }
    }
    kept
}

/// The icons that are made of the site's SVG: all of which there is no file.
fn icons(statics: &[(String, File)]) -> Vec<Asset> {
    let find = |name: &str| statics.iter().find(|(path, _)| path == name).map(|(_, file)| file);
    let Some(file) = find(icon::SOURCE) else { return Vec::new() };
    let missing = Icon::ALL.into_iter().filter(|icon| find(icon.file()).is_none());
    let made = missing.filter_map(|icon| {
        let output = OutputPath::parse(icon.file()).ok()?;
        let body = AssetBody::Icon(icon, file.clone());
        Some(Asset { source: file.path.as_str().to_owned(), output, body, picture: None, copies: Vec::new() })
    });
    made.collect()
}

fn too_large(file: &File, size: Picture) -> Box<Diagnostic> {
    let message = format!("this picture has {} × {} pixels, too many to look at", size.width, size.height);
    let most = picture::MOST_PIXELS / 1_000_000;
    let help =
        format!("make it smaller, at most {most} million pixels; 2000 across are enough for any screen");
    Box::new(Diagnostic::error(codes::PICTURE_SIZE, message).in_file(file.path.as_str()).help(help))
}

/// What a picture says that cannot be read is published, and its author should know.
fn unreadable(file: &File) -> Diagnostic {
    let (message, help) = match TELLING.contains(&&*file.extension()) {
        true => (
            "this picture says more than it shows, perhaps where and when it was taken, and all of that is published",
            "save it as JPEG, PNG or WebP, out of which such data is left, or take it out with another program",
        ),
        false => (
            "this picture cannot be read: its size is not known, and what its file says of place and time is published",
            "it is broken, or another format under a wrong name: save it anew as JPEG, PNG or WebP",
        ),
    };
    Diagnostic::warning(codes::PICTURE_UNREADABLE, message).in_file(file.path.as_str()).help(help)
}

/// `css/site.css` as `assets/css/site.0123456789.css`.
fn hashed_name(path: &str, digest: &Digest) -> String {
    match path.rsplit_once('.') {
        Some((stem, extension)) => format!("assets/{stem}.{}.{extension}", digest.short()),
        None => format!("assets/{path}.{}", digest.short()),
    }
}

/// Where a file beside a page goes: below the page's own address, or that of its section.
fn beside_page(library: &Library, path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let page = ["index.md", "_index.md"].iter().find_map(|file| {
        let key = if folder.is_empty() { (*file).to_owned() } else { format!("{folder}/{file}") };
        // A page with mistakes may have a bad address.
        library.find(&key, 0).filter(|&id| {
            let item = library.item(id);
            !item.broken && (item.parsed.name.is_bundle || item.parsed.name.is_section)
        })
    });
    match page {
        Some(id) => format!("{}{name}", library.item(id).url.as_str().trim_start_matches('/')),
        None => path.to_owned(),
    }
}
