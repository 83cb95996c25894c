//! Outlines: what an editor lists of a file.

use expect_test::{Expect, expect};
use ide::{File, Outlined, names_outline, outline};
use lm::LanguageModel;
use lm::fake::FakeModel;

use crate::{NAMES, names};

/// A line each: the name, what stands beside it, what is selected; what is inside is indented. Checks what editors
/// insist on: a name, and a selection inside the range, which is inside the outer one's.
fn shown(text: &str, outlined: &[Outlined], within: &std::ops::Range<usize>, indent: usize) -> String {
    let mut lines = String::new();
    for o in outlined {
        assert!(!o.name.trim().is_empty(), "{o:?}");
        assert!(within.start <= o.range.start && o.range.end <= within.end, "{o:?} in {within:?}");
        assert!(o.range.start <= o.selection.start && o.selection.end <= o.range.end, "{o:?}");
        let selected = text.get(o.selection.clone()).unwrap();
        lines += &format!("{}{} | {} <{selected}>\n", " ".repeat(indent), o.name, o.detail);
        lines += &shown(text, &o.inside, &o.range, indent + 2);
    }
    lines
}

#[track_caller]
fn check(text: &str, expected: Expect) {
    let file = File::new(text).with_names(names());
    let outlined = outline(&file, Some(FakeModel::default().info()));
    expected.assert_eq(shown(text, &outlined, &(0..text.len()), 0).trim_end());
}

#[test]
fn a_prompt_file() {
    check(
        "---\nmodel: fake\ninterventions:\n  - L1D5: off\n  # - L1D3: { scale: 2 }\n  - meals:\n      set: 3\n      at: last\ntrack: [\" Paris\"]\n---\nThe Eiffel Tower\nis in a city that is far away\n",
        expect![[r#"
            model | fake <model>
            interventions |  <interventions>
              L1D5 dishes | off <L1D5>
              L1D3 tower | { scale: 2 } (disabled) <L1D3>
              meals | set: 3       at: last <meals>
            track | [" Paris"] <track>
            prompt | The Eiffel Tower is in a city that is f… <>"#]],
    );
}

#[test]
fn odd_files() {
    check("", expect![""]);
    check("The", expect!["prompt | The <>"]);
    check(
        "---\n\"\": 3\ninterventions: [\"\": off, L1D5: off]\n---\n",
        expect![[r#"
            "" | 3 <"">
            interventions |  <interventions>
              L1D5 dishes | off <L1D5>"#]],
    );
    check(
        "---\r\ninterventions:\r\n- L1D5: off\r\n---\r\nThe",
        expect![[r#"
            interventions |  <interventions>
              L1D5 dishes | off <L1D5>
            prompt | The <>"#]],
    );
    check("---\nmodel: googleai/gemini\n---\nThe", expect![""]);
    let loading = outline(&File::new("---\ninterventions: [L1D5: off]\n---\n").with_names(names()), None);
    assert_eq!(loading[0].inside[0].name, "L1D5");
}

#[test]
fn a_names_file() {
    expect![[r#"
        fake |  <"fake">
          all of it | L0D0 L0D1 L1D0 <all of it>
          dishes | L1D5 <dishes>
          lost | L9D9 <lost>
          meals | L1D5 L2D0 <meals>
          tower | L1D3 <tower>
        another |  <"another">
          ships | L0D1 <ships>
          tower | L0D2 <tower>"#]]
    .assert_eq(shown(NAMES, &names_outline(&names()), &(0..NAMES.len()), 0).trim_end());
}
