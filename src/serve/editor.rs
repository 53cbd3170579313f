//! Opening a file of the site in its author's editor, at a line.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::base::path::encode_path;

/// How files are opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Editor {
    /// By a link that Visual Studio Code answers.
    #[default]
    Link,
    /// By a program with a window of its own, and what it is given before the file.
    Program(Vec<String>),
}

/// Editors that need a terminal, which a server has not.
const IN_TERMINALS: &[&str] = &[
    "vi", "vim", "nvim", "view", "nano", "pico", "micro", "hx", "helix", "kak", "joe", "jed", "ne", "mcedit",
    "ed", "ex", "less", "more", "cat",
];

impl Editor {
    /// The editor of a command such as `code --reuse-window`, where quotes hold words together. No
    /// shell reads it.
    ///
    /// # Errors
    /// Says why it cannot be used.
    pub fn parse(command: &str) -> Result<Self, String> {
        let words = words(command);
        let Some(program) = words.first() else { return Err("no command is given".to_owned()) };
        if IN_TERMINALS.contains(&name(program).as_str()) {
            return Err(format!("`{program}` needs a terminal; name an editor that opens a window"));
        }
        Ok(Self::Program(words))
    }

    /// The name of the program, for people.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Link => None,
            Self::Program(words) => words.first().map(|program| name(program)),
        }
    }

    /// What a link that opens a file of this folder begins with; then come `/FILE:LINE:COLUMN`.
    pub(super) fn link(root: &Path) -> String {
        let path = root.to_string_lossy().replace('\\', "/");
        let slash = if path.starts_with('/') { "" } else { "/" };
        format!("vscode://file{slash}{}", encode_path(&path))
    }

    /// Opens a file.
    ///
    /// # Errors
    /// The program cannot be started, or there is none to start.
    pub(super) fn open(&self, root: &Path, file: &Path, line: u32, column: u32) -> std::io::Result<()> {
        let Self::Program(words) = self else { return Err(std::io::ErrorKind::Unsupported.into()) };
        let Some((program, rest)) = words.split_first() else {
            return Err(std::io::ErrorKind::NotFound.into());
        };
        let mut command = Command::new(program);
        command.args(rest).args(arguments(&name(program), file, line, column)).current_dir(root);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        // Somebody must ask how it ended, or the system keeps a note of it for ever.
        let waiter = std::thread::Builder::new().name("kenes-editor".to_owned());
        waiter.spawn(move || child.wait()).map(drop)
    }
}

/// What a program is given so that it opens a file at a place. The file's path is absolute: no name
/// can pass for an option.
fn arguments(program: &str, file: &Path, line: u32, column: u32) -> Vec<OsString> {
    let placed = |between: &str| {
        let mut text = file.as_os_str().to_owned();
        text.push(format!("{between}{line}:{column}"));
        text
    };
    let text = |texts: &[&str]| texts.iter().map(OsString::from).collect::<Vec<_>>();
    let (line_only, place) = (line.to_string(), format!("+{line}:{column}"));
    let (before, last) = match program {
        "code" | "code-insiders" | "codium" | "vscodium" | "cursor" | "windsurf" | "positron" => {
            (text(&["--goto"]), placed(":"))
        }
        "zed" | "zeditor" | "subl" | "sublime_text" | "lapce" => (Vec::new(), placed(":")),
        "idea" | "idea64" | "webstorm" | "webstorm64" | "pycharm" | "pycharm64" | "phpstorm"
        | "phpstorm64" | "rustrover" | "rustrover64" | "goland" | "goland64" | "clion" | "clion64"
        | "rubymine" | "kate" | "kwrite" => {
            (text(&["--line", &line_only, "--column", &column.to_string()]), file.into())
        }
        "gvim" | "mvim" => (text(&[&format!("+call cursor({line},{column})")]), file.into()),
        "emacsclient" => (text(&["--no-wait", &place]), file.into()),
        "emacs" | "gedit" | "gnome-text-editor" | "pluma" | "xed" => (text(&[&place]), file.into()),
        "mate" => (text(&["--line", &format!("{line}:{column}")]), file.into()),
        "bbedit" => (text(&[&format!("+{line}")]), file.into()),
        "notepad++" => (text(&[&format!("-n{line}"), &format!("-c{column}")]), file.into()),
        _ => (Vec::new(), file.into()),
    };
    before.into_iter().chain([last]).collect()
}

/// The name of a program without its folder and, on Windows, its ending.
fn name(program: &str) -> String {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program).to_lowercase();
    let ending = [".exe", ".cmd", ".bat"].iter().find_map(|ending| name.strip_suffix(ending));
    ending.unwrap_or(&name).to_owned()
}

/// The words of a command; quotes of both kinds hold them together.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, _) if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(program: &str) -> Vec<String> {
        let arguments = arguments(&name(program), Path::new("/s/a b.md"), 3, 7);
        arguments.iter().map(|argument| argument.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn each_editor_is_told_the_line_in_its_own_way() {
        assert_eq!(shown("/usr/bin/code"), ["--goto", "/s/a b.md:3:7"]);
        assert_eq!(shown("C:\\bin\\Code.cmd"), ["--goto", "/s/a b.md:3:7"]);
        assert_eq!(shown("idea"), ["--line", "3", "--column", "7", "/s/a b.md"]);
        assert_eq!(shown("emacsclient"), ["--no-wait", "+3:7", "/s/a b.md"]);
        assert_eq!(shown("unheard-of"), ["/s/a b.md"]);
        assert_eq!(Editor::link(Path::new("/s/а b")), "vscode://file/s/%D0%B0%20b");
    }

    #[test]
    fn a_command_is_words_and_no_shell_reads_it() {
        let parse = |text| {
            Editor::parse(text).map(|editor| match editor {
                Editor::Program(words) => words,
                Editor::Link => Vec::new(),
            })
        };
        assert_eq!(parse("code  --reuse-window").unwrap(), ["code", "--reuse-window"]);
        assert_eq!(parse("'/a b/c' \"x y\"z ''").unwrap(), ["/a b/c", "x yz", ""]);
        assert_eq!(parse("code; rm -rf $HOME `x`").unwrap(), ["code;", "rm", "-rf", "$HOME", "`x`"]);
        assert!(parse(" ").is_err() && parse("/usr/bin/vim -p").unwrap_err().contains("terminal"));
    }
}
