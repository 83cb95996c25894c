//! Edits of flow lists and flow mappings: adding and removing entries. Comments stay.

use std::ops::Range;

use base::Edit;

use super::list::colon;
use super::{delete, insert};
use crate::lines::{SPACE, lines};
use crate::problem::code;
use crate::scan::{comments, value_end};
use crate::{Entry, Key, Parsed};

/// The opening brace, if the whole front matter is one flow mapping.
pub(super) fn opening_brace(text: &str, parsed: &Parsed) -> Option<usize> {
    let lines = lines(text, parsed.front.clone()?);
    let first = lines.iter().find(|line| line.has_content(text))?;
    first.content(text).starts_with('{').then_some(first.at)
}

/// Adds an item at the end of a list, which may be empty.
pub(super) fn append(text: &str, parsed: &Parsed, key: &Key, item: &str) -> Vec<Edit> {
    // In an unclosed list, the apparent end may belong to another list.
    let is_whole = value_end(&text[..key.value.end], key.value.start) == Ok(key.value.end);
    if is_unreadable(parsed, &key.value) || !is_whole {
        return Vec::new();
    }
    let inside = key.value.start + 1..key.value.end - 1;
    let comments = comments(text, key.value.clone());
    let at = match comments.is_empty() {
        true => inside.start + text[inside.clone()].trim_end_matches(SPACE).len(),
        // The apparent end may be inside a comment.
        false => {
            let track = parsed.track.iter().map(|t| t.range.end);
            let ends = track.chain(parsed.interventions.iter().map(|e| e.item.end));
            ends.filter(|&end| inside.start <= end && end <= inside.end).max().unwrap_or(inside.start)
        }
    };
    vec![if at == inside.start {
        // Unreadable entries may follow.
        let comma = if is_empty(text, inside, &comments) { "" } else { "," };
        insert(at, &format!("{item}{comma}"))
    } else if text[..at].ends_with(',') {
        insert(at, &format!(" {item}"))
    } else {
        insert(at, &format!(", {item}"))
    }]
}

/// Adds a list with one item at the end of the front matter's flow mapping.
pub(super) fn add_key(text: &str, parsed: &Parsed, brace: usize, name: &str, item: &str) -> Vec<Edit> {
    if parsed.front.as_ref().is_none_or(|front| is_unreadable(parsed, front)) {
        return Vec::new();
    }
    let pair = format!("{name}: [{item}]");
    let Some(last) = parsed.keys.last() else {
        let space = if text[brace + 1..].starts_with(SPACE) { "" } else { " " };
        return vec![insert(brace + 1, &format!(" {pair}{space}"))];
    };
    match missing_value(text, brace, last) {
        None => vec![insert(last.value.end, &format!(", {pair}"))],
        // A comma directly after a colon would be part of a word.
        Some(Missing::Value(at)) => vec![insert(at, &format!(" , {pair}"))],
        Some(Missing::Colon(at)) => vec![insert(at, &format!(", {pair}"))],
        Some(Missing::Nowhere) => Vec::new(),
    }
}

/// Sets a key of a flow mapping to a list with one item; the key has no value, or an empty one.
pub(super) fn fill(text: &str, brace: usize, key: &Key, item: &str) -> Vec<Edit> {
    match missing_value(text, brace, key) {
        None => vec![Edit { range: key.value.clone(), text: format!("[{item}]") }],
        Some(Missing::Value(at)) => vec![insert(at, &format!(" [{item}]"))],
        Some(Missing::Colon(at)) => vec![insert(at, &format!(": [{item}]"))],
        Some(Missing::Nowhere) => Vec::new(),
    }
}

/// Removes an entry and its comma from a flow list.
pub(super) fn remove(text: &str, key: &Key, entry: &Entry) -> Vec<Edit> {
    let element = entry.item.clone();
    let comments = comments(text, key.value.clone());
    let after = significant(text, element.end, &comments);
    if !text[after..].starts_with(',') {
        // The last entry's comma is the one before it.
        let before = text[..element.start].trim_end_matches(SPACE);
        return vec![delete(if before.ends_with(',') { before.len() - 1..element.end } else { element })];
    }
    let rest = &text[after + 1..];
    let shown = rest.trim_start_matches(' ');
    // A comment needs a space before it.
    let end = text.len() - if shown.starts_with('#') { rest.len() } else { shown.len() };
    match comments.iter().any(|comment| (element.end..after).contains(&comment.start)) {
        // Keep the comment between the entry and its comma.
        true => vec![delete(element), delete(after..end)],
        false => vec![delete(element.start..end)],
    }
}

/// The offset of the next byte from `at` that is neither white space nor in a comment.
pub(super) fn significant(text: &str, mut at: usize, comments: &[Range<usize>]) -> usize {
    loop {
        at = text.len() - text[at..].trim_start_matches(SPACE).len();
        match comments.iter().find(|comment| comment.start == at) {
            Some(comment) => at = comment.end,
            None => return at,
        }
    }
}

/// The missing part of a flow-mapping key without a value, and its offset.
enum Missing {
    Value(usize),
    Colon(usize),
    /// A comment hides where it would go.
    Nowhere,
}

fn missing_value(text: &str, brace: usize, key: &Key) -> Option<Missing> {
    if !key.value.is_empty() {
        return None;
    }
    let end = key.name.range.end;
    let comments = comments(text, brace..text.len());
    Some(match text.as_bytes().get(significant(text, end, &comments)) {
        Some(b':') if text[end..].trim_start_matches(SPACE).starts_with(':') => {
            Missing::Value(colon(text, &key.name.range))
        }
        Some(b',' | b'}') => Missing::Colon(end),
        _ => Missing::Nowhere,
    })
}

fn is_empty(text: &str, inside: Range<usize>, comments: &[Range<usize>]) -> bool {
    significant(text, inside.start, comments) >= inside.end
}

fn is_unreadable(parsed: &Parsed, part: &Range<usize>) -> bool {
    let broken = |code: &str| code == code::SYNTAX || code == code::UNSUPPORTED;
    parsed.problems.iter().any(|p| broken(p.code) && part.start <= p.range.start && p.range.start <= part.end)
}
