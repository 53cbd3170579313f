//! Which smaller copies there are of a picture, and what front matter says of whose it is.
//!
//! Copies follow from the picture's file and the settings alone, and not from how large they turn out to
//! be: nothing is encoded to plan. So an edit of a text changes no plan, and a preview makes a copy only when
//! a browser asks for it.

use super::Plan;
use super::assets::Asset;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::digest::{Digest, Digester};
use crate::base::path::OutputPath;
use crate::base::picture::{self, Picture};
use crate::base::raster::{self, LONGEST_SIDE, Wanted};
use crate::base::suggest::did_you_mean;
use crate::config::Pictures;
use crate::content::front::PictureFront;
use crate::content::{Name, markdown};
use crate::relate::{ItemId, Library, Resolved};
use crate::source::File;

/// Smaller files have no copies, in bytes: a reader would gain nothing.
const SMALLEST_FILE: usize = 4096;

/// A smaller copy of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Where it goes.
    pub output: OutputPath,
    /// What it is.
    pub wanted: Wanted,
    /// What it is made of and how: copies with the same key are the same.
    pub key: Digest,
}

impl Copied {
    /// Makes it of the picture's file.
    ///
    /// # Errors
    /// The file cannot be read, or its picture is damaged.
    pub fn make(&self, file: &File) -> Result<(Digest, Vec<u8>), Box<Diagnostic>> {
        let bytes = published(file)?;
        let made = raster::copy(&bytes, self.wanted).map_err(|why| damaged(file, &why))?;
        // In a preview, the file may be another one by now.
        Ok((key(&Digest::of(&bytes), self.wanted), made))
    }

    /// Makes sure that it can be made, at a fraction of the costs.
    ///
    /// # Errors
    /// The file cannot be read, or its picture is damaged.
    pub fn probe(file: &File) -> Result<(), Box<Diagnostic>> {
        raster::probe(&published(file)?).map_err(|why| damaged(file, &why))
    }
}

/// The bytes of a picture as it is published.
fn published(file: &File) -> Result<Vec<u8>, Box<Diagnostic>> {
    let bytes = file.read()?;
    Ok(picture::stripped(&bytes).unwrap_or(bytes))
}

fn damaged(file: &File, why: &str) -> Box<Diagnostic> {
    let message = format!("this picture is damaged: {why}");
    let help = "open it in a program for pictures, see whether it is whole, and save it anew";
    Box::new(Diagnostic::error(codes::PICTURE_DAMAGED, message).in_file(file.path.as_str()).help(help))
}

fn key(picture: &Digest, wanted: Wanted) -> Digest {
    let Wanted { width, height, format, quality } = wanted;
    let mut digester = Digester::default();
    digester.update(picture.bytes());
    let how = format!("{} {width} {height} {} {quality}", raster::VERSION, format.extension());
    digester.update(how.as_bytes());
    digester.finish()
}

/// The copies of a picture that is published under this name, `assets/visit/steppe.0123456789.jpg`, in the
/// order of their formats and widths.
pub(super) fn copies(
    settings: &Pictures,
    name: &str,
    found: Picture,
    bytes: &[u8],
    digest: &Digest,
) -> Vec<Copied> {
    let widths = widths(&settings.widths, found.width);
    if widths.is_empty()
        || settings.formats.is_empty()
        || bytes.len() < SMALLEST_FILE
        || !raster::can_be_copied(bytes)
    {
        return Vec::new();
    }
    let stem =
        name.rsplit_once('.').and_then(|(rest, _)| rest.rsplit_once('.')).map_or(name, |(stem, _)| stem);
    let mut copies = Vec::with_capacity(settings.formats.len() * widths.len());
    for &format in &settings.formats {
        for &width in &widths {
            let exact = u64::from(found.height) * u64::from(width);
            let height = (exact + u64::from(found.width) / 2) / u64::from(found.width);
            let Some(height) =
                u32::try_from(height).ok().filter(|height| (1..=LONGEST_SIDE).contains(height))
            else {
                continue;
            };
            let wanted = Wanted { width, height, format, quality: settings.quality(format) };
            let key = key(digest, wanted);
            let name = format!("{stem}.{}.{width}.{}", key.short(), format.extension());
            if let Ok(output) = OutputPath::parse(&name) {
                copies.push(Copied { output, wanted, key });
            }
        }
    }
    copies
}

/// How wide the copies of a picture are: of the widths that are wanted those below its own. A picture that is
/// not wider than the widest has a copy as wide as itself instead of one that is hardly narrower.
fn widths(wanted: &[u32], own: u32) -> Vec<u32> {
    let (Some(&narrowest), Some(&widest)) = (wanted.first(), wanted.last()) else { return Vec::new() };
    if own <= narrowest {
        return Vec::new();
    }
    if own > widest {
        return wanted.to_vec();
    }
    let is_narrower = |width: &u32| u64::from(*width) * 5 <= u64::from(own) * 4;
    wanted.iter().copied().filter(is_narrower).chain([own]).collect()
}

impl Plan {
    /// The file of the site that a link leads to, if it leads to one.
    #[must_use]
    pub fn asset(&self, resolved: &Resolved) -> Option<&Asset> {
        match resolved {
            Resolved::Asset(path, _) => self.assets.find_content(path),
            Resolved::Address(url, ..) => self.assets.find(url.as_str().trim_start_matches('/')),
            _ => None,
        }
    }

    /// The file that front matter names as links of the same page would: `photo.jpg`, `/img/photo.jpg`.
    #[must_use]
    pub fn asset_of(&self, page: &Name, name: &str) -> Option<&Asset> {
        match name.strip_prefix('/') {
            Some(path) => self.assets.find(path),
            None => match name.strip_prefix("@/") {
                Some(path) => self.assets.find_content(path),
                None => self.assets.find_content(&Library::below_content(page, name)),
            },
        }
    }
}

/// Reports entries of `[[pictures]]` about files that are not there.
pub(super) fn check(plan: &Plan, library: &Library, problems: &mut Vec<Diagnostic>) {
    for id in library.ids() {
        let parsed = &library.item(id).parsed;
        for entry in &parsed.meta().pictures {
            let (name, span) = &entry.file;
            if plan.asset_of(&parsed.name, name).is_some() {
                continue;
            }
            let message = format!("`pictures` names `{name}`, and there is no such file");
            let near = match name.strip_prefix('/') {
                Some(path) => did_you_mean(path, plan.assets.names()),
                None => library.near_relative(parsed, name),
            };
            let help = near.unwrap_or_else(|| {
                "name a file beside the page, as in photo.jpg, or one below static/, as in /img/photo.jpg"
                    .to_owned()
            });
            let place = Location::later(parsed.path.as_str(), *span);
            problems.push(Diagnostic::error(codes::PICTURE_UNKNOWN, message).at(place).help(help));
        }
    }
}

/// Reports pictures within texts that have a credit which nobody sees: a line of text has no room for it.
pub(super) fn check_credits(
    plan: &Plan,
    library: &Library,
    ids: Vec<ItemId>,
    problems: &mut Vec<Diagnostic>,
) {
    for id in ids {
        let (parsed, links) = (&library.item(id).parsed, library.links(id));
        let body = &parsed.body;
        if body.inner_pictures.is_empty() {
            continue;
        }
        let asset = |link: u32| plan.asset(links.get(link as usize)?);
        let original = library.translations(id).first().copied().flatten();
        let credited: Vec<&Asset> =
            original.into_iter().chain([id]).flat_map(|page| credited(plan, library, page)).collect();
        let figures = body.directives.iter().filter(|directive| directive.name == markdown::FIGURE);
        let figures = figures.chain(&body.lone_pictures);
        let src = figures.filter_map(|figure| figure.args.iter().find(|arg| arg.key == "src")?.link);
        let mut seen: Vec<&Asset> = src.filter_map(asset).collect();
        for &link in &body.inner_pictures {
            let Some(shown) = asset(link).filter(|shown| is_among(shown, &credited)) else { continue };
            if is_among(shown, &seen) {
                continue;
            }
            seen.push(shown);
            let message = "readers do not see whose picture this is: it stands within other text";
            let help = "write ![…](…) as a paragraph of its own, or a ::figure, somewhere on the page: below these the \
                        credit is shown";
            let place = Location::later(parsed.path.as_str(), body.links[link as usize].span);
            problems.push(Diagnostic::warning(codes::PICTURE_CREDIT, message).at(place).help(help));
        }
    }
}

/// The pictures of which a page says whose they are.
fn credited<'a>(plan: &'a Plan, library: &'a Library, page: ItemId) -> impl Iterator<Item = &'a Asset> {
    let parsed = &library.item(page).parsed;
    let says = |entry: &&PictureFront| {
        [&entry.credit, &entry.licence, &entry.url].into_iter().flatten().any(|text| !text.is_empty())
    };
    parsed.meta().pictures.iter().filter(says).filter_map(|entry| plan.asset_of(&parsed.name, &entry.file.0))
}

fn is_among(asset: &Asset, assets: &[&Asset]) -> bool {
    assets.iter().any(|known| std::ptr::eq(*known, asset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_narrower_than_their_picture_and_as_far_apart_as_is_worth_it() {
        let usual = [480, 960, 1440];
        assert_eq!(widths(&usual, 4000), usual);
        assert_eq!(widths(&usual, 1440), usual);
        assert_eq!(widths(&usual, 1441), usual);
        assert_eq!(widths(&usual, 1200), [480, 960, 1200]);
        assert_eq!(widths(&usual, 1000), [480, 1000]);
        assert_eq!(widths(&usual, 481), [481]);
        assert!(widths(&usual, 480).is_empty());
        assert!(widths(&[], 480).is_empty());
    }
}
