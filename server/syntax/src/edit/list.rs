//! Where a new entry of a top-level list goes, in whatever way the list is written.

use std::ops::Range;

use base::Edit;

use super::{Key, Parsed, colon, delete, flow_element, insert};
use crate::block::top_column;
use crate::lines::{SPACE, line_at, lines};
use crate::problem::{Severity, code};
use crate::scalar::{Plain, resolve};
use crate::write::{key as written_key, write_change};
use crate::{Entry, FileKind, Target, front_matter};

/// An entry to add, as a block list and as a flow list would have it.
pub(super) struct New {
    pub(super) block: String,
    pub(super) flow: String,
    /// How to write a list that has no entries yet.
    pub(super) prefer_flow: bool,
}

pub(super) fn find_key<'p>(parsed: &'p Parsed, name: &str) -> Option<&'p Key> {
    parsed.keys.iter().find(|key| key.name.value == name)
}

/// Adds `new` at the end of the list `name`.
pub(super) fn append(text: &str, parsed: &Parsed, name: &str, new: &New) -> Vec<Edit> {
    let too_large = parsed.problems.iter().any(|p| p.code == code::TOO_LARGE);
    if parsed.kind != FileKind::Ours || too_large {
        return Vec::new();
    }
    let Some(key) = find_key(parsed, name) else { return add_key(text, parsed, name, new) };
    let value = &text[key.value.clone()];
    let is_empty_flow =
        value.strip_prefix('[').and_then(|v| v.strip_suffix(']')).is_some_and(|v| v.trim_matches(SPACE).is_empty());
    if is_block_list(text, key) {
        let indent = &text[line_at(text, key.value.start).start..key.value.start];
        vec![new_line(text, end(parsed, key), &format!("{indent}- {}", new.block))]
    } else if !is_empty_flow && value.starts_with('[') && value.ends_with(']') {
        append_to_flow(text, parsed, key, &new.flow)
    } else if !is_empty_flow && resolve(value) != Plain::Null {
        Vec::new()
    } else if new.prefer_flow {
        let (range, space) =
            if value.is_empty() { (colon(text, &key.name.range)..key.value.end, " ") } else { (key.value.clone(), "") };
        vec![Edit { range, text: format!("{space}[{}]", new.flow) }]
    } else {
        let first = parsed.interventions.first().map(|entry| column(text, line_at(text, entry.lines.start).at));
        let below = column(text, key.name.range.start);
        let indent = first.filter(|&column| column > below).unwrap_or(below + 2);
        let line = new_line(text, end(parsed, key), &format!("{}- {}", " ".repeat(indent), new.block));
        clear_value(text, key).into_iter().chain([line]).collect()
    }
}

/// Creates the list, and the front matter where there is none.
fn add_key(text: &str, parsed: &Parsed, name: &str, new: &New) -> Vec<Edit> {
    let n = line_break(text);
    let front = parsed.front.clone().map(|front| (front.end, lines(text, front))).unwrap_or_default();
    let first = front.1.iter().find(|line| line.has_content(text));
    if first.is_some_and(|line| line.content(text).starts_with('{')) {
        // The whole front matter is one flow mapping.
        return Vec::new();
    }
    let indent = " ".repeat(top_column(text, &front.1));
    let lines = match new.prefer_flow {
        true => format!("{indent}{name}: [{}]", new.flow),
        false => format!("{indent}{name}:{n}{indent}  - {}", new.block),
    };
    match parsed.front {
        Some(_) => vec![new_line(text, front.0, &lines)],
        None => vec![insert(front_matter::after_bom(text), &format!("---{n}{lines}{n}---{n}"))],
    }
}

fn append_to_flow(text: &str, parsed: &Parsed, key: &Key, item: &str) -> Vec<Edit> {
    if is_unreadable(parsed, key) {
        return Vec::new();
    }
    let inside = key.value.start + 1..key.value.end - 1;
    let shown = text[inside.clone()].trim_end_matches(SPACE);
    let at = if text[inside.clone()].contains('#') {
        // What looks like the list's end may be a comment's.
        let ends = parsed
            .track
            .iter()
            .map(|t| t.range.end)
            .chain(parsed.interventions.iter().map(|e| flow_element(text, e).end));
        ends.filter(|&end| inside.start <= end && end <= inside.end).max()
    } else {
        Some(inside.start + shown.len())
    };
    match at {
        Some(at) if text[..at].ends_with(',') => vec![insert(at, &format!(" {item}"))],
        Some(at) => vec![insert(at, &format!(", {item}"))],
        None => Vec::new(),
    }
}

/// The flow list of interventions as a block list in which `disabled` is a comment.
pub(super) fn to_block(text: &str, parsed: &Parsed, key: &Key, disabled: &Entry) -> Vec<Edit> {
    let has_error = |range: &Range<usize>| range.start >= key.value.start && range.end <= key.value.end;
    let broken = parsed.problems.iter().any(|p| p.severity == Severity::Error && has_error(&p.range));
    // A line break before the key is what makes it a block mapping's.
    let in_block = text[key.lines.start..key.name.range.start].trim_matches(SPACE).is_empty()
        && text[..key.lines.start].ends_with('\n');
    if broken || !in_block || !text[key.value.clone()].starts_with('[') {
        return Vec::new();
    }
    let indent = " ".repeat(column(text, key.name.range.start) + 2);
    let line = |entry: &Entry| {
        let mark = if entry == disabled { "# " } else { "" };
        format!("{indent}{mark}- {}", element_as_block(text, entry))
    };
    let lines: Vec<String> = parsed.interventions.iter().map(line).collect();
    let at = line_at(text, key.value.end).next;
    clear_value(text, key).into_iter().chain([new_line(text, at, &lines.join(line_break(text)))]).collect()
}

fn element_as_block(text: &str, entry: &Entry) -> String {
    let element = &text[flow_element(text, entry)];
    if element.contains(['\n', '#']) {
        let target = match &entry.target.value {
            Target::Id(id) => id.to_string(),
            Target::Name(name) => written_key(name),
        };
        return format!("{target}: {}", write_change(entry.change.value, &entry.scope()));
    }
    let inner = element.strip_prefix('{').and_then(|e| e.strip_suffix('}')).unwrap_or(element);
    inner.trim_matches(SPACE).trim_end_matches(',').trim_end_matches(SPACE).to_owned()
}

/// Takes out what is written behind the key's colon, up to a comment.
fn clear_value(text: &str, key: &Key) -> Option<Edit> {
    (!key.value.is_empty()).then(|| delete(colon(text, &key.name.range)..key.value.end))
}

/// A new line at `at`, which begins a line or is the file's end.
fn new_line(text: &str, at: usize, line: &str) -> Edit {
    let n = line_break(text);
    match text[..at].ends_with('\n') {
        true => insert(at, &format!("{line}{n}")),
        false => insert(at, &format!("{n}{line}")),
    }
}

/// Behind the last line of a list, disabled entries included.
fn end(parsed: &Parsed, key: &Key) -> usize {
    let entries = parsed.interventions.iter().map(|entry| entry.lines.end);
    let own = |end: &usize| key.name.value == "interventions" && *end > key.lines.end;
    entries.filter(own).max().unwrap_or(key.lines.end)
}

pub(super) fn is_block_list(text: &str, key: &Key) -> bool {
    let line = line_at(text, key.value.start);
    line.at == key.value.start && line.is_dash(text)
}

fn is_unreadable(parsed: &Parsed, key: &Key) -> bool {
    let broken = |code: &str| code == code::SYNTAX || code == code::UNSUPPORTED;
    parsed.problems.iter().any(|p| broken(p.code) && key.value.start <= p.range.start && p.range.start <= key.value.end)
}

/// The column of a byte that only spaces stand before.
pub(super) fn column(text: &str, at: usize) -> usize {
    at - line_at(text, at).start
}

/// The file's own line break.
fn line_break(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
