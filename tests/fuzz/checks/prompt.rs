//! Prompt files: parsing any text, and every edit of the result. Each edit must make exactly its change, and all text
//! outside its own lines must stay the same, byte for byte.

use std::ops::Range;

use base::{Change, Edit, RunName, Scope, ValueId, apply};
use syntax::{Entry, FileKind, Parsed, TargetRef, code, edit, parse, parse_intervention};

/// The input is the text of a prompt file.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let parsed = parse_checked(text);
    if let Err(error) = parse_intervention(text) {
        assert!(!error.to_string().contains('\n'), "{error:?}");
    }
    for fix in parsed.problems.iter().filter_map(|p| p.fix.as_ref()) {
        parse_checked(&edited(text, &fix.edits));
    }
    let has = |code: &str| parsed.problems.iter().any(|p| p.code == code);
    // In unclosed front matter, an added line may move the assumed end. In a list with inconsistent lines, removing a
    // line may change the others. There, an edit only has to be applicable.
    let exact = !has(code::UNCLOSED);
    for (i, entry) in parsed.interventions.iter().enumerate() {
        let file = File { text, parsed: &parsed, exact: exact && !has(code::SYNTAX) };
        toggle(&file, i, entry);
        remove(&file, i, entry);
        change(&file, i, entry);
    }
    let file = File { text, parsed: &parsed, exact };
    add_intervention(&file);
    add_track(&file);
}

/// A file before an edit.
struct File<'a> {
    text: &'a str,
    parsed: &'a Parsed,
    /// True if the exact result of an edit is known.
    exact: bool,
}

impl File<'_> {
    /// Applies `edits`. Checks that the text outside `own` stays the same.
    fn edited(&self, edits: &[Edit], own: Range<usize>) -> (String, Parsed) {
        let after = edited(self.text, edits);
        let (head, tail) = (&self.text[..own.start], &self.text[own.end..]);
        let kept = after.len() >= head.len() + tail.len() && after.starts_with(head) && after.ends_with(tail);
        assert!(kept, "{edits:?} of {:?} touch more than {own:?}", self.text);
        let parsed = parse_checked(&after);
        if self.exact {
            assert_eq!(
                &after[parsed.prompt.clone()],
                &self.text[self.parsed.prompt.clone()],
                "the prompt of {after:?}"
            );
        }
        (after, parsed)
    }

    /// The lines that an edit of an entry may change: its own lines in a block list, the whole list in a flow list.
    fn lines_of(&self, entry: &Entry) -> Range<usize> {
        let list = self.parsed.list_of(&entry.run).expect("an entry has a list");
        // In `runs: { a: [...] }`, several lists share a line.
        let in_braces = self.text[whole_lines(self.text, list.name.range.clone())].contains('{');
        match in_braces || self.text[list.value.clone()].starts_with('[') {
            true => {
                whole_lines(self.text, list.lines.start.min(entry.lines.start)..list.lines.end.max(entry.lines.end))
            }
            false => entry.lines.clone(),
        }
    }

    /// The entries of the file after one change.
    fn meaning_with(&self, change: impl FnOnce(&mut Vec<Meaning>)) -> Vec<Meaning> {
        let mut meaning = meaning(self.parsed);
        change(&mut meaning);
        meaning
    }

    /// True if every edit must be possible: there are no problems and no flow lists.
    fn is_plain(&self) -> bool {
        let front = &self.text[self.parsed.front.clone().unwrap_or_default()];
        self.parsed.problems.is_empty() && !front.contains(['[', '{'])
    }

    fn expect(&self, after: &str, parsed: &Parsed, expected: &[Meaning], what: &str) {
        if !self.exact {
            return;
        }
        assert_eq!(meaning(parsed), expected, "{what} {:?} gives {after:?}", self.text);
        assert_eq!(rest(parsed), rest(self.parsed), "{what} {:?} gives {after:?}", self.text);
    }
}

fn toggle(file: &File<'_>, i: usize, entry: &Entry) {
    let toggle = if entry.enabled { edit::disable } else { edit::enable };
    let edits = toggle(file.text, file.parsed, entry);
    if edits.is_empty() {
        return assert!(!file.is_plain(), "{i} of {:?} cannot be toggled", file.text);
    }
    let (after, parsed) = file.edited(&edits, file.lines_of(entry));
    let expected = file.meaning_with(|all| all[i].4 = !entry.enabled);
    file.expect(&after, &parsed, &expected, "toggling an entry of");
    if !file.exact {
        return;
    }
    let (back, again) = (if entry.enabled { edit::enable } else { edit::disable }, &parsed.interventions[i]);
    let edits = back(&after, &parsed, again);
    assert!(!edits.is_empty(), "toggling {i} of {:?} cannot be taken back from {after:?}", file.text);
    let back = edited(&after, &edits);
    assert_eq!(
        meaning(&parse_checked(&back)),
        meaning(file.parsed),
        "toggling {i} of {:?} twice gives {back:?}",
        file.text
    );
}

fn remove(file: &File<'_>, i: usize, entry: &Entry) {
    let (after, parsed) = file.edited(&edit::remove(file.text, file.parsed, entry), file.lines_of(entry));
    let expected = file.meaning_with(|all| drop(all.remove(i)));
    file.expect(&after, &parsed, &expected, "removing an entry of");
}

fn change(file: &File<'_>, i: usize, entry: &Entry) {
    let edits = edit::set_value(file.text, file.parsed, entry, "{ add: -2.5, at: last }");
    let (after, parsed) = file.edited(&edits, file.lines_of(entry));
    let expected = file.meaning_with(|all| (all[i].2, all[i].3) = (Change::Add(-2.5).into(), Scope::Last));
    file.expect(&after, &parsed, &expected, "changing an entry of");
}

fn add_intervention(file: &File<'_>) {
    let text = file.text;
    let edits = edit::add_intervention(
        text,
        file.parsed,
        &RunName::intervened(),
        "L1D2",
        "{ scale: 2, at: 3 }",
        Some("a, \n|b\u{7}"),
    );
    if edits.is_empty() {
        return assert!(!file.is_plain(), "nothing can be added to {text:?}");
    }
    let (after, parsed) = file.edited(&edits, room(file, "interventions", &edits));
    if !file.exact {
        return;
    }
    let target = TargetRef::Id(ValueId::new(1, 2).into());
    let added = (RunName::intervened(), target, Change::Scale(2.0).into(), Scope::Position(3), true);
    // Comments below `interventions: []` become part of the new list. Lists of `runs:` may come before it.
    let (mut found, mut expected) = (meaning(&parsed), file.meaning_with(|all| all.push(added)));
    found.retain(|one| one.4 || expected.contains(one));
    found.sort_by_key(|one| one.0 != RunName::intervened());
    expected.sort_by_key(|one| one.0 != RunName::intervened());
    assert_eq!(found, expected, "adding to {text:?} gives {after:?}");
    assert_eq!(rest(&parsed), rest(file.parsed), "adding to {text:?} gives {after:?}");
}

fn add_track(file: &File<'_>) {
    const TOKEN: &str = " \"x\n'\u{85}";
    let (text, before) = (file.text, file.parsed);
    let edits = edit::add_track(text, before, TOKEN);
    if edits.is_empty() {
        return assert!(!file.is_plain(), "nothing can be added to {text:?}");
    }
    let (after, parsed) = file.edited(&edits, room(file, "track", &edits));
    if file.exact {
        assert_eq!(tracked(&parsed), [tracked(before), vec![TOKEN]].concat(), "adding to {text:?} gives {after:?}");
        assert_eq!(meaning(&parsed), meaning(before), "adding to {text:?} gives {after:?}");
    }
}

/// Parses a text and checks the properties that hold for every text.
fn parse_checked(text: &str) -> Parsed {
    let parsed = parse(text);
    for range in ranges(&parsed) {
        assert!(text.get(range.clone()).is_some(), "{range:?} is not a range of {text:?}");
    }
    for entry in &parsed.interventions {
        let lines = &entry.lines;
        assert!(lines.start <= entry.target.range.start && entry.value.end <= lines.end, "{entry:?} in {text:?}");
        assert_eq!(*lines, whole_lines(text, lines.clone()), "{entry:?} in {text:?}");
        assert_eq!(entry.line, text[..lines.start].matches('\n').count() + 1, "{entry:?} in {text:?}");
    }
    assert!(parsed.interventions.is_sorted_by_key(|e| e.target.range.start), "{text:?}");
    assert!(parsed.problems.is_sorted_by_key(|p| p.range.start), "{text:?}");
    assert!(parsed.problems.iter().all(|p| !p.message.is_empty() && !p.message.contains('\n')), "{text:?}");
    if parsed.kind != FileKind::Ours {
        assert!(parsed.interventions.is_empty() && parsed.track.is_empty(), "{text:?}");
    }
    parsed
}

/// All ranges of a parsed file.
fn ranges(parsed: &Parsed) -> Vec<Range<usize>> {
    let mut ranges = vec![parsed.prompt.clone()];
    ranges.extend(parsed.front.clone());
    ranges.extend(parsed.model.iter().chain(&parsed.track).map(|t| t.range.clone()));
    ranges.extend(parsed.keys.iter().flat_map(|k| [k.name.range.clone(), k.lines.clone(), k.value.clone()]));
    ranges.extend(parsed.expect.iter().flat_map(|e| [e.range.clone(), e.expectation.range.clone()]));
    ranges.extend(parsed.runs.iter().flat_map(|run| {
        let key = &run.key;
        [key.name.range.clone(), key.lines.clone(), key.value.clone()]
    }));
    for e in &parsed.interventions {
        ranges.extend([&e.lines, &e.item, &e.target.range, &e.change.range, &e.value].map(Clone::clone));
        ranges.extend(e.at.as_ref().map(|at| at.range.clone()));
        ranges.extend(e.comment.clone());
    }
    for p in &parsed.problems {
        ranges.push(p.range.clone());
        ranges.extend(p.fix.iter().flat_map(|fix| fix.edits.iter().map(|e| e.range.clone())));
    }
    if let FileKind::Foreign { range } = &parsed.kind {
        ranges.push(range.clone());
    }
    ranges
}

/// A change, compared bit for bit: -0 is not 0.
#[derive(Clone, Debug, PartialEq)]
struct Exactly(String);

impl From<Change> for Exactly {
    fn from(change: Change) -> Self {
        Self(format!("{change:?}"))
    }
}

type Meaning = (RunName, TargetRef, Exactly, Scope, bool);

fn meaning(parsed: &Parsed) -> Vec<Meaning> {
    let meaning = |e: &Entry| (e.run.clone(), e.target.value.clone(), e.change.value.into(), e.scope(), e.enabled);
    parsed.interventions.iter().map(meaning).collect()
}

/// The parts of a file that no edit of an intervention changes.
fn rest(parsed: &Parsed) -> impl PartialEq + std::fmt::Debug + use<'_> {
    let model = parsed.model.as_ref().map(|model| &model.value);
    let expect: Vec<_> = parsed.expect.iter().map(|e| &e.expectation.value).collect();
    let decoding = format!("{:?}", parsed.decoding);
    (model, decoding, parsed.bos, tracked(parsed), expect)
}

fn tracked(parsed: &Parsed) -> Vec<&str> {
    parsed.track.iter().map(|t| t.value.as_str()).collect()
}

fn edited(text: &str, edits: &[Edit]) -> String {
    apply(text, edits).unwrap_or_else(|| panic!("{edits:?} do not fit {text:?}"))
}

/// Checks that an addition to the list `name` deletes only an empty value and changes only the lines of the list.
/// Returns the range that it replaces.
fn room(file: &File<'_>, name: &str, edits: &[Edit]) -> Range<usize> {
    let list = file.parsed.keys.iter().find(|key| key.name.value == name);
    let front = file.parsed.front.clone().unwrap_or_default();
    let is_flow =
        file.text[front.clone()].lines().any(|line| line.trim_start_matches([' ', '\u{feff}']).starts_with('{'));
    for edit in edits {
        let (start, end) = (edit.range.start, edit.range.end);
        let in_list = list.is_some_and(|key| key.name.range.end <= start && end <= key.value.end.max(key.lines.end));
        let new_line = start == end
            && (file.text[..start].ends_with(['\n', '\u{feff}']) || start == 0 || start == file.text.len());
        let in_flow = is_flow && start == end && front.start <= start && end <= front.end;
        assert!(in_list || new_line || in_flow, "{edit:?} of {:?} is not in its place", file.text);
        let gone = &file.text[edit.range.clone()];
        let nothing = gone.trim_matches(['[', ']', ' ', '\t', '\r', '\n']);
        assert!(["", "~", "null", "Null", "NULL"].contains(&nothing), "{edit:?} of {:?} deletes {gone:?}", file.text);
    }
    let start = edits.iter().map(|e| e.range.start).min().unwrap_or(0);
    start..edits.iter().map(|e| e.range.end).max().unwrap_or(start)
}

/// The range extended to whole lines.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let whole = range.end == start || text[..range.end].ends_with('\n');
    let end = if whole { range.end } else { text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1) };
    start..end
}
