//! Whose page is being rendered on this thread.
//!
//! Tera hands a template function neither the context nor globals when it is called inside a
//! component, and functions outlive any page. So they look here.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::Renderer;
use crate::base::path::UrlPath;
use crate::relate::ItemId;

/// The page that a template is rendered for.
#[derive(Clone)]
pub(crate) struct Here {
    pub language: usize,
    pub url: UrlPath,
    pub about: About,
}

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// A page or section.
    Item(ItemId),
    /// What a version changed, by its text.
    Comparison(ItemId),
    /// A taxonomy, by its number.
    Taxonomy(usize),
    /// A term of a taxonomy, by their numbers.
    Term(usize, usize),
    /// The search.
    Search,
    /// Nothing that has an address: what is shown where nothing is found.
    Nothing,
}

/// What a template function may know.
#[derive(Clone)]
pub(crate) struct Scope {
    pub renderer: Arc<Renderer>,
    pub language: usize,
    /// Whether a page's own text is being rendered, by one of its directives.
    in_text: bool,
    /// The page, for its own template; none in what many pages share.
    pub here: Option<Arc<Here>>,
}

thread_local! {
    static SCOPES: RefCell<Vec<Rc<Scope>>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work` with this scope for all functions that are called in it.
pub(crate) fn enter<T>(renderer: &Arc<Renderer>, language: usize, work: impl FnOnce() -> T) -> T {
    enter_scope(Scope { renderer: renderer.clone(), language, in_text: false, here: None }, work)
}

/// As [`enter`], for the template of a page.
pub(crate) fn enter_page<T>(renderer: &Arc<Renderer>, here: Here, work: impl FnOnce() -> T) -> T {
    let language = here.language;
    enter_scope(
        Scope { renderer: renderer.clone(), language, in_text: false, here: Some(Arc::new(here)) },
        work,
    )
}

/// Runs `work` without the page, for what many pages share.
pub(crate) fn enter_shared<T>(work: impl FnOnce() -> T) -> T {
    let innermost = SCOPES.with_borrow(|scopes| scopes.last().cloned());
    match innermost.filter(|scope| scope.here.is_some()) {
        Some(scope) => enter_scope(Scope { here: None, ..Scope::clone(&scope) }, work),
        None => work(),
    }
}

/// As [`enter`], for what belongs to a page's text: directives and links on headings.
pub(crate) fn enter_text<T>(renderer: &Arc<Renderer>, language: usize, work: impl FnOnce() -> T) -> T {
    enter_scope(Scope { renderer: renderer.clone(), language, in_text: true, here: None }, work)
}

fn enter_scope<T>(scope: Scope, work: impl FnOnce() -> T) -> T {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            SCOPES.with_borrow_mut(Vec::pop);
        }
    }
    SCOPES.with_borrow_mut(|scopes| scopes.push(Rc::new(scope)));
    let _leave = Leave;
    work()
}

/// Whether a directive is asking.
pub(crate) fn in_text() -> bool {
    SCOPES.with_borrow(|scopes| scopes.last().is_some_and(|scope| scope.in_text))
}

/// The innermost scope.
///
/// # Errors
/// Nothing is being rendered: a function was called while templates are only checked.
pub(crate) fn current() -> tera::TeraResult<Rc<Scope>> {
    SCOPES
        .with_borrow(|scopes| scopes.last().cloned())
        .ok_or_else(|| tera::Error::message("this function works only while a page is rendered"))
}
