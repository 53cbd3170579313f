//! A theme with the least that a site needs: a frame with a title, a menu and the languages, pages
//! with their text, lists with titles, dates and descriptions.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::words::Language;

const FILES: &[(&str, &str)] = &[
    ("theme.toml", "name = \"Plain\"\n"),
    ("static/css/site.css", "body { max-width: 40rem; margin: auto; font-family: sans-serif }\n"),
    (
        "templates/base.html",
        "<!DOCTYPE html>\n<html lang=\"{{ lang }}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{% block title %}{{ config.title }}{% endblock title %}</title>\n\
         <link rel=\"canonical\" href=\"{{ current_url }}\">\n\
         {% for other in alternates %}<link rel=\"alternate\" hreflang=\"{{ other.lang }}\" href=\"{{ other.permalink }}\">\n\
         {% endfor %}<link rel=\"stylesheet\" href=\"{{ get_url(path=\"css/site.css\") }}\">\n</head>\n<body>\n\
         {{ fragment(template=\"menu.html\") }}\n\
         <main>\n{% block main %}{% endblock main %}\n</main>\n</body>\n</html>\n",
    ),
    (
        "templates/menu.html",
        "{% set root = get_section(path=\"_index.md\") %}<nav><ul>\n\
         {% for item in root.children %}<li><a href=\"{{ item.path }}\">{{ item.title }}</a></li>\n{% endfor %}</ul></nav>",
    ),
    (
        "templates/page.html",
        "{% extends \"base.html\" %}\n{% block title %}{{ page.title }}{% endblock title %}\n\
         {% block main %}<h1>{{ page.title }}</h1>\n<p>{{ page.date | date(format=\"long\") }}, {{ page.word_count }}</p>\n\
         {{ page.content }}\n\
         <ul>{% for tag in page.taxonomies.tags %}<li><a href=\"{{ get_taxonomy_url(kind=\"tags\", term=tag) }}\">{{ tag }}</a></li>{% endfor %}</ul>\n\
         {% if page.lower %}<a href=\"{{ page.lower.path }}\">{{ page.lower.title }}</a>{% endif %}\n\
         {% if page.higher %}<a href=\"{{ page.higher.path }}\">{{ page.higher.title }}</a>{% endif %}{% endblock main %}\n",
    ),
    (
        "templates/list.html",
        "{% component list.pages(pages: array) %}<ul>\n{% for item in pages %}<li><a href=\"{{ item.path }}\">{{ item.title }}</a> \
         {{ item.date | date(format=\"long\") }} {{ item.description }}</li>\n{% endfor %}</ul>\n{% endcomponent list.pages %}\n\
         {% component list.parts(paginator) %}<p>{{ paginator.current_index }}/{{ paginator.number_pagers }}\
         {% if paginator.previous %} <a rel=\"prev\" href=\"{{ paginator.previous }}\">←</a>{% endif %}\
         {% if paginator.next %} <a rel=\"next\" href=\"{{ paginator.next }}\">→</a>{% endif %}</p>{% endcomponent list.parts %}\n",
    ),
    (
        "templates/section.html",
        "{% extends \"base.html\" %}\n{% block main %}<h1>{{ section.title }}</h1>\n{{ section.content }}\n\
         {% if paginator is defined %}{{ <list.pages pages={paginator.pages} /> }}{{ <list.parts paginator={paginator} /> }}\
         {% else %}{{ <list.pages pages={section.pages} /> }}{% endif %}{% endblock main %}\n",
    ),
    (
        "templates/taxonomy_list.html",
        "{% extends \"base.html\" %}\n{% block main %}<ul>{% for term in terms %}<li><a href=\"{{ term.path }}\">{{ term.name }}</a> \
         {{ term.page_count }}</li>\n{% endfor %}</ul>{% endblock main %}\n",
    ),
    (
        "templates/taxonomy_single.html",
        "{% extends \"base.html\" %}\n{% block main %}<h1>{{ term.name }}</h1>\n\
         {{ <list.pages pages={paginator.pages} /> }}{{ <list.parts paginator={paginator} /> }}{% endblock main %}\n",
    ),
    ("templates/404.html", "{% extends \"base.html\" %}\n{% block main %}<h1>404</h1>{% endblock main %}\n"),
];

/// Writes the theme into a folder.
pub fn write(folder: &Path, languages: &[Language]) -> io::Result<()> {
    for (path, text) in FILES {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, text)?;
    }
    // The strings that the HTML of Markdown asks for.
    fs::create_dir_all(folder.join("i18n"))?;
    for language in languages {
        let mut text = String::new();
        let _ = writeln!(text, "footnotes = \"[1]\"\nfootnote_back = \"↩\"");
        fs::write(folder.join("i18n").join(format!("{}.toml", language.code)), text)?;
    }
    Ok(())
}
