//! Documents from their making to their adoption, with the program itself: `new`, `status`, `stamp`.

mod common;

use std::path::Path;

use common::{copy, kenes, said, scratch, tests, tree, write};
use serde_json::Value;

/// Runs a command in a site; it must end with this code. Returns what it said.
#[track_caller]
fn run(root: &Path, args: &[&str], expected: i32) -> String {
    let output = kenes().current_dir(root).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(expected), "kenes {}\n{}", args.join(" "), said(&output));
    said(&output)
}

/// The golden site of kinds, in a folder that may be changed.
fn site() -> tempfile::TempDir {
    let site = scratch();
    copy(&tests().join("sites/kinds/site"), site.path());
    site
}

fn status(root: &Path, day: &str) -> Value {
    let output =
        kenes().current_dir(root).args(["status", "--as-of", day, "--format", "json"]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn files(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|page| page["file"].as_str().unwrap()).collect()
}

/// The files of a built site, by their paths.
fn built(root: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    run(root, &["build", "--as-of", "2026-01-15"], 0);
    tree(&root.join("public"))
}

/// What is said of kinds holds for pages of no other kind as well, and whatever a page announces is there.
#[test]
fn announced_feeds_and_files_for_reference_managers_exist() {
    let site = scratch();
    let kind = "[kinds.page]\nversions = true\nfeeds = true\n[kinds.page.cite]\ntype = \"webpage\"\n";
    write(
        &site.path().join("kenes.toml"),
        format!("base_url = \"https://a.kz\"\ntitle = \"T\"\nlanguages = [\"en\"]\n{kind}"),
    );
    let pages = [
        ("_index.md", ""),
        ("p.md", ""),
        ("shows.md", "illustrative = true\n"),
        ("s/_index.md", ""),
        ("s/x/index.md", ""),
        ("s/x/versions/0.9.md", "hidden = true\nversion = { in_force = 2024-01-01 }\n"),
        ("s/x/versions/1.0.md", "version = { in_force = 2025-01-01 }\n"),
    ];
    for (path, front) in pages {
        write(&site.path().join("content").join(path), format!("+++\n{front}+++\nText.\n"));
    }
    let files = built(site.path());
    let mut announced = std::collections::BTreeSet::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = String::from_utf8_lossy(text);
        for name in ["atom.xml", "feed.json", "cite.bib", "cite.json"] {
            for (at, _) in text.match_indices(&format!("/{name}\"")) {
                let address = text[..at].rsplit('"').next().unwrap().to_owned() + "/" + name;
                let address = address.trim_start_matches("https://a.kz").trim_start_matches('/');
                assert!(files.contains_key(address), "{path} announces {address}");
                announced.insert(address.to_owned());
            }
        }
    }
    let wanted = |folder: &str, names: &[&str]| {
        names.iter().map(|name| format!("{folder}/{name}")).collect::<Vec<_>>()
    };
    let all = ["atom.xml", "cite.bib", "cite.json", "feed.json"];
    for folder in ["p", "shows", "s/x"] {
        assert!(wanted(folder, &all).iter().all(|path| announced.contains(path)), "{folder}: {announced:?}");
    }
    let feed = String::from_utf8_lossy(&files["s/x/atom.xml"]).into_owned();
    assert!(
        feed.contains("/s/x/1.0/") && !feed.contains("/s/x/0.9/"),
        "a hidden version is in no feed: {feed}"
    );
    assert!(wanted("s/x/1.0", &all[1..3]).iter().all(|path| announced.contains(path)), "{announced:?}");
}

#[test]
fn status_says_what_is_to_be_done_and_what_comes() {
    let site = site();
    let now = status(site.path(), "2026-01-15");
    assert_eq!(now["next_change"], "2026-01-21");
    let first: Vec<(&str, &str)> = now["changes"].as_array().unwrap()[..2]
        .iter()
        .map(|change| (change["file"].as_str().unwrap(), change["what"].as_str().unwrap()))
        .collect();
    assert_eq!(first, [("content/standards/new.md", "over"), ("content/talk.md", "state")]);
    assert_eq!(files(&now["stale_translations"]), ["content/about.kk.md"]);
    assert_eq!(files(&now["drafts"]), ["content/draft.md"]);
    assert_eq!(files(&now["future"]), ["content/later.md"]);
    assert_eq!(files(&now["reviews_overdue"]), ["content/standards/old.md"]);
    assert!(files(&now["missing_translations"]).contains(&"content/council/first.md"));
    let state = |status: &Value, file: &str| {
        let all = status["documents"].as_array().unwrap();
        all.iter().find(|document| document["file"] == file).unwrap()["state"].clone()
    };
    assert_eq!(state(&now, "content/standards/new.md"), "consultation");
    let later = status(site.path(), "2026-12-24");
    assert_eq!(state(&later, "content/standards/new.md"), "in_force");
    assert_eq!(later["next_change"], Value::Null);
    assert_eq!(files(&later["expired"]), ["content/later.md"]);
    assert_eq!(files(&status(site.path(), "2025-12-31")["reviews_overdue"]), [""; 0]);
}

/// The day that `status` names is the first on which a build gives other files.
#[track_caller]
fn the_next_change_is_the_next_change(site: &Path, first: &str, last: &str) {
    let build = |day: &str| {
        let output = scratch();
        let folder = output.path().to_str().unwrap();
        run(site, &["build", "--quiet", "--as-of", day, "--output", folder], 0);
        common::tree(output.path())
    };
    let mut day: jiff::civil::Date = first.parse().unwrap();
    let mut before = build(first);
    while let Some(next) = status(site, &day.to_string())["next_change"].as_str() {
        let next: jiff::civil::Date = next.parse().unwrap();
        assert_eq!(build(&next.yesterday().unwrap().to_string()), before, "something changed before {next}");
        let after = build(&next.to_string());
        assert_ne!(after, before, "nothing changed on {next}");
        (day, before) = (next, after);
    }
    assert_eq!(day.to_string(), last);
}

/// The state of a document on a day.
fn state(root: &Path, file: &str, day: &str) -> String {
    let now = status(root, day);
    let all = now["documents"].as_array().unwrap();
    let own = all.iter().find(|document| document["file"] == file).unwrap();
    own["state"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_postponed_or_of_some_day_of_a_month_is_not_held_yet() {
    let site = site();
    let meeting = |file: &str, starts: &str, history: &str| {
        let text = format!("+++\ntitle = \"A\"\nkind = \"meeting\"\nstarts = {starts}\n{history}+++\n");
        write(&site.path().join(file), text);
    };
    let step = |state: &str, day: &str| format!("[[history]]\nstate = \"{state}\"\ndate = {day}\n");
    let (put_off, again, some_day) = ("content/put-off.md", "content/again.md", "content/some-day.md");
    meeting(put_off, "2026-11-10", &step("postponed", "2026-11-01"));
    let steps = step("postponed", "2026-11-01") + &step("scheduled", "2026-11-15");
    meeting(again, "2026-12-05", &steps);
    meeting(some_day, "\"2026-11\"", "");
    let states = |day| [put_off, again, some_day].map(|file| state(site.path(), file, day));
    assert_eq!(states("2026-10-31"), ["scheduled", "scheduled", "scheduled"]);
    assert_eq!(states("2026-11-11"), ["postponed", "postponed", "scheduled"]);
    assert_eq!(states("2026-11-30"), ["postponed", "scheduled", "held"]);
    assert_eq!(states("2026-12-05"), ["postponed", "held", "held"]);
    let changes = status(site.path(), "2026-11-05")["changes"].to_string();
    assert!(!changes.contains("put-off"), "{changes}");
    let out = site.path().join("public");
    run(site.path(), &["build", "--quiet", "--as-of", "2026-11-11", "--output", out.to_str().unwrap()], 0);
    let calendar = std::fs::read_to_string(out.join("calendar.ics")).unwrap();
    let own = calendar.split("BEGIN:VEVENT").find(|event| event.contains("/put-off/")).unwrap();
    assert!(own.contains("STATUS:TENTATIVE"), "{own}");
}

#[test]
fn the_next_change_of_states_is_the_next_change() {
    the_next_change_is_the_next_change(site().path(), "2026-01-15", "2026-12-01");
}

#[test]
fn the_next_change_of_versions_is_the_next_change() {
    let site = scratch();
    copy(&tests().join("sites/versions/site"), site.path());
    the_next_change_is_the_next_change(site.path(), "2020-01-01", "2026-03-02");
}

#[test]
fn stamp_makes_a_translation_current_and_changes_one_line() {
    let site = site();
    let file = site.path().join("content/about.kk.md");
    let before = std::fs::read_to_string(&file).unwrap();
    let output = run(site.path(), &["stamp", "content/about.kk.md", "about.ru.md"], 0);
    assert!(output.contains("Stamped content/about.kk.md"), "{output}");
    assert!(output.contains("content/about.ru.md is stamped already"), "{output}");
    let after = std::fs::read_to_string(&file).unwrap();
    let changed = before.lines().zip(after.lines()).filter(|(a, b)| a != b).count();
    assert_eq!((changed, before.lines().count()), (1, after.lines().count()));
    assert_eq!(files(&status(site.path(), "2026-01-15")["stale_translations"]), [""; 0]);
    // What translations share does not make them stale; a word does.
    let original = site.path().join("content/about.md");
    let text = std::fs::read_to_string(&original).unwrap();
    write(&original, text.replace("+++\n\n", "weight = 7\n+++\n\n"));
    assert_eq!(files(&status(site.path(), "2026-01-15")["stale_translations"]), [""; 0]);
    write(&original, text.replace("About", "About us"));
    let stale = status(site.path(), "2026-01-15");
    assert_eq!(files(&stale["stale_translations"]), ["content/about.kk.md", "content/about.ru.md"]);
}

/// Lists of words are translated as words are.
#[test]
fn a_changed_list_makes_a_translation_stale() {
    let site = site();
    let settings = site.path().join("kenes.toml");
    let kinds = "\n[kinds.page.fields]\nagenda = { type = \"string\", list = true }\n";
    let text = std::fs::read_to_string(&settings).unwrap();
    write(&settings, text.replacen("\n[kinds.", &format!("{kinds}\n[kinds."), 1));
    let original = site.path().join("content/about.md");
    let text = std::fs::read_to_string(&original).unwrap();
    let with = |agenda: &str| text.replacen("+++\n", &format!("+++\nagenda = {agenda}\n"), 1);
    write(&original, with("[\"Opening\", \"Vote\"]"));
    run(site.path(), &["stamp", "content/about.kk.md", "content/about.ru.md"], 0);
    assert_eq!(files(&status(site.path(), "2026-01-15")["stale_translations"]), [""; 0]);
    for changed in ["[\"Opening\", \"A vote\"]", "[\"Opening\"]", "[\"Vote\", \"Opening\"]"] {
        write(&original, with(changed));
        let stale = status(site.path(), "2026-01-15");
        assert_eq!(files(&stale["stale_translations"]), ["content/about.kk.md", "content/about.ru.md"]);
    }
}

#[test]
fn stamp_refuses_what_is_no_translation() {
    let site = site();
    for (file, why) in [
        ("content/about.md", "is no translation"),
        ("content/nothing.md", "there is no file"),
        ("kenes.toml", "does not lie in content/"),
        ("content/people/aida.fr.md", "there is no file"),
    ] {
        let output = run(site.path(), &["stamp", file], 1);
        assert!(output.contains(why), "{output}");
    }
    write(&site.path().join("content/about.md"), "+++\ntitle = 1\n+++\n");
    let output = run(site.path(), &["stamp", "content/about.ru.md"], 1);
    assert!(output.contains("K0103") && output.contains("mend them first"), "{output}");
}

/// A folder stands for all translations below it; drafts, which nobody has called ready, are left.
#[test]
fn stamp_takes_a_folder() {
    let site = site();
    let root = site.path();
    let unstamped = files(&status(root, "2026-01-15")["unstamped_translations"]).len();
    assert!(unstamped > 1, "there is something to stamp");
    let draft = root.join("content/council/second.ru.md");
    write(&draft, "+++\ntitle = \"Второе\"\ndraft = true\n+++\n");
    let output = run(root, &["stamp", "content/council"], 0);
    assert!(output.contains("Stamped content/council/first.ru.md: it was made from"), "{output}");
    assert!(output.contains("Left content/council/second.ru.md: it is a draft"), "{output}");
    assert!(output.contains("1 left as drafts"), "{output}");
    assert!(!output.contains("content/about"), "{output}");
    assert!(!std::fs::read_to_string(&draft).unwrap().contains("translated_from"));
    // The folder as it is called below content/, and from within it; the second time there is nothing to do.
    let again = run(root, &["stamp", "council/"], 0);
    assert!(again.contains("Below content/council/: 0 stamped, 3 were stamped already"), "{again}");
    let output = run(root, &["stamp", "content"], 0);
    assert!(
        output.contains("Stamped content/about.kk.md") && output.contains("Below content/: "),
        "{output}"
    );
    let now = status(root, "2026-01-15");
    let none: [&str; 0] = [];
    assert_eq!(files(&now["unstamped_translations"]), none);
    assert_eq!(files(&now["stale_translations"]), none);
    for (folder, why) in [
        ("themes", "does not lie in content/"),
        ("content/standards", "there are no translations below content/standards/"),
        ("content/nowhere", "there is no file content/nowhere"),
    ] {
        let output = run(root, &["stamp", folder], 1);
        assert!(output.contains(why), "{output}");
    }
    // A file that cannot be stamped is named, and keeps no other from it.
    write(&root.join("content/about.ru.md"), "+++\ntitle = \n+++\n");
    write(&root.join("content/people/aida.kk.md"), "+++\ntitle = \"Айда\"\n+++\n");
    let output = run(root, &["stamp", "content"], 1);
    assert!(output.contains("the front matter of content/about.ru.md has mistakes"), "{output}");
    assert!(output.contains("Stamped content/people/aida.kk.md"), "{output}");
    assert!(output.contains("1 could not be stamped"), "{output}");
    // So is one whose name is wrong: nobody would look for what is left out in silence.
    std::fs::remove_file(root.join("content/about.ru.md")).unwrap();
    write(&root.join("content/people/aida.kz.md"), "+++\ntitle = \"Айда\"\n+++\n");
    write(&root.join("content/people/2025-02-30-call.md"), "+++\ntitle = \"Call\"\n+++\n");
    write(&root.join("content/people/2025-02-30-call.ru.md"), "+++\ntitle = \"Созыв\"\n+++\n");
    let output = run(root, &["stamp", "content/people"], 1);
    assert!(output.contains("content/people/aida.kz.md: "), "{output}");
    assert!(output.contains("content/people/2025-02-30-call.ru.md: "), "{output}");
    assert!(!output.contains("call.md: "), "{output}");
    assert!(output.contains("2 could not be stamped"), "{output}");
}

/// A standard from its first draft to the day that it comes into force.
#[test]
fn a_standard_is_made_consulted_on_and_adopted() {
    let site = site();
    let root = site.path();
    let made =
        run(root, &["new", "standard", "ethical-ai", "--set", "number=S-7", "--title", "Ethical AI"], 0);
    assert!(
        made.contains("content/standards/ethical-ai.kk.md, for the address /kk/standards/ethical-ai/"),
        "{made}"
    );
    let page = root.join("content/standards/ethical-ai.md");
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.contains("number = \"S-7\"") && !text.contains("kind ="), "{text}");
    run(root, &["build", "--drafts", "--strict", "--as-of", "2026-01-15"], 0);
    let steps = "[[history]]\nstate = \"consultation\"\ndate = 2030-02-01\nuntil = 2030-03-01\n\n\
                 [[history]]\nstate = \"adopted\"\ndate = 2030-04-01\n";
    let ready = text.replace("draft = true\n", "").replacen("+++\n\n", &format!("\n{steps}+++\n\n"), 1);
    write(&page, ready);
    for (day, state, next) in [
        ("2030-01-31", "draft", "2030-02-01"),
        ("2030-02-01", "consultation", "2030-03-02"),
        ("2030-03-31", "consultation", "2030-04-01"),
    ] {
        let status = status(root, day);
        let all = status["documents"].as_array().unwrap();
        let own = all.iter().find(|document| document["number"] == "S-7").unwrap();
        assert_eq!((&own["state"], &status["next_change"]), (&json(state), &json(next)), "{day}");
    }
}

fn json(text: &str) -> Value {
    Value::from(text)
}

#[test]
fn new_says_what_a_document_needs_and_refuses_what_it_cannot_have() {
    let site = site();
    let root = site.path();
    let made = run(root, &["new", "consultation", "talks/on-ethics", "--set", "opens=2026-02-01"], 0);
    assert!(made.contains("Before that it needs: closes"), "{made}");
    let text = std::fs::read_to_string(root.join("content/talks/on-ethics.md")).unwrap();
    assert!(text.contains("kind = \"consultation\"\nopens = 2026-02-01\n# closes = …"), "{text}");
    let text = std::fs::read_to_string(root.join("content/talks/on-ethics.ru.md")).unwrap();
    assert!(!text.contains("opens") && !text.contains("kind"), "{text}");
    for (args, why) in [
        (["consultation", "x", "--set", "opens=2026-02-01"], "no section is for pages of the kind"),
        (["standrd", "x", "--set", "number=S-9"], "did you mean `standard`?"),
        (["standard", "x", "--set", "number=9"], "does not match the pattern"),
        (["standard", "x", "--set", "place=Astana"], "has no field `place`"),
        (["standard", "x", "--set", "number=S-2"], "content/standards/new.md has the number `S-2` already"),
        (["standard", "new", "--set", "number=S-2"], "Left content/standards/new.md as it was"),
    ] {
        let expected = i32::from(!why.starts_with("Left"));
        let said = run(root, &[&["new"], &args[..]].concat(), expected);
        assert!(said.contains(why), "{said}");
    }
    let alone = run(root, &["new", "standard"], 1);
    assert!(alone.contains("which one?") && !root.join("content/standard.md").exists(), "{alone}");
    run(root, &["new", "standard.md"], 0);
}

/// A version is a text of its document: it says so, and has neither title nor fields of its own.
#[test]
fn a_version_is_made_as_one() {
    let site = scratch();
    let root = site.path();
    copy(&tests().join("sites/versions/site"), root);
    write(
        &root.join("content/standards/_index.md"),
        "+++\ntitle = \"Standards\"\npage_kind = \"standard\"\n+++\n",
    );
    let made = run(root, &["new", "standards/records/versions/3.0", "--all-languages"], 0);
    assert!(made.contains("versions/3.0.kk.md, for the address /kk/standards/records/3.0/"), "{made}");
    assert!(made.contains("The page of content/standards/records/index.md shows it"), "{made}");
    assert!(!made.contains("needs") && !made.contains("section"), "{made}");
    let text = |file: &str| std::fs::read_to_string(root.join("content/standards").join(file)).unwrap();
    assert_eq!(
        text("records/versions/3.0.md"),
        "+++\ndraft = true\n\n[version]\n# in_force = … is the first day that it is in force; without it the \
         version is a proposal\n# note = … says in one sentence what it changes\n# It may have: until, \
         supersedes, comments_until, change\n+++\n\n"
    );
    let translation =
        "+++\ndraft = true\n\n[version]\n# note = … says in one sentence what it changes\n+++\n\n";
    assert_eq!(text("records/versions/3.0.ru.md"), translation);
    run(root, &["build", "--drafts", "--strict", "--as-of", "2026-01-15"], 0);
    assert!(root.join("public/kk/standards/records/3.0/index.html").is_file());
    // A document that is not translated has versions in its own language only.
    run(root, &["new", "standards/ai/index", "--set", "number=TS-9"], 0);
    let made = run(root, &["new", "standards/ai/versions/1.0", "--all-languages", "--title", "AI"], 0);
    assert!(made.contains("/standards/ai/1.0/") && !made.contains("ru.md"), "{made}");
    assert!(text("ai/versions/1.0.md").starts_with("+++\ntitle = \"AI\"\ndraft = true\n\n[version]\n"));
    run(root, &["build", "--drafts", "--as-of", "2026-01-15"], 0);
    run(root, &["new", "meeting", "standards/m/index", "--set", "starts=2026-02-01"], 0);
    for (args, why) in [
        (
            &["standards/m/versions/1.0"][..],
            "standards/m/index.md is a meeting, and that kind has no versions",
        ),
        (
            &["standards/ai/versions/1.1.ru"][..],
            "a version of content/standards/ai/index.ru.md, which does not",
        ),
        (&["standard", "standards/ai/versions/1.1"], "write kenes new standards/ai/versions/1.1"),
        (&["standards/ai/versions/1.1", "--set", "number=X"], "has no field `number`"),
    ] {
        let said = run(root, &[&["new"], args].concat(), 1);
        assert!(said.contains(why), "{said}");
    }
    // Elsewhere `versions` is a folder like any other.
    run(root, &["new", "notes/versions/first"], 0);
    run(root, &["build", "--drafts", "--as-of", "2026-01-15"], 0);
}
