//! Filling the holes in a page's HTML: links, strings, heading links and directives.

use std::fmt::Write as _;
use std::sync::Arc;

use pulldown_cmark_escape::escape_html;
use tera::{ComponentArgType, ComponentInfo, Context, Value};

use super::citations::ClauseMarks;
use super::errors::{self, Failure, Failures};
use super::sources::{Citing, PageSources};
use super::{Renderer, allowed, charts, pictures, scope};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::suggest::did_you_mean;
use crate::config::AnchorLinks;
use crate::content::markdown::{Arg, Directive, Piece, Pieces, Word};
use crate::plan::Asset;
use crate::relate::ItemId;
use crate::relate::record::apart;

impl Renderer {
    /// The HTML of some of a page's pieces.
    pub(super) fn pieces(self: &Arc<Self>, id: ItemId, pieces: Pieces<'_>) -> Result<String, Failures> {
        self.filled(id, pieces, self.anchor_links(id), "", Citing::LeftOut)
    }

    /// The HTML of a text as it stands on a page with a list of sources.
    pub(super) fn pieces_citing(
        self: &Arc<Self>,
        id: ItemId,
        pieces: Pieces<'_>,
        sources: Option<&Arc<PageSources>>,
    ) -> Result<String, Failures> {
        self.filled(id, pieces, self.anchor_links(id), "", Citing::Here(sources.cloned()))
    }

    /// The HTML of a page's text for elsewhere: all addresses are whole, and headings have no links.
    pub(super) fn pieces_for_elsewhere(
        self: &Arc<Self>,
        id: ItemId,
        pieces: Pieces<'_>,
    ) -> Result<String, Failures> {
        let config = self.reader.config();
        let origin = config.base_url.strip_suffix(config.base_path.as_str()).unwrap_or(&config.base_url);
        let page = config.permalink(self.reader.url(id).as_str());
        self.filled(id, pieces, AnchorLinks::None, origin, Citing::Elsewhere(page))
    }

    fn filled(
        self: &Arc<Self>,
        id: ItemId,
        pieces: Pieces<'_>,
        anchors: AnchorLinks,
        origin: &str,
        citing: Citing,
    ) -> Result<String, Failures> {
        let length = pieces.len() + 256;
        // Elsewhere, and in lists, a picture is one of many.
        let is_page = matches!(citing, Citing::Here(_));
        let mut filler = Filler {
            renderer: self,
            id,
            anchors,
            origin,
            failures: Failures::default(),
            citing,
            clauses: std::cell::OnceCell::new(),
            charts: 0,
            first_picture: is_page,
        };
        let html = filler.fill(pieces, length);
        if filler.failures.0.is_empty() { Ok(html) } else { Err(filler.failures) }
    }

    /// Whether a text is the same wherever it is shown: no directive in it, and no template for links
    /// on headings, could ask for other pages.
    pub(super) fn is_plain(&self, id: ItemId, mut pieces: Pieces<'_>) -> bool {
        let anchors = matches!(self.anchor_links(id), AnchorLinks::Left | AnchorLinks::Right);
        !pieces.any(|piece| match piece {
            Piece::Open(_) => true,
            Piece::Anchor(..) => anchors,
            // A figure is a directive.
            Piece::Lone(_, true) => self.credits_any(id),
            _ => false,
        })
    }

    /// What is wrong with the directives of a page that other mistakes keep from being rendered: their
    /// names and arguments. Where a directive is never closed, the places of those behind it say
    /// nothing.
    fn directive_problems(self: &Arc<Self>, id: ItemId) -> Failures {
        const KNOWN: &[codes::Code] = &[codes::UNKNOWN_DIRECTIVE, codes::DIRECTIVE_ARGUMENT, codes::BAD_DATE];
        let found = self.pieces(id, self.reader.text(id).pieces()).err().unwrap_or_default();
        Failures(found.0.into_iter().filter(|failure| KNOWN.contains(&failure.diagnostic.code)).collect())
    }

    /// What is wrong with texts that no file of their own shows: those of pages with other mistakes, and
    /// of sections that send their readers on.
    #[must_use]
    pub fn problems_of_unshown(self: &Arc<Self>) -> Vec<Failures> {
        let reader = &self.reader;
        let is_unshown = |id: &ItemId| {
            reader.is_broken(*id)
                || reader.item(*id).parsed.section().is_some_and(|section| section.redirect_to.is_some())
        };
        // Found again for each state: nothing is made of which those are.
        let (unshown, _) = apart(|| reader.ids().filter(is_unshown).collect::<Vec<_>>());
        let found = unshown.into_iter().map(|id| self.directive_problems(id));
        found.filter(|found| !found.0.is_empty()).collect()
    }

    /// Whether headings get links: what the nearest section says, else the site.
    fn anchor_links(&self, id: ItemId) -> AnchorLinks {
        let mut sections = self.reader.ancestors(id);
        sections.push(id);
        sections
            .into_iter()
            .rev()
            .find_map(|section| self.reader.section(section)?.insert_anchor_links)
            .unwrap_or(self.reader.config().markdown.insert_anchor_links)
    }
}

struct Filler<'a> {
    renderer: &'a Arc<Renderer>,
    id: ItemId,
    anchors: AnchorLinks,
    /// What goes before the addresses of the site: its scheme and host, or nothing.
    origin: &'a str,
    failures: Failures,
    /// How citations of sources are written.
    citing: Citing,
    /// What the marks of clauses need, once there is one.
    clauses: std::cell::OnceCell<Option<ClauseMarks<'a>>>,
    /// How many charts were drawn.
    charts: usize,
    /// Whether the next picture is the first one of a page.
    first_picture: bool,
}

impl<'a> Filler<'a> {
    fn fill(&mut self, mut pieces: Pieces<'_>, length: usize) -> String {
        let reader = &self.renderer.reader;
        let mut out = String::with_capacity(length);
        // The directives that are open, and the text before each.
        let mut open: Vec<(&Directive, String)> = Vec::new();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Html(html) => out.push_str(html),
                Piece::Link(index) => {
                    if let Some(href) = self.href(index) {
                        // Writing to a String cannot fail.
                        let _ = escape_html(&mut out, &href);
                    }
                }
                Piece::Anchor(..) if self.anchors == AnchorLinks::None => {}
                Piece::Anchor(index, before) => self.anchor(index, before, &mut out),
                Piece::Formats(index, begins) => {
                    if let Some(asset) = self.asset(index).filter(|asset| self.has_formats(asset)) {
                        match begins {
                            true => self.renderer.write_formats(asset, &mut out),
                            false => out.push_str("</picture>"),
                        }
                    }
                }
                Piece::Picture(index) => {
                    if let Some(size) = self.asset(index).and_then(|asset| asset.picture) {
                        let _ = write!(out, " width=\"{}\" height=\"{}\"", size.width, size.height);
                    }
                    let is_first = std::mem::take(&mut self.first_picture);
                    out.push_str(pictures::loading(reader.config(), is_first));
                }
                Piece::Lone(index, true) => {
                    let around = open.last().map(|(around, _)| around.name.as_str());
                    if let Some(figure) = self.figure(index, around) {
                        self.directive(figure, around, "", &mut out);
                        pieces.find(|piece| matches!(piece, Piece::Lone(_, false)));
                    }
                }
                Piece::Lone(_, false) => {}
                Piece::Word(word) => {
                    let _ = escape_html(&mut out, &self.word(word));
                }
                Piece::Clause(index, before) => {
                    let marks = self.clauses.get_or_init(|| self.renderer.clause_marks(self.id));
                    if let Some(marks) = marks {
                        marks.write(index, before, !self.origin.is_empty(), &mut out);
                    }
                }
                Piece::Citation(index) => self.renderer.write_citation(self.id, index, &mut out),
                Piece::Sources(index) => self.sources(index, &mut out),
                Piece::Open(index) => {
                    if let Some(directive) = reader.text(self.id).directives.get(index as usize) {
                        open.push((directive, std::mem::take(&mut out)));
                    }
                }
                Piece::Close => {
                    if let Some((directive, before)) = open.pop() {
                        let body = std::mem::replace(&mut out, before);
                        let around = open.last().map(|(around, _)| around.name.as_str());
                        self.directive(directive, around, &body, &mut out);
                    }
                }
            }
        }
        out
    }

    /// A citation of sources.
    fn sources(&mut self, index: u32, out: &mut String) {
        match &self.citing {
            Citing::Here(Some(sources)) => sources.write(self.id, index, None, out),
            Citing::Here(None) => {}
            Citing::Elsewhere(page) => match self.renderer.page_sources(self.id) {
                Ok(Some(sources)) => sources.write(self.id, index, Some(page), out),
                Ok(None) => {}
                Err(failures) => self.failures.0.extend(failures.0),
            },
            // With the blank before it.
            Citing::LeftOut => out.truncate(out.trim_end_matches([' ', '\u{a0}']).len()),
        }
    }

    fn href(&self, link: u32) -> Option<String> {
        let resolved = self.renderer.reader.link(self.id, link)?;
        let href = self.renderer.plan.href(&self.renderer.reader, resolved)?;
        let is_of_site = !self.origin.is_empty() && href.starts_with('/');
        Some(if is_of_site { [self.origin, &href].concat() } else { href })
    }

    /// The file of the site that a link leads to.
    fn asset(&self, link: u32) -> Option<&Asset> {
        self.renderer.plan.asset(self.renderer.reader.link(self.id, link)?)
    }

    /// Whether a picture is offered in several formats. Not to readers of feeds, of which nobody knows what
    /// they make of it.
    fn has_formats(&self, asset: &Asset) -> bool {
        self.origin.is_empty() && !asset.copies.is_empty()
    }

    /// The directive that shows a picture that is a paragraph of its own, if something is known of whose it is, and
    /// the theme can show that here.
    fn figure(&self, index: u32, around: Option<&str>) -> Option<&'a Directive> {
        let renderer = self.renderer;
        let figure = renderer.reader.text(self.id).lone_pictures.get(index as usize)?;
        let src = figure.args.iter().find_map(|arg| arg.link)?;
        if renderer.credit(self.id, self.asset(src)?).is_empty() {
            return None;
        }
        let component = renderer.theme.directives.get(&figure.name)?;
        let made = allowed::made(component);
        let declared = |key: &str| component.args().iter().any(|arg| arg.name() == key);
        let given = |key: &str| figure.args.iter().any(|arg| arg.key == key);
        let is_enough = component
            .args()
            .iter()
            .all(|arg| !arg.is_required() || given(arg.name()) || Some(arg.name()) == made);
        let is_shown = declared("credit") && figure.args.iter().all(|arg| declared(&arg.key));
        (is_enough && is_shown && allowed::place(component, &figure.name, around).is_none()).then_some(figure)
    }

    /// What the program knows of the picture `src`, for a component that has a place for it, unless the author
    /// says it: its size, and whose it is.
    fn about_picture(&mut self, directive: &Directive, component: &ComponentInfo, context: &mut Context) {
        let given = |key: &str| directive.args.iter().find(|arg| arg.key == key);
        let declared = |key: &str| component.args().iter().any(|arg| arg.name() == key);
        let asset = given("src").and_then(|src| self.asset(src.link?));
        if let Some(asset) = asset {
            if let Some(size) = asset.picture
                && ["width", "height"].iter().all(|side| declared(side) && given(side).is_none())
            {
                context.insert_value("width", Value::from(size.width));
                context.insert_value("height", Value::from(size.height));
            }
            let keys = ["credit", "licence", "url"];
            if keys.into_iter().any(declared) {
                let credit = self.renderer.credit(self.id, asset);
                for (key, text) in keys.into_iter().zip([credit.credit, credit.licence, credit.url]) {
                    if declared(key) && given(key).is_none() && !text.is_empty() {
                        context.insert_value(key, Value::from(text));
                    }
                }
            }
        }
        if allowed::made(component) == Some(pictures::MADE) {
            let width = given("width").and_then(|arg| arg.value.as_deref());
            let formats = asset.filter(|asset| self.has_formats(asset));
            let view = self.renderer.picture_view(formats, width, self.first_picture);
            context.insert_value(pictures::MADE, view);
            self.first_picture = false;
        }
    }

    fn language(&self) -> usize {
        self.renderer.reader.language(self.id)
    }

    fn word(&self, word: Word) -> String {
        let reader = &self.renderer.reader;
        let language = self.language();
        let lang = reader.config().languages[language].lang.as_str();
        let found = self.renderer.theme.strings.get(word.key(), lang, reader.locale(language), None, &[]);
        found.unwrap_or_else(|_| word.fallback().to_owned())
    }

    fn fail(&mut self, directive: &Directive, diagnostic: Diagnostic) {
        self.fail_at(directive.span, diagnostic);
    }

    fn fail_at(&mut self, span: crate::base::span::Span, diagnostic: Diagnostic) {
        let file = self.renderer.reader.path(self.id).as_str();
        let diagnostic = diagnostic.at(Location::later(file, span));
        self.failures.0.push(Failure { diagnostic, page: None });
    }

    fn anchor(&mut self, index: u32, before: bool, out: &mut String) {
        let Some(heading) = self.renderer.reader.text(self.id).headings.get(index as usize) else { return };
        match (self.anchors, before) {
            (AnchorLinks::Heading, true) => {
                out.push_str("<a class=\"heading-link\" href=\"#");
                let _ = escape_html(&mut *out, &crate::base::path::encode_path(&heading.id));
                out.push_str("\">");
            }
            (AnchorLinks::Heading, false) => out.push_str("</a>"),
            (AnchorLinks::Left, true) | (AnchorLinks::Right, false) => {
                let (id, level) = (heading.id.clone(), heading.level);
                self.anchor_template(&id, level, out);
            }
            _ => {}
        }
    }

    fn anchor_template(&mut self, id: &str, level: u8, out: &mut String) {
        const TEMPLATE: &str = "anchor-link.html";
        let lang = self.renderer.reader.config().languages[self.language()].lang.clone();
        let mut context = Context::new();
        context.insert_value("id", Value::from(id));
        context.insert_value("level", Value::from(level));
        context.insert_value("lang", Value::from(lang.as_str()));
        let rendered = scope::enter_text(self.renderer, self.language(), || {
            self.renderer.theme.tera.render(TEMPLATE, &context)
        });
        match rendered {
            Ok(html) => out.push_str(html.trim()),
            Err(error) => {
                let page = self.renderer.reader.path(self.id).as_str();
                self.failures.0.push(errors::template_failure(
                    &self.renderer.theme,
                    TEMPLATE,
                    &error,
                    Some(page),
                ));
            }
        }
    }

    /// Renders a directive that stands in `around`, or in none.
    fn directive(&mut self, directive: &Directive, around: Option<&str>, body: &str, out: &mut String) {
        if directive.name.is_empty() {
            return; // reported when the line was read
        }
        let theme = &self.renderer.theme;
        let Some(component) = theme.directives.get(&directive.name) else {
            let names = theme.directives.keys().map(String::as_str);
            let help = did_you_mean(&directive.name, names.clone()).unwrap_or_else(|| {
                let known = names.collect::<Vec<_>>().join(", ");
                format!("the theme has: {known}; to mean plain text, write a backslash before the colons")
            });
            let problem = Diagnostic::error(
                codes::UNKNOWN_DIRECTIVE,
                format!("there is no directive `{}`", directive.name),
            );
            return self.fail(directive, problem.help(help));
        };
        let before = self.failures.0.len();
        if let Some(problem) = allowed::place(component, &directive.name, around) {
            self.fail(directive, problem);
        }
        let mut context = Context::new();
        if let Some(made) = allowed::made(component) {
            // What the program makes is none of the author's arguments.
            context.insert_value(made.to_owned(), Value::none());
        }
        for arg in &directive.args {
            if let Some(value) = self.argument(arg, component, &directive.name) {
                context.insert_value(arg.key.clone(), value);
            }
        }
        self.about_picture(directive, component, &mut context);
        for missing in
            component.args().iter().filter(|arg| arg.is_required() && !context.contains_key(arg.name()))
        {
            if !directive.args.iter().any(|arg| arg.key == missing.name()) {
                let message = format!("the directive `{}` needs `{}`", directive.name, missing.name());
                let problem = Diagnostic::error(codes::DIRECTIVE_ARGUMENT, message);
                self.fail(directive, problem.help(format!("add {}=\"…\"", missing.name())));
            }
        }
        if self.failures.0.len() > before {
            return;
        }
        if allowed::made(component) == Some(charts::MADE) {
            match charts::view(self.renderer, self.id, directive, self.charts) {
                Ok(view) => context.insert_value(charts::MADE, view),
                Err(failures) => return self.failures.0.extend(failures.0),
            }
            self.charts += 1;
        }
        let name = component.name().to_owned();
        let body = (!directive.is_leaf).then_some(body);
        let rendered = scope::enter_text(self.renderer, self.language(), || {
            self.renderer.theme.tera.render_component(&name, &context, body, true)
        });
        match rendered {
            Ok(html) => {
                out.push_str(&html);
                out.push('\n');
            }
            Err(error) => {
                let page = self.renderer.reader.path(self.id).as_str();
                let mut failure = errors::template_failure(&self.renderer.theme, &name, &error, Some(page));
                let place = Location::later(page, directive.span);
                failure.diagnostic = failure.diagnostic.related("for this directive", place);
                self.failures.0.push(failure);
            }
        }
    }

    /// The value of an argument, in the type that the component declares.
    fn argument(&mut self, arg: &Arg, component: &ComponentInfo, directive: &str) -> Option<Value> {
        let made = allowed::made(component);
        let known = component.args().iter().filter(|declared| Some(declared.name()) != made);
        let Some(declared) = known.clone().find(|declared| declared.name() == arg.key) else {
            if component.rest_param().is_some() {
                return Some(Value::from(arg.value.as_deref().unwrap_or("true")));
            }
            let names: Vec<&str> = known.map(tera::ComponentArg::name).filter(|n| *n != "body").collect();
            let help =
                did_you_mean(&arg.key, names.iter().copied()).unwrap_or_else(|| match names.is_empty() {
                    true => "it takes none".to_owned(),
                    false => format!("it takes: {}", names.join(", ")),
                });
            let message = format!("the directive `{directive}` takes no `{}`", arg.key);
            self.fail_at(arg.span, Diagnostic::error(codes::DIRECTIVE_ARGUMENT, message).help(help));
            return None;
        };
        if let Some(problem) = allowed::value(component, arg).or_else(|| allowed::date(arg)) {
            self.fail_at(arg.span, problem);
            return None;
        }
        if let Some(href) = arg.link.and_then(|link| self.href(link)) {
            return Some(Value::from(href));
        }
        let wrong = |expected: &str| {
            let shown = arg.value.as_deref().unwrap_or_default();
            let message = format!("`{}` must be {expected}, and is `{shown}`", arg.key);
            Diagnostic::error(codes::DIRECTIVE_ARGUMENT, message).help(match expected {
                "true or false" => format!("write {}=true or {}=false", arg.key, arg.key),
                "a text" => format!("write {}=\"…\"", arg.key),
                _ => format!("write {}=5, digits only", arg.key),
            })
        };
        let converted = match (declared.arg_type(), arg.value.as_deref()) {
            (Some(ComponentArgType::Bool), None | Some("true")) => Ok(Value::from(true)),
            (Some(ComponentArgType::Bool), Some("false")) => Ok(Value::from(false)),
            (Some(ComponentArgType::Bool), Some(_)) => Err(wrong("true or false")),
            (Some(ComponentArgType::Integer), Some(text)) => {
                text.parse::<i64>().map(Value::from).map_err(|_| wrong("a whole number"))
            }
            (Some(ComponentArgType::Float | ComponentArgType::Number), Some(text)) => {
                match text.parse::<f64>() {
                    Ok(number) if number.is_finite() => Ok(Value::from(number)),
                    _ => Err(wrong("a number")),
                }
            }
            (Some(ComponentArgType::String) | None, Some(text)) => Ok(Value::from(text)),
            (Some(ComponentArgType::String), None) => Err(wrong("a text")),
            (None, None) => Ok(Value::from(true)),
            (Some(_), _) => Err(wrong("a value that cannot be written in Markdown")),
        };
        match converted {
            Ok(value) => Some(value),
            Err(problem) => {
                self.fail_at(arg.span, problem);
                None
            }
        }
    }
}
