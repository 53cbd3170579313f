//! What happens to documents with versions: a standard and a guide, which cite each other.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::Change;

/// Pages that are added to the site at the beginning of a script.
pub const PAGES: &[(&str, &str)] = &[
    (
        "law/x/index.md",
        "+++\ntitle = \"Law\"\nkind = \"standard\"\nnumber = \"L-1\"\naliases = [\"/l-1/\"]\n+++\nOf the document.\n",
    ),
    ("law/x/index.ru.md", "+++\ntitle = \"Закон\"\n+++\n"),
    (
        "law/x/versions/1.0.md",
        "+++\n[version]\nin_force = 2025-01-01\nnote = \"First\"\n+++\n1. One. {#one}\n2. Two.\n",
    ),
    ("law/x/versions/1.0.ru.md", "+++\n[version]\nnote = \"Первая\"\n+++\n1. Раз. {#one}\n2. Два.\n"),
    ("law/x/versions/1.1.md", "+++\n[version]\nin_force = 2025-06-05\n+++\n1. One more. {#one}\n2. Two.\n"),
    (
        "law/cites.md",
        "+++\ntitle = \"Citing\"\n+++\nSee [[L-1#one]], [[L-1@1.0#one|then]], [what changed](@/law/x/index.md@1.0..1.1).\n",
    ),
];

/// The templates that show versions.
pub const THEME: &[(&str, &str)] = &[
    (
        "templates/standard.html",
        r"<h1>{{ page.title }}</h1>{{ page.content }}{{ page.version | json_encode }}{{ page.versions | json_encode }}{{ page.clauses | json_encode }}
{{ page.withdrawn_clauses | json_encode }}{{ page.cited_by | json_encode }}{{ page.cite | json_encode }}{{ page.toc | json_encode }}
{% if page.state %}{{ page.state | json_encode }}{% endif %}{% if page.next_state %}{{ page.next_state | json_encode }}{% endif %}{{ page.history | json_encode }}
{{ page.references | json_encode }}{{ page.referenced_by | json_encode }}{{ page.field_list | json_encode }}{{ json_ld() }}{% if page.original %}{{ page.original.title }}{% endif %}{{ page.stale }}
{% for x in feeds %}{{ x.path }} {{ x.title }}{% endfor %}{% for x in page.backlinks %}{{ x.path }}{% endfor %}",
    ),
    (
        "templates/comparison.html",
        r#"{% extends "base.html" %}{% block main %}{{ comparison | json_encode }}{% endblock main %}"#,
    ),
];

const VERSIONS: &[&str] = &[
    "content/law/x/versions/1.0.md",
    "content/law/x/versions/1.0.ru.md",
    "content/law/x/versions/1.1.md",
    "content/law/x/versions/1.1.ru.md",
    "content/law/x/versions/1.1.kk.md",
    "content/law/x/versions/1.2.md",
    "content/law/x/versions/2.0-draft.md",
];

const FOLDERS: &[&str] =
    &["content/law/x", "content/law/y", "content/law/x/versions", "content/law/z/versions"];

/// A version as it might be written.
fn version() -> BoxedStrategy<Change> {
    let page = select(vec![
        "",
        "",
        "",
        "",
        "draft = true\n",
        "publish = 2025-06-10\n",
        "expires = 2025-06-04\n",
        "slug = \"new\"\n",
    ]);
    let days = select(vec![
        "",
        "in_force = 2025-01-01\n",
        "in_force = 2025-06-03\n",
        "in_force = 2025-06-05\n",
        "in_force = 2025-06-05\n",
        "in_force = 2025-06-08\n",
        "in_force = 2025-01-01\nuntil = 2025-06-05\n",
        "in_force = 2025-06-05\nuntil = 2025-06-08\n",
        "comments_until = 2025-06-06\n",
        "supersedes = \"1.0\"\n",
        "change = \"major\"\nnote = \"N\"\n",
    ]);
    let piece = select(vec![
        "1. One. {#one}\n2. Two.\n\n",
        "1. Two.\n2. One, moved. {#one}\n\n",
        "1. Only. {#only}\n\n",
        "## Scope {#scope}\n\n1. In it.\n\n",
        "Agents see [[#one]].\n\n",
        "Said [@one, p. 2].\n\n",
        "See [a](@/a.md#heading) and [[G-1]].\n\n",
        "![p](@/pictures/p.png)\n\n",
        "## Annex {.unnumbered #annex}\n\nNote.[^1]\n\n[^1]: Its text.\n\n",
    ]);
    (select(VERSIONS), page, days, vec(piece, 0..3))
        .prop_map(|(path, page, days, text)| {
            Change::Write(path, format!("+++\n{page}[version]\n{days}+++\n{}", text.concat()))
        })
        .boxed()
}

/// The page of a document, and those that cite it.
fn page() -> BoxedStrategy<Change> {
    let front = select(vec![
        "",
        "draft = true\n",
        "hidden = true\n",
        "publish = 2025-06-04\n",
        "aliases = [\"/l-1/\"]\n",
        "slug = \"law-x\"\n",
        "supersedes = [\"S-1\"]\n",
        "sources = [\"one\"]\n",
        "weight = 1\nsynthetic = true\n",
        "[[history]]\nstate = \"adopted\"\ndate = 2024-12-20\n[[history]]\nstate = \"in_force\"\ndate = 2025-01-01\n",
        "[[history]]\nstate = \"consultation\"\ndate = 2025-06-02\nuntil = 2025-06-04\n",
        "[[history]]\nstate = \"in_force\"\ndate = 2025-01-01\n[[history]]\nstate = \"withdrawn\"\ndate = 2025-06-09\n",
    ]);
    let of = select(vec![
        "title = \"Law\"\nkind = \"standard\"\nnumber = \"L-1\"\n",
        "title = \"Law\"\nkind = \"standard\"\nnumber = \"L-1\"\n",
        "title = \"Another\"\nkind = \"standard\"\nnumber = \"L-2\"\n",
        "title = \"A meeting\"\nkind = \"meeting\"\nstarts = 2025-06-03\n",
        "title = \"A page\"\n",
    ]);
    let document =
        (of, front, select(vec!["", "Text.\n", "See [@two]. {#own}\n"])).prop_map(|(of, front, text)| {
            Change::Write("content/law/x/index.md", format!("+++\n{of}{front}+++\n{text}"))
        });
    let link = select(vec![
        "[[L-1]]\n\n",
        "[[L-1#one]]\n\n",
        "[[L-1@1.0#one]]\n\n",
        "[[L-1@1.1#2]]\n\n",
        "[[L-2]]\n\n",
        "[v](@/law/x/versions/1.1.md#one)\n\n",
        "[d](@/law/x/index.md@1.0..1.1)\n\n",
        "[d](@/law/x/index.md@1.1..1.2)\n\n",
        "[l](@/law/x/index.md#one)\n\n",
        "[t](@/law/x/versions/1.0.md)\n\n",
    ]);
    let citing = (
        select(vec!["content/law/cites.md", "content/a.md", "content/a.ru.md", "content/news/one.md"]),
        vec(link, 0..3),
    )
        .prop_map(|(path, links)| {
            Change::Write(path, format!("+++\ntitle = \"Citing\"\n+++\n{}", links.concat()))
        });
    prop_oneof![2 => document, 3 => citing].boxed()
}

/// A change of a document with versions, or of what cites one.
pub fn change(config: &'static str) -> BoxedStrategy<Change> {
    let others = select(vec![
        ("content/law/x/index.ru.md", "+++\ntitle = \"Иной\"\nsynthetic = true\n+++\nТекст.\n"),
        ("content/law/_index.md", "+++\ntitle = \"Laws\"\npage_kind = \"standard\"\n+++\n"),
        (
            "content/law/_index.md",
            "+++\ntitle = \"Laws\"\nregister = \"standard\"\ntemplate = \"register.html\"\n+++\n",
        ),
        ("content/law/_index.md", "+++\ntitle = \"Laws\"\ndraft = true\n+++\n"),
        (
            "content/law/g.md",
            "+++\ntitle = \"G\"\nkind = \"recommendation\"\nnumber = \"G-1\"\n+++\n1. Clause. {#one}\n",
        ),
        ("references.bib", "@book{three, title = {Third}, year = {2024}}\n"),
        ("references.bib", "@book{three, title = {Another\n"),
        (
            "references.yml",
            "one: { type: web, title: Changed, date: 2024 }\ntwo: { type: book, title: Second }\n",
        ),
    ]);
    let others = others.prop_map(|(path, text)| Change::Write(path, text.to_owned()));
    let kinds = select(vec![
        "[kinds.standard]\nversions = false\n",
        "[kinds.standard]\nclauses = false\n",
        "[kinds.page]\nversions = true\n",
        "[kinds.meeting]\nversions = true\nclauses = true\n",
        "[kinds.recommendation]\nclauses = false\n",
        "",
        "",
    ]);
    let kinds = kinds.prop_map(move |kind| Change::Write("kenes.toml", format!("{config}{kind}")));
    let gone = vec![
        "content/law/x/index.md",
        "content/law/x/index.ru.md",
        "content/law/_index.md",
        "content/law/g.md",
    ];
    let gone: Vec<&'static str> = gone.into_iter().chain(FOLDERS.iter().copied()).collect();
    // What broke the site most often is mended most often, or little is compared.
    let (mended, restored) = (vec![0, 0, 1, 2, 2, 3, 4, 5], 0..PAGES.len());
    let restored = prop_oneof![select(mended), restored].prop_map(|at| {
        let paths = [
            "content/law/x/index.md",
            "content/law/x/index.ru.md",
            "content/law/x/versions/1.0.md",
            "content/law/x/versions/1.0.ru.md",
            "content/law/x/versions/1.1.md",
            "content/law/cites.md",
        ];
        Change::Write(paths[at], PAGES[at].1.to_owned())
    });
    prop_oneof![
        5 => version(),
        4 => page(),
        4 => restored,
        2 => others,
        1 => kinds,
        2 => select(VERSIONS).prop_map(Change::Delete),
        2 => (select(VERSIONS), select(VERSIONS)).prop_map(|(a, b)| Change::Rename(a, b)),
        1 => select(gone).prop_map(Change::Delete),
        1 => (select(FOLDERS), select(FOLDERS)).prop_map(|(a, b)| Change::Rename(a, b)),
        3 => (0..16_i16).prop_map(Change::Day),
        1 => select(VERSIONS).prop_map(Change::Touch),
    ]
    .boxed()
}
