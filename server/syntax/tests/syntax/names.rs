//! The names file: parsing it, and edits that change only their own lines.

use base::{ValueId, apply};
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

#[test]
fn set_name_inserts_in_sorted_order_and_moves_no_other_line() {
    let check = |fingerprint: &str, name: &str, ids: &[&str], expected: &str| {
        let ids: Vec<_> = ids.iter().map(|i| id(i)).collect();
        assert_eq!(changed(FILE, &set_name(FILE, fingerprint, "m", name, &ids)), expected, "{name}");
    };
    check("aa", "dog", &["L0D1"], &FILE.replace("  food:", "  dog: L0D1\n  food:"));
    check("aa", "zoo", &["L0D1", "L0D2"], &FILE.replace("L5D901]\n", "L5D901]\n  zoo: [L0D1, L0D2]\n"));
    check("aa", "court", &["L0D1"], &FILE.replace("  court: L3D77 # judge\n", "  court: L0D1\n"));
    check("cc", "x", &["L0D1"], &format!("{FILE}\"cc\": # m\n  x: L0D1\n"));
    assert_eq!(changed("", &set_name("", "cc", "m", "x", &[id("L0D1")])), "\"cc\": # m\n  x: L0D1\n");
    let indented = changed("  aa:\n", &set_name("  aa:\n", "aa", "m", "x", &[id("L0D1")]));
    assert_eq!(indented, "  aa:\n    x: L0D1\n");
    let beside = changed("  aa:\n", &set_name("  aa:\n", "bb", "m", "x", &[id("L0D1")]));
    assert_eq!(beside, "  aa:\n  \"bb\": # m\n    x: L0D1\n");
    let marked = "\u{feff}aa:\n";
    let known = changed(marked, &set_name(marked, "aa", "m", "x", &[id("L0D1")]));
    assert_eq!(known, "\u{feff}aa:\n  x: L0D1\n");
    let beside = changed(marked, &set_name(marked, "bb", "m", "x", &[id("L0D1")]));
    assert_eq!(beside, "\u{feff}aa:\n\"bb\": # m\n  x: L0D1\n");
    let cut = "\"aa\":\n  b: L0D1";
    assert_eq!(changed(cut, &set_name(cut, "aa", "m", "c", &[id("L0D2")])), "\"aa\":\n  b: L0D1\n  c: L0D2\n");
}

#[test]
fn remove_name_and_rename_name_change_one_entry() {
    let gone = changed(FILE, &remove_name(FILE, "aa", "court"));
    assert_eq!(gone, FILE.replace("  court: L3D77 # judge\n", ""));
    let in_place = changed(FILE, &rename_name(FILE, "aa", "court", "crime"));
    assert_eq!(in_place, FILE.replace("court", "crime"));
    let moved = changed(FILE, &rename_name(FILE, "aa", "court", "law"));
    assert_eq!(
        moved,
        FILE.replace("  court: L3D77 # judge\n", "").replace("L5D901]\n", "L5D901]\n  law: L3D77 # judge\n")
    );
    let moved_up = changed(FILE, &rename_name(FILE, "aa", "food", "an eatery"));
    assert_eq!(parse_names(&moved_up).of("aa").map(|m| m.names[0].name.value.clone()).as_deref(), Some("an eatery"));
    assert!(rename_name(FILE, "aa", "court", "food").is_empty(), "the name is taken");
    assert!(rename_name(FILE, "aa", "none", "x").is_empty());
    assert!(rename_name(FILE, "cc", "court", "x").is_empty());
}

#[test]
fn edits_use_the_files_line_breaks() {
    let text = "\"aa\":\r\n  b: L0D1 # one\r\n  c: L0D2\r\n";
    let set = |name: &str, fingerprint: &str| changed(text, &set_name(text, fingerprint, "m", name, &[id("L0D0")]));
    assert_eq!(set("a", "aa"), text.replace("  b:", "  a: L0D0\r\n  b:"));
    assert_eq!(set("b", "aa"), text.replace("b: L0D1 # one", "b: L0D0"));
    assert_eq!(set("x", "bb"), format!("{text}\"bb\": # m\r\n  x: L0D0\r\n"));
    let moved = changed(text, &rename_name(text, "aa", "b", "d"));
    assert_eq!(moved, "\"aa\":\r\n  c: L0D2\r\n  d: L0D1 # one\r\n");
}

#[test]
fn edits_work_without_a_final_line_break() {
    let text = "\"aa\":\r\n  b: L0D1\r\n  c: L0D2";
    let rename = |from: &str, to: &str| changed(text, &rename_name(text, "aa", from, to));
    // The entry moves up, moves down, stays.
    assert_eq!(rename("c", "a"), "\"aa\":\r\n  a: L0D2\r\n  b: L0D1\r\n");
    assert_eq!(rename("b", "d"), "\"aa\":\r\n  c: L0D2\r\n  d: L0D1");
    assert_eq!(rename("c", "e"), "\"aa\":\r\n  b: L0D1\r\n  e: L0D2");
    let set = changed(text, &set_name(text, "aa", "m", "c", &[id("L0D0")]));
    assert_eq!(set, "\"aa\":\r\n  b: L0D1\r\n  c: L0D0");
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
