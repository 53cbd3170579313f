//! The site as it is served: bytes by path, and which of them answers a request.

use std::collections::HashMap;
use std::time::SystemTime;

use crate::base::path::{self, OutputPath};
use crate::write::Body;

/// All files of one build, which is served whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Files(HashMap<OutputPath, Served>);

#[derive(Clone, Debug)]
struct Served {
    body: Body,
    /// Time and size of a file on the disk when it was taken in: it may change under its name.
    stamp: Option<(SystemTime, u64)>,
}

impl Served {
    fn new(body: Body) -> Self {
        let stamp = match &body {
            Body::Bytes(_) => None,
            Body::File(path) => std::fs::metadata(path)
                .ok()
                .map(|found| (found.modified().unwrap_or(SystemTime::UNIX_EPOCH), found.len())),
        };
        Self { body, stamp }
    }

    fn same(&self, other: &Self) -> bool {
        match (&self.body, &other.body) {
            (Body::Bytes(ours), Body::Bytes(theirs)) => ours == theirs,
            (Body::File(ours), Body::File(theirs)) => ours == theirs && self.stamp == other.stamp,
            _ => false,
        }
    }
}

impl Files {
    /// The file of this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Body> {
        self.0.get(path).map(|served| &served.body)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both serve the same, as far as can be told without reading files on the disk.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().all(|(path, ours)| other.0.get(path).is_some_and(|theirs| ours.same(theirs)))
    }

    fn find(&self, path: &str) -> Option<(&OutputPath, &Body)> {
        self.0.get_key_value(path).map(|(path, served)| (path, &served.body))
    }

    /// What answers a request for this path, as it stands in the request line.
    pub(super) fn route(&self, requested: &str) -> Route<'_> {
        let Some(decoded) = requested.strip_prefix('/').and_then(path::decode_path) else {
            return Route::Malformed;
        };
        let wants_folder = decoded.is_empty() || decoded.ends_with('/');
        let name = if wants_folder { format!("{decoded}index.html") } else { decoded };
        // Not that a map could be left by `..`; but such a request is not answered as if it were sane.
        if OutputPath::parse(&name).is_err() {
            return Route::Malformed;
        }
        if let Some((name, body)) = self.find(&name) {
            return Route::File(name, body);
        }
        if !wants_folder && self.0.contains_key(format!("{name}/index.html").as_str()) {
            return Route::Folder(format!("/{}/", path::encode_path(&name)));
        }
        Route::Missing(self.not_found(&name))
    }

    /// The site's own page for what is missing: that of the nearest folder above.
    fn not_found(&self, name: &str) -> Option<(&OutputPath, &Body)> {
        let mut rest = name;
        while let Some((above, _)) = rest.rsplit_once('/') {
            let found = self.find(&format!("{above}/404.html"));
            if found.is_some() {
                return found;
            }
            rest = above;
        }
        self.find("404.html")
    }
}

impl FromIterator<(OutputPath, Body)> for Files {
    fn from_iter<T: IntoIterator<Item = (OutputPath, Body)>>(files: T) -> Self {
        Self(files.into_iter().map(|(path, body)| (path, Served::new(body))).collect())
    }
}

/// What answers a request.
#[derive(Debug)]
pub(super) enum Route<'a> {
    /// This file.
    File(&'a OutputPath, &'a Body),
    /// The folder's page is meant, at this address.
    Folder(String),
    /// Nothing; this is the site's page for that.
    Missing(Option<(&'a OutputPath, &'a Body)>),
    /// No browser asks so.
    Malformed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_find_their_file() {
        let files: Files = ["index.html", "404.html", "ru/404.html", "ru/кеңес/index.html", "a b.css"]
            .into_iter()
            .map(|path| (OutputPath::parse(path).unwrap(), path.to_owned().into()))
            .collect();
        let route = |path: &str| match files.route(path) {
            Route::File(name, _) => name.to_string(),
            Route::Folder(to) => format!("-> {to}"),
            Route::Missing(Some((name, _))) => format!("404 {name}"),
            Route::Missing(None) => "404".to_owned(),
            Route::Malformed => "400".to_owned(),
        };
        assert_eq!(route("/"), "index.html");
        assert_eq!(route("/a%20b.css"), "a b.css");
        assert_eq!(route("/ru/%D0%BA%D0%B5%D2%A3%D0%B5%D1%81/"), "ru/кеңес/index.html");
        assert_eq!(route("/ru/%D0%BA%D0%B5%D2%A3%D0%B5%D1%81"), "-> /ru/%D0%BA%D0%B5%D2%A3%D0%B5%D1%81/");
        assert_eq!(route("/kk/x/y"), "404 404.html");
        assert_eq!(route("/ru/x/y/"), "404 ru/404.html");
        for bad in [
            "",
            "x",
            "//",
            "//evil.example/",
            "/../a",
            "/%2e%2e/a",
            "/a%5cb",
            "/a\\b",
            "/%00",
            "/a//b",
            "/.",
            "/%ff",
            "/a%0d%0ab",
            "/c:/x",
            "/ru/..%2f..%2fetc",
        ] {
            assert_eq!(route(bad), "400", "{bad}");
        }
    }
}
