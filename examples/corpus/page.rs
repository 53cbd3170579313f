//! One page: some 600 words with everything that a policy page has.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::date;

use crate::random::Random;
use crate::words::Language;

/// Sections that the pages are spread over.
pub const SECTIONS: usize = 20;
const TAGS: usize = 50;
const TAGS_A_PAGE: usize = 3;
const WORDS: usize = 600;

pub fn section_name(section: usize) -> String {
    format!("section-{:02}", section + 1)
}

pub fn page_name(number: usize) -> String {
    format!("page-{number:05}")
}

/// The text of page `number` of `pages`.
pub fn page(language: &Language, number: usize, pages: usize, seed: u64) -> String {
    let mut page = Page {
        text: String::with_capacity(12_000),
        words: 0,
        random: Random::new(seed, number, language.code),
        language,
        pages,
    };
    page.front_matter(number, seed);
    page.body(number);
    page.text
}

struct Page<'a> {
    text: String,
    words: usize,
    random: Random,
    language: &'a Language,
    pages: usize,
}

impl Page<'_> {
    fn front_matter(&mut self, number: usize, seed: u64) {
        self.text.push_str("+++\ntitle = \"");
        let length = self.random.between(3, 6);
        self.capitalised(length);
        self.text.push_str("\"\ndescription = \"");
        let length = self.random.between(10, 18);
        self.capitalised(length);
        // What all translations share does not depend on the language.
        let mut shared = Random::new(seed, number, "");
        let day = date(2016, 1, 1).saturating_add(i64::try_from(shared.below(3_900)).unwrap_or(0).days());
        let _ = writeln!(self.text, ".\"\ndate = {day}\n\n[taxonomies]");
        let first = shared.below(TAGS);
        let stride = shared.between(1, TAGS / TAGS_A_PAGE);
        let tags: Vec<String> = (0..TAGS_A_PAGE)
            .map(|step| (first + step * stride) % TAGS)
            .map(|tag| format!("\"{} {}\"", self.language.words[tag], tag + 1))
            .collect();
        let _ = writeln!(self.text, "tags = [{}]\n+++\n", tags.join(", "));
        self.words = 0;
    }

    fn body(&mut self, number: usize) {
        self.paragraph();
        let headings = self.random.between(5, 7);
        // Each part may take words until its share of the page is full.
        for part in 0..headings {
            let hashes = if part > 0 && self.random.once_in(3) { "###" } else { "##" };
            let _ = write!(self.text, "{hashes} ");
            let length = self.random.between(2, 5);
            self.capitalised(length);
            self.text.push_str("\n\n");
            match part {
                0 => self.list("- "),
                1 => self.linked_paragraph(),
                2 => self.table(),
                3 => self.footnote(),
                4 => {
                    self.list("1. ");
                    self.linked_paragraph();
                }
                _ => {}
            }
            if part == 2 && number.is_multiple_of(5) {
                self.code();
            }
            while self.words < WORDS * (part + 1) / headings {
                self.paragraph();
            }
        }
    }

    fn word(&mut self) {
        let word = self.random.of(self.language.words);
        self.text.push_str(word);
        self.words += 1;
    }

    fn several(&mut self, count: usize) {
        for index in 0..count {
            if index > 0 {
                self.text.push(' ');
            }
            self.word();
        }
    }

    /// Words of which the first has a capital.
    fn capitalised(&mut self, count: usize) {
        let start = self.text.len();
        self.several(count);
        let first = self.text[start..].chars().next().map_or(0, char::len_utf8);
        let capital = self.text[start..start + first].to_uppercase();
        self.text.replace_range(start..start + first, &capital);
    }

    fn sentence(&mut self) {
        let opening = self.random.between(3, 8);
        self.capitalised(opening);
        match self.random.below(10) {
            0 => self.marked("**"),
            1 => self.marked("*"),
            2 => self.marked("`"),
            3..6 => self.text.push(','),
            _ => {}
        }
        self.text.push(' ');
        let rest = self.random.between(2, 8);
        self.several(rest);
        self.text.push('.');
    }

    fn marked(&mut self, mark: &str) {
        let _ = write!(self.text, " {mark}");
        self.several(2);
        self.text.push_str(mark);
    }

    fn sentences(&mut self) {
        for index in 0..self.random.between(2, 4) {
            if index > 0 {
                self.text.push(' ');
            }
            self.sentence();
        }
    }

    fn paragraph(&mut self) {
        self.sentences();
        self.text.push_str("\n\n");
    }

    fn linked_paragraph(&mut self) {
        self.sentences();
        let target = self.random.below(self.pages);
        let _ = write!(self.text, " ({} [", self.language.see);
        self.several(2);
        let _ = write!(self.text, "](@/{}/{}.md).)\n\n", section_name(target % SECTIONS), page_name(target));
    }

    fn list(&mut self, mark: &str) {
        for _ in 0..self.random.between(3, 6) {
            self.text.push_str(mark);
            let length = self.random.between(3, 9);
            self.capitalised(length);
            self.text.push_str(";\n");
        }
        self.text.push('\n');
    }

    fn table(&mut self) {
        let rows = self.random.between(3, 6);
        for row in 0..=rows {
            self.text.push('|');
            for column in 0..4 {
                self.text.push(' ');
                if row > 0 && column == 3 {
                    let _ = write!(self.text, "{}", self.random.below(10_000));
                } else {
                    let length = self.random.between(1, 2);
                    self.capitalised(length);
                }
                self.text.push_str(" |");
            }
            self.text.push('\n');
            if row == 0 {
                self.text.push_str("|---|:--|---|--:|\n");
            }
        }
        self.text.push('\n');
    }

    fn footnote(&mut self) {
        self.sentences();
        self.text.push_str("[^1]\n\n[^1]: ");
        self.sentence();
        self.text.push_str("\n\n");
    }

    fn code(&mut self) {
        let kind = *self.random.of(&["rust", "python", "json", "bash", "toml", "javascript"]);
        let lines = self.random.between(8, 15);
        let _ = writeln!(self.text, "```{kind}");
        if kind == "json" {
            self.text.push_str("{\n");
        }
        for line in 0..lines {
            self.code_line(kind, line + 1 == lines);
        }
        if kind == "json" {
            self.text.push_str("}\n");
        }
        self.text.push_str("```\n\n");
    }

    fn code_line(&mut self, kind: &str, last: bool) {
        const NAMES: [&str; 12] = [
            "score", "model", "record", "total", "limit", "source", "report", "clause", "index", "audit",
            "register", "token",
        ];
        let a = *self.random.of(&NAMES);
        let b = *self.random.of(&NAMES);
        let n = self.random.below(1_000);
        let shape = self.random.below(4);
        let text = &mut self.text;
        let _ = match (kind, shape) {
            ("rust", 0) => writeln!(text, "let {a}_{n}: Vec<u32> = {b}.iter().map(|x| x + {n}).collect();"),
            ("rust", 1) => writeln!(text, "fn {a}_{n}({b}: &str) -> usize {{ {b}.len() * {n} }}"),
            ("rust", 2) => writeln!(text, "if {a} > {n} {{ println!(\"{{}} {b}\", {a}); }} // {b}"),
            ("rust", _) => writeln!(text, "pub struct {b}{n} {{ pub {a}: Option<f64> }}"),
            ("python", 0) => writeln!(text, "{a}_{n} = [x * {n} for x in {b} if x is not None]"),
            ("python", 1) => writeln!(text, "def {a}_{n}({b}: dict) -> int: return len({b}) + {n}"),
            ("python", 2) => writeln!(text, "print(f\"{a}: {{{b}:>{n}}}\")  # {a}"),
            ("python", _) => writeln!(text, "assert {a}[\"{b}\"] <= {n}, \"{a} of {b}\""),
            ("json", 0) => writeln!(text, "  \"{a}_{n}\": {n}{}", if last { "" } else { "," }),
            ("json", 1) => writeln!(text, "  \"{a}_{n}\": \"{b}\"{}", if last { "" } else { "," }),
            ("json", _) => {
                writeln!(text, "  \"{a}_{n}\": [true, null, {n}.5]{}", if last { "" } else { "," })
            }
            ("bash", 0) => writeln!(text, "for {a} in *.{b}; do echo \"${a}\" | head -n {n}; done"),
            ("bash", 1) => writeln!(text, "{a}=$(grep -c '{b}' file-{n}.txt || true)"),
            ("bash", 2) => writeln!(text, "if [ \"${a}\" -gt {n} ]; then exit 1; fi # {b}"),
            ("bash", _) => writeln!(text, "export {}={n} && ./{b} --{a}", a.to_uppercase()),
            ("toml", 0) => writeln!(text, "[{a}.{b}_{n}]"),
            ("toml", 1) => writeln!(text, "{a}_{n} = \"{b}\" # {a}"),
            ("toml", _) => writeln!(text, "{a}_{n} = [{n}, {n}_000, 0x{n:x}]"),
            (_, 0) => writeln!(text, "const {a}{n} = {b}.filter((x) => x.{a} > {n});"),
            (_, 1) => writeln!(text, "function {a}{n}({b}) {{ return `${{{b}}} {n}`; }}"),
            (_, 2) => writeln!(text, "if ({a} === null) throw new Error('{b} {n}'); // {a}"),
            (_, _) => writeln!(text, "export default {{ {a}: {n}, {b}: [true, undefined] }};"),
        };
    }
}
