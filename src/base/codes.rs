//! The stable codes of all diagnostics: what people look up, and what tests name.
//!
//! A code never changes its meaning and is never used again for something else.

use std::fmt;

/// A diagnostic's code, such as `K0104`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// `K` and four digits; the first two say the area.
    pub id: &'static str,
    /// What the code is about, in a few words.
    pub title: &'static str,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $title:literal;)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            $(#[$doc])*
            pub const $name: Code = Code { id: $id, title: $title };
        )*

        /// Every code, in order.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    // 01: settings and structured text in general
    SYNTAX = "K0101", "TOML, YAML, JSON or CSV that cannot be read";
    UNKNOWN_KEY = "K0102", "a key that does not exist";
    WRONG_TYPE = "K0103", "a value of the wrong type";
    BAD_VALUE = "K0104", "a value that is not allowed";
    BAD_DATE = "K0105", "a date that does not exist";
    NO_CONFIG = "K0106", "no kenes.toml";
    MISSING_KEY = "K0107", "a key that must be there";
    // 02: files
    UNREADABLE = "K0201", "a file that cannot be read";
    NOT_UTF8 = "K0202", "text that is not UTF-8";
    NAME_NOT_UTF8 = "K0203", "a file name that is not UTF-8";
    SYMLINK = "K0204", "a symbolic link that loops or leads out of the site";
    NOT_A_FILE = "K0205", "a device, socket or pipe";
    NUL = "K0206", "a NUL character in a text";
    BIDI = "K0207", "an invisible bidirectional control character";
    TOO_LARGE = "K0208", "a file that is too large";
    UNKNOWN_LANGUAGE = "K0209", "a language suffix that is not configured";
    SAME_NAME = "K0210", "two files whose names differ only in case or Unicode form";
    ENDING = "K0211", "a page whose file does not end in .md";
    // 03: front matter
    UNCLOSED_FRONT_MATTER = "K0301", "front matter without an end";
    UNKNOWN_TAXONOMY = "K0302", "a taxonomy that the site does not have";
    STRAY_FRONT_MATTER = "K0303", "front matter that is shown as text";
    // 04: Markdown and directives
    UNKNOWN_DIRECTIVE = "K0401", "a directive that the theme does not have";
    DIRECTIVE_ARGUMENT = "K0402", "an argument that the directive does not take";
    UNCLOSED_DIRECTIVE = "K0403", "a directive without its end";
    DIRECTIVE_SYNTAX = "K0404", "a directive line that cannot be read";
    DUPLICATE_ID = "K0405", "two headings with one id";
    PARSER = "K0406", "Markdown that the parser cannot take";
    TOO_DEEP = "K0407", "nesting that is too deep";
    RAW_HTML = "K0408", "raw HTML where the site does not allow it";
    DIRECTIVE_PLACE = "K0409", "a directive outside of the one that it belongs in";
    FOOTNOTE = "K0410", "a footnote without a text, or a text without its footnote";
    // 05: links
    BROKEN_LINK = "K0501", "a link to a page or file that does not exist";
    BROKEN_ANCHOR = "K0502", "a link to a heading that does not exist";
    EXTERNAL_LINK = "K0503", "an outside link that does not answer";
    REFERENCE = "K0504", "a link whose address is not given";
    // 06: addresses
    COLLISION = "K0601", "two sources for one address";
    BAD_PATH = "K0602", "an address that is not allowed";
    EMPTY_SLUG = "K0603", "a name that gives an empty address";
    // 07: theme and templates
    NO_THEME = "K0701", "a theme that does not exist";
    THEME_CYCLE = "K0702", "themes that extend each other in a circle";
    TEMPLATE_SYNTAX = "K0703", "a template that cannot be read";
    TEMPLATE_RENDER = "K0704", "a template that failed while rendering";
    NO_TEMPLATE = "K0705", "a template that does not exist";
    MISSING_STRING = "K0706", "a string that the theme does not have";
    DATA_FILE = "K0707", "a data file that cannot be loaded";
    STYLE_SHEET = "K0708", "a style sheet that cannot be read";
    // 08: output
    OUTPUT = "K0801", "an output folder that cannot be written";
    OUTPUT_PLACE = "K0802", "an output folder in a place where it may not be";
    LOCKED = "K0803", "another build at work in the same output folder";
    LISTEN = "K0804", "a preview server that cannot be reached";
    WATCH = "K0805", "files whose changes go unseen";
    INTERNAL = "K0806", "a fault of Kenes itself";
    // 09: what `kenes check` looks at
    MISSING_TRANSLATION = "K0901", "a page that is missing in a language";
    MISSING_ALT = "K0902", "a picture without alternative text";
    HEADING_LEVEL = "K0903", "headings that skip a level";
    ORPHAN = "K0904", "a page that no section lists";
    LINK_TEXT = "K0905", "a link whose text does not say where it leads";
    DRAFT_SECTION = "K0906", "a draft section that hides finished pages";
    EXAMPLE_ADDRESS = "K0907", "an address that is only an example";
    // 10: documents
    KIND = "K1001", "a kind that does not exist";
    KIND_DEFINITION = "K1002", "a kind that cannot be meant";
    FIELD_VALUE = "K1003", "a field whose value is not allowed";
    MISSING_FIELD = "K1004", "a field that must be there";
    NOT_UNIQUE = "K1005", "two documents with one number";
    FIELD_REFERENCE = "K1006", "a field that leads to no document, or to one of the wrong kind";
    REFERENCE_CIRCLE = "K1007", "documents that refer to each other in a circle";
    STATE = "K1008", "a state that the kind does not have";
    STEP = "K1009", "a step that the lifecycle does not allow";
    SHARED_FIELD = "K1010", "a field that a translation has from its original";
    TRANSLATED_FROM = "K1011", "a fingerprint of an original that cannot be one";
    REGISTER = "K1012", "a register that cannot be shown";
    // 11: versions, clauses and citations of documents
    TWO_IN_FORCE = "K1101", "two versions in force on one day";
    VERSION_GAP = "K1102", "a time without a version in force";
    VERSION_ORDER = "K1103", "a version dated before the one that it supersedes";
    VERSION_CYCLE = "K1104", "versions that supersede each other in a circle";
    VERSION = "K1105", "a version whose document, predecessor or days are missing";
    CLAUSE_ID = "K1106", "an id that a clause cannot have";
    CLAUSES_DIFFER = "K1107", "a translation with other clauses";
    CITATION = "K1108", "a citation of a document or version that does not exist";
    CITED_CLAUSE = "K1109", "a citation of a clause that the text does not have";
    NO_VERSIONS = "K1110", "a version of a document whose kind has none";
    COMPARISON = "K1111", "a link to a comparison that does not exist";
    IN_FORCE_DAYS = "K1112", "a history and versions that contradict each other";
    // 12: sources and terms
    SOURCE_KEY = "K1201", "a source that the bibliography does not have";
    BIBLIOGRAPHY = "K1202", "a bibliography that cannot be read";
    SOURCE_TWICE = "K1203", "two sources with one key";
    UNUSED_SOURCE = "K1204", "a source that nothing names";
    CITATION_STYLE = "K1205", "a citation style that cannot be used";
    SOURCE_PLACE = "K1206", "a citation where none can be";
    TERM_WORD = "K1207", "a word that two terms have";
    // 14: charts and pictures
    CHART_COLUMN = "K1401", "a column that a chart needs and its data does not have";
    CHART_VALUE = "K1402", "a value that a chart cannot show";
    CHART_ROW = "K1403", "a row that does not go with the others";
    CHART_DATA = "K1404", "a chart without data";
    PICTURE_SIZE = "K1405", "a picture with too many pixels";
    PICTURE_UNREADABLE = "K1406", "a picture that cannot be read";
    PICTURE_DAMAGED = "K1407", "a picture that is damaged";
    PICTURE_UNKNOWN = "K1408", "front matter about a picture that does not exist";
    PICTURE_CREDIT = "K1409", "a picture whose credit nobody sees";
    DRAWING = "K1410", "a card or an icon that cannot be drawn";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert!(ALL.iter().all(|code| code.id.len() == 5 && code.id.starts_with('K')));
    }
}
