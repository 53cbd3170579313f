//! Which templates ask for what.

use super::*;

fn asked(template: &str) -> Asked {
    Asked::of(&[template, "{{ page.title }}"])
}

#[test]
fn what_no_template_names_is_not_made() {
    let some =
        asked("{% for page in section.pages | sort(attribute=\"date\") %}{{ page[\"toc\"] }}{% endfor %}");
    assert!(some.has("title") && some.has("date") && some.has("toc") && some.has("pages"));
    assert!(!some.has("backlinks") && !some.has("feeds") && !some.has("taxonomies"));
}

#[test]
fn what_asks_without_a_name_gets_everything() {
    for template in [
        "{{ page }}",
        "{{- section -}}",
        "{{ page | json_encode }}",
        "{{ page.lower | json_encode }}",
        "{{ [config.title, page] | json_encode }}",
        "{{ __tera_context }}",
        "{{ page[name] }}",
        "{{ page[\"to\" ~ \"c\"] }}",
        "{{ page?[name] }}",
        "{% for key, value in page %}{% endfor %}",
        "{% for key, value in list | first %}{% endfor %}",
        "{% for key in page | keys %}{% endfor %}",
        "{{ pages | sort(attribute=by) }}",
        "{{ pages | group_by(attribute=\"d\" ~ rest) }}",
        "{{ page | get(key=name) }}",
        "{{ page | get(default=1, key=name) }}",
        "{{ tones[name] }}",
        "{% set tones = {} %}{% set tones = page %}{{ tones[name] }}",
        "{{ get_page(path=path)[name] }}",
        "{{ page[loop.index ~ \"\"] }}",
        "{% if name in page %}{% endif %}",
        "{% set all = {...page} %}{{ all[name] }}",
        "{{ \"a\" ~ page }}",
        "{{ page.description or page }}",
        "{{ (page) }}",
        "{{ config.title ~ (page | json_encode) }}",
        "{{ lang ~ page | json_encode }}",
        "{{ trans(key=\"a\") ~ get_page(path=path) | json_encode }}",
        "{{ config.extra.page | default(value=page) | json_encode }}",
    ] {
        assert!(asked(template).has("backlinks"), "{template}");
    }
}

#[test]
fn comments_ask_for_nothing_and_what_looks_like_one_is_kept() {
    let some = asked(
        "{#- page.toc, {{ page.assets }} -#}{{ \"{#\" ~ page.date ~ '#}' }}{{ \"}} {# \\\" }}\" ~ page.year }}\
         {%- raw -%}{# {{ {% endraw %}{{ page.month }}{# #}{{ page.weight }} { {x {",
    );
    for name in ["date", "year", "month", "weight"] {
        assert!(some.has(name), "{name}");
    }
    assert!(!some.has("toc") && !some.has("assets"));
    assert_eq!(tags("ә{#"), Vec::<&str>::new());
    assert_eq!(tags("{{ ә }}{ {{"), ["{{ ә }}", "{{"]);
    assert_eq!(tags("{%ә{%"), ["{%ә{%"]);
    assert_eq!(without_texts("{{ \"a\\\"b\" ~ 'ә\"' }}"), "{{ \"\" ~ '' }}");
}

/// Or every site that uses it would take longer, and nobody would see why.
#[test]
fn the_default_theme_names_all_that_it_asks_for() {
    let mut folders = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/themes/shanyraq/templates").into()];
    let mut templates = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir::<std::path::PathBuf>(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(!asks_without_name(&text), "{}", path.display());
            templates += 1;
        }
    }
    assert!(templates > 10, "{templates}");
}

#[test]
fn what_is_named_asks_for_nothing_more() {
    for template in [
        "{{ page.title }}",
        "{{ parts[0] }}{{ parts[1:3] }}{{ parts['a'] }}{{ parts[-1] }}",
        "{{ pages | sort(attribute=\"weight\") }}{{ pages | group_by(attribute='year') }}",
        "{% for key, value in page.extra.links %}{% endfor %}",
        "{% for kind, terms in taxonomies %}{% endfor %}",
        "{{ page.extra | get(key=\"a\", default=\"b\") }}{{ trans(key=name) }}",
        "{% for page in pages %}{% endfor %}{% if page.toc %}{% endif %}{% for x in page.assets %}{% endfor %}",
        "{% for x in [page.toc, page.title] %}{% endfor %}",
        "{% set tones = {\"a\": \"b\"} %}{{ tones?[page.title] or \"\" }}",
        "{{ pages[:limit] }}{{ pages[loop.index0 - 1].title }}{{ note?[lang] }}{% set all = [...pages, 1] %}",
        "{{ <card {...page} /> }}",
        "{{ config.title | json_encode }}{{ trans(key=\"a\") | json_encode }}{{- lang | json_encode -}}",
        "{{ current_path | trim_end(pat=\"a\") | json_encode }}{{ get_url(path=page.path) | json_encode }}",
        "{{ title ~ page.title }}{{ a or page.title }}{{ (page.title) }}",
        "<script>a[i] = {...b}; for k, v in page { json_encode }</script>{# {{ page }} #}",
    ] {
        assert!(!asked(template).has("backlinks"), "{template}");
    }
}
