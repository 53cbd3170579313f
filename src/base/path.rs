//! Three kinds of path that must not be mixed up: where a text comes from, the address a reader
//! asks for, and the file that answers.

use std::fmt;
use std::sync::Arc;

/// A file of the site, relative to its root, with `/` between the parts: `content/about.ru.md`.
///
/// Files of the embedded default theme have such a path too (`themes/shanyraq/…`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// A path from its text; backslashes become slashes.
    #[must_use]
    pub fn new(path: &str) -> Self {
        if path.contains('\\') { Self(Arc::from(path.replace('\\', "/"))) } else { Self(Arc::from(path)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder it lies in, `""` at the root.
    #[must_use]
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// The last part.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for SourcePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A path of the site as a reader asks for it: `/ru/council/` or `/assets/site.0a1b.css`.
/// Starts with `/`; not percent-encoded.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UrlPath(Arc<str>);

impl UrlPath {
    /// A path from its text, which must start with `/`.
    #[must_use]
    pub fn new(path: &str) -> Self {
        debug_assert!(path.starts_with('/'), "{path}");
        Self(Arc::from(path))
    }

    /// `/a/b/` from `["a", "b"]`; `/` from nothing.
    #[must_use]
    pub fn folder<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut path = String::from("/");
        for part in parts {
            path.push_str(part);
            path.push('/');
        }
        Self(Arc::from(path))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts between the slashes.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// The path below this folder.
    #[must_use]
    pub fn join(&self, rest: &str) -> Self {
        Self(Arc::from([&*self.0, rest].concat()))
    }

    /// Percent-encoded for a URL (RFC 3986, section 3.3: what is not a `pchar` is encoded).
    #[must_use]
    pub fn encoded(&self) -> String {
        encode_path(&self.0)
    }
}

/// Percent-encodes a path, keeping `/` and the characters that RFC 3986 allows in a segment.
#[must_use]
pub fn encode_path(path: &str) -> String {
    encode_behind("", path)
}

/// The same behind a text that stays as it is.
#[must_use]
pub fn encode_behind(before: &str, path: &str) -> String {
    /// Whether a byte stands for itself. Addresses are made some ten times a page.
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = 0u8;
        while byte < 128 {
            plain[byte as usize] = byte.is_ascii_alphanumeric();
            byte += 1;
        }
        let others = b"-._~!$&'()*+,;=:@/";
        let mut at = 0;
        while at < others.len() {
            plain[others[at] as usize] = true;
            at += 1;
        }
        plain
    };
    let plain = |byte: u8| PLAIN[usize::from(byte)];
    if path.bytes().all(plain) {
        return [before, path].concat();
    }
    let mut out = String::with_capacity(before.len() + path.len() * 3);
    out.push_str(before);
    for byte in path.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            use fmt::Write as _;
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Undoes percent-encoding; `None` if the result is not UTF-8.
#[must_use]
pub fn decode_path(path: &str) -> Option<String> {
    if !path.contains('%') {
        return Some(path.to_owned());
    }
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let (byte, length) = match bytes[at..] {
            [b'%', high, low, ..] => match (hex_digit(high), hex_digit(low)) {
                (Some(high), Some(low)) => (high << 4 | low, 3),
                _ => (b'%', 1),
            },
            _ => (bytes[at], 1),
        };
        out.push(byte);
        at += length;
    }
    String::from_utf8(out).ok()
}

/// The value of a hexadecimal digit. (`from_str_radix` would take a sign as well: `%+5` is no `%05`.)
fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file below the output folder: `ru/council/index.html`. Cannot leave that folder: a value of
/// this type has no empty, `.` or `..` part, no backslash, no colon-drive, no control character.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(Arc<str>);

/// Why a text cannot be a path of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPath(pub &'static str);

/// The longest name that common file systems take, in bytes.
const LONGEST_NAME: usize = 255;

impl OutputPath {
    /// A path from its text.
    ///
    /// # Errors
    /// The text could lead out of the output folder, or no file system takes it.
    pub fn parse(path: &str) -> Result<Self, BadPath> {
        if path.is_empty() {
            return Err(BadPath("it is empty"));
        }
        for part in path.split('/') {
            check_component(part)?;
        }
        Ok(Self(Arc::from(path)))
    }

    /// The file that answers a URL: itself, or `index.html` in the folder.
    ///
    /// # Errors
    /// As [`OutputPath::parse`].
    pub fn for_url(url: &UrlPath) -> Result<Self, BadPath> {
        let path = url.as_str().trim_start_matches('/');
        match path.strip_suffix('/') {
            Some(folder) => {
                folder.split('/').try_for_each(check_component)?;
                Ok(Self(Arc::from([path, "index.html"].concat())))
            }
            None if path.is_empty() => Ok(Self(Arc::from("index.html"))),
            None => Self::parse(path),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks one part of a path between two slashes.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_component(part: &str) -> Result<(), BadPath> {
    // Nearly all parts are words of a slug, and there are several for each file.
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !part.is_empty() && part.len() <= LONGEST_NAME && part.bytes().all(is_plain) {
        return Ok(());
    }
    match part {
        "" => return Err(BadPath("it has an empty part")),
        "." | ".." => return Err(BadPath("it has a `.` or `..` part")),
        _ => {}
    }
    if part.contains('\\') {
        return Err(BadPath("it has a backslash"));
    }
    if part.chars().any(char::is_control) {
        return Err(BadPath("it has a control character"));
    }
    if part.len() > LONGEST_NAME {
        return Err(BadPath("one of its parts is longer than 255 bytes"));
    }
    // Windows reads `c:` as a drive and drops a dot or a space at the end of a name.
    if part.contains(':') || part.ends_with('.') || part.ends_with(' ') {
        return Err(BadPath("one of its parts has a colon or ends with a dot or a space"));
    }
    Ok(())
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for OutputPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn urls_lead_to_files() {
        let file = |url| OutputPath::for_url(&UrlPath::new(url)).unwrap().as_str().to_owned();
        assert_eq!(file("/"), "index.html");
        assert_eq!(file("/ru/council/"), "ru/council/index.html");
        assert_eq!(file("/atom.xml"), "atom.xml");
    }

    #[test]
    fn kazakh_paths_are_encoded() {
        assert_eq!(UrlPath::new("/қ/").encoded(), "/%D2%9B/");
        assert_eq!(decode_path("/%D2%9B/").as_deref(), Some("/қ/"));
        assert_eq!(decode_path("/%zz%"), Some("/%zz%".to_owned()));
    }

    #[test]
    fn only_two_hexadecimal_digits_are_an_escape() {
        for text in ["/%+5", "/%-1", "/% 5", "/%5", "/%", "/%5+", "/%қ"] {
            assert_eq!(decode_path(text).as_deref(), Some(text));
        }
        assert_eq!(decode_path("/%4B%6c%%61").as_deref(), Some("/Kl%a"));
    }

    proptest! {
        #[test]
        fn no_output_path_leaves_its_folder(text in "[a./\\\\ :\u{0}-\u{20}қ]{0,40}") {
            if let Ok(path) = OutputPath::parse(&text) {
                let joined = std::path::Path::new("out").join(path.as_str());
                for part in joined.components() {
                    prop_assert!(matches!(part, std::path::Component::Normal(_)), "{text:?}");
                }
                prop_assert!(joined.starts_with("out") && joined != std::path::Path::new("out"));
            }
        }

        #[test]
        fn encoding_can_be_undone(text in "/\\PC{0,40}") {
            prop_assert_eq!(decode_path(&encode_path(&text)), Some(text));
        }
    }
}
