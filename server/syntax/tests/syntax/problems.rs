//! Each mistake produces one problem with an exact range and does not hide other problems.

use std::fmt::Write as _;

use base::apply;
use expect_test::{Expect, expect};
use syntax::{FileKind, Parsed, Problem, Severity, parse, parse_names};

/// `severity code line:column "text": message`, and one line for each edit of the fix. `lines` is where line 1 begins.
pub(crate) fn shown(text: &str, lines: usize, problems: &[Problem]) -> String {
    let place = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        format!("{}:{}", text[lines..start.max(lines)].matches('\n').count() + 1, at - start + 1)
    };
    // Texts with LF and with CRLF look the same.
    let quoted = |range: &std::ops::Range<usize>| format!("{:?}", text[range.clone()].replace('\r', ""));
    let mut out = String::new();
    for p in problems {
        let severity = format!("{:?}", p.severity).to_lowercase();
        writeln!(out, "{severity} {} {} {}: {}", p.code, place(p.range.start), quoted(&p.range), p.message).unwrap();
        let Some(fix) = &p.fix else { continue };
        assert!(apply(text, &fix.edits).is_some(), "{fix:?}");
        for edit in &fix.edits {
            let after = edit.text.replace('\r', "");
            let before = format!("{} {}", place(edit.range.start), quoted(&edit.range));
            writeln!(out, "  fix {}: {before} -> {after:?}", fix.title).unwrap();
        }
    }
    out
}

/// Parses front matter with LF and with CRLF line breaks; its problems are the same. Line 1 is the first of `part`.
pub(crate) fn problems(front: &str, part: &str) -> (Parsed, String) {
    let text = format!("---\n{front}\n---\nx");
    let [lf, crlf] = [text.replace("\r\n", "\n"), text.replace('\n', "\r\n")].map(|text| {
        let first = part.split('\n').next().unwrap();
        let is_line = |at: usize| text[at + 1 + first.len()..].starts_with(['\n', '\r']);
        let (end, _) = text.match_indices(&format!("\n{first}")).find(|(at, _)| is_line(*at)).expect("a part");
        let parsed = parse(&text);
        let shown = shown(&text, end + 1, &parsed.problems);
        (parsed, shown)
    });
    assert_eq!(lf.1, crlf.1, "{text}");
    crlf
}

#[track_caller]
pub(crate) fn check(front: &str, expected: Expect) -> Parsed {
    let (parsed, shown) = problems(front, front);
    expected.assert_eq(shown.trim_end());
    parsed
}

/// Every part, then the problems of the front matter that it is in.
#[track_caller]
pub(crate) fn check_each(
    parts: &[&str],
    front: impl Fn(&str) -> String,
    expected: Expect,
    also: impl Fn(&str, &Parsed),
) {
    let mut out = String::new();
    for part in parts {
        let (parsed, shown) = problems(&front(part), part);
        also(part, &parsed);
        writeln!(out, "{part:?}").unwrap();
        shown.lines().for_each(|line| writeln!(out, "  {line}").unwrap());
    }
    expected.assert_eq(&out);
}

#[test]
fn another_programs_dotprompt_has_one_problem() {
    let mut out = String::new();
    for text in [
        "---\nmodel: googleai/gemini-1.5-pro\nfoo: [\n---\nx",
        "---\nmodel: \"vertexai/gemini\"\n---\nx",
        "---\ninput:\n  schema:\n    text: string\n---\nExtract {{text}}",
        "---\nmodel: a\noutput:\n  format: json\n---\nx",
        "---\nconfig:\n  temperature: 0.4\ntools: [a]\n---\nHi {{name}}",
        "Hi {{name}}",
        "---\nHi {{name}}",
    ] {
        let parsed = parse(text);
        let [note] = parsed.problems.as_slice() else { panic!("{text}: {:?}", parsed.problems) };
        assert_eq!((note.severity, note.code), (Severity::Information, syntax::code::FOREIGN));
        assert_eq!(parsed.kind, FileKind::Foreign { range: note.range.clone() });
        assert_eq!((parsed.model, parsed.interventions.len()), (None, 0));
        write!(out, "{text:?}\n  {}", shown(text, 0, &parsed.problems)).unwrap();
    }
    expect![[r#"
        "---\nmodel: googleai/gemini-1.5-pro\nfoo: [\n---\nx"
          information foreign-file 2:8 "googleai/gemini-1.5-pro": this looks like another program's Dotprompt file, so unembed ignores it; to run it here, name another model, such as `starter`
        "---\nmodel: \"vertexai/gemini\"\n---\nx"
          information foreign-file 2:8 "\"vertexai/gemini\"": this looks like another program's Dotprompt file, so unembed ignores it; to run it here, name another model, such as `starter`
        "---\ninput:\n  schema:\n    text: string\n---\nExtract {{text}}"
          information foreign-file 2:1 "input": this looks like another program's Dotprompt file, so unembed ignores it; to run it here, remove `input`
        "---\nmodel: a\noutput:\n  format: json\n---\nx"
          information foreign-file 3:1 "output": this looks like another program's Dotprompt file, so unembed ignores it; to run it here, remove `output`
        "---\nconfig:\n  temperature: 0.4\ntools: [a]\n---\nHi {{name}}"
          information foreign-file 6:4 "{{": this looks like another program's Dotprompt file, so unembed ignores it; to run it here, name its model in the front matter, such as `model: starter`
        "Hi {{name}}"
          information foreign-file 1:4 "{{": this looks like another program's Dotprompt file, so unembed ignores it; to run it here, name its model in the front matter, such as `model: starter`
        "---\nHi {{name}}"
          information foreign-file 2:4 "{{": this looks like another program's Dotprompt file, so unembed ignores it; to run it here, name its model in the front matter, such as `model: starter`
    "#]].assert_eq(&out);
    for ours in [
        "---\nmodel: starter\n---\nHi {{name}}",
        "---\ntrack: [a]\n---\n{{",
        "---\nruns: { a: [L1D1: off] }\n---\n{{",
        "---\nmodel: openai-community/gpt2@main\n---\nx",
        "---\nmodel: ./googleai/x\n---\nx",
        "{ {a} }",
    ] {
        let parsed = parse(ours);
        assert_eq!((parsed.problems, parsed.kind), (vec![], FileKind::Ours), "{ours}");
    }
}

#[test]
fn reports_invalid_names() {
    let text = "aa:\n  food: [L2D13, x]\n  L1D1: L2D2\n  bad name?: []\n  sea: L1D1\n  sea: L1D2\nbb: 3\n";
    let file = parse_names(text);
    let names: Vec<_> = file.models[0].names.iter().map(|n| n.name.value.as_str()).collect();
    assert_eq!(names, ["food", "sea"]);
    expect![[r#"
        error wrong-type 2:17 "x": `x` is not a value vector's id: write layer and dim, such as L3D77
        error wrong-type 3:3 "L1D1": invalid name `L1D1`: a value vector's id cannot be a name
        error wrong-type 4:3 "bad name?": `bad name?` names no value vector: write an id, such as L3D77
        error duplicate-key 6:3 "sea": duplicate key `sea`: only the first counts, remove the others
        error wrong-type 7:5 "3": expected names below a model's fingerprint, one per line, such as `food: L5D901`
    "#]]
    .assert_eq(&shown(text, 0, &file.problems));
    // Characters that editors may show as line breaks.
    let text = "\"aa\":\r\n  a\r: L1D1\r\n# b\u{1}\r\n";
    let problems = parse_names(text).problems;
    let ranges: Vec<_> = problems.iter().map(|p| p.range.clone()).collect();
    assert_eq!(ranges, [10..11, 22..23], "{problems:?}");
    expect![[r#"
        error syntax 2:4 "": a carriage return without a newline: end the line with a newline as well
        error syntax 3:4 "\u{1}": control character U+0001: write it as an escape in double quotes
    "#]]
    .assert_eq(&shown(text, 0, &problems));
}

#[test]
fn limits_problems_and_front_matter_size() {
    let parsed = parse(&format!("---\n{}---\nx", "what is this\n".repeat(1000)));
    assert_eq!(parsed.problems.len(), 201);
    let last = parsed.problems.iter().find(|p| p.code == "too-many-problems").unwrap();
    assert_eq!((last.severity, last.message.starts_with("800 more")), (Severity::Error, true));

    let text = format!("---\nbos: true\n{}---\nx", "what is this\n".repeat(100_000));
    let parsed = parse(&text);
    let [problem] = parsed.problems.as_slice() else { panic!("{:?}", parsed.problems) };
    assert_eq!((problem.code, &text[problem.range.clone()]), ("too-large", "bos: true"));
    assert_eq!(&text[parsed.prompt], "x");

    for hostile in ["[", "- ", "{a: ", "? ", "\"", "a: ", "&", "!", "|"] {
        parse(&format!("---\ntrack: {}\n---\nx", hostile.repeat(100_000)));
        parse(&format!("---\ntrack:\n  {}\n---\nx", hostile.repeat(100_000)));
    }
}

/// The model reads a CR; an editor does not show it.
#[test]
fn line_ends_of_two_characters_in_the_prompt() {
    let fixed = |text: &str| {
        let parsed = parse(text);
        let hint = parsed.problems.iter().find(|problem| problem.code == "line-ends")?;
        assert_eq!(hint.severity, Severity::Hint);
        apply(text, &hint.fix.as_ref().unwrap().edits)
    };
    let text = "---\r\nbos: false\r\n---\r\nThe city\r\nof\r\n\r\nParis\r\n";
    expect![[r#"
        hint line-ends 4:1 "The city": the prompt has CRLF line ends, and the model reads each CR as text: use LF line ends if you did not mean that (git's core.autocrlf writes CRLF)
          fix Use LF line ends in the prompt: 4:9 "\n" -> "\n"
          fix Use LF line ends in the prompt: 5:3 "\n" -> "\n"
          fix Use LF line ends in the prompt: 6:1 "\n" -> "\n""#]].assert_eq(shown(text, 0, &parse(text).problems).trim_end());
    assert_eq!(fixed(text).unwrap(), "---\r\nbos: false\r\n---\r\nThe city\nof\n\nParis\r\n");
    assert_eq!(fixed("The city\r\nof").unwrap(), "The city\nof");
    // The last line end of a file is not part of the prompt.
    for clean in ["---\r\nbos: false\r\n---\r\nThe city\r\n", "The city\nof\n", "The\rcity"] {
        assert_eq!(fixed(clean), None, "{clean:?}");
    }
    assert_eq!(fixed(&"a\r\n".repeat(5000)).unwrap().matches('\r').count(), 1);
}

/// A line that slipped in, or a marker of a merge, takes no other line along.
#[test]
fn a_stray_line_leaves_the_lines_around_it_alone() {
    let targets = |parsed: &Parsed| parsed.interventions.iter().map(|e| e.target.value.to_string()).collect::<Vec<_>>();
    let parsed = check(
        "interventions:\n  - L1D5: off\noops\n  - L2D3: off\nbos: true",
        expect![[r#"error syntax 3:1 "oops": not a key with a value: write `key: value`"#]],
    );
    assert_eq!((targets(&parsed), parsed.bos), (vec!["L1D5".to_owned(), "L2D3".to_owned()], Some(true)));
    let conflict = "interventions:\n  - L1D5: off\n<<<<<<< HEAD\n  - L2D3: off\n=======\n  - L2D3: 4\n>>>>>>> other/branch\n  - L2D4: off\ntrack: [a]";
    let parsed = check(
        conflict,
        expect![[r#"
            error syntax 3:1 "<<<<<<< HEAD": a marker of a merge conflict: keep one of the sides, and remove the marker
              fix Keep the upper side of the conflict: 3:1 "<<<<<<< HEAD\n" -> ""
              fix Keep the upper side of the conflict: 5:1 "=======\n  - L2D3: 4\n>>>>>>> other/branch\n" -> ""
            error syntax 5:1 "=======": a marker of a merge conflict: keep one of the sides, and remove the marker
              fix Keep the upper side of the conflict: 3:1 "<<<<<<< HEAD\n" -> ""
              fix Keep the upper side of the conflict: 5:1 "=======\n  - L2D3: 4\n>>>>>>> other/branch\n" -> ""
            error syntax 7:1 ">>>>>>> other/branch": a marker of a merge conflict: keep one of the sides, and remove the marker
              fix Keep the upper side of the conflict: 3:1 "<<<<<<< HEAD\n" -> ""
              fix Keep the upper side of the conflict: 5:1 "=======\n  - L2D3: 4\n>>>>>>> other/branch\n" -> """#]],
    );
    assert_eq!((targets(&parsed).len(), parsed.track.len()), (4, 1));
    // Inside brackets the left edge is as good as any other column.
    let parsed = check("track: [\na,\n  b\n]", expect![""]);
    assert_eq!(parsed.track.len(), 2);
}

#[test]
fn names_around_a_conflict_are_kept() {
    let text = "\"8161\": # starter\n  edible: L4D397\n<<<<<<< HEAD\n  illness: L5D662\n=======\n  sickness: [L5D662, L2D343]\n>>>>>>> feature/sickness\n  war: L3D220\noops\n  peace: L3D221\n";
    let file = parse_names(text);
    expect![[r#"
        error syntax 3:1 "<<<<<<< HEAD": a marker of a merge conflict: keep one of the sides, and remove the marker
          fix Keep the upper side of the conflict: 3:1 "<<<<<<< HEAD\n" -> ""
          fix Keep the upper side of the conflict: 5:1 "=======\n  sickness: [L5D662, L2D343]\n>>>>>>> feature/sickness\n" -> ""
        error syntax 5:1 "=======": a marker of a merge conflict: keep one of the sides, and remove the marker
          fix Keep the upper side of the conflict: 3:1 "<<<<<<< HEAD\n" -> ""
          fix Keep the upper side of the conflict: 5:1 "=======\n  sickness: [L5D662, L2D343]\n>>>>>>> feature/sickness\n" -> ""
        error syntax 7:1 ">>>>>>> feature/sickness": a marker of a merge conflict: keep one of the sides, and remove the marker
          fix Keep the upper side of the conflict: 3:1 "<<<<<<< HEAD\n" -> ""
          fix Keep the upper side of the conflict: 5:1 "=======\n  sickness: [L5D662, L2D343]\n>>>>>>> feature/sickness\n" -> ""
        error syntax 9:1 "oops": not a key with a value: write `key: value`"#]].assert_eq(shown(text, 0, &file.problems).trim_end());
    let names: Vec<&str> = file.models[0].names.iter().map(|name| name.name.value.as_str()).collect();
    assert_eq!(names, ["edible", "illness", "sickness", "war", "peace"]);
}
