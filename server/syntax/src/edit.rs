//! Minimal edits of a prompt file. All other text stays unchanged, byte for byte. There is no edit if a list cannot be
//! changed safely (it is unreadable or not a list), and none in another program's Dotprompt file.

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

/// Adds an enabled intervention at the end of a run's list. Creates `interventions:` and the front matter if they are
/// missing, but not a run below `runs:`. A flow list has no room for the comment, so the comment is dropped there.
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
    verified(text, edits, |after| enabled(after) == enabled(parsed) + 1)
}

/// Adds a token to track.
pub fn add_track(text: &str, parsed: &Parsed, token: &str) -> Vec<Edit> {
    let item = quote(token);
    let new = New { block: item.clone(), flow: item, prefer_flow: true };
    verified(text, append(text, parsed, "track", &new), |after| {
        after.track.len() == parsed.track.len() + 1 && after.track.last().is_some_and(|last| last.value == token)
    })
}

/// Returns the edits if the edited file parses as intended, otherwise none.
fn verified(text: &str, edits: Vec<Edit>, is_added: impl Fn(&Parsed) -> bool) -> Vec<Edit> {
    let after = base::apply(text, &edits).map(|after| parse(&after));
    if after.is_some_and(|after| is_added(&after)) { edits } else { Vec::new() }
}

/// Turns the entry into a comment. A flow list first becomes a block list, because entries in a flow list cannot be
/// disabled.
pub fn disable(text: &str, parsed: &Parsed, entry: &Entry) -> Vec<Edit> {
    let Some(key) = parsed.list_of(&entry.run).filter(|_| entry.enabled) else { return Vec::new() };
    if !is_block_list(text, key) {
        return to_block(text, parsed, key, entry);
    }
    let lines = lines(text, entry.lines.clone());
    let dash = lines.first().map_or(0, |line| line.col);
    // A comment at the key's own column belongs to the list only directly below it.
    let is_apart = dash <= column(text, key.name.range.start) && below_blank(text, entry.lines.start);
    let indent = if is_apart { "  " } else { "" };
    let comment_out = |line: &Line| {
        let at = line.start + line.col.min(dash);
        // In a blank line shorter than the others, a space after the `#` would be an invisible trailing space.
        let mark = if line.is_blank() && line.col < dash { "#" } else { "# " };
        insert(at, &format!("{indent}{mark}"))
    };
    lines.iter().map(comment_out).collect()
}

/// True if a blank line precedes `at`, with only comments between.
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
    // The column of the dash without the `#` and the space after it.
    let natural = first.col + spaces.saturating_sub(1);
    let wanted = if is_block_list(text, key) {
        column(text, key.value.start)
    } else if first.col <= column(text, key.name.range.start) && spaces > 1 {
        // The `#` replaced a space of the indentation at the start of the line.
        first.col + spaces
    } else {
        natural
    };
    let uncomment = |line: &Line| {
        let after = line.at + usize::from(!line.is_blank());
        let space = leading_spaces(&text[after..line.end]);
        if wanted == natural {
            return Edit { range: line.at..after + space.min(1), text: String::new() };
        }
        let column = line.col + 1 + space;
        let indent = (column + wanted).saturating_sub(first.col + 1 + spaces);
        Edit { range: line.start..after + space, text: " ".repeat(indent) }
    };
    lines.iter().map(uncomment).collect()
}

/// Removes the entry.
pub fn remove(text: &str, parsed: &Parsed, entry: &Entry) -> Vec<Edit> {
    let Some(key) = parsed.list_of(&entry.run) else { return Vec::new() };
    if !entry.enabled || is_block_list(text, key) {
        return vec![delete(entry.lines.clone())];
    }
    flow::remove(text, key, entry)
}

pub fn set_value(text: &str, parsed: &Parsed, entry: &Entry, value: &str) -> Vec<Edit> {
    let colon = colon(text, &entry.target.range);
    let line = line_at(text, colon);
    let in_list = parsed.list_of(&entry.run).is_some_and(|key| entry.enabled && !is_block_list(text, key));
    // In brackets, a comment after the colon would comment out the closing bracket.
    let in_brackets = in_list || text[entry.item.start..].starts_with('{');
    if entry.value.start < line.end || in_brackets {
        return vec![Edit { range: entry.value.clone(), text: value.to_owned() }];
    }
    // The value is on its own lines: remove them, and keep the comment after the colon.
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
