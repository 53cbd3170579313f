//! Where an output folder may be: nowhere that a build would overwrite what it reads.

use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::write::fault;

/// Folders of a site that hold what people wrote, whether or not a build reads them.
const SOURCES: &[&str] = &["content", "themes", "static", "templates", ".git"];

/// The output folder with all symbolic links resolved, if it may be one.
pub(super) fn check(site: &Path, folder: &Path, inputs: &[PathBuf]) -> Result<PathBuf, Diagnostic> {
    let site = resolve(site).unwrap_or_else(|_| site.to_path_buf());
    let shown = fault::shown(&site, folder);
    let refuse = |what: String| {
        Err(Diagnostic::error(codes::OUTPUT_PLACE, format!("the output folder `{shown}` {what}"))
            .in_file(&*shown)
            .help("choose another with `--output`, such as `public` beside `kenes.toml`"))
    };
    let out = match resolve(folder) {
        Ok(out) => out,
        Err(error) => return refuse(format!("cannot be used: {}", fault::cause(&error))),
    };
    if out.exists() && !out.is_dir() {
        return refuse("is a file".to_owned());
    }
    if out == site {
        return refuse("is the site itself".to_owned());
    }
    if site.starts_with(&out) {
        return refuse("contains the site".to_owned());
    }
    for input in inputs.iter().cloned().chain(SOURCES.iter().map(|name| site.join(name))) {
        let Ok(input) = resolve(&input) else { continue };
        let name = fault::shown(&site, &input);
        if input == site {
            continue;
        }
        if out == input {
            return refuse(format!("is `{name}`, which a build reads"));
        }
        if out.starts_with(&input) {
            return refuse(format!("lies in `{name}`, which a build reads"));
        }
        if input.starts_with(&out) {
            return refuse(format!("contains `{name}`, which a build reads"));
        }
    }
    Ok(out)
}

/// The path without symbolic links and `..`, as far as it exists; what does not is taken as written.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut known = path.as_path();
    let mut rest: Vec<Component<'_>> = Vec::new();
    let mut resolved = loop {
        match known.canonicalize() {
            Ok(resolved) => break resolved,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // A link to nowhere exists, but cannot be made a folder.
                if known.is_symlink() {
                    return Err(error);
                }
                let mut parts = known.components();
                rest.extend(parts.next_back());
                known = parts.as_path();
                if known.as_os_str().is_empty() {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
    };
    for part in rest.into_iter().rev() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            part => resolved.push(part),
        }
    }
    Ok(resolved)
}
