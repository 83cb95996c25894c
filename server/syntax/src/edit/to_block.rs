//! Converts a flow list to a block list so that an entry can be disabled: a flow list cannot hold disabled entries. All
//! comments stay: a comment after an entry stays after it, and a comment on its own line keeps its own line.

use std::ops::Range;

use base::Edit;

use super::flow::opening_brace;
use super::list::{colon, column, line_break, own_entries};
use crate::lines::{SPACE, line_at};
use crate::problem::Severity;
use crate::scan::comments;
use crate::write::{key as written_key, write_change};
use crate::{Entry, Key, Parsed, TargetRef};

/// Converts the flow list of `key` to a block list in which `disabled` is a comment.
pub(super) fn to_block(text: &str, parsed: &Parsed, key: &Key, disabled: &Entry) -> Vec<Edit> {
    let has_error = |range: &Range<usize>| range.start >= key.value.start && range.end <= key.value.end;
    let broken = parsed.problems.iter().any(|p| p.severity == Severity::Error && has_error(&p.range));
    let own_line = line_at(text, key.name.range.start).at == key.name.range.start;
    if broken || !own_line || opening_brace(text, parsed).is_some() || !text[key.value.clone()].starts_with('[') {
        return Vec::new();
    }
    let colon = colon(text, &key.name.range);
    let last = line_at(text, key.value.end);
    // The text after the colon stays there.
    let head = text[colon..key.value.start].trim_end_matches(SPACE).to_owned();
    let key_line = line_at(text, colon).start;
    let indent = " ".repeat(column(text, key.name.range.start) + 2);
    let mut block = Block { text, key_line, indent, head, lines: Vec::new(), last_entry_line: None };
    let inner = comments(text, key.value.clone());
    let mut left = inner.iter().peekable();
    for entry in own_entries(parsed, key) {
        while let Some(comment) = left.next_if(|c| c.start < entry.item.start) {
            block.comment(comment);
        }
        let own: Vec<_> = std::iter::from_fn(|| left.next_if(|c| c.start < entry.item.end)).collect();
        block.entry(entry, entry == disabled, &own);
    }
    left.for_each(|comment| block.comment(comment));
    let end = key.value.end + text[key.value.end..last.end].trim_end().len();
    if let Some(at) = text[key.value.end..end].find('#') {
        let comment = key.value.end + at..end;
        if last.start == key_line { block.at_head(&comment) } else { block.comment(&comment) }
    }
    let n = line_break(text);
    let lines: String = block.lines.iter().map(|line| format!("{n}{line}")).collect();
    vec![Edit { range: colon..end, text: format!("{}{lines}", block.head) }]
}

/// The block list under construction.
struct Block<'t> {
    text: &'t str,
    /// The line of the list's key.
    key_line: usize,
    indent: String,
    /// The text after the key's colon.
    head: String,
    lines: Vec<String>,
    /// The start of the line on which the last entry ends.
    last_entry_line: Option<usize>,
}

impl Block<'_> {
    /// Adds an entry. Comments inside it move: whole-line comments before the entry, others after it.
    fn entry(&mut self, entry: &Entry, disabled: bool, comments: &[&Range<usize>]) {
        let (whole, after): (Vec<_>, Vec<_>) = comments.iter().partition(|c| self.is_whole_line(c));
        whole.into_iter().for_each(|c| self.whole_line(c));
        let mark = if disabled { "# " } else { "" };
        self.lines.push(format!("{}{mark}- {}", self.indent, element(self.text, entry)));
        self.last_entry_line = Some(line_at(self.text, entry.item.end).start);
        after.into_iter().for_each(|c| self.after_entry(c));
    }

    /// Adds a comment between entries.
    fn comment(&mut self, comment: &Range<usize>) {
        let line = line_at(self.text, comment.start).start;
        if self.is_whole_line(comment) {
            self.whole_line(comment);
        } else if self.last_entry_line == Some(line) {
            self.after_entry(comment);
        } else if line == self.key_line && self.lines.is_empty() {
            self.at_head(comment);
        } else {
            self.whole_line(comment);
        }
    }

    fn at_head(&mut self, comment: &Range<usize>) {
        self.head += with_space(self.text, comment);
    }

    fn after_entry(&mut self, comment: &Range<usize>) {
        let written = with_space(self.text, comment);
        if let Some(last) = self.lines.last_mut() {
            last.push_str(written);
        }
    }

    fn whole_line(&mut self, comment: &Range<usize>) {
        let line = line_at(self.text, comment.start);
        self.lines.push(format!("{}{}", &self.text[line.start..line.at], &self.text[comment.clone()]));
    }

    fn is_whole_line(&self, comment: &Range<usize>) -> bool {
        line_at(self.text, comment.start).at == comment.start
    }
}

/// A comment and the spaces before it.
fn with_space<'t>(text: &'t str, comment: &Range<usize>) -> &'t str {
    let before = text[..comment.start].trim_end_matches([' ', '\t']).len();
    &text[before..comment.end]
}

/// An entry of a flow list in block style, verbatim if the text means the same in a block list.
fn element(text: &str, entry: &Entry) -> String {
    let whole = &text[entry.item.clone()];
    let inner = whole.strip_prefix('{').and_then(|e| e.strip_suffix('}')).unwrap_or(whole);
    let inner = inner.trim_matches(SPACE).trim_end_matches(',').trim_end_matches(SPACE);
    let spaced = text[colon(text, &entry.target.range)..].starts_with(' ');
    if !whole.contains(['\n', '#']) && spaced && inner.starts_with(&text[entry.target.range.clone()]) {
        return inner.to_owned();
    }
    let target = match &entry.target.value {
        TargetRef::Id(id) => id.to_string(),
        TargetRef::Name(name) => written_key(name),
    };
    format!("{target}: {}", write_change(entry.change.value, &entry.scope()))
}
