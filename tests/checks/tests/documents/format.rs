//! PROMPT-FILE.md against the parser: its examples have no problems, and it names every key and every kind of problem.

use std::collections::BTreeSet;
use std::fs;

use checks::repository;
use syntax::keys::{AT, CHANGE, CONFIG, EXPECT, RESERVED, RUN_RESERVED, SCOPES, TOP_LEVEL};
use syntax::{parse, parse_names};

use crate::markdown::{Markdown, first_column};

fn page() -> Markdown {
    Markdown::read(&repository().join("server/syntax/PROMPT-FILE.md"))
}

#[test]
fn the_examples_parse_without_problems() {
    let page = page();
    let examples = page.blocks.iter().filter(|(language, _)| language == "yaml");
    let mut seen = 0;
    for (_, example) in examples {
        seen += 1;
        if example.starts_with('"') {
            let names = parse_names(example);
            assert!(names.problems.is_empty() && !names.models.is_empty(), "{example}{:#?}", names.problems);
            continue;
        }
        let text = match example.starts_with("---\n") {
            true => example.clone(),
            false => format!("---\n{example}---\nThe Eiffel Tower"),
        };
        let parsed = parse(&text);
        assert!(parsed.problems.is_empty(), "{example}{:#?}", parsed.problems);
        assert!(!parsed.keys.is_empty(), "{example}");
    }
    assert!(seen > 5, "the page has examples");
}

#[test]
fn the_page_names_every_key() {
    let page = page();
    let words: BTreeSet<&str> = (page.code_spans.iter().chain(&page.fenced_lines))
        .flat_map(|code| code.split(|c: char| !c.is_alphanumeric()))
        .collect();
    for key in [TOP_LEVEL, CONFIG, CHANGE, AT, SCOPES, EXPECT, RESERVED, RUN_RESERVED].into_iter().flatten() {
        assert!(words.contains(key.name), "PROMPT-FILE.md does not name `{}`", key.name);
    }
}

#[test]
fn the_page_explains_every_kind_of_problem() {
    let mut codes = BTreeSet::new();
    for file in ["syntax/src/problem.rs", "ide/src/resolve.rs", "ide/src/diagnostics.rs", "ide/src/expectations.rs"] {
        let text = fs::read_to_string(repository().join("server").join(file)).expect("the source can be read");
        let values = text.lines().filter_map(|line| line.split_once(": &str = \"")?.1.strip_suffix("\";"));
        let is_code = |value: &&str| value.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        codes.extend(values.filter(is_code).map(str::to_owned));
    }
    assert!(codes.len() > 20, "{codes:?}");
    let section = page().section("Errors and warnings");
    let explained: BTreeSet<String> = first_column(&section).map(str::to_owned).collect();
    let lacks: Vec<_> = codes.difference(&explained).collect();
    let old: Vec<_> = explained.difference(&codes).collect();
    assert!(
        lacks.is_empty() && old.is_empty(),
        "PROMPT-FILE.md, `Errors and warnings`: lacks {lacks:?}, no code {old:?}"
    );
}
