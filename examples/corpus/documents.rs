//! Documents with versions and clauses; or the same texts as pages that know nothing of it, to compare.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::date;

use crate::file_name;
use crate::random::Random;
use crate::words::Language;

/// The versions of each document.
pub const VERSIONS: [&str; 3] = ["1.0", "1.1", "2.0"];
const PARTS: usize = 8;
const ITEMS: usize = 4;
const FOLDER: &str = "documents";

/// Writes documents, each in all languages: its page, and three versions of forty clauses. `plain` leaves
/// out all that makes them documents.
pub fn write(
    content: &Path,
    languages: &[Language],
    documents: usize,
    seed: u64,
    plain: bool,
) -> io::Result<()> {
    for (position, language) in languages.iter().enumerate() {
        let folder = content.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let text = format!("+++\ntitle = \"{}\"\n+++\n", language.section);
        fs::write(folder.join(file_name("_index", language, position)), text)?;
        for number in 0..documents {
            let document = Document { language, seed, number, plain };
            let folder = folder.join(format!("document-{number:05}"));
            let versions = if plain { folder.clone() } else { folder.join("versions") };
            fs::create_dir_all(&versions)?;
            let index = if plain { "page" } else { "index" };
            fs::write(folder.join(file_name(index, language, position)), document.index(position))?;
            for (at, label) in VERSIONS.iter().enumerate() {
                fs::write(versions.join(file_name(label, language, position)), document.version(at, label))?;
            }
        }
    }
    Ok(())
}

struct Document<'a> {
    language: &'a Language,
    seed: u64,
    number: usize,
    plain: bool,
}

impl Document<'_> {
    fn index(&self, position: usize) -> String {
        let mut random = Random::new(self.seed, self.number, self.language.code);
        let mut text = format!("+++\ntitle = \"{}\"\n", self.words(&mut random, 4));
        let _ = writeln!(text, "description = \"{}.\"", self.words(&mut random, 12));
        if self.plain {
            let _ = writeln!(text, "date = {}", self.day(0));
        } else {
            text.push_str("kind = \"standard\"\n");
            if position == 0 {
                let _ = writeln!(text, "number = \"S-{:05}\"", self.number);
                let _ = writeln!(text, "\n[[history]]\nstate = \"consultation\"\ndate = {}", self.day(0));
                let _ = writeln!(text, "\n[[history]]\nstate = \"adopted\"\ndate = {}", self.day(60));
                let _ = writeln!(text, "\n[[history]]\nstate = \"in_force\"\ndate = {}", self.day(90));
            }
        }
        let other = self.number.saturating_sub(1);
        let see = self.language.see;
        let cited = match self.plain {
            false => format!("{see} [[S-{other:05}@1.0#2.3]]"),
            true => format!("[{see}](@/{FOLDER}/document-{other:05}/{}.md#part-2)", VERSIONS[0]),
        };
        let _ = writeln!(text, "+++\n\n{}; {cited}.", self.words(&mut random, 20));
        text
    }

    fn version(&self, at: usize, label: &str) -> String {
        let mut text = String::with_capacity(8_000);
        let day = self.day(90 + 365 * i64::try_from(at).unwrap_or(0));
        match self.plain {
            false => {
                let _ = writeln!(text, "+++\n[version]\nin_force = {day}\nnote = \"{label}\"\n+++\n");
            }
            true => {
                let _ = writeln!(text, "+++\ntitle = \"{} {label}\"\ndate = {day}\n+++\n", self.number);
            }
        }
        for part in 0..PARTS {
            let mut random = self.clause(part, PARTS * ITEMS, 0);
            let _ = writeln!(text, "## {} {{#part-{}}}\n", self.words(&mut random, 4), part + 1);
            for item in 0..ITEMS {
                let mut random = self.clause(part, item, at);
                let _ = writeln!(text, "{}. {}.\n", item + 1, self.words(&mut random, 18));
            }
        }
        text
    }

    /// What a clause says in a version: every tenth is another than in the version before.
    fn clause(&self, part: usize, item: usize, version: usize) -> Random {
        let place = part * PARTS * ITEMS + item;
        let changed = (1..=version).rev().find(|version| (place + self.number + version).is_multiple_of(10));
        Random::new(
            self.seed ^ (place as u64 + 1) << 8 ^ changed.unwrap_or(0) as u64,
            self.number,
            self.language.code,
        )
    }

    fn words(&self, random: &mut Random, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| *random.of(self.language.words)).collect();
        words.join(" ")
    }

    fn day(&self, after: i64) -> jiff::civil::Date {
        let first = i64::try_from(self.number % 700).unwrap_or(0);
        date(2020, 1, 1).saturating_add((first + after).days())
    }
}
