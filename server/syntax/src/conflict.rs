//! The markers that Git writes around and between the two sides of a merge conflict.

use base::Edit;

use crate::lines::Line;
use crate::problem::Fix;

const OPEN: &str = "<<<<<<<";
const ANCESTOR: &str = "|||||||";
const BETWEEN: &str = "=======";
const CLOSE: &str = ">>>>>>>";

/// Whether a line is a marker.
pub(crate) fn is_marker(line: &str) -> bool {
    [OPEN, ANCESTOR, BETWEEN, CLOSE].iter().any(|marker| is(line, marker))
}

/// Whether a line is the first of a conflict.
pub(crate) fn opens(line: &str) -> bool {
    is(line, OPEN)
}

fn is(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Keeps the upper side of the conflict that the line `at` is in: what was here before the merge. `None` if a marker is
/// missing.
pub(crate) fn keep_upper(text: &str, lines: &[Line], at: usize) -> Option<Fix> {
    let is = |line: &Line, marker| is(&text[line.start..line.end], marker);
    let open = lines[..=at].iter().rposition(|line| is(line, OPEN))?;
    let find = |from: usize, marker| Some(from + lines[from..].iter().position(|line| is(line, marker))?);
    let between = find(open, BETWEEN)?;
    let close = find(between, CLOSE)?;
    let is_one = at <= close && !lines[open + 1..close].iter().any(|line| is(line, OPEN));
    let upper_end = find(open, ANCESTOR).filter(|ancestor| *ancestor < between).unwrap_or(between);
    let removed = [lines[open].start..lines[open].next, lines[upper_end].start..lines[close].next];
    let edits = removed.map(|range| Edit { range, text: String::new() });
    is_one.then(|| Fix { title: "Keep the upper side of the conflict".to_owned(), edits: edits.into() })
}
