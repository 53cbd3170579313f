//! Pictures of texts: in which formats and widths a browser finds them, when it loads them, and whose they are.

use pulldown_cmark_escape::escape_html;
use serde_json::json;
use tera::Value;

use super::Renderer;
use super::views::map;
use crate::base::raster::Format;
use crate::config::Config;
use crate::content::front::PictureFront;
use crate::plan::Asset;
use crate::relate::ItemId;

/// The argument that a component gets the view by: its metadata say `{"made": "picture"}`.
pub(super) const MADE: &str = "picture";

/// How wide pictures are shown where neither the site nor the theme says so: as wide as the window.
const SIZES: &str = "100vw";

/// When a picture loads, as attributes of `img`. The first one of a page is likely to be in view at once: to
/// wait until the page is laid out would only make it late.
pub(super) fn loading(config: &Config, is_first: bool) -> &'static str {
    match (config.markdown.lazy_async_image, is_first) {
        (false, _) => "",
        (true, true) => " decoding=\"async\"",
        (true, false) => " loading=\"lazy\" decoding=\"async\"",
    }
}

/// Whose a picture is. Empty where nothing is said.
#[derive(Clone, Copy, Default)]
pub(super) struct Credit<'a> {
    pub(super) credit: &'a str,
    pub(super) licence: &'a str,
    pub(super) url: &'a str,
}

impl<'a> Credit<'a> {
    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        [self.credit, self.licence, self.url].iter().all(|said| said.is_empty())
    }

    /// What an entry says, and of the rest what another one does.
    fn over(entry: &'a PictureFront, rest: Self) -> Self {
        fn or<'a>(text: Option<&'a String>, rest: &'a str) -> &'a str {
            text.map_or(rest, String::as_str)
        }
        Self {
            credit: or(entry.credit.as_ref(), rest.credit),
            licence: or(entry.licence.as_ref(), rest.licence),
            url: or(entry.url.as_ref(), rest.url),
        }
    }
}

impl Renderer {
    /// Writes what stands before `img`, for a picture that has copies.
    pub(super) fn write_formats(&self, asset: &Asset, out: &mut String) {
        out.push_str("<picture>");
        for (kind, set) in self.sources_of(asset) {
            for part in ["<source type=\"", kind, "\" srcset=\"", &set, "\" sizes=\""] {
                out.push_str(part);
            }
            // Writing to a String cannot fail.
            let _ = escape_html(&mut *out, self.sizes());
            out.push_str("\">");
        }
    }

    /// The copies of a picture, as the `type` and `srcset` of an element `source` for each format.
    fn sources_of(&self, asset: &Asset) -> Vec<(&'static str, String)> {
        let config = self.reader.config();
        let mut sources: Vec<(Format, String)> = Vec::new();
        for copy in &asset.copies {
            let one = format!("{} {}w", config.href(&format!("/{}", copy.output)), copy.wanted.width);
            match sources.last_mut() {
                Some((format, set)) if *format == copy.wanted.format => {
                    set.push_str(", ");
                    set.push_str(&one);
                }
                _ => sources.push((copy.wanted.format, one)),
            }
        }
        sources.into_iter().map(|(format, set)| (format.media_type(), set)).collect()
    }

    /// How wide pictures of texts are shown, as HTML's `sizes`.
    fn sizes(&self) -> &str {
        let own = self.reader.config().pictures.sizes.as_deref();
        own.or(self.theme.picture_sizes.as_deref()).unwrap_or(SIZES)
    }

    /// The view of a picture for the component of a directive. `width`: how wide its author wants it shown.
    pub(super) fn picture_view(&self, asset: Option<&Asset>, width: Option<&str>, is_first: bool) -> Value {
        let sources = asset.map(|asset| self.sources_of(asset)).unwrap_or_default();
        let sources = sources
            .into_iter()
            .map(|(kind, set)| map([("type", Value::from(kind)), ("srcset", Value::from(set))]));
        let sizes = width.map_or_else(|| self.sizes().to_owned(), |width| format!("{width}px"));
        map([
            ("sources", Value::from(sources.collect::<Vec<_>>())),
            ("sizes", Value::from(sizes)),
            ("lazy", Value::from(!is_first)),
        ])
    }

    /// Whose a picture on a page is: what the page says, and of the rest what it says in the default language.
    pub(super) fn credit(&self, id: ItemId, asset: &Asset) -> Credit<'_> {
        let mut found = Credit::default();
        for page in self.crediting(id) {
            let (name, entries) = self.reader.pictures(page);
            let is_it = |entry: &&PictureFront| {
                self.plan.asset_of(name, &entry.file.0).is_some_and(|known| std::ptr::eq(known, asset))
            };
            if let Some(entry) = entries.iter().find(is_it) {
                found = Credit::over(entry, found);
            }
        }
        found
    }

    /// The pages that say whose the pictures on a page are, the one that has the last word last.
    fn crediting(&self, id: ItemId) -> impl Iterator<Item = ItemId> {
        let original = self.reader.translations(id).first().copied().flatten().filter(|&first| first != id);
        original.into_iter().chain([id])
    }

    /// Whether a page says of any picture whose it is.
    pub(super) fn credits_any(&self, id: ItemId) -> bool {
        self.crediting(id).any(|page| !self.reader.pictures(page).1.is_empty())
    }

    /// The pictures that a page says anything of, each once.
    fn credited(&self, id: ItemId) -> Vec<(&Asset, Credit<'_>)> {
        let mut all: Vec<(&Asset, Credit<'_>)> = Vec::new();
        for page in self.crediting(id) {
            let (name, entries) = self.reader.pictures(page);
            for entry in entries {
                let Some(asset) = self.plan.asset_of(name, &entry.file.0) else { continue };
                match all.iter_mut().find(|(known, _)| std::ptr::eq(*known, asset)) {
                    Some((_, credit)) => *credit = Credit::over(entry, *credit),
                    None => all.push((asset, Credit::over(entry, Credit::default()))),
                }
            }
        }
        all
    }

    /// The same for templates: `path`, `credit`, `licence`, `url`.
    pub(super) fn picture_views(&self, id: ItemId) -> Vec<Value> {
        let config = self.reader.config();
        let view = |(asset, credit): (&Asset, Credit<'_>)| {
            let text = |text: &str| if text.is_empty() { Value::none() } else { Value::from(text) };
            map([
                ("path", Value::from(config.href(asset.url().as_str()))),
                ("credit", text(credit.credit)),
                ("licence", text(credit.licence)),
                ("url", text(credit.url)),
            ])
        };
        self.credited(id).into_iter().map(view).collect()
    }

    /// The same for machines, as `ImageObject` of schema.org.
    pub(super) fn image_objects(&self, id: ItemId) -> Option<serde_json::Value> {
        let config = self.reader.config();
        let object = |(asset, credit): (&Asset, Credit<'_>)| {
            let mut object = serde_json::Map::new();
            let mut set = |name: &str, value| drop(object.insert(name.to_owned(), value));
            set("@type", json!("ImageObject"));
            set("contentUrl", json!(config.permalink(asset.url().as_str())));
            if !credit.credit.is_empty() {
                set("creditText", json!(credit.credit));
            }
            match (credit.licence, credit.url) {
                ("", "") => {}
                ("", from) => set("url", json!(from)),
                (name, "") => set("license", json!({ "@type": "CreativeWork", "name": name })),
                (_, terms) => set("license", json!(terms)),
            }
            serde_json::Value::Object(object)
        };
        let all: Vec<_> = self.credited(id).into_iter().map(object).collect();
        (!all.is_empty()).then(|| serde_json::Value::Array(all))
    }
}
