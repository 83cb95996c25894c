//! Adds an entry to a top-level list, in the list's own style.

use std::ops::Range;

use base::Edit;

use super::{Entry, Key, Parsed, delete, flow, insert};
use crate::block::top_column;
use crate::keys::TOP_LEVEL;
use crate::lines::{SPACE, line_at, lines};
use crate::problem::code;
use crate::scalar::{Plain, resolve};
use crate::{FileKind, front_matter};

/// An entry to add, in both styles.
pub(super) struct New {
    pub(super) block: String,
    pub(super) flow: String,
    /// The style of a list that has no entries yet.
    pub(super) prefer_flow: bool,
}

pub(super) fn find_key<'p>(parsed: &'p Parsed, name: &str) -> Option<&'p Key> {
    parsed.keys.iter().find(|key| key.name.value == name)
}

/// Adds `new` at the end of the list `name`.
pub(super) fn append(text: &str, parsed: &Parsed, name: &str, new: &New) -> Vec<Edit> {
    match find_key(parsed, name) {
        Some(key) => append_to(text, parsed, key, new),
        None if is_unread(parsed) => Vec::new(),
        None => add_key(text, parsed, name, new),
    }
}

/// True if the file was not read, so that nothing in it may be changed.
fn is_unread(parsed: &Parsed) -> bool {
    let too_large = parsed.problems.iter().any(|p| p.code == code::TOO_LARGE);
    parsed.kind != FileKind::Ours || too_large
}

/// Adds `new` at the end of the list that belongs to `key`.
pub(super) fn append_to(text: &str, parsed: &Parsed, key: &Key, new: &New) -> Vec<Edit> {
    if is_unread(parsed) {
        return Vec::new();
    }
    let value = &text[key.value.clone()];
    let is_empty_flow =
        value.strip_prefix('[').and_then(|v| v.strip_suffix(']')).is_some_and(|v| v.trim_matches(SPACE).is_empty());
    if is_block_list(text, key) {
        let indent = &text[line_at(text, key.value.start).start..key.value.start];
        vec![new_line(text, end(parsed, key), &format!("{indent}- {}", new.block))]
    } else if !is_empty_flow && value.starts_with('[') && value.ends_with(']') {
        flow::append(text, parsed, key, &new.flow)
    } else if !is_empty_flow && resolve(value) != Plain::Null {
        Vec::new()
    } else if let Some(brace) = flow::opening_brace(text, parsed) {
        flow::fill(text, brace, key, &new.flow)
    } else if new.prefer_flow {
        let (range, space) =
            if value.is_empty() { (colon(text, &key.name.range)..key.value.end, " ") } else { (key.value.clone(), "") };
        vec![Edit { range, text: format!("{space}[{}]", new.flow) }]
    } else {
        let first = own_entries(parsed, key).next().map(|entry| column(text, line_at(text, entry.lines.start).at));
        let below = column(text, key.name.range.start);
        let indent = first.filter(|&column| column > below).unwrap_or(below + 2);
        let line = new_line(text, end(parsed, key), &format!("{}- {}", " ".repeat(indent), new.block));
        clear_value(text, key).into_iter().chain([line]).collect()
    }
}

/// Creates the list, and the front matter if there is none.
fn add_key(text: &str, parsed: &Parsed, name: &str, new: &New) -> Vec<Edit> {
    let n = line_break(text);
    if let Some(brace) = flow::opening_brace(text, parsed) {
        return flow::add_key(text, parsed, brace, name, &new.flow);
    }
    let front = parsed.front.clone().map(|front| (front.end, lines(text, front))).unwrap_or_default();
    let indent = " ".repeat(top_column(text, &front.1, TOP_LEVEL));
    let lines = match new.prefer_flow {
        true => format!("{indent}{name}: [{}]", new.flow),
        false => format!("{indent}{name}:{n}{indent}  - {}", new.block),
    };
    match parsed.front {
        Some(_) => vec![new_line(text, front.0, &lines)],
        None => vec![insert(front_matter::after_bom(text), &format!("---{n}{lines}{n}---{n}"))],
    }
}

/// Removes the key's value. A comment before the value stays.
fn clear_value(text: &str, key: &Key) -> Option<Edit> {
    let colon = colon(text, &key.name.range);
    (!key.value.is_empty()).then(|| {
        let kept = text[colon..key.value.start].trim_end_matches(SPACE).len();
        delete(colon + kept..key.value.end)
    })
}

/// Inserts a line at `at`, which is the start of a line or the end of the file.
fn new_line(text: &str, at: usize, line: &str) -> Edit {
    let n = line_break(text);
    match text[..at].ends_with('\n') {
        true => insert(at, &format!("{line}{n}")),
        false => insert(at, &format!("{n}{line}")),
    }
}

/// The offset after the last line of a list, including disabled entries.
fn end(parsed: &Parsed, key: &Key) -> usize {
    let ends = own_entries(parsed, key).map(|entry| entry.lines.end);
    ends.filter(|end| *end > key.lines.end).max().unwrap_or(key.lines.end)
}

/// The entries of the list below `key`.
pub(super) fn own_entries<'p>(parsed: &'p Parsed, key: &'p Key) -> impl Iterator<Item = &'p Entry> {
    parsed.interventions.iter().filter(|entry| parsed.list_of(&entry.run) == Some(key))
}

pub(super) fn is_block_list(text: &str, key: &Key) -> bool {
    let line = line_at(text, key.value.start);
    line.at == key.value.start && line.is_dash(text)
}

/// The column of a byte that has only spaces before it on its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    at - line_at(text, at).start
}

/// The offset after the colon of a key.
pub(super) fn colon(text: &str, key: &Range<usize>) -> usize {
    key.end + text[key.end..].find(':').map_or(0, |at| at + 1)
}

/// The file's line break.
pub(super) fn line_break(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
