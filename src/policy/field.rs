//! Fields: what a kind asks of its documents, and the values that these give.

use std::fmt;

use regex::Regex;
use url::Url;

use super::label::Label;
use super::when::When;
use crate::base::clock::NoDate;
use crate::base::codes;
use crate::base::data::{self, Fields, Node};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;

/// What a field holds.
#[derive(Clone, Debug)]
pub enum Type {
    /// A text of one line.
    String,
    /// A text of any length.
    Text,
    /// A date, or as much of one as is known.
    Date,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A whole address, `https://…`.
    Url,
    /// An address for mail.
    Email,
    /// One of some words, each with its label.
    Enum(Vec<(String, Label)>),
    /// Another document.
    Ref(Target),
}

/// Where a reference may lead.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The kinds it may lead to; any, if there are none.
    pub to: Vec<String>,
    /// What the documents that refer are called on the page that they refer to.
    pub inverse: Label,
    /// Whether documents must not refer to each other in a circle.
    pub acyclic: bool,
}

/// The words for [`Type`] in the definition of a kind.
pub const TYPES: &[&str] = &["string", "text", "date", "number", "bool", "url", "email", "enum", "ref"];

impl Type {
    /// Its word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Text => "text",
            Self::Date => "date",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::Url => "url",
            Self::Email => "email",
            Self::Enum(_) => "enum",
            Self::Ref(_) => "ref",
        }
    }

    /// What such a value is called in messages.
    fn name(&self) -> &'static str {
        match self {
            Self::String | Self::Text => "a text",
            Self::Date => "a date",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::Url => "an address",
            Self::Email => "an address for mail",
            Self::Enum(_) => "a word",
            Self::Ref(_) => "a reference",
        }
    }

    /// Whether translations usually share such a value, because it holds no words.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        !matches!(self, Self::String | Self::Text)
    }

    /// How such a value is written, as an example.
    fn example(&self) -> &'static str {
        match self {
            Self::String => "\"…\", a text of one line in quotation marks",
            Self::Text => "\"…\", a text in quotation marks",
            Self::Date => "2025-01-15, or \"2025-01\" where only the month is known",
            Self::Number => "12, without quotation marks",
            Self::Bool => "true or false",
            Self::Url => "\"https://example.org/page\", the whole address",
            Self::Email => "\"office@example.org\"",
            Self::Enum(_) => "\"…\", one of its words in quotation marks",
            Self::Ref(_) => "\"@/folder/page.md\", or the number of a document",
        }
    }
}

/// A field of a kind.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the definition")]
pub struct Field {
    /// Its key in front matter.
    pub name: String,
    /// What readers are told it is.
    pub label: Label,
    /// What it holds.
    pub value: Type,
    /// Whether it holds several.
    pub list: bool,
    /// Whether every document has it.
    pub required: bool,
    /// Whether no two documents of the kind have the same.
    pub unique: bool,
    /// Whether translations have what the original says.
    pub shared: bool,
    /// What its texts look like.
    pub pattern: Option<Pattern>,
    /// The date that it cannot be before: another field.
    pub not_before: Option<String>,
}

/// A regular expression for whole texts.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As it was written.
    pub written: String,
    regex: Regex,
}

impl Pattern {
    /// Reads one.
    ///
    /// # Errors
    /// It cannot be read: says why.
    pub fn new(written: &str) -> Result<Self, String> {
        let regex = Regex::new(&format!("^(?:{written})$")).map_err(|error| {
            let text = error.to_string();
            text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        })?;
        Ok(Self { written: written.to_owned(), regex })
    }
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of a string, text, URL or address for mail.
    Text(String),
    /// Of a date.
    Date(When),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// The word of an enum.
    Word(String),
    /// A reference, as it is written.
    Ref(String),
    /// Several, each with its place.
    List(Vec<(Value, Span)>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Word(text) | Self::Ref(text) => f.write_str(text),
            Self::Date(when) => when.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|(item, _)| item.to_string()).collect();
                f.write_str(&items.join(", "))
            }
        }
    }
}

impl Value {
    /// Whether both say the same, wherever they stand.
    #[must_use]
    pub fn says(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(own), Self::List(others)) => {
                own.len() == others.len() && own.iter().zip(others).all(|((a, _), (b, _))| a.says(b))
            }
            _ => self == other,
        }
    }

    /// The values it holds with their places: one, standing at `span`, or those of a list.
    #[must_use]
    pub fn each(&self, span: Span) -> Vec<(&Self, Span)> {
        match self {
            Self::List(items) => items.iter().map(|(item, span)| (item, *span)).collect(),
            one => vec![(one, span)],
        }
    }
}

/// What is wrong in front matter, and where in it.
pub type Fault = (Span, Diagnostic);

impl Field {
    /// Reads what a document says; with any mistake there is no value.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self, node: &Node) -> Result<Value, Vec<Fault>> {
        if !self.list {
            return self.single(node).map_err(|fault| vec![*fault]);
        }
        let data::Value::List(items) = &node.value else {
            let message = format!("`{}` must be a list, and is {}", self.name, node.value.kind());
            let help = format!("put it in square brackets: {} = […]", self.name);
            return Err(vec![(node.span, Diagnostic::error(codes::FIELD_VALUE, message).help(help))]);
        };
        let (mut values, mut faults) = (Vec::with_capacity(items.len()), Vec::new());
        for item in items {
            match self.single(item) {
                Ok(value) if values.iter().any(|(known, _)| value.says(known)) => {
                    let message = format!("`{value}` stands in `{}` twice", self.name);
                    let problem = Diagnostic::error(codes::FIELD_VALUE, message).help("remove one of them");
                    faults.push((item.span, problem));
                }
                Ok(value) => values.push((value, item.span)),
                Err(fault) => faults.push(*fault),
            }
        }
        if faults.is_empty() { Ok(Value::List(values)) } else { Err(faults) }
    }

    fn single(&self, node: &Node) -> Result<Value, Box<Fault>> {
        let wrong = |message: String, help: String| {
            Box::new((node.span, Diagnostic::error(codes::FIELD_VALUE, message).help(help)))
        };
        let mistyped = || {
            let message =
                format!("`{}` must be {}, and is {}", self.name, self.value.name(), node.value.kind());
            wrong(message, format!("write {}", self.value.example()))
        };
        let text = || match &node.value {
            data::Value::String(text) if text.trim().is_empty() => Err(wrong(
                format!("`{}` is empty", self.name),
                "write something, or remove the line".to_owned(),
            )),
            data::Value::String(text) => Ok(text.trim().to_owned()),
            _ => Err(mistyped()),
        };
        let value = match &self.value {
            Type::String => {
                let text = text()?;
                if text.contains('\n') {
                    let message = format!("`{}` must be of one line", self.name);
                    return Err(wrong(message, "remove the line breaks".to_owned()));
                }
                Value::Text(text)
            }
            Type::Text => Value::Text(text()?),
            Type::Date => match When::read(&node.value) {
                Ok(when) => Value::Date(when),
                Err(wrong) => {
                    let code = match wrong {
                        NoDate::Day(_) => codes::BAD_DATE,
                        NoDate::Shape(_) => codes::FIELD_VALUE,
                    };
                    let help = format!("write {}", self.value.example());
                    let problem = Diagnostic::error(code, format!("`{}`: {wrong}", self.name)).help(help);
                    return Err(Box::new((node.span, problem)));
                }
            },
            Type::Number => match &node.value {
                data::Value::Integer(number) => Value::Integer(*number),
                data::Value::Float(number) if number.is_finite() => Value::Float(*number),
                _ => return Err(mistyped()),
            },
            Type::Bool => match &node.value {
                data::Value::Bool(value) => Value::Bool(*value),
                _ => return Err(mistyped()),
            },
            Type::Url => {
                let text = text()?;
                let whole = Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
                if !whole || text.contains(char::is_whitespace) {
                    let message = format!("`{}`: `{text}` is not a whole address", self.name);
                    return Err(wrong(message, format!("write {}", self.value.example())));
                }
                Value::Text(text)
            }
            Type::Email => {
                let text = text()?;
                if !is_email(&text) {
                    let message = format!("`{}`: `{text}` is not an address for mail", self.name);
                    return Err(wrong(message, format!("write {}", self.value.example())));
                }
                Value::Text(text)
            }
            Type::Enum(words) => {
                let text = text()?;
                let known = || words.iter().map(|(word, _)| word.as_str());
                if !known().any(|word| word == text) {
                    let help = did_you_mean(&text, known()).unwrap_or_else(|| {
                        format!("it is one of: {}", known().collect::<Vec<_>>().join(", "))
                    });
                    return Err(wrong(format!("`{}` cannot be `{text}`", self.name), help));
                }
                Value::Word(text)
            }
            Type::Ref(_) => Value::Ref(text()?),
        };
        match (&self.pattern, &value) {
            (Some(pattern), Value::Text(text)) if !pattern.regex.is_match(text) => {
                let message = format!("`{}`: `{text}` does not match the pattern of this field", self.name);
                Err(wrong(message, format!("it must match `{}`", pattern.written)))
            }
            _ => Ok(value),
        }
    }
}

/// The place of the field with this name that a table of a kind's definition asks for: one that `is` what is
/// wanted, which is called `what`. Complains where there is none, unless the name stands at `home`: what is
/// built in may name fields that the site has taken away.
pub(super) fn named(
    table: &mut Fields<'_>,
    own: &[Field],
    home: Option<Span>,
    (name, span): (String, Span),
    is: &dyn Fn(&Field) -> bool,
    what: &str,
) -> Option<usize> {
    let found = own.iter().position(|field| field.name == name && is(field));
    if found.is_none() && home != Some(span) {
        let names = own.iter().filter(|field| is(field)).map(|field| field.name.as_str());
        let help =
            did_you_mean(&name, names).unwrap_or_else(|| format!("name one of its fields that is {what}"));
        let message = format!("this kind has no field `{name}` that is {what}");
        table.problem(span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
    }
    found
}

/// What every mail server takes: a name, and a host with a dot. The full rule (RFC 5321, section
/// 4.1.2) lets pass what is always a slip of the finger.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\"@".contains(c);
    !name.is_empty()
        && text.chars().filter(|&c| c != '@').all(plain)
        && !name.contains('@')
        && host.split('.').count() > 1
        && host.split('.').all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(value: Type, list: bool) -> Field {
        Field {
            name: "f".to_owned(),
            label: Label::default(),
            value,
            list,
            required: false,
            unique: false,
            shared: false,
            pattern: None,
            not_before: None,
        }
    }

    fn read(field: &Field, toml: &str) -> Result<Value, String> {
        let table = data::parse_toml(&format!("f = {toml}")).unwrap();
        let all =
            |faults: Vec<Fault>| faults.iter().map(|(_, p)| p.message.clone()).collect::<Vec<_>>().join("; ");
        field.read(table.get("f").unwrap()).map_err(all)
    }

    #[test]
    fn each_type_takes_its_own() {
        let words = Type::Enum(vec![("open".to_owned(), Label::default())]);
        for (value, good, bad) in [
            (Type::String, "\"Кеңес\"", "\"\"\"a\nb\"\"\""),
            (Type::Text, "\"\"\"a\nb\"\"\"", "\" \""),
            (Type::Date, "2025-01-15", "\"May 2025\""),
            (Type::Date, "\"2025-05\"", "12"),
            (Type::Number, "1.5", "\"2\""),
            (Type::Number, "-7", "nan"),
            (Type::Bool, "true", "\"yes\""),
            (Type::Url, "\"https://a.kz/x?y\"", "\"a.kz\""),
            (Type::Url, "\"http://қаз.қаз\"", "\"javascript:alert(1)\""),
            (Type::Email, "\"a.b@c.kz\"", "\"a@b\""),
            (Type::Email, "\"a@b.c\"", "\"A <a@b.kz>\""),
            (words, "\"open\"", "\"shut\""),
            (Type::Ref(Target::default()), "\"@/a.md\"", "[\"@/a.md\"]"),
        ] {
            let word = value.word();
            let field = field(value, false);
            assert!(read(&field, good).is_ok(), "{word} {good}");
            assert!(read(&field, bad).is_err(), "{word} {bad}");
        }
    }

    #[test]
    fn every_item_of_a_list_is_looked_at() {
        let field = field(Type::Number, true);
        assert_eq!(read(&field, "[1, 2]").unwrap().to_string(), "1, 2");
        let said = read(&field, "[1, \"x\", 1, true]").unwrap_err();
        assert_eq!(said.matches(';').count(), 2, "{said}");
        assert!(read(&field, "1").is_err());
    }

    #[test]
    fn a_pattern_holds_for_the_whole_text() {
        let pattern = Some(Pattern::new("[A-Z]+-\\d+|x").unwrap());
        let field = Field { pattern, ..field(Type::String, false) };
        assert!(read(&field, "\"AI-1\"").is_ok() && read(&field, "\"x\"").is_ok());
        assert!(read(&field, "\"AI-1 \\u00a0a\"").is_err() && read(&field, "\"xx\"").is_err());
        assert!(Pattern::new("(").is_err());
    }

    #[test]
    fn places_do_not_matter_for_what_is_said() {
        let field = field(Type::String, true);
        assert!(read(&field, "[\"a\",\"b\"]").unwrap().says(&read(&field, "[ \"a\", \"b\" ]").unwrap()));
        assert!(!read(&field, "[\"a\"]").unwrap().says(&read(&field, "[\"a\", \"b\"]").unwrap()));
    }
}
