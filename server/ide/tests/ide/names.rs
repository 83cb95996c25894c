//! Names in the place of ids: what they stand for, what is wrong with them, where they are used and how they change.

use base::Target;
use base::{Cancel, ValueId, apply};
use expect_test::{Expect, expect};
use ide::{File, Meant, ModelState, Names, resolve};
use lm::LanguageModel;
use lm::fake::FakeModel;

use crate::{NAMES, cursor, names};

fn file(interventions: &str) -> File {
    File::new(format!("---\ninterventions:\n{interventions}\n---\nThe city of")).with_names(names())
}

fn id(text: &str) -> ValueId {
    text.parse().unwrap()
}

/// The interventions that are run, then what is wrong, a line each.
#[track_caller]
fn check(interventions: &str, expected: Expect) {
    let file = file(interventions);
    let resolved = resolve(&file, &FakeModel::default());
    let run =
        resolved.experiment.runs.iter().flat_map(|run| &run.interventions).zip(resolved.entries.iter().flatten()).map(
            |(i, entry)| {
                let Target::Value(id) = i.target;
                format!("{id} {:?} {:?} of line {}", i.change, i.at, file.parsed.interventions[*entry].line)
            },
        );
    let problems =
        resolved.problems.iter().map(|p| format!("{} {:?}: {}", p.code, &file.text[p.range.clone()], p.message));
    expected.assert_eq(&run.chain(problems).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_name_is_its_vector() {
    check("  - tower: 4.5", expect!["L1D3 Set(4.5) All of line 3"]);
    check("  - \"tower\": { scale: 2, at: last }", expect!["L1D3 Scale(2.0) Last of line 3"]);
}

#[test]
fn a_group_is_its_vectors_in_file_order_each_once() {
    check(
        "  - L1D5: 1\n  - meals: off\n  - tower: boost\n  # - meals: 3\n  - all of it: { add: 1 }",
        expect![[r#"
            L1D5 Set(1.0) All of line 3
            L1D5 Set(0.0) All of line 4
            L2D0 Set(0.0) All of line 4
            L1D3 Boost All of line 5
            L0D0 Add(1.0) All of line 7
            L0D1 Add(1.0) All of line 7
            L1D0 Add(1.0) All of line 7"#]],
    );
}

#[test]
fn names_without_a_vector_of_this_model() {
    check(
        "  - nobody: off\n  - ships: off\n  - lost: off\n  - tower: off",
        expect![[r#"
            L1D3 Set(0.0) All of line 6
            unknown-name "nobody": unknown name `nobody`: write a value vector's id, such as L0D7, or define the name
            other-models-name "ships": `ships` is a name for another model, not for fake: use a name for fake, or an id
            no-such-vector "lost": `lost` is L9D9, but L9D9 is not in fake: its value vectors are L0D0 to L2D7"#]],
    );
}

/// A hover's coefficients are with and without its line: all of a group's vectors come and go together.
#[test]
fn a_group_comes_and_goes_as_one_line() {
    let with = file("  - meals: 100\n  - tower: off");
    let without = file("  - tower: off");
    let model = FakeModel::default();
    let hover = |file: &File| {
        let at = file.text.find("tower").unwrap();
        let state = ModelState::Ready(&model, None);
        ide::hover(file, at, &state, &ide::Style::default(), &Cancel::new()).unwrap().unwrap().plain
    };
    let of = |file: &File| hover(file).lines().nth(2).unwrap().to_owned();
    assert_eq!(of(&with), of(&without));
}

#[test]
fn a_names_file_says_what_is_wrong_with_it() {
    let text = "\"fake\":\n  food: X\n  L1D1: L1D2\n  sea: L0D0\n";
    let found = ide::names_diagnostics(&Names::new("", text));
    let shown: Vec<_> = found.iter().map(|d| format!("{:?}: {}", &text[d.range.clone()], d.message)).collect();
    // One for each: that `food` names nothing follows from what it should name.
    expect![[r#"
        "X": `X` is not a value vector's id: write layer and dim, such as L3D77
        "L1D1": invalid name `L1D1`: a value vector's id cannot be a name"#]]
    .assert_eq(&shown.join("\n"));
    assert!(ide::names_diagnostics(&names()).is_empty());
}

/// What is said of a names file that cannot be edited line by line.
fn refused() -> String {
    let flow = Names::new("", "fake: {b: L0D0, c: L0D1}");
    flow.without_name("b", FakeModel::default().info()).unwrap_err().to_string()
}

#[test]
fn a_names_file_that_cannot_be_edited_line_by_line_says_so() {
    expect!["unembed.names.yaml does not have one name per line here: change its layout first"].assert_eq(&refused());
}

#[test]
fn naming_adds_a_line_or_the_error_says_why() {
    let info = FakeModel::default().info().clone();
    let named = |name: &str, ids: &[&str]| {
        let ids: Vec<_> = ids.iter().map(|i| id(i)).collect();
        names().with_name(name, &ids, &info).map(|edits| apply(NAMES, &edits).unwrap())
    };
    let after = |line: &str, added: &str| Ok(NAMES.replacen(line, &format!("{line}{added}"), 1));
    assert_eq!(named("food", &["L2D0"]), after("  dishes: L1D5\n", "  food: L2D0\n"));
    assert_eq!(named("food", &["L2D0", "L0D1"]), after("  dishes: L1D5\n", "  food: [L2D0, L0D1]\n"));
    assert_eq!(named("dishes", &["L0D1"]), Ok(NAMES.replace("dishes: L1D5", "dishes: L0D1")));
    let why = |name: &str, ids: &[&str]| named(name, ids).unwrap_err().to_string();
    expect!["L9D9 is not in fake: its value vectors are L0D0 to L2D7"].assert_eq(&why("food", &["L9D9"]));
    expect!["`food` needs a value vector: write an id, such as L0D7, or several"].assert_eq(&why("food", &[]));
    expect!["invalid name `L1D1`: a value vector's id cannot be a name"].assert_eq(&why("L1D1", &["L0D0"]));
    let not_a_line_each = refused();
    for text in ["{fake: {a: L0D0}}", "fake: {a: L0D0}", "fake: &x\n  a: L0D0\n"] {
        let refused = Names::new("", text).with_name("food", &[id("L0D0")], &info);
        assert_eq!(refused.unwrap_err().to_string(), not_a_line_each, "{text}");
    }
    let after = |text: &str| apply(text, &Names::new("", text).with_name("b", &[id("L0D0")], &info).unwrap()).unwrap();
    assert_eq!(after(""), "\"fake\": # fake\n  b: L0D0\n");
    assert_eq!(after("fake:\n  a: L1D1"), "fake:\n  a: L1D1\n  b: L0D0\n");
    assert_eq!(after("fake:\n"), "fake:\n  b: L0D0\n");
}

/// What stands under the cursor, with `[` and `]` around every use of what it means.
#[track_caller]
fn check_references(text: &str, symbol: Option<&str>, expected: Expect) {
    let (file, at) = cursor(text);
    let found = ide::symbol(&file, at);
    assert_eq!(found.as_ref().map(|s| s.text.as_str()), symbol);
    let Some(found) = found else { return expected.assert_eq("") };
    let uses = ide::references(&file, &Meant::of(&names(), &found.text, "fake"));
    assert!(uses.contains(&found.range), "{uses:?}");
    let marked = uses.iter().rev().fold(file.text.to_string(), |text, range| {
        format!("{}[{}]{}", &text[..range.start], &text[range.clone()], &text[range.end..])
    });
    expected.assert_eq(&marked);
}

#[test]
fn one_vector_is_the_same_by_every_name() {
    check_references(
        "---\ninterventions:\n  - dis$0hes: off\n  # - L1D5: 3\n  - meals: 1\n  - L1D3: 1\n---\ndishes",
        Some("dishes"),
        expect![[r#"
            ---
            interventions:
              - [dishes]: off
              # - [L1D5]: 3
              - meals: 1
              - L1D3: 1
            ---
            dishes"#]],
    );
    check_references(
        "---\ninterventions:\n  - dishes: off\n  # - L1D5$0: 3\n---\nThe",
        Some("L1D5"),
        expect![[r#"
            ---
            interventions:
              - [dishes]: off
              # - [L1D5]: 3
            ---
            The"#]],
    );
    // A group is more than one of its vectors.
    check_references(
        "---\ninterventions:\n  - dishes: off\n  - \"mea$0ls\": 3\n  - meals: 1\n---\nThe",
        Some("meals"),
        expect![[r#"
            ---
            interventions:
              - dishes: off
              - ["meals"]: 3
              - [meals]: 1
            ---
            The"#]],
    );
    // An undefined name has uses, too.
    check_references(
        "---\ninterventions:\n  - nobo$0dy: off\n  - nobody: 1\n---\nThe",
        Some("nobody"),
        expect![[r#"
            ---
            interventions:
              - [nobody]: off
              - [nobody]: 1
            ---
            The"#]],
    );
    check_references("---\ninterventions:\n  - dishes: o$0ff\n---\nThe", None, expect![""]);
    check_references("---\ninterventions:\n  - dishes: off\n---\nThe dishes$0", None, expect![""]);
    check_references("---\nmodel: googleai/gemini\ninterventions:\n  - dis$0hes: off\n---\nThe", None, expect![""]);
}

#[test]
fn a_names_file_knows_the_model_of_a_name() {
    let names = names();
    let at = |part: &str| ide::name_at(&names, NAMES.find(part).unwrap()).map(|(whose, s)| (whose, s.text));
    assert_eq!(at("dishes"), Some(("fake".into(), "dishes".into())));
    assert_eq!(at("tower: L0D2"), Some(("another".into(), "tower".into())));
    assert_eq!(at("L0D2"), None);
    assert_eq!(at("# ours"), None);
    let defined = |text: &str| -> Vec<&str> {
        ide::definitions(&names, text, "fake").into_iter().map(|range| &NAMES[range]).collect()
    };
    assert_eq!(defined("dishes"), ["dishes"]);
    assert_eq!(defined("L1D5"), ["dishes", "meals"]);
    assert_eq!(defined("ships"), [""; 0]);
    assert_eq!(ide::definitions(&names, "tower", "nobody's"), []);
}

#[test]
fn a_rename_changes_names_and_uses_alone() {
    let renamed = |from: &str, to: &str| ide::rename_name(&names(), "fake", from, to);
    let after = |from: &str, to: &str| apply(NAMES, &renamed(from, to).unwrap()).unwrap();
    assert_eq!(after("tower", "towers"), NAMES.replace("  tower: L1D3", "  towers: L1D3"));
    assert_eq!(after("tower", "tower"), NAMES);
    let moved = after("tower", "a tower");
    assert!(moved.starts_with("\"fake\": # ours\n  \"a tower\": L1D3 # tall\n  all of it:"), "{moved}");
    assert!(moved.ends_with("  tower: L0D2\n"), "the other model's stays: {moved}");

    let file = file("  - tower: off # the tower\n  - \"tower\": 1\n  # - tower: 2\n  - L1D3: 3\n  - towers: 4");
    let text = apply(&file.text, &ide::rename_in(&file, "tower", "a tower")).unwrap();
    let expected =
        "  - \"a tower\": off # the tower\n  - \"a tower\": 1\n  # - \"a tower\": 2\n  - L1D3: 3\n  - towers: 4";
    assert_eq!(text, format!("---\ninterventions:\n{expected}\n---\nThe city of"));
    assert!(File::new(text).parsed.problems.is_empty());
}

#[test]
fn a_name_is_removed_or_the_error_says_why() {
    let model = FakeModel::default();
    let without = |names: &Names, name: &str| names.without_name(name, model.info());
    let edits = without(&names(), "tower").unwrap();
    let after = apply(NAMES, &edits).unwrap();
    assert_eq!(after, NAMES.replacen("  tower: L1D3 # tall\n", "", 1));
    expect!["fake has no value vector named `ships`"].assert_eq(&without(&names(), "ships").unwrap_err().to_string());
    // Taken out of these brackets, it would leave a comma.
    let flow = Names::new("", "fake: {b: L0D0, c: L0D1}");
    assert_eq!(without(&flow, "b").unwrap_err().to_string(), refused());
}

#[test]
fn a_refused_rename_says_why() {
    let why = |from: &str, to: &str| ide::rename_name(&names(), "fake", from, to).unwrap_err().to_string();
    expect!["the name `dishes` is in use: choose another one"].assert_eq(&why("tower", "dishes"));
    expect!["invalid name `L0D0`: a value vector's id cannot be a name"].assert_eq(&why("tower", "L0D0"));
    expect!["invalid name `a: b`: use at most 64 letters, digits, spaces, - _ . or /"].assert_eq(&why("tower", "a: b"));
    expect!["invalid name ``: write a word without spaces around it"].assert_eq(&why("tower", ""));
    expect!["L1D5 is an id, and ids cannot change: give the value vector a name"].assert_eq(&why("L1D5", "food"));
    expect!["unknown name `ships`: unembed.names.yaml does not have it"].assert_eq(&why("ships", "boats"));
    assert_eq!(ide::not_renamed(&names(), "another", "ships"), None);
    let flow = Names::new("", "fake: {b: L0D0, c: L0D1}");
    assert_eq!(ide::rename_name(&flow, "fake", "b", "bb").map(|edits| edits.len()), Ok(1));
    assert_eq!(ide::rename_name(&flow, "fake", "b", "d").unwrap_err().to_string(), refused());
}

/// A vector that is added to a name which has it already.
#[test]
fn a_vector_is_written_once() {
    let ids: Vec<_> = ["L1D5", "L2D0", "L1D5"].iter().map(|id| id.parse().unwrap()).collect();
    let names = Names::new("names", "");
    let edits = names.with_name("food", &ids, FakeModel::default().info()).unwrap();
    let text = base::apply(names.text(), &edits).unwrap();
    assert!(text.contains("food: [L1D5, L2D0]\n"), "{text}");
}
