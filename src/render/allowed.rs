//! What a directive's component allows beyond types: a list of values for an argument, a directive
//! that it belongs in. The theme says so in the component's metadata.

use jiff::civil::Date;
use tera::{ComponentInfo, Value};

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::suggest::did_you_mean;
use crate::content::markdown::Arg;

/// What is wrong with the value of an argument, if the component lists what may be: `{"values":
/// {"kind": ["note", "tip"]}}`.
pub(super) fn value(component: &ComponentInfo, arg: &Arg) -> Option<Diagnostic> {
    let lists = component.metadata().get("values")?.as_map()?;
    let list = words(lists.iter().find(|(key, _)| key.to_string() == arg.key)?.1);
    let given = arg.value.as_deref().unwrap_or("true");
    if list.is_empty() || list.iter().any(|word| word == given) {
        return None;
    }
    let message = format!("`{}` cannot be `{given}`", arg.key);
    let all = list.join(", ");
    let help = match did_you_mean(given, list.iter().map(String::as_str)) {
        Some(near) => format!("{near} There are: {all}"),
        None => format!("write one of: {all}"),
    };
    Some(Diagnostic::error(codes::DIRECTIVE_ARGUMENT, message).help(help))
}

/// The argument that the program makes for a component, and no author gives: `{"made": "chart"}`.
pub(super) fn made(component: &ComponentInfo) -> Option<&str> {
    component.metadata().get("made")?.as_str()
}

/// What is wrong with a directive in `around`, or in none, if it belongs in another: `{"inside":
/// "timeline"}`, or a list.
pub(super) fn place(component: &ComponentInfo, name: &str, around: Option<&str>) -> Option<Diagnostic> {
    let homes = words(component.metadata().get("inside")?);
    let first = homes.first()?;
    if around.is_some_and(|around| homes.iter().any(|home| home == around)) {
        return None;
    }
    let message = format!("the directive `{name}` stands outside of `{}`", homes.join("` or `"));
    let help = format!("put a line `:::{first}` above it, and a line `:::` below it");
    Some(Diagnostic::error(codes::DIRECTIVE_PLACE, message).help(help))
}

/// What is wrong with an argument `date` that is written like a day and is none. Other texts, such
/// as "spring 2025", are no days and are shown as they are.
pub(super) fn date(arg: &Arg) -> Option<Diagnostic> {
    let text = arg.value.as_deref().filter(|_| arg.key == "date")?;
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shaped || text.parse::<Date>().is_ok() {
        return None;
    }
    let message = format!("`{text}` is a date that does not exist");
    Some(Diagnostic::error(codes::BAD_DATE, message).help("write year, month and day, as in 2025-01-15"))
}

/// A text, or the texts of a list.
fn words(value: &Value) -> Vec<String> {
    match value.as_array() {
        Some(items) => items.iter().map(Value::to_string).collect(),
        None => vec![value.to_string()],
    }
}
