//! Folds: the front matter, and its keys of several lines.

use std::ops::Range;

use crate::File;

/// Whole lines in bytes of the file. The first line of a fold stays visible.
pub fn foldings(file: &File) -> Vec<Range<usize>> {
    let Some(front) = &file.parsed.front else { return Vec::new() };
    let end = file.text[front.end..].find('\n').map_or(file.text.len(), |at| front.end + at);
    let lines = |range: &Range<usize>| file.text[range.clone()].trim_end().lines().count();
    let keys = file.parsed.keys.iter().map(|key| key.lines.clone()).filter(|range| lines(range) > 1);
    std::iter::once(0..end).chain(keys).collect()
}
