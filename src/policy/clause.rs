//! Clauses: the parts of a text that people cite, numbered by position and addressed by id.
//!
//! Headings and the items of ordered lists are clauses. A heading's number is that of its place below
//! the heading above it; an item's is the next one below its heading: `2.3`. Lists inside items are
//! lettered, `2.3(a)`, and those inside these have Roman numbers, `2.3(a)(i)`. An id is given by the
//! author and then never changes, or made of the number: `c2-3-a-i`. Neither depends on the language.

use std::fmt;

/// A clause's number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Number {
    /// The place on each level, from 1.
    places: Vec<u32>,
    /// How many levels are letters and Roman numbers: 0, 1 or 2.
    lists: usize,
    /// The unnumbered heading that it stands below, from 1; 0 where there is none.
    below: u32,
}

impl Number {
    fn child(&self, place: u32) -> Self {
        let mut number = self.clone();
        number.places.push(place);
        number
    }

    /// The id that a clause of this number has if its author gives it none: `c2-3-a`.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = match self.below {
            0 => "c".to_owned(),
            below => format!("u{below}"),
        };
        for (index, place) in self.parts().enumerate() {
            if index > 0 || self.below > 0 {
                id.push('-');
            }
            id.push_str(&place);
        }
        id
    }

    fn parts(&self) -> impl Iterator<Item = String> {
        let first_list = self.places.len() - self.lists;
        self.places.iter().enumerate().map(move |(index, &place)| match index.checked_sub(first_list) {
            None => place.to_string(),
            Some(0) => letters(place),
            Some(_) => roman(place),
        })
    }
}

/// `2.3(a)(i)`; nothing for a heading without a number.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first_list = self.places.len() - self.lists;
        for (index, part) in self.parts().enumerate() {
            match index {
                0 => f.write_str(&part)?,
                index if index < first_list => write!(f, ".{part}")?,
                _ => write!(f, "({part})")?,
            }
        }
        Ok(())
    }
}

/// `a` … `z`, `aa` …
fn letters(mut place: u32) -> String {
    let mut out = Vec::new();
    while place > 0 {
        place -= 1;
        out.push(b'a' + (place % 26) as u8);
        place /= 26;
    }
    out.iter().rev().map(|&b| char::from(b)).collect()
}

/// `i`, `ii`, `iv` …
fn roman(mut place: u32) -> String {
    const SIGNS: &[(u32, &str)] = &[
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while place >= *value {
            out.push_str(sign);
            place -= value;
        }
    }
    out
}

/// The id that a number in a citation stands for: `2.3(a)`, `2.3.a` and `c2-3-a` are all `c2-3-a`.
#[must_use]
pub fn id_of_number(text: &str) -> Option<String> {
    let bare = text.trim().trim_end_matches('.');
    let bare = bare.strip_prefix('c').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let bare = bare.unwrap_or_else(|| text.trim().trim_end_matches('.'));
    if !bare.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut id = String::from("c");
    for part in bare.split(['.', '(', ')', '-']).filter(|part| !part.is_empty()) {
        if !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        if id.len() > 1 {
            id.push('-');
        }
        id.push_str(&part.to_ascii_lowercase());
    }
    Some(id)
}

/// A clause of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clause {
    /// Its id: unique in its text.
    pub id: String,
    /// Whether its author gave it the id.
    pub given: bool,
    /// Its number as people read it; empty where it has none.
    pub number: String,
    /// How deep it lies, from 1.
    pub depth: usize,
    /// The text of its heading; empty for an item of a list.
    pub title: String,
    /// Its own text without that of the clauses in it; its paragraphs are divided by `\n`. Where words
    /// are made for the reader's language, PARSE leaves a mark between two NULs.
    pub text: String,
}

/// What people call a clause.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClauseName {
    /// Its number; its title where it has none, and with the title of the heading above where that has
    /// none.
    pub shown: String,
    /// Whether it is a number alone.
    pub is_number: bool,
}

/// The clauses of a text, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clauses {
    /// What stands before the first of them.
    pub lead: String,
    /// All of them.
    pub list: Vec<Clause>,
}

impl Clauses {
    /// What people call each of the clauses.
    #[must_use]
    pub fn names(&self) -> Vec<ClauseName> {
        // The heading without a number that the place lies below.
        let mut unnumbered: Option<&Clause> = None;
        let mut names = Vec::with_capacity(self.list.len());
        for clause in &self.list {
            if unnumbered.is_some_and(|above| clause.depth <= above.depth) {
                unnumbered = None;
            }
            names.push(match (clause.number.as_str(), unnumbered) {
                ("", _) => ClauseName { shown: clause.title.clone(), is_number: false },
                (number, Some(above)) => {
                    ClauseName { shown: format!("{}, {number}", above.title), is_number: false }
                }
                (number, None) => ClauseName { shown: number.to_owned(), is_number: true },
            });
            if clause.number.is_empty() && unnumbered.is_none() {
                unnumbered = Some(clause);
            }
        }
        names
    }

    /// What people call one of the clauses, by its id.
    #[must_use]
    pub fn name(&self, id: &str) -> Option<ClauseName> {
        let at = self.list.iter().position(|clause| clause.id == id)?;
        self.names().into_iter().nth(at)
    }

    /// The clause of an id, or of a number as people write it. Below a heading without a number, numbers
    /// begin anew: the clause that has the number alone comes before those.
    #[must_use]
    pub fn find(&self, wanted: &str) -> Option<&Clause> {
        if let Some(clause) = self.list.iter().find(|clause| clause.id == wanted) {
            return Some(clause);
        }
        let made = id_of_number(wanted)?;
        let of_number =
            |at: &usize| id_of_number(&self.list[*at].number).is_some_and(|number| number == made);
        let mut found = (0..self.list.len()).filter(of_number);
        let (first, mut others) = (found.next()?, found.peekable());
        if others.peek().is_none() {
            return self.list.get(first);
        }
        let names = self.names();
        let alone = std::iter::once(first).chain(others).find(|&at| names[at].is_number);
        self.list.get(alone.unwrap_or(first))
    }
}

/// The clause above each: an item's heading, a heading's heading. A clause lies below the nearest one
/// before it that is less deep.
#[must_use]
pub fn parents(list: &[Clause]) -> Vec<Option<usize>> {
    let mut open: Vec<usize> = Vec::new();
    let mut parents = Vec::with_capacity(list.len());
    for (index, clause) in list.iter().enumerate() {
        while open.last().is_some_and(|&last| list[last].depth >= clause.depth) {
            open.pop();
        }
        parents.push(open.last().copied());
        open.push(index);
    }
    parents
}

/// Numbers the clauses of a text as it is read from its beginning to its end.
#[derive(Clone, Debug, Default)]
pub struct Numberer {
    /// The headings above the place, each with its level (1 to 6) and how many clauses it has so far.
    headings: Vec<(u8, Number, u32)>,
    /// How many clauses lie below no heading.
    top: u32,
    unnumbered: u32,
    /// The items above the place.
    items: Vec<(Number, u32)>,
}

impl Numberer {
    /// A heading of this level begins. Gives its number, and the id that it has without one of its own.
    pub fn heading(&mut self, level: u8, numbered: bool) -> (Number, String, usize) {
        self.items.clear();
        while self.headings.last().is_some_and(|(above, ..)| *above >= level) {
            self.headings.pop();
        }
        let number = if numbered {
            self.next_below_heading()
        } else {
            self.unnumbered += 1;
            Number { below: self.unnumbered, ..Number::default() }
        };
        let id = number.id();
        self.headings.push((level, number.clone(), 0));
        (number, id, self.headings.len())
    }

    /// An item of an ordered list begins, inside the items that have begun and not ended. `None` if it
    /// lies too deep to be a clause: fourth lists are not numbered.
    pub fn item(&mut self) -> Option<(Number, String, usize)> {
        let number = match self.items.last_mut() {
            None => self.next_below_heading(),
            Some((above, count)) => {
                if above.lists >= 2 {
                    return None;
                }
                *count += 1;
                let mut number = above.child(*count);
                number.lists += 1;
                number
            }
        };
        let id = number.id();
        self.items.push((number.clone(), 0));
        Some((number, id, self.headings.len() + self.items.len()))
    }

    /// The item that began last, and was one, ends.
    pub fn end_item(&mut self) {
        self.items.pop();
    }

    fn next_below_heading(&mut self) -> Number {
        match self.headings.last_mut() {
            Some((_, number, count)) => {
                *count += 1;
                number.child(*count)
            }
            None => {
                self.top += 1;
                Number::default().child(self.top)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_position() {
        let mut numberer = Numberer::default();
        let mut seen = Vec::new();
        let mut note = |(number, id, depth): (Number, String, usize)| {
            seen.push(format!("{number} {id} {depth}"));
        };
        note(numberer.heading(2, false)); // a preamble
        note(numberer.item().unwrap());
        numberer.end_item();
        note(numberer.heading(2, true));
        note(numberer.item().unwrap());
        note(numberer.item().unwrap());
        note(numberer.item().unwrap());
        assert!(numberer.item().is_none());
        numberer.end_item();
        note(numberer.item().unwrap());
        numberer.end_item();
        numberer.end_item();
        note(numberer.item().unwrap());
        numberer.end_item();
        numberer.end_item();
        note(numberer.item().unwrap());
        numberer.end_item();
        note(numberer.heading(3, true));
        note(numberer.item().unwrap());
        numberer.end_item();
        note(numberer.heading(2, true));
        assert_eq!(
            seen,
            [
                " u1 1",
                "1 u1-1 2",
                "1 c1 1",
                "1.1 c1-1 2",
                "1.1(a) c1-1-a 3",
                "1.1(a)(i) c1-1-a-i 4",
                "1.1(a)(ii) c1-1-a-ii 4",
                "1.1(b) c1-1-b 3",
                "1.2 c1-2 2",
                "1.3 c1-3 2",
                "1.3.1 c1-3-1 3",
                "2 c2 1",
            ]
        );
    }

    #[test]
    fn letters_and_roman_numbers_go_on() {
        assert_eq!([1, 26, 27, 52, 53].map(letters), ["a", "z", "aa", "az", "ba"]);
        assert_eq!([1, 4, 9, 14, 40, 1999].map(roman), ["i", "iv", "ix", "xiv", "xl", "mcmxcix"]);
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in ["2.3(a)(i)", "2.3.a.i", "c2-3-a-i", "2.3(A)(i).", " 2.3(a)(i) "] {
            assert_eq!(id_of_number(text).as_deref(), Some("c2-3-a-i"), "{text}");
        }
        for text in ["transparency", "", "cases", "2.3/4", "2.ә"] {
            assert_eq!(id_of_number(text), None, "{text}");
        }
    }

    #[test]
    fn below_a_heading_without_a_number_its_title_belongs_to_the_name() {
        let clause = |number: &str, title: &str, depth| Clause {
            id: number.to_owned() + title,
            number: number.to_owned(),
            title: title.to_owned(),
            depth,
            ..Clause::default()
        };
        let list = vec![clause("1", "A", 1), clause("", "Annex", 1), clause("1", "", 2), clause("2", "B", 1)];
        let names = Clauses { lead: String::new(), list }.names();
        let shown: Vec<(&str, bool)> = names.iter().map(|n| (n.shown.as_str(), n.is_number)).collect();
        assert_eq!(shown, [("1", true), ("Annex", false), ("Annex, 1", false), ("2", true)]);
    }

    #[test]
    fn a_number_is_that_of_the_clause_that_has_it_alone() {
        let clause = |number: &str, id: &str, depth| Clause {
            id: id.to_owned(),
            given: true,
            number: number.to_owned(),
            depth,
            ..Clause::default()
        };
        let list = vec![
            clause("", "preamble", 1),
            clause("1", "whereas", 2),
            clause("2", "further", 2),
            clause("1", "scope", 1),
            clause("1.1", "bodies", 2),
        ];
        let clauses = Clauses { lead: String::new(), list };
        let find = |wanted: &str| clauses.find(wanted).map(|clause| clause.id.as_str());
        assert_eq!(find("1"), Some("scope"));
        assert_eq!(find("whereas"), Some("whereas"));
        assert_eq!(find("1.1"), Some("bodies"));
        // Only there is one of that number.
        assert_eq!(find("2"), Some("further"));
        assert_eq!(find("3"), None);
    }

    #[test]
    fn a_clause_lies_below_the_nearest_one_that_is_less_deep() {
        let list: Vec<Clause> =
            [1, 2, 3, 2, 1].iter().map(|&depth| Clause { depth, ..Clause::default() }).collect();
        assert_eq!(parents(&list), [None, Some(0), Some(1), Some(0), None]);
    }
}
