//! The themes inside the program keep what their documentation promises: names, contrast, sizes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kenes::policy::kind::Kinds;
use regex::Regex;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below a folder, as paths from the repository.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(repository().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let below = path.strip_prefix(repository()).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            all.extend(files(&below));
        } else {
            all.push(below.into());
        }
    }
    all.sort();
    all
}

/// The first group of every match in the theme's templates.
fn in_templates(pattern: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    let mut found = BTreeSet::new();
    for file in files("themes/shanyraq/templates") {
        let text = read(file.to_str().unwrap());
        found.extend(pattern.captures_iter(&text).map(|each| each[1].to_owned()));
    }
    found
}

/// The keys of a TOML file, those of one table (`""` for those above all tables).
fn keys(path: &str, table: &str) -> BTreeSet<String> {
    let mut within = "";
    let text = read(path);
    let mut keys = BTreeSet::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[') {
            within = name.trim_end_matches(']');
        } else if within == table
            && let Some((key, _)) = line.split_once(" = ")
            && !key.starts_with('#')
        {
            keys.insert(key.to_owned());
        }
    }
    assert!(!keys.is_empty(), "{path} has no keys in [{table}]");
    keys
}

#[test]
fn everything_that_the_theme_has_is_documented() {
    let text = read("docs/shanyraq.md");
    let mut missing = Vec::new();
    let mut expect = |what: &str, names: BTreeSet<String>, form: &dyn Fn(&str) -> String| {
        assert!(!names.is_empty(), "there are no {what}");
        missing.extend(
            names.into_iter().filter(|name| !text.contains(&form(name))).map(|name| format!("{what} {name}")),
        );
    };
    expect("option", keys("themes/shanyraq/theme.toml", "extra"), &|name| format!("\n| `{name}` |"));
    // Strings that belong together may be named by how they begin; those that the program asks for
    // are in the reference for theme authors.
    let begins = Regex::new("all that begin with `([a-z_]+_)`").unwrap();
    let begins: Vec<String> = begins.captures_iter(&text).map(|each| each[1].to_owned()).collect();
    let asked_for = read("docs/themes.md");
    let mut strings = keys("themes/shanyraq/i18n/en.toml", "");
    strings.retain(|name| {
        !begins.iter().any(|begin| name.starts_with(begin)) && !asked_for.contains(&format!("`{name}`"))
    });
    expect("string", strings, &|name| format!("`{name}`"));
    expect("component", in_templates(r"\{% component (ui\.[a-z_]+)"), &|name| format!("<{name} "));
    expect("directive", in_templates(r"\{% component directives\.([a-z_]+)"), &|name| format!("`{name}`"));
    expect("block", in_templates(r"\{%-? block ([a-z_]+)"), &|name| format!("`{name}`"));
    expect("key", in_templates(r"(?:page|section|item)\.extra\??\.([a-z_]+)"), &|name| format!("`{name}`"));
    let tokens = Regex::new(r"(?m)^    (--[a-z0-9-]+):").unwrap();
    let css = read("themes/shanyraq/static/css/site.css");
    let tokens = tokens.captures_iter(&css).map(|each| each[1].to_owned()).collect();
    expect("property", tokens, &|name| format!("`{name}`"));
    let folder = "themes/shanyraq/templates/";
    let templates = files(folder.trim_end_matches('/')).into_iter().filter_map(|file| {
        let name = file.to_str()?.strip_prefix(folder)?.to_owned();
        (!name.contains('/') && !matches!(&*name, "base.html" | "anchor-link.html")).then_some(name)
    });
    expect("template", templates.collect(), &|name| format!("`{name}`"));
    assert!(missing.is_empty(), "not in docs/shanyraq.md: {missing:#?}");
}

/// An author's id cannot begin with `k_`, so that it is never one of the theme's.
#[test]
fn ids_of_the_theme_are_no_authors() {
    let mut wrong = Vec::new();
    let attribute = Regex::new(
        r#"[\s"](?:id|for|popovertarget|aria-labelledby|aria-describedby|aria-controls|data-copy)="([^"]*)""#,
    );
    let patterns = [attribute.unwrap(), Regex::new(r#"href="[^"]*#([^"]*)""#).unwrap()];
    for file in files("themes").iter().filter(|file| file.extension().is_some_and(|end| end == "html")) {
        let text = read(file.to_str().unwrap());
        for pattern in &patterns {
            let ids = pattern.captures_iter(&text).map(|each| each[1].to_owned());
            // What templates are given has the sign already, or is an author's: a clause, a heading.
            let own = ids.filter(|id| !id.starts_with("k_") && !id.starts_with("{{"));
            wrong.extend(own.map(|id| format!("{} {id}", file.display())));
        }
    }
    assert_eq!(wrong, [""; 0]);
    let scripts =
        ["search", "page"].map(|name| read(&format!("themes/shanyraq/static/js/{name}.js"))).concat();
    for id in Regex::new(r#"getElementById\("([^"]*)"\)"#).unwrap().captures_iter(&scripts) {
        assert!(in_templates(r#"\bid="([^"]*)""#).contains(&id[1]), "no template has the id {}", &id[1]);
    }
}

/// What a stage is called is one word, whether a kind says it or the theme.
#[test]
fn stages_are_called_as_the_states_of_kinds_are() {
    // Not `open`: a consultation is open, and a document is open for comment.
    let stages = ["draft", "planned", "adopted", "in_force", "closed", "superseded", "withdrawn"];
    let kinds = Kinds::read(None, &["en", "ru", "kk"]);
    let mut seen = 0;
    for lang in ["en", "ru", "kk"] {
        let strings = read(&format!("themes/shanyraq/i18n/{lang}.toml"));
        let string = |key: &str| {
            let line = Regex::new(&format!("(?m)^{key} = \"(.*)\"$")).unwrap();
            line.captures(&strings).unwrap_or_else(|| panic!("{lang} {key}"))[1].to_lowercase()
        };
        assert_eq!(string("doc_state_in_force"), string("state_in_force"), "{lang}");
        let states = kinds.iter().flat_map(|kind| kind.lifecycle.iter().flat_map(|all| &all.states));
        for state in
            states.filter(|state| stages.contains(&state.stage.word()) && state.stage.word() == state.name)
        {
            let own = state.label.exact(lang).unwrap().to_lowercase().replace('ё', "е");
            let theirs = string(&format!("state_{}", state.name));
            // In Russian the word has the gender of what it is said of.
            let stem: String = theirs.chars().take(theirs.chars().count() - 2).collect();
            let same = if lang == "ru" { own.contains(&stem) } else { own == theirs };
            assert!(same, "{lang} {}: {own}, and in the theme {theirs}", state.name);
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} states were compared");
}

#[test]
fn every_language_has_every_string() {
    for theme in ["shanyraq", "gazette"] {
        let path = |lang: &str| format!("themes/{theme}/i18n/{lang}.toml");
        let english = keys(&path("en"), "");
        for lang in ["ru", "kk"] {
            assert_eq!(keys(&path(lang), ""), english, "{}", path(lang));
        }
    }
}

/// A colour, for light or for dark, by the name of its property.
fn colour(css: &str, name: &str, dark: bool) -> [f64; 3] {
    let rule = Regex::new(&format!(r"(?m)^    {name}: (?:light-dark\((#\w+), (#\w+)\)|(#\w+));")).unwrap();
    let found = rule.captures(css).unwrap_or_else(|| panic!("there is no colour {name}"));
    let hex = found.get(3).or(found.get(if dark { 2 } else { 1 })).unwrap().as_str().trim_start_matches('#');
    let wide: String =
        if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&wide[at..at + 2], 16).unwrap()) / 255.0)
}

/// The contrast of two colours after WCAG 2.2, from 1 to 21.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let linear = colour.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05
    };
    let (one, other) = (luminance(one), luminance(other));
    one.max(other) / one.min(other)
}

/// Series of charts are seen on paper and between each other's names, which have their colours.
#[test]
fn charts_have_their_contrast_in_light_and_in_dark() {
    let (site, charts) =
        (read("themes/shanyraq/static/css/site.css"), read("themes/shanyraq/static/css/chart.css"));
    for dark in [false, true] {
        for series in 1..=6 {
            let found =
                contrast(colour(&charts, &format!("--chart-{series}"), dark), colour(&site, "--paper", dark));
            assert!(found >= 4.5, "--chart-{series}, dark: {dark}: {found}");
        }
    }
}

#[test]
fn text_has_its_contrast_on_every_ground_in_light_and_in_dark() {
    let css = read("themes/shanyraq/static/css/site.css");
    let grounds = [
        "--paper",
        "--band",
        "--sheet",
        "--shade",
        "--sky-wash",
        "--gold-wash",
        "--red-wash",
        "--green-wash",
    ];
    let mut faults = Vec::new();
    let mut expect = |text: &str, ground: &str, least: f64| {
        for dark in [false, true] {
            let reached = contrast(colour(&css, text, dark), colour(&css, ground, dark));
            if reached < least {
                let scheme = if dark { "dark" } else { "light" };
                faults.push(format!("{text} on {ground} in {scheme}: {reached:.2} to 1, not {least}"));
            }
        }
    };
    for ground in grounds {
        for text in ["--ink", "--ink-soft", "--link", "--link-hover"] {
            expect(text, ground, 7.0);
        }
        for text in ["--amber", "--red", "--green"] {
            expect(text, ground, 4.5);
        }
    }
    for text in ["--on-deep", "--on-deep-soft"] {
        expect(text, "--deep", 7.0);
    }
    for ground in ["--paper", "--band", "--sheet", "--shade"] {
        expect("--line-strong", ground, 3.0);
        expect("--focus", ground, 3.0);
    }
    expect("--mark", "--paper", 3.0);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn scripts_are_small_and_gazette_is_short() {
    let size = |file: &PathBuf| repository().join(file).metadata().unwrap().len();
    let scripts = files("themes/shanyraq/static/js");
    let only = |file: &&PathBuf| file.ends_with("register.js") || file.ends_with("search.js");
    let most: u64 = scripts.iter().filter(|file| !only(file)).map(size).sum();
    assert!(most <= 6000, "the scripts have {most} bytes");
    // Only registers load it, and only the search page.
    for (name, most) in [("register.js", 2400), ("search.js", 8000)] {
        let own: u64 = scripts.iter().filter(|file| file.ends_with(name)).map(size).sum();
        assert!(own > 0 && own <= most, "{name} has {own} bytes");
    }
    let lines: usize =
        files("themes/gazette").iter().map(|file| read(file.to_str().unwrap()).lines().count()).sum();
    assert!(lines < 150, "gazette has {lines} lines");
}
