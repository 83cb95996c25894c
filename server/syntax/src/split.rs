//! What lines look like: a key, a value that goes on below, a group of lines that belong together.

use std::ops::Range;

use crate::keys::{RESERVED, TOP_LEVEL};
use crate::lines::{Line, SPACE, skip_blanks};
use crate::scan::{quoted_end, value_end};
use crate::source::Source;

/// Where a key stands on its line.
pub(crate) struct KeyAt {
    pub(crate) range: Range<usize>,
    /// Behind its colon.
    pub(crate) behind: usize,
}

/// The key that a line begins with, if it does.
pub(crate) fn key(text: &str, line: Line) -> Option<KeyAt> {
    let content = line.content(text);
    if line.is_dash(text) {
        return None;
    }
    let length = match content.chars().next()? {
        ':' => return None,
        '"' | '\'' => quoted_end(content)?,
        '[' | '{' | '|' | '>' | '#' => return None,
        '?' if content[1..].starts_with([' ', '\t']) => return None,
        _ => content.match_indices(':').map(|(at, _)| at).find(|&at| ends_key(&content[at..]))?,
    };
    let colon = skip_blanks(text, line.at + length, line.end);
    let comment = content[..length].contains(" #") && !content.starts_with(['"', '\'']);
    if !ends_key(&text[colon..line.end]) || comment {
        return None;
    }
    let range = line.at..line.at + content[..length].trim_end_matches(SPACE).len();
    Some(KeyAt { range, behind: colon + 1 })
}

/// Whether `rest` begins with a colon that ends a key.
fn ends_key(rest: &str) -> bool {
    rest.strip_prefix(':').is_some_and(|r| r.is_empty() || r.starts_with([' ', '\t']))
}

/// Whether the value on a line may go on below it: none is written yet, or it has no end.
pub(crate) fn goes_on(text: &str, line: Line) -> bool {
    let value = value(text, line);
    !value.has_content(text) || is_open(value.content(text))
}

/// Whether a value that begins like this is not whole at the end of its line.
pub(crate) fn is_open(value: &str) -> bool {
    value.starts_with(['|', '>']) || value_end(value, 0).is_err()
}

/// What stands on a line behind its dash and its key.
fn value(text: &str, line: Line) -> Line {
    let entry = if line.is_dash(text) { line.from(text, line.at + 1) } else { line };
    key(text, entry).map_or(entry, |key| entry.from(text, key.behind))
}

/// The first content at or below `first`, and the lines after it.
pub(crate) fn content<'l>(text: &str, first: Line, rest: &'l [Line]) -> Option<(Line, &'l [Line])> {
    if first.has_content(text) {
        return Some((first, rest));
    }
    let at = rest.iter().position(|line| line.has_content(text))?;
    Some((rest[at], &rest[at + 1..]))
}

/// Cuts lines into groups, each begun by `first` or a line that `begins` one. What a bracket encloses is not cut,
/// wherever its lines are indented, if it has an end.
pub(crate) fn split<'l>(
    first: Line,
    rest: &'l [Line],
    text: &str,
    mut begins: impl FnMut(&Line) -> bool,
) -> Vec<(Line, &'l [Line])> {
    let mut groups = Vec::new();
    let (mut head, mut from) = (first, 0);
    let mut forgotten = 0;
    let mut end_of = |line: Line, below: &[Line]| {
        let end = if forgotten < MOST_FORGOTTEN { flow_end(text, line, below) } else { Some(0) };
        forgotten += usize::from(end.is_none());
        end.unwrap_or(0)
    };
    let mut enclosed = end_of(first, rest);
    for (i, line) in rest.iter().enumerate() {
        if line.start >= enclosed && begins(line) {
            groups.push((head, &rest[from..i]));
            (head, from) = (*line, i + 1);
            enclosed = end_of(head, &rest[from..]);
        }
    }
    groups.push((head, &rest[from..]));
    groups
}

/// A bracket without an end must not make every line below it part of its value, nor be looked for in all of them.
pub(crate) const MOST_LINES: usize = 50;
/// Nor be looked for again and again where nobody closes brackets.
const MOST_FORGOTTEN: usize = 100;

/// Where the flow collection that a line begins ends, if that is on one of the next lines and nothing before it shows
/// that the bracket was forgotten; 0 if no bracket is open at the end of the line.
pub(crate) fn flow_end(text: &str, line: Line, below: &[Line]) -> Option<usize> {
    let value = value(text, line);
    if !value.content(text).starts_with(['[', '{']) || !is_open(value.content(text)) {
        return Some(0);
    }
    let forgotten = |below: &&Line| {
        let name = key(text, **below).map(|key| &text[key.range]);
        let top = name.is_some_and(|name| TOP_LEVEL.iter().chain(RESERVED).any(|known| known.name == name));
        below.is_dash(text) || top
    };
    let lines = below.iter().take(MOST_LINES).take_while(|line| !forgotten(line)).count();
    let below = &below[..lines];
    if below.iter().all(|line| line.col == line.at - line.start) {
        let end = below.last().map_or(value.end, |last| last.end);
        return value_end(&text[..end], value.at).ok();
    }
    // In a comment, each line has a `#` that is not the value's.
    let source = Source::new(text, "", value, below);
    value_end(&source.text, 0).ok().map(|end| source.file(end))
}
