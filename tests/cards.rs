//! Cards and icons, as those see them who share a page or put the site onto a home screen.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{age, build, scratch, succeed, tree, write};

/// A site with the theme inside the program: a home, a section with a card and pages in it.
fn site(root: &Path, settings: &str) {
    let config = format!(
        "base_url = \"https://kenes.example/portal\"\ntitle = \"Kenes\"\nlanguages = [\"en\", \"ru\", \"kk\"]\n{settings}"
    );
    write(&root.join("kenes.toml"), config);
    let pages = [
        ("_index.md", "title = \"Home\""),
        ("_index.kk.md", "title = \"Басты бет\"\nsocial_card = true"),
        ("news/_index.md", "title = \"News\"\nsocial_card = true"),
        ("news/_index.ru.md", "title = \"Новости\""),
        ("news/one.md", "title = \"One\"\ndate = 2026-01-02\nsocial_card = true\naliases = [\"old\"]"),
        ("news/one.ru.md", "title = \"Первая\"\nsocial_card = true"),
        ("news/two.md", "title = \"Two\""),
        ("news/none.md", "title = \"None\"\nsocial_card = false"),
        ("news/draft.md", "title = \"Draft\"\ndraft = true\nsocial_card = true"),
        ("about.kk.md", "title = \"Біз туралы\""),
        ("about.md", "title = \"About\""),
    ];
    for (path, front) in pages {
        write(&root.join("content").join(path), format!("+++\n{front}\n+++\nText.\n"));
    }
}

fn built(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let output = root.join("public");
    succeed(&mut build(root, &output));
    tree(&output)
}

fn cards(files: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    files.keys().filter_map(|path| path.strip_suffix("social-card.png")).collect()
}

/// The content of a `meta` element of a page.
fn meta<'a>(files: &'a BTreeMap<String, Vec<u8>>, page: &str, name: &str) -> Option<&'a str> {
    let html = std::str::from_utf8(&files[page]).unwrap();
    let (_, rest) = html.split_once(&format!("=\"{name}\" content=\""))?;
    rest.split('"').next()
}

fn size(png: &[u8]) -> (u32, u32) {
    assert!(png.starts_with(b"\x89PNG"), "no PNG");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn pages_that_ask_have_cards_and_others_show_that_of_what_they_lie_in() {
    let scratch = scratch();
    let root = scratch.path();
    site(root, "");
    let files = built(root);
    assert_eq!(cards(&files), ["kk/", "news/one/", "news/", "ru/news/one/"]);
    assert_eq!(size(&files["news/one/social-card.png"]), (1200, 630));
    assert_ne!(files["news/one/social-card.png"], files["ru/news/one/social-card.png"]);

    let image = |page: &str| meta(&files, page, "og:image");
    let at = |path: &str| Some(format!("https://kenes.example/portal/{path}social-card.png"));
    assert_eq!(image("news/one/index.html"), at("news/one/").as_deref());
    assert_eq!(image("news/two/index.html"), at("news/").as_deref(), "that of its section");
    assert_eq!(image("news/none/index.html"), at("news/").as_deref());
    assert_eq!(image("kk/about/index.html"), at("kk/").as_deref(), "that of the home");
    assert_eq!(image("kk/search/index.html"), at("kk/").as_deref());
    assert_eq!(image("about/index.html"), None, "the English home has none");
    assert_eq!(image("ru/news/index.html"), None, "none in another language");
    assert_eq!(image("kk/404.html"), None);

    let of_one = |name: &str| meta(&files, "news/one/index.html", name);
    assert_eq!((of_one("og:image:width"), of_one("og:image:height")), (Some("1200"), Some("630")));
    assert_eq!(of_one("og:image:alt"), Some("One – Kenes"));
    assert_eq!(of_one("twitter:card"), Some("summary_large_image"));
    assert_eq!(meta(&files, "about/index.html", "twitter:card"), None);
    let listed = std::str::from_utf8(&files["manifest.json"]).unwrap();
    assert!(listed.contains("\n\"news/one/social-card.png\":{"), "{listed}");
}

#[test]
fn the_settings_say_which_pages_have_cards() {
    let scratch = scratch();
    let root = scratch.path();
    site(root, "[social_cards]\npages = \"none\"\n");
    assert_eq!(cards(&built(root)), [""; 0]);
    site(root, "[social_cards]\npages = \"all\"\n[extra]\nog_image = \"own.png\"\n");
    write(&root.join("static/own.png"), "own");
    let files = built(root);
    let all = ["", "about/", "kk/", "kk/about/", "news/", "news/one/", "news/two/"];
    assert!(all.iter().all(|page| cards(&files).contains(page)), "{:?}", cards(&files));
    // No draft, no alias, none that does without.
    assert!(
        !cards(&files)
            .iter()
            .any(|page| page.contains("draft") || page.contains("old") || page.contains("none"))
    );
    // A page's own card goes before the picture of the settings, which goes before the card of another page.
    let image = |page: &str| meta(&files, page, "og:image").unwrap();
    assert!(image("news/two/index.html").ends_with("/news/two/social-card.png"));
    assert!(image("news/none/index.html").ends_with("/portal/own.png"), "{}", image("news/none/index.html"));
}

#[test]
fn the_cache_changes_no_bytes_whatever_happens_to_it() {
    let scratch = scratch();
    let root = scratch.path();
    site(root, "");
    let cold = built(root);
    let cache = root.join(".kenes/cache");
    let kept = || tree(&cache).into_iter().filter(|(name, _)| name.starts_with("drawn-"));
    let first: BTreeMap<String, Vec<u8>> = kept().collect();
    assert_eq!(first.len(), 4 + 5, "the cards and the icons");
    assert_eq!(built(root), cold);

    // Whatever the place that is damaged, the picture is drawn again, and kept again.
    for (name, bytes) in &first {
        let mut damaged = bytes.clone();
        let last = damaged.len() - 1;
        damaged[if name.ends_with(['0', '1', '2', '3']) { 0 } else { last }] ^= 1;
        write(&cache.join(name), damaged);
    }
    assert_eq!(built(root), cold);
    assert_eq!(kept().collect::<BTreeMap<_, _>>(), first);

    // What is kept is used: a picture in the cache is taken for the one that would be drawn.
    let own = b"not a picture at all".to_vec();
    for name in first.keys() {
        write(&cache.join(name), kenes::base::digest::sealed(&own));
    }
    assert_eq!(built(root)["news/one/social-card.png"], own);

    // What no page asks for any more goes.
    let page = root.join("content/news/one.md");
    let text = std::fs::read_to_string(&page).unwrap().replace("social_card = true\n", "");
    write(&page, text);
    built(root);
    assert_eq!(kept().count(), first.len(), "it was of use just now, and may be again");
    age(&cache, 8);
    built(root);
    assert_eq!(kept().count(), first.len() - 1);
}

#[test]
fn icons_are_made_of_the_sites_own_drawing_and_named_below_its_path() {
    let scratch = scratch();
    let root = scratch.path();
    site(root, "");
    let theirs = built(root);
    let square = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><path fill=\"#c00\" d=\"M0 0H8V8H0Z\"/></svg>";
    write(&root.join("static/favicon.svg"), square);
    write(&root.join("static/icon-192.png"), "own");
    let files = built(root);
    for (icon, side) in [("apple-touch-icon.png", 180), ("icon-512.png", 512), ("icon-maskable-512.png", 512)]
    {
        assert_eq!(size(&files[icon]), (side, side), "{icon}");
        assert_ne!(files[icon], theirs[icon], "{icon}");
    }
    assert_eq!(files["icon-192.png"], b"own");
    assert!(files["favicon.ico"].starts_with(&[0, 0, 1, 0, 2, 0]));
    let page = std::str::from_utf8(&files["kk/about/index.html"]).unwrap();
    for link in [
        "<link rel=\"icon\" href=\"/portal/favicon.ico\" sizes=\"32x32\">",
        "<link rel=\"icon\" href=\"/portal/favicon.svg\" type=\"image/svg+xml\">",
        "<link rel=\"apple-touch-icon\" href=\"/portal/apple-touch-icon.png\">",
        "<link rel=\"manifest\" href=\"/portal/kk/manifest.webmanifest\">",
    ] {
        assert!(page.contains(link), "{link}");
    }
}

/// The members of W3C, Web Application Manifest, and what they may hold.
#[test]
fn manifests_are_what_the_standard_says() {
    let scratch = scratch();
    let root = scratch.path();
    site(root, "description = \"Said \\\"so\\\" </script>\"\n");
    let files = built(root);
    for (lang, file) in
        [("en", "manifest.webmanifest"), ("ru", "ru/manifest.webmanifest"), ("kk", "kk/manifest.webmanifest")]
    {
        let manifest: serde_json::Value = serde_json::from_slice(&files[file]).unwrap();
        let known = [
            "name",
            "short_name",
            "description",
            "lang",
            "id",
            "start_url",
            "display",
            "theme_color",
            "background_color",
            "icons",
        ];
        let members = manifest.as_object().unwrap();
        assert!(members.keys().all(|member| known.contains(&member.as_str())), "{members:?}");
        let text = |member: &str| manifest[member].as_str().unwrap_or_else(|| panic!("{file}: {member}"));
        assert_eq!((text("lang"), text("name"), text("short_name")), (lang, "Kenes", "Kenes"));
        assert_eq!(text("description"), "Said \"so\" </script>");
        let home = format!("/portal/{}", file.trim_end_matches("manifest.webmanifest"));
        assert_eq!((text("start_url"), text("id")), (home.as_str(), home.as_str()));
        assert!(["fullscreen", "standalone", "minimal-ui", "browser"].contains(&text("display")));
        for colour in ["theme_color", "background_color"] {
            let digits = text(colour).strip_prefix('#').unwrap();
            assert!(digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{colour}");
        }
        let icons = manifest["icons"].as_array().unwrap();
        let mut purposes = Vec::new();
        for icon in icons {
            let name = icon["src"].as_str().unwrap().strip_prefix("/portal/").unwrap();
            let bytes = &files[name];
            purposes.push(icon["purpose"].as_str().unwrap_or("any"));
            match icon["type"].as_str().unwrap() {
                "image/png" => {
                    let (width, height) = size(bytes);
                    assert_eq!(icon["sizes"].as_str().unwrap(), format!("{width}x{height}"), "{name}");
                }
                other => {
                    assert_eq!((other, icon["sizes"].as_str()), ("image/svg+xml", Some("any")), "{name}");
                }
            }
        }
        assert_eq!(purposes, ["any", "any", "any", "maskable"]);
    }
}
