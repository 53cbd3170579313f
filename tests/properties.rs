//! What holds for every site, however odd: a build ends with a site or with a report, never with a
//! crash; the same site gives the same bytes; nothing is written outside the output folder; links
//! that Kenes writes lead somewhere.
//!
//! `KENES_CASES=5000 cargo test --test properties` looks longer.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::{build, copy, said, scratch, tests, tree, write};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use serde_json::Value;

fn settings() -> ProptestConfig {
    let cases = std::env::var("KENES_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() }
}

/// Names that people give to files, and names that they should not.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec!["a", "b", "c", "about", "2025-01-15-dated", "Қазақ сөзі", "Щука", "index", "page"]).prop_map(str::to_owned),
        1 => "[a-zA-Z0-9әіқ !_.+-]{1,8}".prop_filter("a name of its own", |name| !name.trim_matches('.').is_empty()),
    ]
}

fn page_path() -> impl Strategy<Value = String> {
    let folder = select(vec!["", "", "news/", "news/deep/", "Мұрағат/", "a/"]);
    let language = select(vec!["", "", "", ".ru", ".kk"]);
    (folder, prop_oneof![3 => name(), 1 => Just("_index".to_owned())], language)
        .prop_map(|(folder, name, language)| format!("content/{folder}{name}{language}.md"))
}

/// Addresses as authors, jokers and attackers write them.
fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(vec![
            "x", "old/place", "/a/", "page.html", "/", "", ".", "..", "../up", "a/../../../../../../../../tmp/kenes-escaped",
            "//host/x", "c:\\x", "\\\\host\\x", "a\0b", "%2e%2e/x", "～", "a/./b", "CON", "x.", " ", "a\nb", "index.html",
            "~/x", "manifest.json", "assets/x", "kk", "ru/x", "Ё", "e\u{301}", "\u{202e}x", "a?b#c", "a%00b", "_headers",
        ])
        .prop_map(str::to_owned),
        1 => "[a-zа-яқ0-9/. :\\\\%~-]{0,20}",
        1 => "\\PC{0,10}",
    ]
}

fn text(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn front_matter(section: bool) -> impl Strategy<Value = String> {
    let shared = prop_oneof![
        address().prop_map(|a| format!("aliases = [{}]", text(&a))),
        Just("hidden = true".to_owned()),
        Just("draft = true".to_owned()),
        Just("weight = 3".to_owned()),
        "\\PC{0,8}".prop_map(|t| format!("description = {}", text(&t))),
        Just("nonsense = 1".to_owned()),
    ];
    let own = if section {
        prop_oneof![
            select(vec!["date", "title", "weight", "slug", "permalink", "update_date", "none"])
                .prop_map(|s| format!("sort_by = \"{s}\"")),
            (1..4_usize).prop_map(|n| format!("paginate_by = {n}")),
            address().prop_map(|a| format!("paginate_path = {}", text(&a))),
            Just("transparent = true".to_owned()),
            Just("generate_feeds = true".to_owned()),
            address().prop_map(|a| format!("redirect_to = {}", text(&a))),
            Just("page_template = \"odd.html\"".to_owned()),
        ]
        .boxed()
    } else {
        prop_oneof![
            address().prop_map(|a| format!("slug = {}", text(&a))),
            address().prop_map(|a| format!("path = {}", text(&a))),
            select(vec!["2025-01-15", "2024-02-29", "\"2025-01-15T10:00:00+05:00\"", "2025-02-30"])
                .prop_map(|d| format!("date = {d}")),
            Just("publish = 2030-01-01".to_owned()),
            Just("expires = 2026-01-15".to_owned()),
            address().prop_map(|t| format!("taxonomies = {{ topics = [{}, \"law\"] }}", text(&t))),
            Just("template = \"odd.html\"".to_owned()),
        ]
        .boxed()
    };
    let title = prop_oneof!["\\PC{0,10}", Just("a\0L9\0b".to_owned()), Just("<b>&\"".to_owned())];
    // Any two of the same key would be an error of TOML: the last is kept.
    (title, vec(prop_oneof![shared, own], 0..4)).prop_map(|(title, lines)| {
        let mut keys = BTreeMap::from([("title".to_owned(), format!("title = {}", text(&title)))]);
        keys.extend(lines.into_iter().map(|line| (line.split(' ').next().unwrap().to_owned(), line)));
        keys.into_values().map(|line| line + "\n").collect()
    })
}

fn body() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(vec![
            "## Heading\n\n",
            "## Heading {#own}\n\n",
            "# \n\n",
            "Text.\n\n",
            "<!-- more -->\n\n",
            "Text <!-- more --> text.\n\n",
            "[a](@/a.md) [b](@/news/_index.md) [c](/a/) [d](#heading) [e](b.md) [f](x.jpg)\n\n",
            "[x](@/none.md)\n\n",
            ":::note\n",
            ":::\n",
            ":::details summary=\"x\"\n",
            "::figure src=\"x.jpg\" alt=\"x\"\n\n",
            "> :::note\n",
            "- item\n  - nested\n\n",
            "1. one\n\n   :::note\n   x\n   :::\n",
            "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
            "Note.[^1]\n\n[^1]: Its text.[^2]\n\n",
            "[^2]: More.\n\n",
            "> [!WARNING]\n> Careful.\n\n",
            "```rust\nfn main() {}\n",
            "```\n",
            "    code\n\n",
            "<div id=\"x\"><a href=\"/a/\">x</a></div>\n\n",
            "<script>1</script>\n",
            "<!-- ",
            "Term\n: What\n\n",
            "![](x.jpg)\n\n",
            "\0",
            "\u{202e}",
            "a\0L0\0b\n\n",
            "+++\n",
            "---\n",
            "***\n",
            "{{ 7 * 7 }} {% raw %}\n\n",
            "[ref]\n\n[ref]: /a/\n\n",
            "\t",
            "\r\n",
            "&amp;&#0;\n\n",
            "\u{feff}",
            "a\n:<\n  {}\n -\n",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}\n",
        "[\\[\\]()<>*_`!#:|{}~^\\\\ \n-]{0,16}",
    ];
    vec(piece, 0..7).prop_map(|pieces| pieces.concat())
}

fn pages() -> impl Strategy<Value = BTreeMap<String, String>> {
    let page = page_path().prop_flat_map(|path| {
        let section = path.contains("_index");
        (Just(path), front_matter(section), body())
            .prop_map(|(path, front, body)| (path, format!("+++\n{front}+++\n{body}")))
    });
    vec(page, 1..7).prop_map(|pages| pages.into_iter().collect())
}

/// What a theme may do with a page, and what makes it ask for other pages while it renders.
fn template() -> impl Strategy<Value = String> {
    vec(
        select(vec![
            "{{ page.title }}", "{{ page.summary }}", "{{ page.content }}", "{{ page.title | markdown }}", "{{ page.description | default(value=\"\") }}",
            "{% for p in query(section=\"_index.md\", recursive=true) %}<a href=\"{{ p.path }}\">{{ p.title }}</a>{{ p.summary }}{% endfor %}",
            "{% set s = get_section(path=\"_index.md\") %}{{ s.content }}{% for p in s.pages %}{{ p.title }}{% endfor %}",
            "{% set a = get_page(path=\"a.md\", allow_missing=true) %}{% if a %}{{ a.content }}{% endif %}",
            "{% for x in page.toc %}{{ x.title }}{% endfor %}", "{% if page.lower %}<a href=\"{{ page.lower.path }}\">x</a>{% endif %}",
            "{% for x in alternates %}<a href=\"{{ x.path }}\">{{ x.title }}</a>{% endfor %}", "{{ page.nothing }}", "{{ page.date | date(format=\"long\") }}",
            "{% for x in page.breadcrumbs %}<a href=\"{{ x.path }}\">{{ x.title }}</a>{% endfor %}", "{% for a in page.assets %}{{ a }}{% endfor %}",
            "{{ page.title | slugify }}", "{{ page | json_encode }}",
        ]),
        0..5,
    )
    .prop_map(|pieces| pieces.concat())
}

fn config() -> impl Strategy<Value = String> {
    (
        select(vec!["https://kenes.example", "https://kenes.example/portal/"]),
        vec(
            select(vec![
                "generate_feeds = true\n",
                "[slugify]\npaths = \"off\"\n",
                "[slugify]\npaths = \"safe\"\nanchors = \"off\"\n",
                "[content]\nmissing_translations = \"hide\"\n",
                "[content]\nraw_html = \"sanitise\"\n",
                "[markdown]\nsmart_punctuation = true\n",
                "[[taxonomies]]\nname = \"topics\"\nfeed = true\npaginate_by = 1\n",
            ]),
            0..3,
        ),
    )
        .prop_map(|(url, more)| {
            let more: BTreeSet<&str> = more.into_iter().collect();
            let tables: BTreeMap<&str, &str> =
                more.into_iter().map(|part| (part.split('\n').next().unwrap(), part)).collect();
            let mut text =
                format!("base_url = \"{url}\"\nlanguages = [\"en\", \"ru\", \"kk\"]\ntheme = \"plain\"\n");
            let (plain, tables): (Vec<_>, Vec<_>) =
                tables.into_values().partition(|part| !part.starts_with('['));
            text.extend(plain);
            text.extend(tables);
            text
        })
}

fn site(root: &Path, config: &str, pages: &BTreeMap<String, String>, template: &str) {
    let base = tests().join("bad/base");
    copy(&base.join("themes"), &root.join("themes"));
    write(&root.join("kenes.toml"), config);
    write(&root.join("templates/odd.html"), template);
    write(&root.join("content/x.jpg"), "jpg");
    for (path, text) in pages {
        let path = root.join(path);
        // A file where another page needs a folder, or the other way round, cannot be.
        if std::fs::create_dir_all(path.parent().unwrap()).is_ok() && !path.is_dir() {
            std::fs::write(path, text).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn a_build_ends_with_a_site_or_a_report(config in config(), pages in pages(), template in template()) {
        let scratch = scratch();
        let (root, output) = (scratch.path().join("site"), scratch.path().join("output"));
        site(&root, &config, &pages, &template);
        let sources = tree(&root);

        let first = build(&root, &output).args(["--format", "json"]).output().unwrap();
        prop_assert_eq!(String::from_utf8_lossy(&first.stderr), "", "the standard error is for people");
        match first.status.code() {
            Some(0) => {}
            Some(1) => {
                prop_assert!(!output.exists(), "a build that failed has left something");
                let report: Value = serde_json::from_slice(&first.stdout).map_err(|_| TestCaseError::fail(said(&first)))?;
                prop_assert!(report["errors"].as_u64() > Some(0), "{}", said(&first));
                for one in report["diagnostics"].as_array().unwrap() {
                    prop_assert!(one["file"].is_string() && one["help"].is_string(), "{}", one);
                }
            }
            _ => return Err(TestCaseError::fail(said(&first))),
        }
        let mut after = tree(&root);
        after.retain(|path, _| !path.starts_with(".kenes/"));
        prop_assert!(after == sources, "the site itself has changed");

        if first.status.success() {
            let files = tree(&output);
            let other = scratch.path().join("other");
            let second = build(&root, &other).env("RAYON_NUM_THREADS", "1").output().unwrap();
            prop_assert!(second.status.success(), "{}", said(&second));
            prop_assert!(tree(&other) == files, "two builds differ");
            let base = if config.contains("/portal") { "/portal" } else { "" };
            prop_assert_eq!(broken_links(&files, base), [] as [&str; 0]);
        }
        let around: BTreeSet<_> = std::fs::read_dir(scratch.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        prop_assert!(around.iter().all(|name| ["site", "output", "other"].iter().any(|known| name == known)), "{:?}", around);
        prop_assert!(!Path::new("/tmp/kenes-escaped").exists());
    }
}

/// Links into the site that nothing answers. Only of pages: feeds and raw HTML have their own rules.
fn broken_links(files: &BTreeMap<String, Vec<u8>>, base: &str) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, bytes) in files.iter().filter(|(file, _)| file.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        for part in html.split("href=\"").skip(1) {
            let href = part
                .split('"')
                .next()
                .unwrap()
                .replace("&#39;", "'")
                .replace("&#x27;", "'")
                .replace("&amp;", "&");
            let Some(path) = href.strip_prefix(base).and_then(|href| href.strip_prefix('/')) else {
                continue;
            };
            if path.starts_with('/') {
                continue;
            }
            let path = path.split(['#', '?']).next().unwrap();
            let path = kenes::base::path::decode_path(path).unwrap_or_default();
            let index = format!("{}/index.html", path.trim_end_matches('/'));
            let found = [path.clone(), index.trim_start_matches('/').to_owned()];
            if !found.iter().any(|path| files.contains_key(path)) {
                broken.push(format!("{file} links to {href}, and there is no such file"));
            }
        }
    }
    broken
}

/// Builds a small site with Shanyraq, and returns its files.
fn small(pages: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let scratch = scratch();
    let (root, output) = (scratch.path().join("site"), scratch.path().join("output"));
    let config = "base_url = \"https://a.kz\"\ntitle = \"T\"\nlanguages = [\"en\"]\n[[taxonomies]]\nname = \"topics\"\nterms = [{ en = \"law\" }]\n";
    write(&root.join("kenes.toml"), config);
    for (path, front) in pages {
        write(&root.join("content").join(path), format!("+++\n{front}+++\nText.\n"));
    }
    let result = build(&root, &output).output().unwrap();
    assert!(result.status.success(), "{}", said(&result));
    tree(&output)
}

#[test]
fn a_term_that_is_written_twice_counts_once() {
    let index = |terms: &str| {
        let topics = format!("taxonomies = {{ topics = [{terms}] }}\n");
        let mut files = small(&[("p.md", &topics), ("q.md", "taxonomies = { topics = [\"law\"] }\n")]);
        files.retain(|path, _| path.starts_with("search/") && !path.ends_with(".html"));
        assert!(files.len() > 2, "{files:?}");
        files
    };
    assert_eq!(index("\"law\", \"b\""), index("\"law\", \"b\", \"Law\""));
}

#[test]
fn a_site_is_one_in_all_parts_of_the_list_on_its_home() {
    let files = small(&[
        ("_index.md", "paginate_by = 1\nsort_by = \"title\"\n"),
        ("p.md", "title = \"P\"\n"),
        ("q.md", "title = \"Q\"\n"),
    ]);
    for path in ["index.html", "page/2/index.html"] {
        let page = String::from_utf8_lossy(&files[path]).into_owned();
        let data =
            page.split("application/ld+json\">").nth(1).and_then(|rest| rest.split("</script>").next());
        let data: Value = serde_json::from_str(data.unwrap()).unwrap();
        assert_eq!(
            (&data["@type"], &data["url"]),
            (&"WebSite".into(), &"https://a.kz/".into()),
            "{path}: {data}"
        );
    }
}
