//! Lines at the left edge that are neither a key nor a part of a value: markers of a merge conflict, or text that slipped in.
//! They would end the list or the mapping that they stand in, and take the lines below along.

use crate::conflict::is_marker;
use crate::lines::Line;
use crate::split::{flow_end, key};

/// A line that is not read.
pub(crate) struct Stray {
    pub(crate) line: Line,
    /// A marker of a merge conflict.
    pub(crate) is_marker: bool,
}

/// The stray lines among the lines of a front matter or a names file.
pub(crate) fn lines(text: &str, lines: &[Line]) -> Vec<Stray> {
    let mut strays = Vec::new();
    let mut enclosed = 0;
    for (at, line) in lines.iter().enumerate() {
        if line.start < enclosed || !line.has_content(text) {
            continue;
        }
        let is_marker = is_marker(&text[line.start..line.end]);
        if is_marker || is_loose(text, lines, at) {
            strays.push(Stray { line: *line, is_marker });
        } else {
            enclosed = flow_end(text, *line, &lines[at + 1..]).unwrap_or(0);
        }
    }
    strays
}

/// The other lines.
pub(crate) fn without(lines: &[Line], strays: &[Stray]) -> Vec<Line> {
    let is_stray = |line: &&Line| strays.binary_search_by_key(&line.start, |stray| stray.line.start).is_ok();
    lines.iter().filter(|line| !is_stray(line)).copied().collect()
}

/// Words at the left edge between indented lines.
fn is_loose(text: &str, lines: &[Line], at: usize) -> bool {
    let line = &lines[at];
    let is_word = line.at == line.start && line.col == 0 && line.content(text).starts_with(char::is_alphanumeric);
    let inner = |line: Option<&Line>| line.is_some_and(|line| line.col > 0);
    let mut with_content = lines[..at].iter().rev().filter(|line| line.has_content(text));
    let before = with_content.next();
    let after = lines[at + 1..].iter().find(|line| line.has_content(text));
    is_word && key(text, *line).is_none() && inner(before) && inner(after)
}
