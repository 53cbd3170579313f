//! Directives and alerts: where they begin and end.

use std::ops::Range;

use pulldown_cmark::BlockQuoteKind;

use super::{OpenDirective, Writer};
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::content::markdown::directives::{self, Arg, Directive, Kind, Line};
use crate::content::markdown::links::Target;
use crate::content::markdown::pieces::{Piece, mark};

/// Directives inside each other.
const DEEPEST: usize = 32;

impl Writer<'_, '_> {
    /// GitHub's alerts are notes.
    pub(super) fn alert(&mut self, kind: BlockQuoteKind, range: &Range<usize>) {
        let kind = match kind {
            BlockQuoteKind::Note => "note",
            BlockQuoteKind::Tip => "tip",
            BlockQuoteKind::Important => "important",
            BlockQuoteKind::Warning => "warning",
            BlockQuoteKind::Caution => "caution",
        };
        let span = self.span(&(range.start..range.start + 1));
        let arg = Arg { key: "kind".to_owned(), value: Some(kind.to_owned()), span, link: None };
        self.open_directive("note".to_owned(), vec![arg], span, false);
    }

    pub(super) fn directive_line(&mut self, line: Line) {
        let text = &self.source[line.start..line.end];
        let at = line.start + self.place.at;
        let span = Span::new(at, at + text.len());
        if line.kind == Kind::Close {
            match self.open.last() {
                Some(open) if open.depth == self.depth => self.close_directive(),
                Some(_) => {
                    let message = "this `:::` stands inside a list or quote that its directive does not";
                    let problem = Diagnostic::error(codes::UNCLOSED_DIRECTIVE, message);
                    self.problem(span, problem.help("indent both lines of a directive alike"));
                }
                None => {
                    let problem = Diagnostic::error(codes::UNCLOSED_DIRECTIVE, "this `:::` closes nothing");
                    self.problem(span, problem.help("remove it, or open a directive above, as in :::note"));
                }
            }
            return;
        }
        let mut problems = Vec::new();
        let (name, mut args) = directives::read(text, at, &mut problems);
        let unread = problems.iter().any(|(_, problem)| problem.code == codes::DIRECTIVE_SYNTAX);
        for (span, problem) in problems {
            self.problem(span, problem);
        }
        for arg in args.iter_mut().filter(|arg| matches!(arg.key.as_str(), "href" | "src" | "url")) {
            // An empty address is as good as none: what the component does without the argument.
            if let Some(value) = arg.value.as_ref().filter(|value| !value.is_empty()) {
                arg.link = Some(self.add_link(Target::parse(value), arg.span));
            }
        }
        // An unnamed directive is kept, so that its closing line is not blamed as well.
        self.open_directive(name, args, span, line.kind == Kind::Leaf);
        if let Some(directive) = self.body.directives.last_mut().filter(|_| unread) {
            // What could not be read of it is not missing.
            directive.name.clear();
        }
        if line.kind == Kind::Leaf {
            self.close_directive();
        }
    }

    fn open_directive(&mut self, name: String, args: Vec<Arg>, span: Span, is_leaf: bool) {
        if self.open.len() >= DEEPEST {
            let message = format!("directives are nested more than {DEEPEST} levels deep");
            let help = "close directives with ::: before you open others";
            self.problem(span, Diagnostic::error(codes::TOO_DEEP, message).help(help));
            self.too_deep = true;
            return;
        }
        let index = u32::try_from(self.body.directives.len()).unwrap_or(u32::MAX);
        self.block("");
        mark(&mut self.out, Piece::Open(index));
        self.open.push(OpenDirective { span, depth: self.depth, name: name.clone(), index: index as usize });
        self.body.directives.push(Directive { name, span, args, is_leaf, table: None });
    }

    pub(super) fn close_directive(&mut self) {
        if self.open.pop().is_some() {
            mark(&mut self.out, Piece::Close);
        }
    }

    /// Closes the directives that were opened deeper than `depth`: what they stood in has ended.
    pub(super) fn close_directives(&mut self, depth: usize) {
        while let Some(open) = self.open.last().filter(|open| open.depth > depth) {
            let (span, name) = (open.span, open.name.clone());
            self.unclosed(span, &name);
        }
    }

    pub(super) fn unclosed(&mut self, span: Span, name: &str) {
        let problem =
            Diagnostic::error(codes::UNCLOSED_DIRECTIVE, format!("the directive `{name}` is never closed"));
        self.problem(span, problem.help("put a line with ::: alone after its text"));
        self.close_directive();
    }
}
