//! Recognizes lines: a key, a value that continues below, a group of lines that belong together.

use std::ops::Range;

use crate::keys::{RESERVED, TOP_LEVEL};
use crate::lines::{Line, SPACE, skip_blanks};
use crate::scan::{quoted_end, value_end};
use crate::source::Source;

/// The position of a key on its line.
pub(crate) struct KeyAt {
    pub(crate) range: Range<usize>,
    pub(crate) after_colon: usize,
}

/// The key at the start of a line, if there is one.
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
    Some(KeyAt { range, after_colon: colon + 1 })
}

/// True if `rest` begins with a colon that ends a key.
fn ends_key(rest: &str) -> bool {
    rest.strip_prefix(':').is_some_and(|r| r.is_empty() || r.starts_with([' ', '\t']))
}

/// True if the value on a line can continue below it: it is missing or not closed.
pub(crate) fn goes_on(text: &str, line: Line) -> bool {
    let value = value(text, line);
    !value.has_content(text) || is_open(value.content(text))
}

/// True if a value with this start continues after the end of its line.
pub(crate) fn is_open(value: &str) -> bool {
    value.starts_with(['|', '>']) || value_end(value, 0).is_err()
}

/// The part of a line after its dash and key.
fn value(text: &str, line: Line) -> Line {
    let entry = if line.is_dash(text) { line.from(text, line.at + 1) } else { line };
    key(text, entry).map_or(entry, |key| entry.from(text, key.after_colon))
}

/// The first line with content at or below `first`, and the lines after it.
pub(crate) fn content<'l>(text: &str, first: Line, rest: &'l [Line]) -> Option<(Line, &'l [Line])> {
    if first.has_content(text) {
        return Some((first, rest));
    }
    let at = rest.iter().position(|line| line.has_content(text))?;
    Some((rest[at], &rest[at + 1..]))
}

/// Splits lines into groups. A group starts with `first` or with a line for which `begins` is true. Closed brackets are
/// not split, however their lines are indented.
pub(crate) fn split<'l>(
    first: Line,
    rest: &'l [Line],
    text: &str,
    mut begins: impl FnMut(&Line) -> bool,
) -> Vec<(Line, &'l [Line])> {
    let mut groups = Vec::new();
    let (mut head, mut from) = (first, 0);
    let mut unclosed = 0;
    let mut end_of = |line: Line, below: &[Line]| {
        let end = if unclosed < MAX_UNCLOSED { flow_end(text, line, below) } else { Some(0) };
        unclosed += usize::from(end.is_none());
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

/// The number of lines in which a closing bracket is searched. An unclosed bracket must not make every line below it
/// part of its value, and the search must stay fast.
pub(crate) const MAX_FLOW_LINES: usize = 50;
/// The number of unclosed brackets after which the search stops, so that a file full of them stays fast to parse.
const MAX_UNCLOSED: usize = 100;

/// The end of the flow collection that a line begins; 0 if no bracket is open at the end of the line. `None` if it does
/// not end within the next lines, or if a line before its end shows that the bracket was never closed.
pub(crate) fn flow_end(text: &str, line: Line, below: &[Line]) -> Option<usize> {
    let value = value(text, line);
    if !value.content(text).starts_with(['[', '{']) || !is_open(value.content(text)) {
        return Some(0);
    }
    let shows_unclosed = |below: &&Line| {
        let name = key(text, **below).map(|key| &text[key.range]);
        let top = name.is_some_and(|name| TOP_LEVEL.iter().chain(RESERVED).any(|known| known.name == name));
        below.is_dash(text) || top
    };
    let lines = below.iter().take(MAX_FLOW_LINES).take_while(|line| !shows_unclosed(line)).count();
    let below = &below[..lines];
    if below.iter().all(|line| line.col == line.at - line.start) {
        let end = below.last().map_or(value.end, |last| last.end);
        return value_end(&text[..end], value.at).ok();
    }
    // In a comment, each line has a `#` that is not part of the value.
    let source = Source::new(text, "", value, below);
    value_end(&source.text, 0).ok().map(|end| source.file(end))
}
