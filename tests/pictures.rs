//! Smaller copies of pictures, with the program itself: which there are, what pages say of them, that they are made
//! once, and what is said of pictures that are broken.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{age, build, picture, said, scratch, succeed, tree, write};

const CONFIG: &str =
    "base_url = \"https://kenes.example\"\ntitle = \"Pictures\"\n[pictures]\nwidths = [20, 40]\n";

const PAGE: &str = "+++\ntitle = \"Visit\"\n[[pictures]]\nfile = \"steppe.png\"\ncredit = \"A. Painter\"\n\
    licence = \"CC BY 4.0\"\nurl = \"https://creativecommons.org/licenses/by/4.0/\"\n+++\n\
    ![The steppe](steppe.png)\n\n![The steppe](steppe.png)\n\n::figure src=\"steppe.png\" alt=\"The steppe\"\n\n\
    ::figure src=\"steppe.png\" alt=\"The steppe\" width=30 credit=\"Another\"\n\n![Small](small.png)\n\n![Film](film.png)\n";

/// An animated PNG: its control chunk alone makes it one.
fn film() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 60, 50);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    for _ in 0..2 {
        writer.write_image_data(&[7; 60 * 50 * 3]).unwrap();
    }
    writer.finish().unwrap();
    // Heavy enough to be worth it otherwise.
    bytes.extend([0; 5000]);
    bytes
}

fn site(root: &Path) -> PathBuf {
    let site = root.join("site");
    write(&site.join("kenes.toml"), CONFIG);
    write(&site.join("content/_index.md"), "+++\ntitle = \"Home\"\ngenerate_feeds = true\n+++\n");
    write(&site.join("content/visit/index.md"), PAGE);
    for (name, bytes) in
        [("steppe.png", picture(60, 50)), ("small.png", picture(20, 20)), ("film.png", film())]
    {
        std::fs::write(site.join("content/visit").join(name), bytes).unwrap();
    }
    site
}

/// The copies among the files of a site.
fn copies(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let is_copy = |name: &str| name.ends_with(".avif") || name.ends_with(".webp");
    files
        .iter()
        .filter(|(name, _)| is_copy(name))
        .map(|(name, bytes)| (name.clone(), bytes.clone()))
        .collect()
}

#[test]
fn a_page_offers_copies_and_says_whose_the_picture_is() {
    let scratch = scratch();
    let (site, output) = (site(scratch.path()), scratch.path().join("output"));
    succeed(&mut build(&site, &output));
    let files = tree(&output);
    let copies = copies(&files);
    assert_eq!(copies.len(), 4, "{:?}", copies.keys());
    let original =
        files.keys().find(|name| name.starts_with("assets/visit/steppe.") && name.ends_with(".png"));
    let original = original.unwrap().clone();
    for (name, bytes) in &copies {
        assert!(bytes.len() < files[&original].len(), "{name}");
        match name.ends_with(".avif") {
            true => assert_eq!(&bytes[4..12], b"ftypavif"),
            false => {
                let decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(bytes)).unwrap();
                let size = if name.contains(".20.") { (20, 17) } else { (40, 33) };
                assert_eq!(decoder.dimensions(), size, "{name}");
            }
        }
    }
    let page = String::from_utf8(files["visit/index.html"].clone()).unwrap();
    let named = |part: &str| copies.keys().find(|name| name.ends_with(part)).unwrap();
    let sizes = "(min-width: 48rem) 44rem, 92vw";
    let source = |sizes: &str| {
        let one = |format: &str| {
            let of = |width: u32| format!("/{} {width}w", named(&format!(".{width}.{format}")));
            let set = format!("{}, {}", of(20), of(40));
            format!("<source type=\"image/{format}\" srcset=\"{set}\" sizes=\"{sizes}\">")
        };
        one("avif") + &one("webp")
    };
    let picture = |sizes: &str, rest: &str| {
        format!("<picture>{}<img src=\"/{original}\" alt=\"The steppe\"{rest}></picture>", source(sizes))
    };
    let (size, lazy) = (" width=\"60\" height=\"50\"", " loading=\"lazy\" decoding=\"async\"");
    assert!(page.contains(&picture(sizes, &format!("{size} decoding=\"async\""))), "the first one\n{page}");
    assert_eq!(page.matches(&picture(sizes, &format!("{size}{lazy}"))).count(), 2, "{page}");
    assert!(page.contains(&picture("30px", &format!(" width=\"30\"{lazy}"))), "{page}");
    assert_eq!(page.matches("<picture>").count(), 4, "none for the small one and the film\n{page}");
    let licence = "<a href=\"https://creativecommons.org/licenses/by/4.0/\">CC BY 4.0</a>";
    assert_eq!(page.matches(licence).count(), 4, "{page}");
    assert!(page.contains("A. Painter") && page.contains("Another"), "{page}");
    let machines = format!(
        "\"image\":[{{\"@type\":\"ImageObject\",\"contentUrl\":\"https://kenes.example/{original}\",\
         \"creditText\":\"A. Painter\",\"license\":\"https://creativecommons.org/licenses/by/4.0/\"}}]"
    );
    assert!(page.contains(&machines), "{page}");
}

/// Builds a page of this text, with a translation that says nothing of its own, and returns both with what was said.
fn credited(text: &str) -> (String, String, String) {
    let scratch = scratch();
    let (site, output) = (site(scratch.path()), scratch.path().join("output"));
    write(&site.join("kenes.toml"), CONFIG.replacen('\n', "\nlanguages = [\"en\", \"ru\"]\n", 1));
    let front = PAGE.rsplit_once("+++\n").unwrap().0;
    write(&site.join("content/visit/index.md"), format!("{front}+++\n{text}\n"));
    write(&site.join("content/visit/index.ru.md"), format!("+++\ntitle = \"Визит\"\n+++\n{text}\n"));
    let told = said(&succeed(&mut build(&site, &output)));
    let mut files = tree(&output);
    let mut page = |path: &str| String::from_utf8(files.remove(path).unwrap()).unwrap();
    (page("visit/index.html"), page("ru/visit/index.html"), told)
}

#[test]
fn a_picture_alone_says_whose_it_is_as_a_figure_does() {
    let figures = |page: &str| {
        let parts =
            page.split("<figure").skip(1).map(|rest| rest.split_once("</figure>").unwrap().0.to_owned());
        parts.collect::<Vec<_>>()
    };
    // The first picture of a page is not lazy: that one should not differ in anything else.
    let text = "![Small](small.png)\n\n![A \"wide\" view](steppe.png)\n\n\
        ::figure src=\"steppe.png\" alt='A \"wide\" view'\n\n> ![A \"wide\" view](steppe.png)\n\n\
        - One\n\n  ![A \"wide\" view](steppe.png)\n\n:::details summary=\"More\"\n![A \"wide\" view](steppe.png)\n:::\n";
    let (page, translated, told) = credited(text);
    let found = figures(&page);
    assert_eq!(found.len(), 5, "{page}");
    assert!(found.iter().all(|figure| *figure == found[1]), "{found:#?}");
    assert!(found[0].contains("A. Painter") && found[0].contains("A &quot;wide&quot; view"), "{}", found[0]);
    assert!(page.contains("<p><img src=\"/assets/visit/small."), "nothing is said of this one\n{page}");
    assert_eq!(figures(&translated).len(), 5, "{translated}");
    assert!(figures(&translated).iter().all(|figure| figure.contains("A. Painter")), "{translated}");
    assert!(!told.contains("K1409"), "{told}");
    // Its title is its caption.
    let (page, _, _) = credited("![View](steppe.png \"Seen from the *west*\")");
    assert!(figures(&page)[0].contains("<figcaption>Seen from the *west* <span class=\"credit\">"), "{page}");
    assert!(!page.contains(" title=\"Seen"), "{page}");
}

#[test]
fn a_picture_within_text_that_says_nowhere_whose_it_is_is_warned_of() {
    for text in [
        "Here: ![View](steppe.png)",
        "![View](steppe.png) ![View](steppe.png)",
        "[![View](steppe.png)](@/_index.md)",
        "*![View](steppe.png)*",
        "![View](steppe.png) <!-- more -->\n\nRest.",
        "- ![View](steppe.png)",
        "Text.[^1]\n\n[^1]: ![View](steppe.png)",
        "| ![View](steppe.png) |\n|---|\n| a |",
        "## ![View](steppe.png)",
        "<img src=\"steppe.png\" alt=\"\">",
    ] {
        let (page, _, told) = credited(text);
        assert_eq!(told.matches("K1409").count(), 2, "once in each language: {text}\n{told}");
        assert!(!page.contains("<figure") && page.contains("<img src=\"/assets/visit/steppe."), "{page}");
        let shown = format!("{text}\n\n![View](steppe.png)\n");
        let (page, _, told) = credited(&shown);
        assert!(!told.contains("K1409") && page.matches("<figure").count() == 1, "{text}\n{told}\n{page}");
    }
    let (_, _, told) = credited("Here: ![View](small.png)");
    assert!(!told.contains("K1409"), "{told}");
}

#[test]
fn copies_are_made_once_and_are_the_same_however_they_are_made() {
    let scratch = scratch();
    let (site, output) = (site(scratch.path()), scratch.path().join("output"));
    succeed(build(&site, &output).env("RAYON_NUM_THREADS", "1"));
    let first = copies(&tree(&output));
    let cache = site.join(".kenes/cache/pictures");
    let kept = tree(&cache);
    assert_eq!(kept.len(), 4);

    // Neither with many threads nor without the cache are there other bytes.
    let other = scratch.path().join("other");
    succeed(build(&site, &other).env("RAYON_NUM_THREADS", "4").arg("--no-cache"));
    assert_eq!(copies(&tree(&other)), first);

    // What is damaged is made anew, whatever is wrong with it.
    for (at, name) in kept.keys().enumerate() {
        let mut bytes = kept[name].clone();
        match at {
            0 => bytes[40] ^= 1,
            1 => bytes.truncate(35),
            2 => bytes.clear(),
            _ => bytes.push(0),
        }
        std::fs::write(cache.join(name), bytes).unwrap();
    }
    succeed(&mut build(&site, &other));
    assert_eq!((copies(&tree(&other)), tree(&cache)), (first.clone(), kept.clone()));

    // What is whole is taken as it is.
    let name = kept.keys().next().unwrap();
    let fake = b"not a picture at all";
    let stored = [kenes::base::digest::Digest::of(fake).bytes(), &fake[..]].concat();
    std::fs::write(cache.join(name), stored).unwrap();
    succeed(&mut build(&site, &other));
    assert_eq!(copies(&tree(&other)).values().filter(|bytes| *bytes == fake).count(), 1);
}

#[test]
fn copies_that_nobody_asks_for_any_more_are_forgotten() {
    let scratch = scratch();
    let (site, output) = (site(scratch.path()), scratch.path().join("output"));
    let cache = site.join(".kenes/cache/pictures");
    let draft = "+++\ntitle = \"Later\"\ndraft = true\n+++\n";
    write(&site.join("content/later/index.md"), draft);
    std::fs::write(site.join("content/later/hills.png"), picture(50, 60)).unwrap();
    succeed(build(&site, &output).arg("--drafts"));
    write(&cache.join("notes.txt"), "mine");
    let kept = || tree(&cache).len();
    assert_eq!(kept(), 4 + 4 + 1);
    // A build without drafts has no use for their pictures, but the next one with them has.
    age(&cache, 6);
    succeed(&mut build(&site, &output));
    assert_eq!(kept(), 4 + 4 + 1);
    // A build without the cache leaves it alone, and so does one that fails.
    age(&cache, 8);
    succeed(build(&site, &output).arg("--no-cache"));
    write(&site.join("content/bad.md"), "+++\ntitle = \n+++\n");
    assert!(!build(&site, &output).status().unwrap().success());
    std::fs::remove_file(site.join("content/bad.md")).unwrap();
    assert_eq!(kept(), 4 + 4 + 1);
    // What is of use stays, whenever it was made; a file of another name is not ours.
    succeed(&mut build(&site, &output));
    assert_eq!(kept(), 4 + 1);
    assert!(cache.join("notes.txt").is_file());
}

#[test]
fn settings_say_which_copies_there_are() {
    let scratch = scratch();
    let (site, output) = (site(scratch.path()), scratch.path().join("output"));
    let set = |keys: &str| {
        write(&site.join("kenes.toml"), CONFIG.replace("widths = [20, 40]", keys));
        succeed(&mut build(&site, &output));
        tree(&output)
    };
    let files = set("formats = [\"webp\"]\nwidths = [30]\nsizes = \"50vw\"\nwebp_quality = 10");
    assert_eq!(copies(&files).len(), 1);
    assert!(String::from_utf8_lossy(&files["visit/index.html"]).contains("sizes=\"50vw\""));
    let finer = set("formats = [\"webp\"]\nwidths = [30]\nsizes = \"50vw\"\nwebp_quality = 20");
    assert_ne!(copies(&finer).keys().next(), copies(&files).keys().next(), "another name for other bytes");
    let files = set("formats = []");
    assert!(copies(&files).is_empty());
    assert!(!String::from_utf8_lossy(&files["visit/index.html"]).contains("<picture>"));
}

#[test]
fn broken_pictures_are_told() {
    let scratch = scratch();
    let (site, output) = (site(scratch.path()), scratch.path().join("output"));
    // Whole as far as its parts go; what is in them is not.
    let mut damaged = picture(60, 50);
    damaged[4000] ^= 0x55;
    std::fs::write(site.join("content/visit/steppe.png"), damaged).unwrap();
    let failed = build(&site, &output).output().unwrap();
    let text = said(&failed);
    assert!(!failed.status.success() && text.contains("K1407"), "{text}");
    assert_eq!(text.matches("this picture is damaged").count(), 1, "once, not for each copy\n{text}");
    assert!(text.contains("content/visit/steppe.png"), "{text}");
    let checked = common::kenes().arg("--root").arg(&site).args(["check", "--as-of", common::TODAY]).output();
    let text = said(&checked.unwrap());
    assert!(text.contains("K1407") && !site.join(".kenes/cache/pictures").exists(), "{text}");

    let cut = picture(60, 50);
    std::fs::write(site.join("content/visit/steppe.png"), &cut[..5000]).unwrap();
    let built = succeed(&mut build(&site, &output));
    let text = said(&built);
    assert!(text.contains("K1406") && text.contains("content/visit/steppe.png"), "{text}");
    assert!(!succeed_strictly(&site, &output));
}

fn succeed_strictly(site: &Path, output: &Path) -> bool {
    build(site, output).arg("--strict").status().unwrap().success()
}
