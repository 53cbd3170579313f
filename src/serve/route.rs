//! Which file of a site answers a request.

use crate::base::path::{self, OutputPath};
use crate::serve::Site;

/// Bytes of the longest path that is looked up: as many as file systems allow.
const LONGEST: usize = 4096;

/// What answers a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// The file of this path.
    File(String),
    /// The folder's page is meant, at this address.
    Folder(String),
    /// Nothing; this is the site's page for that.
    Missing(Option<String>),
    /// No browser asks so.
    Malformed,
}

/// What answers a request for this path, as it stands in the request line.
pub(super) fn route(site: &dyn Site, requested: &str) -> Route {
    let Some(decoded) = requested.strip_prefix('/').and_then(path::decode_path) else {
        return Route::Malformed;
    };
    let wants_folder = decoded.is_empty() || decoded.ends_with('/');
    let name = if wants_folder { format!("{decoded}index.html") } else { decoded };
    // Not that a site could be left by `..`; but such a request is not answered as if it were sane.
    if name.len() > LONGEST || OutputPath::parse(&name).is_err() {
        return Route::Malformed;
    }
    if site.contains(&name) {
        return Route::File(name);
    }
    if !wants_folder && site.contains(&format!("{name}/index.html")) {
        return Route::Folder(format!("/{}/", path::encode_path(&name)));
    }
    Route::Missing(not_found(site, &name))
}

/// The site's own page for what is missing: that of the nearest folder above.
fn not_found(site: &dyn Site, name: &str) -> Option<String> {
    let mut rest = name;
    while let Some((above, _)) = rest.rsplit_once('/') {
        let page = format!("{above}/404.html");
        if site.contains(&page) {
            return Some(page);
        }
        rest = above;
    }
    Some("404.html".to_owned()).filter(|page| site.contains(page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::tests::Files;

    #[test]
    fn requests_find_their_file() {
        let site: Files = ["index.html", "404.html", "ru/404.html", "ru/кеңес/index.html", "a b.css"]
            .into_iter()
            .map(|path| (OutputPath::parse(path).unwrap(), path.to_owned().into()))
            .collect();
        let route = |path: &str| match route(&site, path) {
            Route::File(name) => name,
            Route::Folder(to) => format!("-> {to}"),
            Route::Missing(Some(name)) => format!("404 {name}"),
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
