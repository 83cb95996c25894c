//! The names file: parsing it, and edits that change only their own lines.

use std::fmt::Write as _;

use base::{ValueId, apply};
use expect_test::{Expect, expect};
use syntax::{check_name, parse_names, remove_name, rename_name, set_name};

const FILE: &str = "# ours\n\"aa\": # starter\n  # the best\n  court: L3D77 # judge\n  food: [L2D13, L5D901]\n\n\"bb\":\n  sea: L1D1\n";

fn id(text: &str) -> ValueId {
    text.parse().expect("a valid id")
}

#[track_caller]
fn changed(text: &str, edits: &[base::Edit]) -> String {
    apply(text, edits).expect("the edits fit")
}

#[test]
fn parses_names_with_ranges() {
    let file = parse_names(FILE);
    assert!(file.problems.is_empty(), "{:?}", file.problems);
    let aa = file.of("aa").expect("present");
    let food = aa.find("food").expect("present");
    assert_eq!(food.ids.iter().map(|i| i.value).collect::<Vec<_>>(), [id("L2D13"), id("L5D901")]);
    assert_eq!(&FILE[food.ids[1].range.clone()], "L5D901");
    assert_eq!(&FILE[aa.find("court").expect("present").lines.clone()], "  court: L3D77 # judge\n");
    assert!(file.of("bb").is_some_and(|m| m.find("food").is_none()));
}

/// A key of the prompt-file format is an ordinary name here.
#[test]
fn a_name_may_be_a_prompt_file_key() {
    for word in ["model", "config", "bos", "interventions", "track", "expect"] {
        let text = changed("\"aa\":\n", &set_name("\"aa\":\n", "aa", "m", word, &[id("L3D77")]));
        assert_eq!(text, format!("\"aa\":\n  {word}: L3D77\n"));
        let file = parse_names(&text);
        assert!(file.problems.is_empty(), "{:?}", file.problems);
        assert!(file.of("aa").is_some_and(|m| m.find(word).is_some()), "{word}");
    }
}

/// The text after a name is set; `m` is the model's name.
#[track_caller]
fn check_set(text: &str, fingerprint: &str, name: &str, ids: &[&str], expected: Expect) {
    let ids: Vec<_> = ids.iter().map(|i| id(i)).collect();
    expected.assert_eq(&shown(text, &set_name(text, fingerprint, "m", name, &ids)));
}

/// The text after a name is renamed.
#[track_caller]
fn check_rename(text: &str, from: &str, to: &str, expected: Expect) {
    expected.assert_eq(&shown(text, &rename_name(text, "aa", from, to)));
}

/// The lines between the first and the last that change, before (`-`) and after (`+`) the edits.
fn shown(text: &str, edits: &[base::Edit]) -> String {
    let after = changed(text, edits);
    let [old, new] = [text, &after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = old.iter().zip(&new).take_while(same).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(same).count();
    let mut out = format!("line {}\n", head + 1);
    for (mark, lines) in [('-', &old[head..old.len() - tail]), ('+', &new[head..new.len() - tail])] {
        lines.iter().for_each(|line| writeln!(out, "{mark} {line:?}").unwrap());
    }
    out
}

#[test]
fn set_name_inserts_in_sorted_order_and_moves_no_other_line() {
    check_set(
        FILE,
        "aa",
        "dog",
        &["L0D1"],
        expect![[r#"
            line 5
            + "  dog: L0D1\n"
        "#]],
    );
    check_set(
        FILE,
        "aa",
        "zoo",
        &["L0D1", "L0D2"],
        expect![[r#"
            line 6
            + "  zoo: [L0D1, L0D2]\n"
        "#]],
    );
    check_set(
        FILE,
        "aa",
        "court",
        &["L0D1"],
        expect![[r#"
            line 4
            - "  court: L3D77 # judge\n"
            + "  court: L0D1\n"
        "#]],
    );
    check_set(
        FILE,
        "cc",
        "x",
        &["L0D1"],
        expect![[r#"
            line 9
            + "\"cc\": # m\n"
            + "  x: L0D1\n"
        "#]],
    );
    check_set(
        "",
        "cc",
        "x",
        &["L0D1"],
        expect![[r#"
            line 1
            + "\"cc\": # m\n"
            + "  x: L0D1\n"
        "#]],
    );
    check_set(
        "  aa:\n",
        "aa",
        "x",
        &["L0D1"],
        expect![[r#"
            line 2
            + "    x: L0D1\n"
        "#]],
    );
    check_set(
        "  aa:\n",
        "bb",
        "x",
        &["L0D1"],
        expect![[r#"
            line 2
            + "  \"bb\": # m\n"
            + "    x: L0D1\n"
        "#]],
    );
    check_set(
        "\u{feff}aa:\n",
        "aa",
        "x",
        &["L0D1"],
        expect![[r#"
            line 2
            + "  x: L0D1\n"
        "#]],
    );
    check_set(
        "\u{feff}aa:\n",
        "bb",
        "x",
        &["L0D1"],
        expect![[r#"
            line 2
            + "\"bb\": # m\n"
            + "  x: L0D1\n"
        "#]],
    );
    check_set(
        "\"aa\":\n  b: L0D1",
        "aa",
        "c",
        &["L0D2"],
        expect![[r#"
            line 2
            - "  b: L0D1"
            + "  b: L0D1\n"
            + "  c: L0D2\n"
        "#]],
    );
}

#[test]
fn remove_name_and_rename_name_change_one_entry() {
    expect![[r#"
        line 4
        - "  court: L3D77 # judge\n"
    "#]]
    .assert_eq(&shown(FILE, &remove_name(FILE, "aa", "court")));
    // In place, moved down, moved up.
    check_rename(
        FILE,
        "court",
        "crime",
        expect![[r#"
            line 4
            - "  court: L3D77 # judge\n"
            + "  crime: L3D77 # judge\n"
        "#]],
    );
    check_rename(
        FILE,
        "court",
        "law",
        expect![[r#"
            line 4
            - "  court: L3D77 # judge\n"
            - "  food: [L2D13, L5D901]\n"
            + "  food: [L2D13, L5D901]\n"
            + "  law: L3D77 # judge\n"
        "#]],
    );
    check_rename(
        FILE,
        "food",
        "an eatery",
        expect![[r#"
            line 4
            - "  court: L3D77 # judge\n"
            - "  food: [L2D13, L5D901]\n"
            + "  \"an eatery\": [L2D13, L5D901]\n"
            + "  court: L3D77 # judge\n"
        "#]],
    );
    assert!(rename_name(FILE, "aa", "court", "food").is_empty(), "the name is taken");
    assert!(rename_name(FILE, "aa", "none", "x").is_empty());
    assert!(rename_name(FILE, "cc", "court", "x").is_empty());
}

#[test]
fn edits_use_the_files_line_breaks() {
    let text = "\"aa\":\r\n  b: L0D1 # one\r\n  c: L0D2\r\n";
    check_set(
        text,
        "aa",
        "a",
        &["L0D0"],
        expect![[r#"
            line 2
            + "  a: L0D0\r\n"
        "#]],
    );
    check_set(
        text,
        "aa",
        "b",
        &["L0D0"],
        expect![[r#"
            line 2
            - "  b: L0D1 # one\r\n"
            + "  b: L0D0\r\n"
        "#]],
    );
    check_set(
        text,
        "bb",
        "x",
        &["L0D0"],
        expect![[r#"
            line 4
            + "\"bb\": # m\r\n"
            + "  x: L0D0\r\n"
        "#]],
    );
    check_rename(
        text,
        "b",
        "d",
        expect![[r#"
            line 2
            - "  b: L0D1 # one\r\n"
            - "  c: L0D2\r\n"
            + "  c: L0D2\r\n"
            + "  d: L0D1 # one\r\n"
        "#]],
    );
}

#[test]
fn edits_work_without_a_final_line_break() {
    let text = "\"aa\":\r\n  b: L0D1\r\n  c: L0D2";
    // The entry moves up, moves down, stays.
    check_rename(
        text,
        "c",
        "a",
        expect![[r#"
            line 2
            - "  b: L0D1\r\n"
            - "  c: L0D2"
            + "  a: L0D2\r\n"
            + "  b: L0D1\r\n"
        "#]],
    );
    check_rename(
        text,
        "b",
        "d",
        expect![[r#"
            line 2
            - "  b: L0D1\r\n"
            - "  c: L0D2"
            + "  c: L0D2\r\n"
            + "  d: L0D1"
        "#]],
    );
    check_rename(
        text,
        "c",
        "e",
        expect![[r#"
            line 3
            - "  c: L0D2"
            + "  e: L0D2"
        "#]],
    );
    check_set(
        text,
        "aa",
        "c",
        &["L0D0"],
        expect![[r#"
            line 3
            - "  c: L0D2"
            + "  c: L0D0"
        "#]],
    );
}

#[test]
fn check_name_accepts_names_usable_as_targets() {
    for name in ["food", "sea life", "Zürich", "a/b.c-d_1", "日本"] {
        assert_eq!(check_name(name), Ok(()), "{name}");
    }
    for name in ["", " x", "L1D1", "a:b", "a#b", "x\ny", "[a]", &"x".repeat(65)] {
        assert!(check_name(name).is_err(), "{name:?}");
    }
}
