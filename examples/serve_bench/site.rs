//! Edits of the generated site (examples/corpus).

use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;

/// Sections that the corpus spreads its pages over.
const SECTIONS: usize = 20;

/// The languages of a site with documents.
pub const LANGUAGES: [&str; 3] = ["en", "ru", "kk"];

/// The versions of each document of the corpus.
const VERSIONS: [&str; 3] = ["1.0", "1.1", "2.0"];

/// A generated site.
pub struct Site {
    folder: PathBuf,
    pages: usize,
    /// How many documents it has, each language counted.
    documents: usize,
}

/// One edit, not saved yet.
pub struct Edit {
    /// The page that will show it.
    pub url: String,
    /// What the page will have in it then, and did not before.
    pub mark: String,
    file: PathBuf,
    text: String,
    atomic: bool,
}

impl Site {
    pub fn new(folder: &Path, pages: usize, documents: usize) -> Self {
        Self { folder: folder.to_path_buf(), pages, documents }
    }

    /// Another word in the text of a page, or of a version where there are documents.
    pub fn edit_page(&self, page: usize, number: usize) -> Result<Edit, Failure> {
        let (name, url) = if self.documents > 0 { self.version(page) } else { self.page(page) };
        let file = self.folder.join("content").join(name);
        let old = fs::read_to_string(&file)?;
        let mark = format!("reworded{number}x{page}");
        let body = old.find("\n+++\n").ok_or("a page without front matter")? + "\n+++\n".len();
        // In the first clause, where there are clauses.
        let body = old[body..].find("\n1. ").map_or(body, |at| body + at + "\n1. ".len());
        // In the first paragraph, behind its first word; the seven hundredth may lie in code.
        let start = body + old[body..].find(' ').ok_or("a page of one word")? + 1;
        let end = start + old[start..].find([' ', '.', ',']).ok_or("a page of two words")?;
        let text = format!("{}{mark}{}", &old[..start], &old[end..]);
        Ok(Edit { url, mark, file, text, atomic: !number.is_multiple_of(2) })
    }

    /// Another word in the template of all pages.
    pub fn edit_template(&self, page: usize, number: usize) -> Result<Edit, Failure> {
        let (_, url) = self.page(page);
        let file = self.folder.join("themes/plain/templates/base.html");
        let old = fs::read_to_string(&file)?;
        let mark = format!("template{number}x{page}");
        let text = match old.split_once("<meta name=\"bench\" content=\"") {
            Some((start, rest)) => {
                let (_, rest) = rest.split_once('"').ok_or("the template was changed")?;
                format!("{start}<meta name=\"bench\" content=\"{mark}\"{rest}")
            }
            None => old.replacen("<head>", &format!("<head>\n<meta name=\"bench\" content=\"{mark}\">"), 1),
        };
        if !text.contains(&mark) {
            return Err("the template has no head".into());
        }
        Ok(Edit { url, mark, file, text, atomic: !number.is_multiple_of(2) })
    }

    /// The file of a version of a document, and its address.
    fn version(&self, number: usize) -> (String, String) {
        let language = LANGUAGES[number % LANGUAGES.len()];
        let label = VERSIONS[number / LANGUAGES.len() % VERSIONS.len()];
        let document = number / LANGUAGES.len() % (self.documents / LANGUAGES.len()).max(1);
        let folder = format!("documents/document-{document:05}");
        match language {
            "en" => (format!("{folder}/versions/{label}.md"), format!("/{folder}/{label}/")),
            other => (format!("{folder}/versions/{label}.{other}.md"), format!("/{other}/{folder}/{label}/")),
        }
    }

    /// The file of a page, and its address.
    fn page(&self, page: usize) -> (String, String) {
        let page = page % self.pages;
        let name = format!("section-{:02}/page-{page:05}", page % SECTIONS + 1);
        (format!("{name}.md"), format!("/{name}/"))
    }
}

impl Edit {
    /// Saves it as editors do: half of them write in place, the others beside and rename.
    pub fn write(&self) -> Result<(), Failure> {
        if self.atomic {
            let beside = self.file.with_extension("saving");
            fs::write(&beside, &self.text)?;
            fs::rename(&beside, &self.file)?;
        } else {
            fs::write(&self.file, &self.text)?;
        }
        Ok(())
    }

    pub fn file(&self) -> String {
        self.file.display().to_string()
    }
}
