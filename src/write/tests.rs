//! The promises of the output folder, each broken once by a peer (see `reference/faults.md`, 21 to 28).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use tempfile::TempDir;

use super::journal::Journal;
use super::{Body, Entry, Meta, Output, Summary};
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::path::OutputPath;

/// A site with an output folder that is not there yet.
struct Site {
    root: TempDir,
}

impl Site {
    fn new() -> Self {
        // In memory where there is such a thing: a build waits for the disk, and the disk for others.
        let memory = Path::new("/dev/shm");
        let root = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        for folder in ["content", "themes/shanyraq"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        Self { root }
    }

    fn out(&self) -> PathBuf {
        self.root.path().join("public")
    }

    fn open(&self) -> Result<Output, Diagnostic> {
        Output::open(self.root.path(), &self.out(), &[])
    }

    fn build(&self, files: &[(&str, &str)]) -> Result<Summary, Diagnostic> {
        let output = self.open()?;
        for (path, text) in files {
            put(&output, path, text)?;
        }
        output.commit(&Meta::default())
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.out().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Everything in the output folder but the manifest.
    fn tree(&self) -> BTreeMap<String, String> {
        let mut tree = tree(&self.out());
        tree.remove("manifest.json");
        tree
    }
}

fn put(output: &Output, path: &str, text: &str) -> Result<Entry, Diagnostic> {
    output.put(&OutputPath::parse(path).unwrap(), text.to_owned().into())
}

/// Paths and contents; a folder without anything in it is a path that ends with a slash.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    fn walk(top: &Path, folder: &Path, tree: &mut BTreeMap<String, String>) {
        let mut empty = true;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            empty = false;
            if path.is_dir() && !path.is_symlink() {
                walk(top, &path, tree);
            } else {
                let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
                tree.insert(name, fs::read_to_string(&path).unwrap_or_default());
            }
        }
        if empty && folder != top {
            tree.insert(format!("{}/", folder.strip_prefix(top).unwrap().display()), String::new());
        }
    }
    let mut all = BTreeMap::new();
    if folder.exists() {
        walk(folder, folder, &mut all);
    }
    all
}

fn map(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// Makes a file look old, so that a new time can be told from it.
fn age(path: &Path) -> SystemTime {
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
    old
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

#[test]
fn a_build_fills_the_folder_and_says_so() {
    let site = Site::new();
    let summary = site.build(&[("index.html", "a"), ("ru/x/index.html", "bc")]).unwrap();
    assert_eq!(summary, Summary { written: 2, unchanged: 0, deleted: 0, bytes: 3 });
    assert_eq!(site.tree(), map(&[("index.html", "a"), ("ru/x/index.html", "bc")]));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(site.out().join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["files"]["ru/x/index.html"]["sha256"], Digest::of(b"bc").hex());
}

#[test]
fn unchanged_files_keep_their_times_and_the_manifest_its_own() {
    let site = Site::new();
    site.build(&[("a.html", "a"), ("b/index.html", "b")]).unwrap();
    let (a, b, manifest) =
        (site.out().join("a.html"), site.out().join("b/index.html"), site.out().join("manifest.json"));
    let old = age(&a);
    age(&b);
    age(&manifest);
    let summary = site.build(&[("a.html", "a"), ("b/index.html", "B")]).unwrap();
    assert_eq!((summary.written, summary.unchanged), (1, 1));
    assert_eq!(modified(&a), old);
    assert!(modified(&b) > old && modified(&manifest) > old);
    age(&manifest);
    site.build(&[("a.html", "a"), ("b/index.html", "B")]).unwrap();
    assert_eq!(modified(&manifest), old);
}

#[test]
fn stale_files_go_and_foreign_ones_stay() {
    let site = Site::new();
    site.write(".gitignore", "*");
    site.write("ru/notes.txt", "mine");
    fs::create_dir_all(site.out().join("empty")).unwrap();
    site.build(&[("ru/a/index.html", "a"), ("ru/b.html", "b"), ("kk/c/d/index.html", "c")]).unwrap();
    let summary = site.build(&[("index.html", "i")]).unwrap();
    assert_eq!((summary.written, summary.deleted), (1, 3));
    let expected = [(".gitignore", "*"), ("ru/notes.txt", "mine"), ("empty/", ""), ("index.html", "i")];
    assert_eq!(site.tree(), map(&expected));
}

#[test]
fn a_failed_or_abandoned_build_leaves_no_trace() {
    let site = Site::new();
    site.open().unwrap().abandon();
    assert!(!site.out().exists(), "a folder made for nothing");
    site.build(&[("a.html", "a"), ("b.html", "b")]).unwrap();
    let before = tree(&site.out());
    let output = site.open().unwrap();
    put(&output, "a.html", "changed").unwrap();
    put(&output, "new/index.html", "new").unwrap();
    assert!(site.out().join(".kenes-staging").exists());
    drop(output);
    assert_eq!(tree(&site.out()), before);
}

#[test]
fn what_a_killed_build_staged_is_cleared_away() {
    let site = Site::new();
    site.build(&[("a.html", "a")]).unwrap();
    let before = tree(&site.out());
    let mut output = site.open().unwrap();
    put(&output, "a.html", "changed").unwrap();
    put(&output, "new/index.html", "new").unwrap();
    // All is staged and the journal written, but not sealed: the build did not come to its end.
    output.prepare_commit(&Meta::default()).unwrap();
    output.cleanup.keep = true;
    drop(output);
    assert!(site.out().join(".kenes-staging/journal.new").exists());
    site.open().unwrap().abandon();
    assert_eq!(tree(&site.out()), before);
}

#[test]
fn what_kenes_did_not_write_is_never_overwritten_nor_adopted() {
    let site = Site::new();
    site.write("a/index.html", "mine");
    let error = site.build(&[("a/index.html", "theirs"), ("b.html", "b")]).unwrap_err();
    assert_eq!(error.code.id, "K0801");
    assert!(error.message.contains("public/a/index.html"), "{error:?}");
    assert_eq!(tree(&site.out()), map(&[("a/index.html", "mine")]));
    // The same bytes are no quarrel; but they do not become ours by that, not even in later builds.
    for _ in 0..2 {
        assert_eq!(site.build(&[("a/index.html", "mine")]).unwrap().unchanged, 1);
    }
    site.build(&[]).unwrap();
    assert_eq!(site.tree(), map(&[("a/index.html", "mine")]));
}

#[test]
fn a_file_becomes_a_folder_and_a_folder_a_file() {
    let site = Site::new();
    site.build(&[("a", "file"), ("b/c/index.html", "x"), ("b/d.html", "y")]).unwrap();
    site.build(&[("a/index.html", "folder"), ("b", "file")]).unwrap();
    assert_eq!(site.tree(), map(&[("a/index.html", "folder"), ("b", "file")]));
    // The folder of the file that comes is not swept away with those that go.
    site.build(&[("c/d/e", "x")]).unwrap();
    site.build(&[("c/d", "x")]).unwrap();
    assert_eq!(site.tree(), map(&[("c/d", "x")]));
    build_killed(&site, &[("c/d/e", "x")], 2).unwrap();
    site.build(&[("a/index.html", "folder"), ("b", "file")]).unwrap();
    // Unless something of somebody else is in the way.
    site.write("a/mine.txt", "mine");
    let before = tree(&site.out());
    let error = site.build(&[("a", "file again"), ("b", "other")]).unwrap_err();
    assert!(error.message.contains("public/a/mine.txt"), "{error:?}");
    assert_eq!(tree(&site.out()), before);
    fs::remove_file(site.out().join("b")).unwrap();
    site.build(&[("a/index.html", "folder")]).unwrap();
    site.write("b", "foreign");
    assert!(site.build(&[("b/index.html", "x")]).unwrap_err().message.contains("`public/b`"));
}

#[test]
fn two_outputs_for_one_path_are_refused() {
    let site = Site::new();
    for files in [
        [("a/index.html", "1"), ("a/index.html", "2")],
        [("a.html", "1"), ("a.html", "1")],
        [("a", "1"), ("a/b", "2")],
        [("a/b", "2"), ("a", "1")],
        [("x/a", "1"), ("x/a/b", "2")],
    ] {
        site.build(&files).unwrap_err();
        assert_eq!(tree(&site.out()), BTreeMap::new());
    }
}

#[test]
fn a_build_waits_for_no_other() {
    let site = Site::new();
    site.build(&[]).unwrap();
    let first = site.open().unwrap();
    let error = site.open().unwrap_err();
    assert_eq!((error.code.id, error.message.as_str()), ("K0803", "another build is at work in `public`"));
    drop(first);
    site.open().unwrap();
    let names: Vec<_> = fs::read_dir(site.out()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["manifest.json"], "a lock was left to be published");
}

#[test]
fn places_where_an_output_folder_may_not_be() {
    let site = Site::new();
    let root = site.root.path();
    fs::write(root.join("file"), "").unwrap();
    let data = root.join("data");
    fs::create_dir_all(&data).unwrap();
    for bad in [
        root.to_path_buf(),
        root.parent().unwrap().to_path_buf(),
        root.join("content"),
        root.join("content/en"),
        root.join("public/../content"),
        root.join("themes"),
        root.join("themes/shanyraq/x"),
        root.join("static"),
        root.join("templates"),
        root.join(".git/x"),
        root.join("file"),
        root.join("file/below"),
        data.join("out"),
        PathBuf::from("/"),
    ] {
        let error = Output::open(root, &bad, std::slice::from_ref(&data)).unwrap_err();
        assert_eq!(error.code.id, "K0802", "{}", bad.display());
    }
    Output::open(root, &root.join("a/new/public"), &[data]).unwrap();
}

#[test]
fn a_broken_manifest_is_survived_and_a_foreign_one_kept() {
    let site = Site::new();
    site.build(&[("a.html", "a"), ("b.html", "b")]).unwrap();
    site.write("manifest.json", "{\n\"generator\":\"kenes 0.1.0\",\n\"fi");
    site.build(&[("a.html", "a")]).unwrap();
    assert_eq!(site.tree(), map(&[("a.html", "a"), ("b.html", "b")]), "nothing was known to be ours");
    site.write("manifest.json", r#"{"name":"An app"}"#);
    let error = site.build(&[("a.html", "a")]).unwrap_err();
    assert!(error.message.contains("public/manifest.json"), "{error:?}");
    assert_eq!(fs::read_to_string(site.out().join("manifest.json")).unwrap(), r#"{"name":"An app"}"#);
    fs::remove_file(site.out().join("manifest.json")).unwrap();
    for reserved in ["manifest.json", ".kenes-staging/x", ".kenes-lock"] {
        assert_eq!(site.build(&[(reserved, "x")]).unwrap_err().code.id, "K0602");
    }
}

#[cfg(unix)]
#[test]
fn links_lead_no_output_elsewhere() {
    let site = Site::new();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("index.html"), "precious").unwrap();
    site.build(&[("ru/index.html", "r"), ("a.html", "a")]).unwrap();
    fs::remove_dir_all(site.out().join("ru")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), site.out().join("ru")).unwrap();
    let error = site.build(&[("ru/index.html", "new"), ("a.html", "a")]).unwrap_err();
    assert!(error.message.contains("`public/ru` is a symbolic link"), "{error:?}");
    // Nor may a stale file be deleted through it.
    site.build(&[("a.html", "a")]).unwrap();
    assert_eq!(fs::read_to_string(elsewhere.path().join("index.html")).unwrap(), "precious");
    std::os::unix::fs::symlink(elsewhere.path().join("index.html"), site.out().join("b.html")).unwrap();
    site.build(&[("b.html", "precious")]).unwrap_err();
    assert_eq!(fs::read_to_string(elsewhere.path().join("index.html")).unwrap(), "precious");
    // The output folder itself may well be a link.
    let linked = Site::new();
    std::os::unix::fs::symlink(elsewhere.path(), linked.out()).unwrap();
    linked.build(&[("x/index.html", "x")]).unwrap();
    assert_eq!(fs::read_to_string(elsewhere.path().join("x/index.html")).unwrap(), "x");
}

#[test]
fn large_files_are_copied_in_pieces_and_compared() {
    let site = Site::new();
    let source = site.root.path().join("content/film.webm");
    let mut film: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
    fs::write(&source, &film).unwrap();
    let path = OutputPath::parse("film.webm").unwrap();
    let build = || {
        let output = site.open()?;
        let entry = output.put(&path, Body::File(source.clone()))?;
        output.commit(&Meta::default()).map(|summary| (entry, summary))
    };
    let (entry, summary) = build().unwrap();
    assert_eq!((entry.digest, entry.size, summary.written), (Digest::of(&film), 3_000_000, 1));
    assert!(fs::read(site.out().join("film.webm")).unwrap() == film);
    let old = age(&site.out().join("film.webm"));
    let again = build().unwrap();
    assert_eq!((again.0, again.1.unchanged), (entry, 1));
    assert_eq!(modified(&site.out().join("film.webm")), old);
    film[2_999_999] ^= 1;
    fs::write(&source, &film).unwrap();
    assert_eq!(build().unwrap().0.digest, Digest::of(&film));
    fs::remove_file(&source).unwrap();
    let error = build().unwrap_err();
    assert_eq!((error.code.id, error.location.unwrap().file.as_str()), ("K0201", "content/film.webm"));
    assert!(fs::read(site.out().join("film.webm")).unwrap() == film);
}

#[test]
fn a_staging_folder_that_fails_is_said_and_harms_nothing() {
    let site = Site::new();
    site.build(&[("a.html", "a")]).unwrap();
    let before = tree(&site.out());
    let output = site.open().unwrap();
    // The permissions of a read-only folder do not bind root, so break a part of the path instead.
    let staging = site.out().join(".kenes-staging");
    fs::remove_dir_all(&staging).unwrap();
    fs::write(&staging, "").unwrap();
    let error = put(&output, "b/index.html", "b").unwrap_err();
    assert_eq!(error.code.id, "K0801");
    let error = put(&output, "b.html", "b").unwrap_err();
    assert!(error.message.contains("`public/b.html` cannot be written"), "{error:?}");
    drop(output);
    site.build(&[("a.html", "a")]).unwrap();
    assert_eq!(tree(&site.out()), before, "what is left of staging is cleared away");
}

#[cfg(target_os = "linux")]
#[test]
fn read_only_and_full_disks_leave_the_old_output() {
    const NAME: &str = "write::tests::read_only_and_full_disks_leave_the_old_output";
    if std::env::var_os("KENES_TEST_SMALL_DISK").is_some() {
        return small_disk();
    }
    // A file system of its own, in a namespace of its own: works as root and, on most systems, for users.
    let site = tempfile::tempdir().unwrap();
    let script =
        "mount -t tmpfs -o size=256k,nr_inodes=64 tmpfs \"$1\" && cd \"$1\" && exec \"$2\" --exact \"$3\"";
    let done = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(site.path())
        .arg(std::env::current_exe().unwrap())
        .arg(NAME)
        .env("KENES_TEST_SMALL_DISK", "1")
        .output();
    match done {
        Ok(done) if done.status.success() => {}
        Ok(done) if String::from_utf8_lossy(&done.stdout).contains("running 1 test") => {
            panic!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        }
        other => eprintln!("SKIPPED {NAME}: no file system can be mounted here ({other:?})"),
    }
}

/// Runs in a folder on a file system of 256 kB of which nobody else knows.
#[cfg(target_os = "linux")]
fn small_disk() {
    let root = std::env::current_dir().unwrap();
    let out = root.join("public");
    let build = |files: &[(String, usize)]| {
        let output = Output::open(&root, &out, &[])?;
        let mut failed = None;
        for (path, size) in files {
            let body = vec![b'x'; *size].into();
            failed = output.put(&OutputPath::parse(path).unwrap(), body).err().or(failed);
        }
        failed.map_or(Ok(()), Err)?;
        output.commit(&Meta::default())
    };
    let small: Vec<_> = (0..4).map(|i| (format!("p{i}/index.html"), 8_000)).collect();
    build(&small).unwrap();
    let before = tree(&out);
    // Full of bytes, then full of names.
    let large: Vec<_> = (0..4).map(|i| (format!("p{i}/index.html"), 80_000)).collect();
    let many: Vec<_> = (0..100).map(|i| (format!("p{i}/index.html"), 8)).collect();
    for files in [large, many] {
        let error = build(&files).unwrap_err();
        assert_eq!(error.message, "the output folder `public` cannot be written: the disk is full");
        assert_eq!(tree(&out), before);
    }
    let remount = |how: &str| {
        let done = std::process::Command::new("mount").args(["-o", how, "tmpfs"]).arg(&root).status();
        assert!(done.unwrap().success());
    };
    remount("remount,ro");
    let error = build(&small).unwrap_err();
    assert_eq!(error.message, "the output folder `public` cannot be written: the file system is read-only");
    assert_eq!(tree(&out), before);
    remount("remount,rw");
    build(&small).unwrap();
}

/// What the test's builds put where: few names, so that files, folders and leftovers meet.
fn paths() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "ru", "index.html"]), 1..4)
        .prop_map(|parts| parts.join("/"))
}

fn sets() -> impl Strategy<Value = BTreeMap<String, String>> {
    prop::collection::btree_map(paths(), "[xy]{0,2}", 0..8).prop_map(|mut files| {
        let all: Vec<String> = files.keys().cloned().collect();
        files.retain(|path, _| !all.iter().any(|other| path.starts_with(&format!("{other}/"))));
        files
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// After each build the folder holds the foreign files and the last set that worked; and a
    /// build that was killed after any of its steps is finished by the next.
    #[test]
    fn the_folder_is_the_last_build_and_what_was_foreign(
        foreign in sets(),
        builds in prop::collection::vec((sets(), prop::option::of(0_usize..12)), 1..6),
    ) {
        let site = Site::new();
        for (path, text) in &foreign {
            site.write(path, text);
        }
        let mut expected = foreign.clone();
        for (files, killed_after) in builds {
            let all: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
            // A file of the site and a foreign one may be the same file; all else is a quarrel.
            let fits = files.iter().all(|(path, text)| foreign.iter().all(|(other, theirs)| {
                (path != other || text == theirs)
                    && !path.starts_with(&format!("{other}/"))
                    && !other.starts_with(&format!("{path}/"))
            }));
            let built = match killed_after {
                None => site.build(&all).map(|_| ()),
                Some(steps) => build_killed(&site, &all, steps),
            };
            prop_assert_eq!(built.is_ok(), fits, "{:?}", built);
            if fits {
                expected = foreign.clone();
                expected.extend(files);
            }
            if killed_after.is_some() {
                // Whoever comes next finishes it, even if he builds nothing.
                site.open().unwrap().abandon();
            }
            prop_assert_eq!(site.tree(), expected.clone());
            prop_assert!(!site.out().join(".kenes-staging").exists());
        }
    }
}

/// A build whose process dies after some of its steps.
fn build_killed(site: &Site, files: &[(&str, &str)], steps: usize) -> Result<(), Diagnostic> {
    let mut output = site.open()?;
    for (path, text) in files {
        put(&output, path, text)?;
    }
    if let Some(mut journal) = output.prepare_commit(&Meta::default())?.0 {
        Journal::seal(&output.staging).unwrap();
        journal.steps.truncate(steps);
        journal.run(&output.folder, &output.staging, false).unwrap();
        output.cleanup.keep = true;
    }
    Ok(())
}

/// Run by hand: `cargo test --release --lib -- --ignored --nocapture write_speed`, with
/// `KENES_BENCH_DIR` on the file system to be measured.
#[test]
#[ignore = "a measurement, to be run by hand in a release build: it prints times and promises none; what is written, the tests above check"]
fn write_speed() {
    use rayon::prelude::*;
    let base = std::env::var("KENES_BENCH_DIR").unwrap_or_else(|_| "/dev/shm".to_owned());
    let root = tempfile::tempdir_in(base).unwrap();
    let paths: Vec<OutputPath> = (0..10_000)
        .map(|i| OutputPath::parse(&format!("section-{:02}/page-number-{i}/index.html", i % 20)).unwrap())
        .collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let page = |i: usize, round: usize| -> Vec<u8> {
        let mut page = format!("{i} {round}").into_bytes();
        page.resize(12_000, b'x');
        page
    };
    for (name, round) in [("empty", 0), ("unchanged", 0), ("all changed", 1), ("unchanged", 1)] {
        let bodies: Vec<Vec<u8>> = (0..paths.len()).map(|i| page(i, round)).collect();
        let start = std::time::Instant::now();
        let output = Output::open(root.path(), &root.path().join("public"), &[]).unwrap();
        let opened = start.elapsed();
        pool.install(|| {
            paths.par_iter().zip(bodies).for_each(|(path, body)| {
                output.put(path, body.into()).unwrap();
            });
        });
        let put = start.elapsed();
        let mut output = output;
        let (journal, _) = output.prepare_commit(&Meta::default()).unwrap();
        let prepared = start.elapsed();
        if let Some(journal) = journal {
            Journal::seal(&output.staging).unwrap();
            journal.run(&output.folder, &output.staging, false).unwrap();
            super::stage::flush_names(&output.folder);
        }
        let run = start.elapsed();
        drop(output);
        eprintln!(
            "{name}: open {opened:?}, put {:?}, prepare and flush {:?}, steps {:?}, clean {:?}, in all {:?}",
            put.checked_sub(opened).unwrap(),
            prepared.checked_sub(put).unwrap(),
            run.checked_sub(prepared).unwrap(),
            start.elapsed().checked_sub(run).unwrap(),
            start.elapsed()
        );
    }
}
