//! Whose page is being rendered on this thread.
//!
//! Tera hands a template function neither the context nor globals when it is called inside a
//! component, and functions outlive any page. So they look here.

use std::cell::RefCell;
use std::sync::Arc;

use super::Renderer;

/// What a template function may know.
#[derive(Clone)]
pub(crate) struct Scope {
    pub renderer: Arc<Renderer>,
    pub language: usize,
    /// Whether a page's own text is being rendered, by one of its directives.
    in_text: bool,
}

thread_local! {
    static SCOPES: RefCell<Vec<Scope>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work` with this scope for all functions that are called in it.
pub(crate) fn enter<T>(renderer: &Arc<Renderer>, language: usize, work: impl FnOnce() -> T) -> T {
    enter_scope(Scope { renderer: renderer.clone(), language, in_text: false }, work)
}

/// As [`enter`], for what belongs to a page's text: directives and links on headings.
pub(crate) fn enter_text<T>(renderer: &Arc<Renderer>, language: usize, work: impl FnOnce() -> T) -> T {
    enter_scope(Scope { renderer: renderer.clone(), language, in_text: true }, work)
}

fn enter_scope<T>(scope: Scope, work: impl FnOnce() -> T) -> T {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            SCOPES.with_borrow_mut(Vec::pop);
        }
    }
    SCOPES.with_borrow_mut(|scopes| scopes.push(scope));
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
pub(crate) fn current() -> tera::TeraResult<Scope> {
    SCOPES
        .with_borrow(|scopes| scopes.last().cloned())
        .ok_or_else(|| tera::Error::message("this function works only while a page is rendered"))
}
