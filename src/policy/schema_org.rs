//! How the documents of a kind are described to machines in the words of [schema.org](https://schema.org):
//! which class they are of, and which of their fields is which property. The words themselves are data
//! of the kind; whether schema.org has them is checked by the tests of what is built.

use super::field::{Field, Type};
use super::lifecycle::{Lifecycle, STAGES};
use crate::base::codes;
use crate::base::data::{Fields, Node, Table, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;

/// What a page says beside the fields of its kind. A field of the same name goes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Its title.
    Title,
    /// One sentence about it.
    Description,
    /// The tag of its language.
    Lang,
    /// Its date.
    Date,
    /// When it was last changed.
    Updated,
    /// Who wrote it.
    Authors,
    /// What readers are told its kind is.
    Kind,
    /// Its state on the day of the build: what readers are told it is.
    State,
    /// What that state means, or that of the version shown: one of [`STAGES`].
    Stage,
    /// When it was adopted, by its history.
    Adopted,
    /// The label of the version.
    Version,
    /// The first day that the version is in force.
    InForce,
    /// From which day to which it is in force, as an interval of ISO 8601.
    Coverage,
    /// Of a version: its document.
    Document,
}

/// The words for [`Fact`] in the definition of a kind.
pub const FACTS: &[(&str, Fact)] = &[
    ("title", Fact::Title),
    ("description", Fact::Description),
    ("lang", Fact::Lang),
    ("date", Fact::Date),
    ("updated", Fact::Updated),
    ("authors", Fact::Authors),
    ("kind", Fact::Kind),
    ("state", Fact::State),
    ("stage", Fact::Stage),
    ("adopted", Fact::Adopted),
    ("version", Fact::Version),
    ("in_force", Fact::InForce),
    ("coverage", Fact::Coverage),
    ("document", Fact::Document),
];

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The field at this place of the kind.
    Field(usize),
    /// What any page says.
    Fact(Fact),
}

/// A value, and the words of schema.org for some of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// Where it comes from.
    pub source: Source,
    /// Words of an enum, states or stages, each with what it is for schema.org. If there are any, a value
    /// without one is not said.
    pub values: Vec<(String, String)>,
}

/// The class of a kind's documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// What they are if nothing says more.
    pub usual: String,
    /// What says more.
    pub by: Option<Mapped>,
}

/// A property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Mapped,
    /// The class of a thing that the value is the name or the address of.
    pub class: Option<String>,
    /// The classes that have it; empty for all that the kind knows.
    pub only: Vec<String>,
}

/// The description of a kind's documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaOrg {
    /// What they are.
    pub class: Class,
    /// What is said of them beside name, address and description.
    pub properties: Vec<Property>,
}

/// Reads the description from the table `schema_org` of a kind. What is built in, and stands at `home`, may
/// name fields and states that the site has taken away: that is no mistake, and nothing is said of them.
pub(super) fn read(
    fields: &mut Fields<'_>,
    kind: &str,
    home: Option<Span>,
    own: &[Field],
    lifecycle: Option<&Lifecycle>,
) -> Option<SchemaOrg> {
    let node = fields.node("schema_org")?;
    // `schema_org = false` takes away what a built-in kind says.
    if node.value == Value::Bool(false) {
        return None;
    }
    let table = fields.table("schema_org")?;
    let words = Words { own, lifecycle, home };
    let mut inner = fields.inner(table);
    let class = words.class(&mut inner, kind);
    let mut properties = Vec::new();
    if let Some(table) = inner.table("properties") {
        let mut inner = inner.inner(table);
        for entry in &table.entries {
            if !is_word(&entry.key, char::is_ascii_lowercase) {
                let message = format!("`{}` cannot be a property of schema.org", entry.key);
                let help = "its properties begin with a small letter: legislationIdentifier";
                wrong(&mut inner, entry.key_span, message, help);
                continue;
            }
            properties.extend(words.property(&mut inner, &entry.key, &entry.node));
        }
    }
    inner.finish("`schema_org` of a kind");
    class.map(|class| SchemaOrg { class, properties })
}

/// What a mapping may name.
struct Words<'a> {
    own: &'a [Field],
    lifecycle: Option<&'a Lifecycle>,
    home: Option<Span>,
}

impl Words<'_> {
    fn class(&self, fields: &mut Fields<'_>, kind: &str) -> Option<Class> {
        let Some(node) = fields.node("type") else {
            let at = fields.entries().first().map(|entry| entry.key_span).unwrap_or_default();
            let message = format!("`schema_org` of the kind `{kind}` has no `type`");
            wrong(fields, at, message, "add type = \"CreativeWork\", or another class of schema.org");
            return None;
        };
        match &node.value {
            Value::String(name) => {
                class_name(fields, name, node.span).then(|| Class { usual: name.clone(), by: None })
            }
            Value::Table(table) => {
                let mut inner = fields.inner(table);
                let by = self.mapped(&mut inner, node.span);
                let usual =
                    inner.spanned_string("default").unwrap_or_else(|| ("Thing".to_owned(), node.span));
                let good = class_name(&mut inner, &usual.0, usual.1);
                if let Some(table) = table.get("values").map(|node| &node.value)
                    && let Value::Table(table) = table
                {
                    for entry in &table.entries {
                        if let Value::String(name) = &entry.node.value {
                            class_name(&mut inner, name, entry.node.span);
                        }
                    }
                }
                inner.finish("the `type` of a kind");
                good.then_some(Class { usual: usual.0, by })
            }
            other => {
                let message = format!("`type` must be a text or a table, and is {}", other.kind());
                let help = "write type = \"Event\", or type = { from = \"form\", values = { law = \"Legislation\" } }";
                fields.problem(node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
                None
            }
        }
    }

    fn property(&self, fields: &mut Fields<'_>, name: &str, node: &Node) -> Option<Property> {
        match &node.value {
            // `email = false` takes a property away from a kind that is built in.
            Value::Bool(false) => None,
            Value::String(source) => {
                let source = self.source(fields, source, node.span)?;
                let value = Mapped { source, values: Vec::new() };
                Some(Property { name: name.to_owned(), value, class: None, only: Vec::new() })
            }
            Value::Table(table) => {
                let mut inner = fields.inner(table);
                let value = self.mapped(&mut inner, node.span);
                let class = inner.spanned_string("as");
                let good = class.as_ref().is_none_or(|(name, span)| class_name(&mut inner, name, *span));
                let only = inner.spanned_strings("only").unwrap_or_default();
                for (name, span) in &only {
                    class_name(&mut inner, name, *span);
                }
                inner.finish(&format!("the property `{name}`"));
                let only = only.into_iter().map(|(name, _)| name).collect();
                let class = class.filter(|_| good).map(|(name, _)| name);
                Some(Property { name: name.to_owned(), value: value?, class, only })
            }
            other => {
                let message =
                    format!("the property `{name}` must be a text or a table, and is {}", other.kind());
                let help = "name a field: legislationIdentifier = \"number\"; or write false to take it away";
                fields.problem(node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
                None
            }
        }
    }

    /// `from` and `values`.
    fn mapped(&self, fields: &mut Fields<'_>, at: Span) -> Option<Mapped> {
        let from = fields.spanned_string("from");
        let table = fields.table("values");
        let Some((name, span)) = from else {
            if !fields.entries().iter().any(|entry| entry.key == "from") {
                wrong(fields, at, "`from` is missing".to_owned(), "name the field that the value comes from");
            }
            return None;
        };
        let source = self.source(fields, &name, span)?;
        let values = table.map(|table| self.values(fields, &name, source, table)).unwrap_or_default();
        Some(Mapped { source, values })
    }

    fn values(
        &self,
        fields: &mut Fields<'_>,
        name: &str,
        source: Source,
        table: &Table,
    ) -> Vec<(String, String)> {
        let known: Vec<&str> = match source {
            Source::Field(at) => match &self.own[at].value {
                Type::Enum(words) => words.iter().map(|(word, _)| word.as_str()).collect(),
                _ => Vec::new(),
            },
            Source::Fact(Fact::State) => {
                let states = self.lifecycle.map_or(&[][..], |lifecycle| &lifecycle.states);
                states.iter().map(|state| state.name.as_str()).collect()
            }
            Source::Fact(Fact::Stage) => STAGES.iter().map(|(word, _)| *word).collect(),
            Source::Fact(_) => Vec::new(),
        };
        let mut values = Vec::new();
        for entry in &table.entries {
            if !known.contains(&entry.key.as_str()) {
                if self.home == Some(entry.key_span) {
                    continue;
                }
                let message = format!("`{name}` has no word `{}`", entry.key);
                let help = did_you_mean(&entry.key, known.iter().copied()).unwrap_or_else(|| {
                    match known.as_slice() {
                        [] => "only fields of type enum, `state` and `stage` have words: remove `values`"
                            .to_owned(),
                        known => format!("its words are: {}", known.join(", ")),
                    }
                });
                wrong(fields, entry.key_span, message, &help);
            }
            match &entry.node.value {
                Value::String(word) => values.push((entry.key.clone(), word.clone())),
                Value::Bool(false) => {}
                other => {
                    let message = format!("`{}` must be a text, and is {}", entry.key, other.kind());
                    let help = "write a word of schema.org, such as \"InForce\"";
                    fields.problem(entry.node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
                }
            }
        }
        values
    }

    fn source(&self, fields: &mut Fields<'_>, name: &str, span: Span) -> Option<Source> {
        let field = self.own.iter().position(|field| field.name == name).map(Source::Field);
        let fact = || FACTS.iter().find(|(word, _)| *word == name).map(|(_, fact)| Source::Fact(*fact));
        let found = field.or_else(fact);
        if found.is_none() && self.home != Some(span) {
            let own = self.own.iter().map(|field| field.name.as_str());
            let known: Vec<&str> = own.chain(FACTS.iter().map(|(word, _)| *word)).collect();
            let help = did_you_mean(name, known.iter().copied())
                .unwrap_or_else(|| format!("it is one of: {}", known.join(", ")));
            wrong(fields, span, format!("this kind has no field `{name}`"), &help);
        }
        found
    }
}

fn wrong(fields: &mut Fields<'_>, span: Span, message: String, help: &str) {
    fields.problem(span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
}

fn is_word(name: &str, first: impl Fn(&char) -> bool) -> bool {
    name.starts_with(|c: char| first(&c)) && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether a class of schema.org may be called so.
fn class_name(fields: &mut Fields<'_>, name: &str, span: Span) -> bool {
    // One class begins with a digit.
    let good = is_word(name, char::is_ascii_uppercase) || name == "3DModel";
    if !good {
        let message = format!("`{name}` cannot be a class of schema.org");
        wrong(fields, span, message, "its classes begin with a capital letter: GovernmentOrganization");
    }
    good
}

#[cfg(test)]
mod tests {
    use super::super::kind::Kinds;
    use super::*;
    use crate::base::data::parse_toml;

    fn kinds(text: &str) -> (Kinds, Vec<Diagnostic>) {
        let table = parse_toml(text).unwrap();
        let mut problems = Vec::new();
        let kinds = Kinds::read(Some(Fields::new(&table, "kenes.toml", text, 0, &mut problems)), &["en"]);
        (kinds, problems)
    }

    fn properties(kinds: &Kinds, kind: &str) -> Vec<String> {
        let own = kinds.get(kind).unwrap().schema_org.as_ref().unwrap();
        own.properties.iter().map(|property| property.name.clone()).collect()
    }

    #[test]
    fn fields_that_a_site_takes_away_are_not_said() {
        let (changed, problems) = kinds(
            "[person.fields]\nemail = false\n[organisation.fields]\nform = false\n[meeting.lifecycle.states]\npostponed = false\n\
             scheduled = { next = [\"held\"] }\n[news]\nschema_org = false\n",
        );
        assert_eq!(problems, []);
        assert_eq!(properties(&changed, "person"), ["jobTitle", "worksFor", "sameAs"]);
        let organisation = changed.get("organisation").unwrap().schema_org.clone().unwrap();
        assert_eq!(organisation.class, Class { usual: "Organization".to_owned(), by: None });
        assert!(changed.get("news").unwrap().schema_org.is_none());
        // Built in, nothing is left out.
        assert_eq!(properties(&Kinds::read(None, &["en"]), "person").len(), 4);
    }

    #[test]
    fn a_field_goes_before_what_any_page_says() {
        let (own, problems) = kinds(
            "[rule.fields]\nadopted = { type = \"date\" }\n[rule.schema_org]\ntype = \"Legislation\"\n\
             [rule.schema_org.properties]\nlegislationDate = \"adopted\"\nname = \"title\"\n",
        );
        assert_eq!(problems, []);
        let mapping = own.get("rule").unwrap().schema_org.as_ref().unwrap();
        let sources: Vec<Source> = mapping.properties.iter().map(|property| property.value.source).collect();
        assert_eq!(sources, [Source::Field(0), Source::Fact(Fact::Title)]);
    }
}
