//! Minimal edits of a prompt file: what they do not touch survives byte for byte. Where a list cannot be changed safely
//! (it is not readable, or not a list), and in someone else's files, there is no edit.

mod flow;
mod list;
mod to_block;

use std::ops::Range;

use base::{Edit, RunName};

use crate::lines::{Line, line_at, lines};
use crate::write::{comment as one_line, key as written_key, quote};
use crate::{Entry, Key, Parsed, parse};

use list::{New, append, append_to, colon, column, is_block_list};
use to_block::to_block;

/// Adds an enabled intervention at the end of a run's list. `interventions:` and the front matter are created where they
/// are missing; a run below `runs:` that the file does not have is not. In a flow list there is no room for the comment.
pub fn add_intervention(
    text: &str,
    parsed: &Parsed,
    run: &RunName,
    target: &str,
    value: &str,
    comment: Option<&str>,
) -> Vec<Edit> {
    let item = format!("{}: {value}", written_key(target));
    let comment = comment.and_then(one_line).map(|words| format!("  # {words}")).unwrap_or_default();
    let new = New { block: format!("{item}{comment}"), flow: item, prefer_flow: false };
    let enabled = |parsed: &Parsed| parsed.entries_of(run).filter(|entry| entry.enabled).count();
    let edits = match (run.as_str(), parsed.list_of(run)) {
        (RunName::INTERVENED, _) => append(text, parsed, "interventions", &new),
        (_, Some(key)) => append_to(text, parsed, key, &new),
        (_, None) => Vec::new(),
    };
    takes(text, edits, |after| enabled(after) == enabled(parsed) + 1)
}

/// Adds a token to follow.
pub fn add_track(text: &str, parsed: &Parsed, token: &str) -> Vec<Edit> {
    let item = quote(token);
    let new = New { block: item.clone(), flow: item, prefer_flow: true };
    takes(text, append(text, parsed, "track", &new), |after| {
        after.track.len() == parsed.track.len() + 1 && after.track.last().is_some_and(|last| last.value == token)
    })
}

/// The edits of an addition, unless what is written so strangely that it does not become what it should.
fn takes(text: &str, edits: Vec<Edit>, is_there: impl Fn(&Parsed) -> bool) -> Vec<Edit> {
    let after = base::apply(text, &edits).map(|after| parse(&after));
    if after.is_some_and(|after| is_there(&after)) { edits } else { Vec::new() }
}

/// Turns the entry into a comment. A flow list becomes a block list for that: in it, there are no comments to enable.
pub fn disable(text: &str, parsed: &Parsed, entry: &Entry) -> Vec<Edit> {
    let Some(key) = parsed.list_of(&entry.run).filter(|_| entry.enabled) else { return Vec::new() };
    if !is_block_list(text, key) {
        return to_block(text, parsed, key, entry);
    }
    let lines = lines(text, entry.lines.clone());
    let dash = lines.first().map_or(0, |line| line.col);
    // A comment at the key's own column is the list's only directly below it.
    let is_apart = dash <= column(text, key.name.range.start) && below_blank(text, entry.lines.start);
    let indent = if is_apart { "  " } else { "" };
    let comment_out = |line: &Line| {
        let at = line.start + line.col.min(dash);
        // At the end of a blank line shorter than the others, a space would be one more that nobody can see.
        let mark = if line.is_blank() && line.col < dash { "#" } else { "# " };
        insert(at, &format!("{indent}{mark}"))
    };
    lines.iter().map(comment_out).collect()
}

/// Whether a blank line stands above `at`, with only comments between.
fn below_blank(text: &str, at: usize) -> bool {
    let mut above = text[..at].lines().rev().map(str::trim).skip_while(|line| line.starts_with('#'));
    above.next() == Some("")
}

/// Turns the comment back into an entry, at the column of the list's other entries.
pub fn enable(text: &str, parsed: &Parsed, entry: &Entry) -> Vec<Edit> {
    let Some(key) = parsed.list_of(&entry.run).filter(|_| !entry.enabled) else { return Vec::new() };
    let lines = lines(text, entry.lines.clone());
    let Some(first) = lines.first() else { return Vec::new() };
    let spaces = leading_spaces(&text[first.at + 1..first.end]);
    // Without its `#` and the space behind it, the dash stands here.
    let natural = first.col + spaces.saturating_sub(1);
    let wanted = if is_block_list(text, key) {
        column(text, key.value.start)
    } else if first.col <= column(text, key.name.range.start) && spaces > 1 {
        // A `#` put at the line's start, over a space of the indentation.
        first.col + spaces
    } else {
        natural
    };
    let uncomment = |line: &Line| {
        let behind = line.at + usize::from(!line.is_blank());
        let space = leading_spaces(&text[behind..line.end]);
        if wanted == natural {
            return Edit { range: line.at..behind + space.min(1), text: String::new() };
        }
        let column = line.col + 1 + space;
        let indent = (column + wanted).saturating_sub(first.col + 1 + spaces);
        Edit { range: line.start..behind + space, text: " ".repeat(indent) }
    };
    lines.iter().map(uncomment).collect()
}

/// Takes the entry out.
pub fn remove(text: &str, parsed: &Parsed, entry: &Entry) -> Vec<Edit> {
    let Some(key) = parsed.list_of(&entry.run) else { return Vec::new() };
    if !entry.enabled || is_block_list(text, key) {
        return vec![delete(entry.lines.clone())];
    }
    flow::remove(text, key, entry)
}

/// Replaces the entry's value.
pub fn set_value(text: &str, parsed: &Parsed, entry: &Entry, value: &str) -> Vec<Edit> {
    let colon = colon(text, &entry.target.range);
    let line = line_at(text, colon);
    let in_list = parsed.list_of(&entry.run).is_some_and(|key| entry.enabled && !is_block_list(text, key));
    // In brackets a comment behind the colon would swallow what closes them.
    let in_brackets = in_list || text[entry.item.start..].starts_with('{');
    if entry.value.start < line.end || in_brackets {
        return vec![Edit { range: entry.value.clone(), text: value.to_owned() }];
    }
    // The value stands on lines of its own: they go, and a comment behind the colon stays.
    vec![insert(colon, &format!(" {value}")), delete(line.end..entry.value.end)]
}

fn leading_spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

fn insert(at: usize, text: &str) -> Edit {
    Edit { range: at..at, text: text.to_owned() }
}

fn delete(range: Range<usize>) -> Edit {
    Edit { range, text: String::new() }
}
