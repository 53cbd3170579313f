//! placeholder until the real one is merged

/// Mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlugMode {
    /// a
    Ascii,
    /// b
    Unicode,
    /// c
    Keep,
}

/// Slug.
#[must_use]
pub fn slugify(text: &str, _mode: SlugMode, _lang: &str) -> String {
    text.to_lowercase().replace(' ', "-")
}
