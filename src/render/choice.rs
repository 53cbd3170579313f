//! Which template renders a page or section.

use super::Renderer;
use super::errors::{Failure, Failures};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::config;
use crate::content::front::Spanned;
use crate::relate::ItemId;

/// The template of pages that are registers.
const REGISTER: &str = "register.html";

impl Renderer {
    /// The template that an item asks for, or its section for it, or the usual one.
    pub(super) fn template_of(&self, id: ItemId) -> Result<String, Failures> {
        let item = self.reader.item(id);
        let meta = item.parsed.meta();
        if let Some(wanted) = &meta.template {
            return self.checked_template(wanted, id);
        }
        if self.reader.register_kind(id).is_some() {
            return self.register_template();
        }
        if item.is_section() {
            let is_home = &*item.parsed.key == "_index.md";
            let usual = if is_home && self.theme.has("index.html") { "index.html" } else { "section.html" };
            return Ok(usual.to_owned());
        }
        for section in self.reader.ancestors(id).into_iter().rev() {
            if let Some(wanted) = self.reader.section(section).and_then(|front| front.page_template.as_ref())
            {
                return self.checked_template(wanted, section);
            }
        }
        self.template_of_kind(id)
    }

    fn register_template(&self) -> Result<String, Failures> {
        if self.theme.has(REGISTER) {
            return Ok(REGISTER.to_owned());
        }
        let message = format!("there is no template `{REGISTER}` to show a register");
        let problem = Diagnostic::error(codes::NO_TEMPLATE, message)
            .in_file(self.theme.usual_file(REGISTER))
            .help("write it, or let theme.toml extend a theme that has it: extends = \"shanyraq\"");
        Err(Failure { diagnostic: problem, page: None }.into())
    }

    /// The template of a page's kind: the one that the settings name, or `NAME.html`.
    fn template_of_kind(&self, id: ItemId) -> Result<String, Failures> {
        let usual = || "page.html".to_owned();
        // A version looks as its document does.
        let id = self.document_of(id).unwrap_or(id);
        let Some(document) = self.reader.document(id) else { return Ok(usual()) };
        let kind = &document.kind;
        let Some((wanted, span)) = &kind.template else {
            let own = format!("{}.html", kind.name);
            return Ok(if self.theme.has(&own) { own } else { usual() });
        };
        match span {
            _ if self.theme.has(wanted) => Ok(wanted.clone()),
            Some(span) => Err(self.no_template(wanted, Location::later(config::FILE_NAME, *span))),
            None => Ok(usual()),
        }
    }

    fn checked_template(&self, (name, span): &Spanned, named_in: ItemId) -> Result<String, Failures> {
        if self.theme.has(name) {
            return Ok(name.clone());
        }
        let file = self.reader.path(named_in).as_str();
        Err(self.no_template(name, Location::later(file, *span)))
    }

    fn no_template(&self, name: &str, place: Location) -> Failures {
        let problem = Diagnostic::error(codes::NO_TEMPLATE, format!("there is no template `{name}`"));
        let diagnostic = problem.at(place).help(self.theme.near_template(name));
        Failure { diagnostic, page: None }.into()
    }
}
