//! One value vector's line: added, changed, turned on and off, taken out, wherever the file has it.

use base::{Cancel, RunName};
use expect_test::expect;
use ide::{File, Wish, adds, intervene, intervention_line, words_of};
use lm::fake::FakeModel;

/// The file afterwards.
#[track_caller]
fn check(text: &str, target: &str, value: &str, expected: &str) {
    let file = File::new(text);
    let wish = Wish::read(value).unwrap();
    let words = adds(&file, &RunName::intervened(), target, &wish).then_some("city, town");
    let edits = intervene(&file, &RunName::intervened(), target, &wish, words).unwrap();
    let after = base::apply(text, &edits).unwrap();
    assert_eq!(after, expected);
    let line = intervention_line(&File::new(after.as_str()), &RunName::intervened(), target);
    match value {
        "remove" => assert_eq!(line, None),
        _ => assert!(after.lines().nth(line.unwrap() - 1).unwrap().contains(target), "line {line:?} of {after}"),
    }
}

#[test]
fn a_line_is_added_with_its_words() {
    check("The", "L1D2", "off", "---\ninterventions:\n  - L1D2: off  # city, town\n---\nThe");
    check(
        "---\ninterventions:\n  - L0D1: 2 # mine\n---\nThe",
        "L1D2",
        "{ scale: 2 }",
        "---\ninterventions:\n  - L0D1: 2 # mine\n  - L1D2: { scale: 2 }  # city, town\n---\nThe",
    );
    // As JSON writes it.
    check(
        "---\ninterventions:\n  - L0D1: 2\n---\nThe",
        "L1D2",
        r#"{"add":-1.5,"at":{"text":" \"a\""}}"#,
        "---\ninterventions:\n  - L0D1: 2\n  - L1D2: { add: -1.5, at: { text: \" \\\"a\\\"\" } }  # city, town\n---\nThe",
    );
}

/// The words that the value makes the vector promote. In `The city` the coefficient of L1D2 is −4.1, that of L1D5 +7.1.
#[test]
fn the_words_are_those_of_the_end_that_acts() {
    let model = FakeModel::default();
    let words = |text: &str, target: &str, value: &str| {
        let (wish, run) = (Wish::read(value).unwrap(), RunName::intervened());
        words_of(target, &wish, &File::new(text), &run, &model, &Cancel::new()).unwrap()
    };
    let (top, bottom) = (Some("in, Eiffel, Tower".to_owned()), Some("two, wife, doctor".to_owned()));
    for value in ["3", "boost", "{ set: 3, at: 0 }", "{ scale: -2 }", "{ add: 5 }"] {
        assert_eq!(words("The city", "L1D2", value), top, "{value}");
    }
    for value in ["-3", "off", "{ scale: 2 }", "{ scale: 0 }", "{ add: 1 }", "{ scale: 2, at: generated }"] {
        assert_eq!(words("The city", "L1D2", value), bottom, "{value}");
    }
    // As another line of the run leaves it.
    assert_eq!(words("---\ninterventions:\n  - L1D2: 3\n---\nThe city", "L1D2", "{ scale: 2 }"), top);
    // A coefficient is above 0, another sign is known, or nothing is: the largest words.
    assert_eq!(words("The city", "L1D5", "off"), Some("food, court, house".to_owned()));
    for (value, expected) in [("off", &top), ("{ scale: -2 }", &top), ("{ add: -1 }", &bottom), ("-1", &bottom)] {
        assert_eq!(&words("", "L1D2", value), expected, "{value}");
    }
    assert_eq!([words("The", "L9D9", "off"), words("The", "L1D2", "enable")], [None, None]);
}

#[test]
fn an_existing_line_is_changed() {
    let line = |line: &str| format!("---\ninterventions:\n  - L0D1: 2\n{line}\n---\nThe");
    check(&line("  - L1D2: 3   # mine"), "L1D2", "4.5", &line("  - L1D2: 4.5   # mine"));
    check(&line("  - L1D2: { scale: 2, at: prompt }"), "L1D2", "4.5", &line("  - L1D2: { set: 4.5, at: prompt }"));
    check(
        &line("  - L1D2: { set: 2, at: prompt }"),
        "L1D2",
        "{ set: 1, at: last }",
        &line("  - L1D2: { set: 1, at: last }"),
    );
    check(&line("  # - L1D2: 3"), "L1D2", "off", &line("  - L1D2: off"));
    check(&line("  # - L1D2: 3"), "L1D2", "3", &line("  - L1D2: 3"));
    check(&line("  - L1D2: 3"), "L1D2", "disable", &line("  # - L1D2: 3"));
    check(&line("  - L1D2: 3"), "L1D2", "toggle", &line("  # - L1D2: 3"));
    check(&line("  # - L1D2: 3"), "L1D2", "toggle", &line("  - L1D2: 3"));
    check(&line("  # - L1D2: 3"), "L1D2", "enable", &line("  - L1D2: 3"));
    check(&line("  - tower: 3"), "tower", "boost", &line("  - tower: boost"));
    // Of several, the one that acts last.
    check(
        &line("  - L1D2: 3\n  - L1D2: 4\n  # - L1D2: 5"),
        "L1D2",
        "6",
        &line("  - L1D2: 3\n  - L1D2: 6\n  # - L1D2: 5"),
    );
    check(&line("  - L1D2: 3"), "L1D2", "remove", "---\ninterventions:\n  - L0D1: 2\n---\nThe");
}

#[test]
fn a_line_that_is_already_as_wished_is_left_alone() {
    for (line, value) in [("- L1D2: 3", "3"), ("- L1D2: 3", "enable"), ("# - L1D2: 3", "disable")] {
        let text = format!("---\ninterventions:\n  {line}\n---\nThe");
        check(&text, "L1D2", value, &text);
    }
}

#[test]
fn refused_wishes_say_why() {
    let says = |text: &str, target: &str, value: &str| {
        Wish::read(value)
            .map_err(|error| error.to_string())
            .and_then(|wish| {
                let edits = intervene(&File::new(text), &RunName::intervened(), target, &wish, None);
                edits.map_err(|error| error.to_string())
            })
            .unwrap_err()
    };
    expect!["this file has no intervention on L1D2"].assert_eq(&says("The", "L1D2", "toggle"));
    expect!["no value vector given: write an id, such as L0D7, or a name"].assert_eq(&says("The", " ", "3"));
    expect!["invalid intervention `lots`: invalid value `lots`: write `off`, `boost`, a number, or { set, scale or add: number }"].assert_eq(&says("The", "L1D2", "lots"));
    expect!["invalid intervention `3␣model: x`: it must be one line"].assert_eq(&says("The", "L1D2", "3\nmodel: x"));
    expect!["this is a prompt file of another program"].assert_eq(&says(
        "---\nmodel: x\ninput: { schema: {} }\n---\n{{a}}",
        "L1D2",
        "3",
    ));
    expect!["`interventions` of this file has errors: fix them first"].assert_eq(&says(
        "---\ninterventions: 5\n---\nThe",
        "L1D2",
        "3",
    ));
}
