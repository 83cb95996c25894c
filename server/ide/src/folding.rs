//! What can be folded away: the front matter, and keys of several lines in it.

use std::ops::Range;

use crate::File;

/// Whole lines, bytes of the file; a fold shows the first of them.
pub fn foldings(file: &File) -> Vec<Range<usize>> {
    let Some(front) = &file.parsed.front else { return Vec::new() };
    let end = file.text[front.end..].find('\n').map_or(file.text.len(), |at| front.end + at);
    let lines = |range: &Range<usize>| file.text[range.clone()].trim_end().lines().count();
    let keys = file.parsed.keys.iter().map(|key| key.lines.clone()).filter(|range| lines(range) > 1);
    std::iter::once(0..end).chain(keys).collect()
}
