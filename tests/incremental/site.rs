//! A small site whose theme asks for everything that a theme can ask for.

use std::path::Path;

use crate::common::{picture, write};

pub const CONFIG: &str = r#"base_url = "https://kenes.example"
title = "Oracle"
languages = ["en", "ru", "kk"]
theme = "oracle"
generate_feeds = true
glossary = { mark_first_use = true }
citations = { style = { en = "styles/s.csl", ru = "ieee" } }
pictures = { formats = ["webp"], widths = [24] }
[[taxonomies]]
name = "topics"
feed = true
paginate_by = 2
terms = [{ en = "law", ru = "право", kk = "құқық" }]
[[taxonomies]]
name = "people"
"#;

/// Templates and strings of the theme, by their paths in its folder.
pub const THEME: &[(&str, &str)] = &[
    (
        "templates/base.html",
        r#"<!DOCTYPE html><html lang="{{ lang }}"><link href="{{ get_url(path="css/a.css") }}" integrity="sha256-{{ get_hash(path="css/a.css", sha_type=256) }}">
<nav>{{ fragment(template="menu.html") }}</nav>
{% for x in alternates %}<a lang="{{ x.lang }}" href="{{ x.path }}">{{ x.title }} {{ x.exists }}</a>{% endfor %}
{% for x in feeds %}<link href="{{ x.path }}" title="{{ x.title }}">{% endfor %}
{{ current_section | default(value="") }}
{% set card = social_card() %}{% if card %}{{ card.permalink }} {{ card.title }} {{ card.own }}{% endif %}{{ config.web_manifest }}
{% block main %}{% endblock main %}
<footer>{{ trans(key="greeting") }}{{ now() }}</footer>{{ json_ld() }}"#,
    ),
    (
        "templates/menu.html",
        r#"{% set home = get_section(path="_index.md") %}{% for x in home.children %}<a href="{{ x.path }}">{{ x.title }}</a>{% endfor %}"#,
    ),
    (
        "templates/page.html",
        r#"{% extends "base.html" %}{% block main %}<h1>{{ page.title }}</h1>{{ page.content }}
{{ page.word_count }} {{ page.reading_time }}
{% for x in page.toc %}#{{ x.id }}{% endfor %}
{% for x in page.breadcrumbs %}<a href="{{ x.path }}">{{ x.title }}</a>{% endfor %}
{% for x in page.backlinks %}<a href="{{ x.path }}">{{ x.title }}</a>{% endfor %}
{% for x in page.translations %}<a href="{{ x.path }}">{{ x.title }}</a>{% endfor %}
{% for x in page.assets %}<img src="{{ x }}">{% endfor %}
{% if page.lower %}<a href="{{ page.lower.path }}">{{ page.lower.title }}</a>{% endif %}
{% if page.higher %}<a href="{{ page.higher.path }}">{{ page.higher.title }}</a>{{ page.higher.summary }}{% endif %}
{% for x in page.sources %}<li id="{{ x.id }}">{{ x.html }}{% for y in x.places %}{{ y.path }}{% endfor %}</li>{% endfor %}{{ page.sources_numbered }}
{% for name, terms in page.taxonomies %}{% for term in terms %}{{ term }}:{{ get_taxonomy_url(kind=name, term=term, required=false) }} {% endfor %}{% endfor %}
{{ page.date | default(value="") }}{{ page.description | default(value="") }}{{ page.pictures | json_encode }}{% endblock main %}"#,
    ),
    (
        "templates/other.html",
        r#"{% extends "base.html" %}{% block main %}{{ page.title }}{% set a = get_page(path="a.md", allow_missing=true) %}{% if a %}{{ a.title }}{{ a.content }}{% endif %}
{% set d = load_data(path="data/d.toml", required=false) %}{% if d %}{{ d.value }}{% endif %}
{{ glossary() | json_encode }}{% set d = load_data(path="@/news/d.csv", required=false) %}{% if d %}{{ d.headers | json_encode }}{% endif %}{% endblock main %}"#,
    ),
    (
        "templates/section.html",
        r#"{% extends "base.html" %}{% block main %}<h1>{{ section.title }}</h1>{{ section.content }}
{% for p in paginator.pages if paginator is defined else section.pages %}<a href="{{ p.path }}" lang="{{ p.lang }}">{{ p.title }}</a>{{ p.summary }}{{ p.date | default(value="") }}
{% endfor %}{% if paginator is defined %}{{ paginator.current_index }}/{{ paginator.number_pagers }} {{ paginator.total_pages }}{% endif %}
{% for x in section.children %}<a href="{{ x.path }}">{{ x.title }}</a>{% endfor %}{% endblock main %}"#,
    ),
    (
        "templates/index.html",
        r#"{% extends "base.html" %}{% block main %}{{ section.content }}
{% for p in query(section="_index.md", recursive=true, sort="date", limit=3) %}<a href="{{ p.path }}">{{ p.title }}</a>{{ p.summary }}{% endfor %}
{% set all = get_taxonomy(kind="topics") %}{% for t in all.items %}{{ t.name }}={{ t.page_count }} {% endfor %}
{% set law = get_taxonomy_term(kind="topics", term="law", required=false) %}{% if law %}{{ law.page_count }}{% for p in law.pages %}{{ p.title }}{% endfor %}{% endif %}
{% set d = load_data(path="data/d.toml", required=false) %}{% if d %}{{ d.value }}{% endif %}{% endblock main %}"#,
    ),
    (
        "templates/taxonomy_list.html",
        r#"{% extends "base.html" %}{% block main %}{% for t in terms %}<a href="{{ t.path }}">{{ t.name }}</a>{{ t.page_count }}{% endfor %}{% endblock main %}"#,
    ),
    (
        "templates/taxonomy_single.html",
        r#"{% extends "base.html" %}{% block main %}{{ term.name }} {{ term.page_count }}{% for p in paginator.pages if paginator is defined else term.pages %}<a href="{{ p.path }}">{{ p.title }}</a>{{ p.summary }}{% endfor %}{% endblock main %}"#,
    ),
    (
        "templates/search.html",
        r#"{% extends "base.html" %}{% block main %}{{ config.search.index }} {{ get_url(path=config.search.script) }}{% endblock main %}"#,
    ),
    // Text, and next to nothing else: pixels are slow to make where nothing is optimised.
    (
        "templates/social-card.svg",
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630">{% set text = page.title ~ " " ~ kind_label | default(value="") ~ " " ~ page.date | default(value="") %}{% for x in breadcrumbs %}{% set_global text = text ~ x.title %}{% endfor %}{% set row = text_paths(text=text, font="fonts/a.woff2", width=1200, sizes=[16]) %}<path transform="translate(0 99)" d="{{ row.lines[0].path }}"/></svg>"#,
    ),
    (
        "templates/manifest.webmanifest",
        r#"{"name": {{ config.title | json_encode }}, "start_url": {{ current_path | trim_end(pat="manifest.webmanifest") | json_encode }}}"#,
    ),
    (
        "static/favicon.svg",
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M1 1H7V7H1Z"/></svg>"#,
    ),
    ("templates/404.html", r#"{% extends "base.html" %}{% block main %}404{% endblock main %}"#),
    (
        "templates/directives.html",
        r#"{% component directives.card(href) %}<a href="{{ href }}">card</a>{% endcomponent directives.card %}
{% component directives.chart(type: string, title: string, data: string = "", chart) {"made": "chart"} %}{{ chart.svg }}{{ chart.rows | json_encode }}{% endcomponent directives.chart %}
{% component directives.figure(src: string, credit: string = "", url: string = "", width: integer = 0, height: integer = 0, picture) {"made": "picture"} %}<figure>{{ src }} {{ credit }} {{ url }} {{ width }} {{ height }} {{ picture | json_encode }}</figure>{% endcomponent directives.figure %}
{% component directives.note() %}<aside>{{ body }}</aside>{% endcomponent directives.note %}
{% component directives.latest() %}<ul>{% for p in query(section="news/_index.md", sort="date", limit=2) %}<li>{{ p.title }}{{ p.summary }}</li>{% endfor %}</ul>{{ fragment(template="menu.html") }}{% endcomponent directives.latest %}"#,
    ),
    // Documents do not show the day, so that their states must know of it by themselves.
    (
        "templates/standard.html",
        r"<h1>{{ page.title }}</h1>{{ page.content }}{{ page.kind }} {{ page.kind_label }} {{ page.fields | json_encode }}
{% if page.state %}{{ page.state | json_encode }}{% endif %}{% if page.next_state %}{{ page.next_state | json_encode }}{% endif %}
{{ page.history | json_encode }}{{ page.field_list | json_encode }}{{ page.references | json_encode }}{{ page.referenced_by | json_encode }}
{% for x in feeds %}{{ x.path }} {{ x.title }}{% endfor %}{{ json_ld() }}{{ page.cite | json_encode }}{% if page.original %}{{ page.original.title }}{% endif %}{{ page.stale }}{{ page.synthetic }}{{ page.illustrative }}",
    ),
    ("templates/meeting.html", r#"{% include "standard.html" %}"#),
    ("templates/recommendation.html", r#"{% include "standard.html" %}"#),
    (
        "templates/register.html",
        r#"{% if section is defined %}{% for p in section.pages %}{{ p.title }} {{ p.kind }} {{ p.fields?.number | default(value="") }} {% if p.state %}{{ p.state.label }}{% endif %}{{ p.stale }}
{% endfor %}{{ section.referenced_by | json_encode }}{{ section.calendar | json_encode }}{% endif %}{% for x in feeds %}<link href="{{ x.path }}" title="{{ x.title }}">{% endfor %}{{ json_ld() }}{% if register is defined %}{{ register.label }} {{ register.columns | json_encode }}
{% for x in register.rows %}{{ x | json_encode }}
{% endfor %}{{ register.filters | json_encode }}{{ register.data | json_encode }}{% endif %}"#,
    ),
    ("static/css/a.css", "a{color:red}"),
    ("i18n/en.toml", "greeting = \"Hello\"\n"),
    ("i18n/ru.toml", "greeting = \"Привет\"\n"),
    ("i18n/kk.toml", "greeting = \"Сәлем\"\n"),
];

/// Pages that are there at the beginning.
pub const PAGES: &[(&str, &str)] = &[
    ("_index.md", "+++\ntitle = \"Home\"\n+++\nWelcome.\n"),
    ("_index.ru.md", "+++\ntitle = \"Главная\"\n+++\nПривет.\n"),
    ("news/_index.md", "+++\ntitle = \"News\"\nsort_by = \"date\"\npaginate_by = 2\n+++\n"),
    (
        "news/one.md",
        "+++\ntitle = \"One\"\ndate = 2025-01-01\ntaxonomies = { topics = [\"law\"] }\n+++\nFirst.\n\n<!-- more -->\n\nMore [a](@/a.md).\n",
    ),
    ("news/two.md", "+++\ntitle = \"Two\"\ndate = 2025-02-01\nsocial_card = true\n+++\nSecond.\n"),
    ("news/two.ru.md", "+++\ntitle = \"Два\"\ndate = 2025-02-01\n+++\nВторая.\n"),
    (
        "news/three.md",
        "+++\ntitle = \"Three\"\ndate = 2025-03-01\ntaxonomies = { topics = [\"law\", \"schools\"] }\n+++\nThird.\n",
    ),
    ("a.md", "+++\ntitle = \"A\"\n+++\n## Heading\n\nText.\n"),
    ("terms/agent.md", AGENT),
    ("terms/agent.ru.md", "+++\ntitle = \"Агент\"\ndefinition = \"Программа.\"\n+++\n"),
    ("cites.md", "+++\ntitle = \"Cites\"\nsources = [\"two\"]\n+++\nSaid [@one, p. 2].\n"),
    ("cites.ru.md", "+++\ntitle = \"Пишет\"\n+++\nSaid [@one].\n"),
    ("b.md", "+++\ntitle = \"B\"\ntemplate = \"other.html\"\n+++\n[one](@/news/one.md)\n"),
    ("deep/_index.md", "+++\ntitle = \"Deep\"\n+++\n::latest\n"),
    (
        "deep/folder/index.md",
        "+++\ntitle = \"Folder\"\n+++\n![x](x.jpg)\n\n::chart type=\"bar\" title=\"C\" data=\"data/c.csv\"\n",
    ),
    ("deep/folder/x.jpg", "GIF89a\x01\0\x01\0"),
    ("telling.webp", TELLING),
    (
        "pictures/index.md",
        "+++\ntitle = \"Pictures\"\n[[pictures]]\nfile = \"p.png\"\ncredit = \"A. Painter\"\nurl = \"https://example.org/\"\n+++\n![P](p.png)\n\n::figure src=\"p.png\"\n",
    ),
    (
        "pictures/index.ru.md",
        "+++\ntitle = \"Картины\"\n[[pictures]]\nfile = \"p.png\"\ncredit = \"А. Художник\"\n+++\n::figure src=\"p.png\"\n",
    ),
    // A register that lies elsewhere than its documents.
    ("deep/list.md", "+++\ntitle = \"List\"\nregister = \"recommendation\"\n+++\n"),
    ("doc/_index.md", REGISTER),
    ("doc/s1.md", ORIGINAL),
    ("doc/s1.ru.md", TRANSLATION),
    (
        "doc/s2.md",
        "+++\ntitle = \"S2\"\nnumber = \"S-2\"\nsupersedes = [\"S-1\"]\nbody = \"@/doc/_index.md\"\n[[history]]\nstate = \"consultation\"\ndate = 2025-06-02\nuntil = 2025-06-08\n+++\nText.\n",
    ),
    ("doc/m.md", "+++\ntitle = \"M\"\nkind = \"meeting\"\nstarts = 2025-06-08\n+++\n"),
    ("doc/r.md", "+++\ntitle = \"R\"\nkind = \"recommendation\"\nnumber = \"R-1\"\nmeeting = \"m\"\n+++\n"),
];

/// A picture whose name has no digest, and that says more than it shows: it is published without that.
pub const TELLING: &str =
    "RIFF\x2c\0\0\0WEBPVP8X\x0a\0\0\0\x28\0\0\0\x01\0\0\x01\0\0ICCP\x02\0\0\0onEXIF\x04\0\0\0here";

/// The font of its cards.
const FONT: &[u8] = include_bytes!("../../themes/shanyraq/static/fonts/golos-text-400.woff2");

/// The section of the documents.
pub const REGISTER: &str = "+++\ntitle = \"Documents\"\nkind = \"organisation\"\npage_kind = \"standard\"\nregister = \"standard\"\n+++\n";

/// A translation that is made from `doc/s1.md` as it is at the beginning.
pub const TRANSLATION: &str = "+++\ntitle = \"С1\"\ntranslated_from = \"248674c7895d1b7d\"\n+++\nТекст.\n";

/// The bibliography.
pub const REFERENCES: &str =
    "one: { type: web, title: First, date: 2025 }\ntwo: { type: book, title: Second }\n";

/// A term.
pub const AGENT: &str = "+++\ntitle = \"Agent\"\nkind = \"term\"\ndefinition = \"A program.\"\n+++\n";

/// The style of citations.
pub const STYLE: &str = include_str!("../sites/sources/site/styles/labels.csl");

/// Writes the site as it is at the beginning.
pub fn begin(root: &Path) {
    write(&root.join("kenes.toml"), CONFIG);
    for (path, text) in THEME {
        write(&root.join("themes/oracle").join(path), text);
    }
    for (path, text) in PAGES {
        write(&root.join("content").join(path), text);
    }
    std::fs::write(root.join("content/pictures/p.png"), picture(48, 40)).unwrap();
    write(&root.join("themes/oracle/static/fonts/a.woff2"), FONT);
    write(&root.join("data/d.toml"), "value = 1\n");
    write(&root.join("references.yml"), REFERENCES);
    write(&root.join("styles/s.csl"), STYLE);
    write(&root.join("data/c.csv"), "label,n\nOne,1\n");
}

/// The text that it is made from.
pub const ORIGINAL: &str = "+++\ntitle = \"S1\"\nnumber = \"S-1\"\n[[history]]\nstate = \"adopted\"\ndate = 2025-05-01\n[[history]]\nstate = \"superseded\"\ndate = 2025-06-05\n+++\nText.\n";
