//! Real files, changed as editors and other programs change them, one system call after the other.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender};

use tempfile::TempDir;

use super::*;

/// Nothing more is expected after this; longer than all waiting but that for what nobody closes.
const SILENCE: Duration = Duration::from_millis(400);

/// By then the machine has had time for anything.
const PATIENCE: Duration = Duration::from_secs(10);

/// A sequence of steps that took longer than this says nothing of one that is as fast as an editor.
const FAST: Duration = Duration::from_millis(15);

/// A site with a watcher at work, as the server has it.
struct Site {
    folder: TempDir,
    changes: Receiver<(Changes, Instant)>,
    stop: Sender<Message>,
}

impl Site {
    fn new() -> Self {
        Self::with(&["site/content", "site/kenes.toml"], &["site/public"], |_| {})
    }

    fn with(wanted: &[&str], ignored: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |paths: &[&str]| paths.iter().map(|path| folder.path().join(path)).collect::<Vec<PathBuf>>();
        for path in ["site/content/en", "site/public", "other"] {
            fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        fs::write(folder.path().join("site/kenes.toml"), "x").unwrap();
        fs::write(folder.path().join("site/content/page.md"), "old text").unwrap();
        prepare(folder.path());
        let wanted = at(wanted);
        let (mut watcher, stop, trouble) = Watcher::new(&at(ignored));
        assert_eq!(trouble, None);
        // What was just made for the test is no change.
        std::thread::sleep(CLOCKS * 2);
        // Before and after the first build.
        assert_eq!(watcher.watch(&wanted), []);
        assert_eq!(watcher.watch(&wanted), []);
        let (sender, changes) = mpsc::channel();
        std::thread::spawn(move || {
            while let Some(changes) = watcher.next() {
                if sender.send((changes, Instant::now())).is_err() {
                    return;
                }
                let trouble = watcher.watch(&wanted);
                assert_eq!(trouble, []);
            }
        });
        Self { folder, changes, stop }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join("site").join(path)
    }

    fn names(&self, changes: &Changes) -> Vec<String> {
        let name = |path: &PathBuf| path.strip_prefix(self.at("")).unwrap().display().to_string();
        let mut names: Vec<String> = changes.paths.iter().map(name).collect();
        if changes.everything {
            names.push("everything".to_owned());
        }
        if changes.woken {
            names.push("woken".to_owned());
        }
        names
    }

    /// All that is handed over from now until nothing more is.
    fn all(&self) -> Vec<Vec<String>> {
        let mut all = Vec::new();
        let mut wait = PATIENCE;
        while let Ok((changes, _)) = self.changes.recv_timeout(wait) {
            all.push(self.names(&changes));
            wait = SILENCE;
        }
        all
    }

    fn nothing(&self) {
        let more = self.changes.recv_timeout(SILENCE);
        assert!(more.is_err(), "{:?}", more.map(|(changes, _)| self.names(&changes)));
    }

    /// Does this, and demands that it be handed over as one change. Where the machine was too busy
    /// to do it as fast as an editor does, it is done again.
    fn one(&self, what: &str, paths: &[&str], steps: impl FnMut(usize)) {
        self.one_in(FAST, what, paths, steps);
    }

    fn one_in(&self, most: Duration, what: &str, paths: &[&str], mut steps: impl FnMut(usize)) {
        for round in 0..20 {
            let start = Instant::now();
            steps(round);
            let fast = start.elapsed() < most;
            let all = self.all();
            let mut union = all.concat();
            union.sort_unstable();
            union.dedup();
            assert_eq!(union, paths, "{what}: {all:?}");
            if fast {
                assert_eq!(all.len(), 1, "{what}: {all:?}");
                return;
            }
        }
        panic!("{what}: this machine is too busy");
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.at(path), text).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.at(from), self.at(to)).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.at(path)).unwrap();
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.stop.send(Message::Stop);
    }
}

#[test]
fn the_saves_of_editors_are_one_change_each() {
    let site = Site::new();
    let text = |round: usize| format!("text of round {round}");
    site.one("nano, VS Code, `>`: emptied and written in place", &["content/page.md"], |round| {
        let mut file = File::create(site.at("content/page.md")).unwrap();
        file.write_all(text(round).as_bytes()).unwrap();
        file.write_all(b" and more").unwrap();
    });
    site.one("vim: moved away, written anew, rights given, backup deleted", &["content/page.md"], |round| {
        site.write("content/4913", "");
        site.remove("content/4913");
        site.write("content/.page.md.swp", "x");
        site.rename("content/page.md", "content/page.md~");
        site.write("content/page.md", &text(round));
        let rights = site.at("content/page.md").metadata().unwrap().permissions();
        fs::set_permissions(site.at("content/page.md"), rights).unwrap();
        site.remove("content/page.md~");
        site.remove("content/.page.md.swp");
    });
    let slow = Duration::from_millis(40);
    site.one_in(slow, "vim on a slow disk", &["content/page.md"], |round| {
        site.rename("content/page.md", "content/page.md~");
        std::thread::sleep(Duration::from_millis(20));
        site.write("content/page.md", &text(round));
    });
    site.one("Emacs: a lock, a backup, then in place", &["content/page.md"], |round| {
        #[cfg(unix)]
        std::os::unix::fs::symlink("me@here.1", site.at("content/.#page.md")).unwrap();
        site.write("content/#page.md#", "x");
        fs::copy(site.at("content/page.md"), site.at("content/page.md~")).unwrap();
        site.write("content/page.md", &text(round));
        site.remove("content/#page.md#");
        #[cfg(unix)]
        site.remove("content/.#page.md");
    });
    site.one("JetBrains: beside, the old one away, into place", &["content/page.md"], |round| {
        site.write("content/page.md___jb_tmp___", &text(round));
        site.rename("content/page.md", "content/page.md___jb_old___");
        site.rename("content/page.md___jb_tmp___", "content/page.md");
        site.remove("content/page.md___jb_old___");
    });
    site.one("any atomic save, by a name that means nothing", &["content/page.md"], |round| {
        site.write("content/zzz", &text(round));
        site.rename("content/zzz", "content/page.md");
    });
    site.one("Helix: a backup of any name, then anew", &["content/page.md"], |round| {
        site.rename("content/page.md", "content/page.mdx8Kq2Z.bck");
        site.write("content/page.md", &text(round));
        site.remove("content/page.mdx8Kq2Z.bck");
    });
    site.one("a file without an extension", &["content/LICENSE"], |round| {
        site.write("content/LICENSE", &text(round));
    });
    site.one("a wanted file that is no folder", &["kenes.toml"], |round| {
        site.write("kenes.toml", &text(round));
    });
    site.remove("content/LICENSE");
    assert_eq!(site.all(), [["content/LICENSE"]], "deleted");
}

#[test]
fn a_save_is_told_of_at_once() {
    let site = Site::new();
    let mut times = Vec::new();
    for round in 0..15 {
        std::thread::sleep(Duration::from_millis(60));
        site.write("content/zzz", &format!("{round}"));
        site.rename("content/zzz", "content/page.md");
        let start = Instant::now();
        let (changes, at) = site.changes.recv_timeout(PATIENCE).unwrap();
        assert_eq!(site.names(&changes), ["content/page.md"]);
        times.push(at.saturating_duration_since(start));
    }
    times.sort_unstable();
    // It takes two; the longest wait that there is for what is not whole takes twenty and more.
    assert!(times[5] < Duration::from_millis(12), "{times:?}");
    site.nothing();
}

#[cfg(target_os = "linux")]
#[test]
fn half_a_file_is_waited_for() {
    let site = Site::new();
    let mut file = OpenOptions::new().append(true).open(site.at("content/page.md")).unwrap();
    for _ in 0..4 {
        file.write_all(b"part ").unwrap();
        assert!(site.changes.recv_timeout(Duration::from_millis(60)).is_err(), "it is not closed");
    }
    drop(file);
    assert_eq!(site.all(), [["content/page.md"]]);
    // Nobody closes this one.
    let mut file = OpenOptions::new().append(true).open(site.at("content/page.md")).unwrap();
    file.write_all(b"part").unwrap();
    assert_eq!(site.all(), [["content/page.md"]]);
    // Reading is no change, nor is giving the rights that a file has.
    let _ = fs::read(site.at("content/page.md")).unwrap();
    let rights = site.at("content/page.md").metadata().unwrap().permissions();
    fs::set_permissions(site.at("content/page.md"), rights).unwrap();
    site.nothing();
}

#[test]
fn noise_and_what_is_ignored_are_silent() {
    let site = Site::new();
    for path in
        ["content/.page.md.swp", "content/page.md~", "content/.DS_Store", "public/index.html", "other"]
    {
        site.write(path, "x");
    }
    fs::create_dir_all(site.at("content/.git/objects")).unwrap();
    site.write("content/.git/index", "x");
    site.nothing();
}

#[test]
fn folders_come_and_go_as_a_whole() {
    let site = Site::new();
    let other = site.folder.path().join("other");
    fs::create_dir_all(other.join("news/deep")).unwrap();
    fs::write(other.join("news/deep/a.md"), "x").unwrap();
    fs::rename(other.join("news"), site.at("content/news")).unwrap();
    assert_eq!(site.all(), [["content/news"]], "moved in");
    site.write("content/news/deep/a.md", "y");
    assert_eq!(site.all(), [["content/news/deep/a.md"]], "and watched");
    site.rename("content/news", "content/archive");
    assert_eq!(site.all(), [["content/archive", "content/news"]], "renamed");
    site.write("content/archive/deep/a.md", "z");
    assert_eq!(site.all(), [["content/archive/deep/a.md"]], "by its new name");
    fs::rename(site.at("content/archive"), other.join("news")).unwrap();
    assert_eq!(site.all(), [["content/archive"]], "moved out");
    fs::write(other.join("news/deep/a.md"), "elsewhere").unwrap();
    site.nothing();
    // Made one in the other and filled at once, faster than the system can watch them.
    for round in 0..4 {
        let deep = format!("content/made-{round}/a/b/c");
        fs::create_dir_all(site.at(&deep)).unwrap();
        site.write(&format!("{deep}/x.md"), "x");
        let first = format!("content/made-{round}");
        let all = site.all().concat();
        assert!(all.contains(&first), "{all:?}");
        site.write(&format!("{deep}/x.md"), "y");
        assert_eq!(site.all(), [[format!("{deep}/x.md")]]);
    }
}

#[test]
fn the_watched_folder_goes_and_comes_again() {
    let site = Site::new();
    for round in 0..3 {
        fs::remove_dir_all(site.at("content")).unwrap();
        assert_eq!(site.all().concat().first().unwrap(), "content");
        fs::create_dir(site.at("content")).unwrap();
        site.write("content/page.md", "x");
        assert_eq!(site.all().concat().first().unwrap(), "content", "round {round}");
        // At once, so that the new folder may get the number of the old one, as on ext4.
        site.remove("content/page.md");
        assert_eq!(site.all().concat(), ["content/page.md"]);
        fs::remove_dir(site.at("content")).unwrap();
        fs::create_dir(site.at("content")).unwrap();
        fs::create_dir(site.at("content/en")).unwrap();
        assert_eq!(site.all().concat().first().unwrap(), "content", "round {round}");
        site.write("content/en/page.md", &format!("{round}"));
        assert_eq!(site.all(), [["content/en/page.md"]], "round {round}");
    }
    // With all that is above it.
    let away = site.folder.path().join("away");
    fs::rename(site.at(""), &away).unwrap();
    assert_eq!(site.all().concat(), ["content", "kenes.toml"]);
    fs::write(away.join("content/en/page.md"), "not here").unwrap();
    site.nothing();
    fs::rename(&away, site.at("")).unwrap();
    assert_eq!(site.all().concat(), ["content", "kenes.toml"]);
    site.write("content/en/page.md", "here");
    assert_eq!(site.all(), [["content/en/page.md"]]);
}

#[test]
fn a_checkout_of_hundreds_of_files_is_one_change() {
    let site = Site::with(&["site/content"], &[], |folder| {
        fs::create_dir_all(folder.join("site/.git")).unwrap();
        for i in 0..300 {
            fs::write(folder.join(format!("site/content/en/{i:03}.md")), "x").unwrap();
        }
    });
    // As git does it: under a lock, each file deleted and made anew; here slower than any burst.
    site.write(".git/index.lock", "");
    for i in 0..300 {
        let name = format!("content/en/{i:03}.md");
        site.remove(&name);
        site.write(&name, "y");
        if i % 20 == 0 {
            std::thread::sleep(Duration::from_millis(60));
        }
    }
    site.rename(".git/index.lock", ".git/index");
    let all = site.all();
    assert_eq!((all.len(), all[0].len()), (1, 300));
    // Other programs have no lock that we know; a burst is few changes nevertheless.
    for i in 0..300 {
        site.write(&format!("content/en/{i:03}.md"), "z");
    }
    let all = site.all();
    let mut names = all.concat();
    names.sort_unstable();
    names.dedup();
    assert!(all.len() <= 6 && names.len() == 300, "{} changes", all.len());
}

#[test]
fn after_a_loss_everything_may_be_other() {
    let site = Site::new();
    let lost = || {
        let event = notify::Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        site.stop.send(Message::Seen(Ok(event), Instant::now())).unwrap();
    };
    lost();
    site.nothing();
    site.write("content/page.md", "x");
    lost();
    let all = site.all();
    assert!(all.concat().contains(&"everything".to_owned()), "{all:?}");
    // Whoever asks for a build gets one at once.
    site.stop.send(Message::Wake).unwrap();
    assert_eq!(site.all(), [["woken"]]);
    // It is watched as before.
    site.write("content/en/page.md", "x");
    assert_eq!(site.all(), [["content/en/page.md"]]);
}

#[test]
fn what_changes_during_the_first_build_is_not_missed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let content = root.join("content");
    let page = content.join("en/page.md");
    fs::create_dir_all(content.join("en")).unwrap();
    for path in [&page, &content.join("old.md"), &root.join("kenes.toml")] {
        fs::write(path, "x").unwrap();
    }
    let wanted = [content.clone(), root.join("kenes.toml")];
    let ignored = [root.join(".kenes"), root.join("public")];
    fs::create_dir(&ignored[1]).unwrap();
    let steps: [(&str, &dyn Fn()); 6] = [
        ("nothing", &|| {}),
        ("a neighbour", &|| fs::write(root.join("neighbour"), "x").unwrap()),
        ("written", &|| fs::write(&page, "y").unwrap()),
        ("moved in with an old time", &|| {
            let file = File::create(root.join("new.md")).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
            fs::rename(root.join("new.md"), content.join("en/new.md")).unwrap();
        }),
        ("deleted", &|| fs::remove_file(content.join("old.md")).unwrap()),
        ("deleted above", &|| fs::remove_file(root.join("kenes.toml")).unwrap()),
    ];
    for (what, step) in steps {
        let changed = !["nothing", "a neighbour"].contains(&what);
        during_the_first_build(&wanted, &[], step, what, changed);
    }
    // As `kenes serve` has it: the folder of the site, but for parts of it.
    for path in ["data.csv", "public/index.html"] {
        fs::write(root.join(path), "x").unwrap();
    }
    let steps: [(&str, &dyn Fn(), bool); 5] = [
        ("a folder made by the build itself", &|| fs::create_dir(&ignored[0]).unwrap(), false),
        ("something ignored deleted", &|| fs::remove_dir_all(&ignored[1]).unwrap(), false),
        ("deleted in the root", &|| fs::remove_file(root.join("data.csv")).unwrap(), true),
        ("made in the root", &|| fs::create_dir(root.join("data")).unwrap(), true),
        ("deleted deeper", &|| fs::remove_file(&page).unwrap(), true),
    ];
    for (what, step, changed) in steps {
        during_the_first_build(std::slice::from_ref(&root), &ignored, step, what, changed);
    }
}

/// Does something between the first look at files and the moment that the system watches them.
#[track_caller]
fn during_the_first_build(
    wanted: &[PathBuf],
    ignored: &[PathBuf],
    step: &dyn Fn(),
    what: &str,
    changed: bool,
) {
    std::thread::sleep(CLOCKS * 2);
    let (mut watcher, stop, _) = Watcher::new(ignored);
    watcher.watch(wanted);
    step();
    watcher.watch(wanted);
    std::thread::spawn(move || {
        std::thread::sleep(SILENCE);
        stop.send(Message::Stop)
    });
    let everything = watcher.next().is_some_and(|changes| changes.everything);
    assert_eq!(everything, changed || cfg!(not(unix)) && everything, "{what}");
}

#[test]
fn where_the_system_watches_no_more_kenes_looks() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.md");
    fs::write(&page, "x").unwrap();
    let (mut watcher, stop, _) = Watcher::new(&[]);
    assert_eq!(watcher.watch(&[folder.path().to_path_buf()]), []);
    let limit = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
    stop.send(Message::Seen(Err(limit), Instant::now())).unwrap();
    let changes = watcher.next().unwrap();
    assert!(changes.trouble[0].message.contains("once a second"), "{changes:?}");
    assert!(changes.trouble[0].help.as_ref().unwrap().contains("max_user_watches"));
    assert!(changes.everything || watcher.next().unwrap().everything);
    // From now on without the system.
    watcher.native = None;
    let new = folder.path().join("a/b");
    let (told, write) = (page.clone(), new.clone());
    let writer = std::thread::spawn(move || {
        fs::write(told, "longer").unwrap();
        std::thread::sleep(Duration::from_millis(1500));
        fs::create_dir_all(&write).unwrap();
        fs::write(write.join("new.md"), "x").unwrap();
    });
    assert_eq!(watcher.next().unwrap().paths, [page]);
    let changes = watcher.next().unwrap();
    assert!(changes.paths == [folder.path().join("a")] && changes.trouble.is_empty(), "{changes:?}");
    writer.join().unwrap();
    stop.send(Message::Stop).unwrap();
    assert_eq!(watcher.next(), None);
}

#[cfg(unix)]
#[test]
fn a_file_with_two_paths_changes_under_both() {
    use std::os::unix::fs::symlink;
    let wanted = ["site/content", "site/data", "site/kenes.toml"];
    let site = Site::with(&wanted, &[], |folder| {
        let at = |path: &str| folder.join(path);
        for path in ["site/data/texts", "site/.hidden"] {
            fs::create_dir_all(at(path)).unwrap();
        }
        fs::write(at("site/.hidden/note.md"), "x").unwrap();
        symlink("../data/texts", at("site/content/texts")).unwrap();
        symlink("../.hidden/note.md", at("site/content/note.md")).unwrap();
        symlink("/", at("site/content/out")).unwrap();
    });
    site.write("data/texts/a.md", "x");
    assert_eq!(site.all(), [["content/texts/a.md", "data/texts/a.md"]]);
    site.write(".hidden/note.md", "y");
    assert_eq!(site.all(), [["content/note.md"]]);
    symlink("../data", site.at("content/later")).unwrap();
    assert_eq!(site.all().concat(), ["content/later"]);
    site.write("data/x.csv", "x");
    assert_eq!(site.all().concat(), ["content/later/x.csv", "data/x.csv"]);
}

#[test]
fn a_folder_is_watched_around_what_is_ignored() {
    let site = Site::with(&["site"], &["site/public", "site/node_modules"], |folder| {
        fs::create_dir_all(folder.join("site/node_modules/x")).unwrap();
    });
    site.write("node_modules/x/y", "x");
    site.write("public/index.html", "x");
    site.nothing();
    site.write("content/en/page.md", "x");
    assert_eq!(site.all(), [["content/en/page.md"]]);
    site.write("data.csv", "x");
    assert_eq!(site.all(), [["data.csv"]]);
    // What is new is watched as well.
    fs::create_dir(site.at("data")).unwrap();
    assert_eq!(site.all(), [["data"]]);
    site.write("data/x.csv", "x");
    assert_eq!(site.all(), [["data/x.csv"]]);
}
