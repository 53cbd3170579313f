//! Cards, the pictures of link previews: the theme writes an SVG for a page, which becomes a PNG. And what the theme
//! says to systems that put sites onto home screens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tera::{Error, Kwargs, TeraResult, Value};

use super::errors::{Failure, Failures};
use super::scope::{self, About, Here};
use super::views::document::Words;
use super::views::{self, SocialCardView};
use super::{Frame, Renderer};
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::suggest::did_you_mean;
use crate::draw::font::Font;
use crate::draw::raster::{Drawing, Form};
use crate::draw::text::{self, Room};
use crate::plan::cards::{CARD as CARD_FILE, CARD_SIZE};
use crate::plan::{Route, drawing_failed};
use crate::policy::kind::PAGE;
use crate::relate::ItemId;

/// The template of cards.
pub(super) const CARD: &str = "social-card.svg";

/// The template of web app manifests.
pub(super) const WEB_MANIFEST: &str = "manifest.webmanifest";

/// Fonts that templates asked for, by the names they are published under. Another theme has another renderer.
pub(crate) type Fonts = Arc<Mutex<BTreeMap<String, Arc<Font>>>>;

impl Renderer {
    /// The card of a page: what its template draws.
    pub(super) fn render_card(self: &Arc<Self>, id: ItemId) -> Result<Vec<u8>, Failures> {
        let reader = &self.reader;
        let frame = Frame {
            language: reader.language(id),
            url: reader.url(id),
            about: About::Item(id),
            alternates: Vec::new(),
            feeds: Vec::new(),
        };
        let kind = self.subject(id).kind.filter(|kind| kind.name != PAGE);
        let words = Words::new(reader, frame.language);
        let own = vec![
            ("page", self.brief(id)),
            ("breadcrumbs", self.references(&reader.ancestors(id))),
            ("kind_label", Value::from(kind.map(|kind| words.label(&kind.label, &kind.name)))),
        ];
        let svg = self.text_of(CARD, &frame, Some(id), own)?;
        let (width, height) = CARD_SIZE;
        let draw = || Drawing::read(&svg)?.paint(width, height, 1.0, Some([u8::MAX; 3]))?.png(Form::Quick);
        self.drawings.get(&[CARD.as_bytes(), svg.as_bytes()], draw).map_err(|why| {
            let diagnostic = *drawing_failed(&why, &self.theme.file_of(CARD));
            Failure { diagnostic, page: Some(reader.path(id).to_string()) }.into()
        })
    }

    /// As [`Renderer::template`], as text.
    fn text_of(
        self: &Arc<Self>,
        template: &str,
        frame: &Frame<'_>,
        item: Option<ItemId>,
        own: Vec<(&'static str, Value)>,
    ) -> Result<String, Failures> {
        // Tera writes nothing but UTF-8.
        let rendered = self.template(template, frame, item, own)?;
        Ok(String::from_utf8_lossy(&rendered).into_owned())
    }

    /// The web app manifest of a language.
    pub(super) fn render_web_manifest(
        self: &Arc<Self>,
        route: &Route,
        language: usize,
    ) -> Result<String, Failures> {
        let frame = Frame {
            language,
            url: &route.url,
            about: About::Nothing,
            alternates: Vec::new(),
            feeds: Vec::new(),
        };
        let text = self.text_of(WEB_MANIFEST, &frame, None, Vec::new())?;
        match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text) {
            Ok(_) => Ok(text),
            Err(error) => {
                let message = format!("what this template makes is no JSON object: {error}");
                let help = "write texts with the filter json_encode: {{ config.title | json_encode }}";
                let file = self.theme.file_of(WEB_MANIFEST);
                Err(Diagnostic::error(codes::TEMPLATE_RENDER, message).in_file(file).help(help).into())
            }
        }
    }

    /// The card that a page announces, or none: see `Library::has_card`.
    fn announced_card(&self, here: &Here) -> Value {
        let home = || self.reader.home(here.language);
        let of = match here.about {
            About::Item(id) | About::Comparison(id) => Some(id),
            About::Taxonomy(_) | About::Term(..) | About::Search => home(),
            About::Nothing => None,
        };
        let Some((of, id)) =
            of.filter(|_| self.plan.offers().cards).and_then(|of| Some((of, self.reader.card(of)?)))
        else {
            return Value::none();
        };
        let config = self.reader.config();
        let named = self.reader.named(id);
        let url = named.url.join(CARD_FILE);
        let (width, height) = CARD_SIZE;
        Value::from(SocialCardView {
            path: config.href(url.as_str()),
            permalink: config.permalink(url.as_str()),
            width,
            height,
            title: named.title.to_owned(),
            own: of == id && matches!(here.about, About::Item(_)),
        })
    }

    fn font(&self, path: &str) -> TeraResult<Arc<Font>> {
        let assets = &self.plan.assets;
        let Some(asset) = assets.find(path.trim_start_matches('/')) else {
            let near = did_you_mean(path, assets.names())
                .unwrap_or_else(|| "name a font below static/, such as fonts/text.woff2".to_owned());
            return Err(Error::message(format!("there is no font `{path}`\n{near}")));
        };
        let mut fonts = self.fonts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(font) = fonts.get(asset.output.as_str()) {
            return Ok(font.clone());
        }
        let read = asset.bytes().map_err(|problem| problem.message).and_then(Font::read);
        let help = "name a font in WOFF2, TrueType or OpenType";
        let font = read.map_err(|why| Error::message(format!("`{path}`: {why}\n{help}")))?;
        let font = Arc::new(font);
        fonts.insert(asset.output.as_str().to_owned(), font.clone());
        Ok(font)
    }
}

/// The card that the page announces; none where it has none.
pub(super) fn social_card(args: &Kwargs) -> TeraResult<Value> {
    super::functions::only(args, "social_card", &[])?;
    let scope = scope::current()?;
    let Some(here) = &scope.here else {
        let help = "call it in the template of the page, not in a fragment or a directive";
        return Err(Error::message(format!("social_card does not know the page here\n{help}")));
    };
    Ok(scope.renderer.announced_card(here))
}

/// A text in lines that fit, as outlines.
pub(super) fn text_paths(args: &Kwargs) -> TeraResult<Value> {
    super::functions::only(args, "text_paths", &["text", "font", "width", "height", "sizes"])?;
    let scope = scope::current()?;
    let text = args.must_get::<&str>("text")?;
    let font = scope.renderer.font(args.must_get::<&str>("font")?)?;
    let is_length = |length: f64| length.is_finite() && (1.0..=10_000.0).contains(&length);
    let width = args.must_get::<f64>("width")?;
    let sizes = args.must_get::<Vec<f64>>("sizes")?;
    let height = args.get::<f64>("height")?.unwrap_or(1.0);
    if sizes.is_empty() || !sizes.iter().chain([&width, &height]).all(|&length| is_length(length)) {
        let help = "write width=1000, height=300, sizes=[72, 60]: lengths from 1 to 10000";
        return Err(Error::message(format!("text_paths cannot set a text into this room\n{help}")));
    }
    let fitted = text::fit(&font, text, &Room { width, height, sizes });
    let line = |line: &text::Line| {
        views::map([
            ("text", Value::from(line.text.as_str())),
            ("width", Value::from(line.width)),
            ("path", Value::safe_string(&line.path)),
        ])
    };
    Ok(views::map([
        ("size", Value::from(fitted.size)),
        ("step", Value::from(fitted.size * text::LEADING)),
        ("lines", Value::from(fitted.lines.iter().map(line).collect::<Vec<_>>())),
    ]))
}
