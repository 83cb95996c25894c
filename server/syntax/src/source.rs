//! The text of one value for the YAML parser, and a map from its positions back to bytes of the file. Line breaks
//! become `\n`; text before the value on its line, and a `#` before its lines, becomes spaces.

use std::ops::Range;

use crate::lines::Line;

pub(crate) struct Source {
    pub(crate) text: String,
    /// The offset of the value in `text`.
    pub(crate) start: usize,
    marks: Vec<Mark>,
}

/// From a mark to the next, `text` and the file advance together, for at most `length` bytes.
struct Mark {
    chars: usize,
    byte: usize,
    file: usize,
    length: usize,
}

/// A character that YAML does not allow. The YAML parser would take some of them for the end of its input.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\u{85}') || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A replacement of the same length in bytes, so that the parser can continue.
fn stand_in(c: char) -> char {
    match c.len_utf8() {
        1 => '?',
        2 => '\u{bf}',
        _ => '\u{fffd}',
    }
}

/// Positions between two marks are found by counting characters, so a long line gets a mark after this many.
const STRIDE: usize = 256;

impl Source {
    /// The value that begins at `first.at` and continues in `rest`, prefixed with `before`.
    pub(crate) fn new(text: &str, before: &str, first: Line, rest: &[Line]) -> Self {
        let mut source = Self { text: before.to_owned(), start: before.len(), marks: Vec::new() };
        let mut chars = before.chars().count();
        source.run(text, &mut chars, first.at..first.end);
        for line in rest {
            source.pad(&mut chars, "\n", source.end());
            source.pad(&mut chars, &" ".repeat(line.col - (line.at - line.start)), line.start);
            source.run(text, &mut chars, line.start..line.end);
        }
        source.pad(&mut chars, "\n", source.end());
        source
    }

    fn end(&self) -> usize {
        self.marks.last().map_or(0, |mark| mark.file + mark.length)
    }

    fn pad(&mut self, chars: &mut usize, pad: &str, file: usize) {
        self.marks.push(Mark { chars: *chars, byte: self.text.len(), file, length: 0 });
        self.text.push_str(pad);
        *chars += pad.len();
    }

    fn run(&mut self, text: &str, chars: &mut usize, range: Range<usize>) {
        let mut mark = Mark { chars: *chars, byte: self.text.len(), file: range.start, length: 0 };
        let mut since = 0;
        for c in text[range.clone()].chars() {
            if since == STRIDE {
                *chars += since;
                let (byte, file) = (mark.byte + mark.length, mark.file + mark.length);
                self.marks.push(std::mem::replace(&mut mark, Mark { chars: *chars, byte, file, length: 0 }));
                since = 0;
            }
            mark.length += c.len_utf8();
            since += 1;
        }
        *chars += since;
        self.marks.push(mark);
        self.text.extend(text[range].chars().map(|c| if is_unprintable(c) { stand_in(c) } else { c }));
    }

    /// The byte offset in `text` of a character index.
    pub(crate) fn byte(&self, index: usize) -> usize {
        let Some(mark) = self.marks[..self.marks.partition_point(|m| m.chars <= index)].last() else { return 0 };
        let rest = &self.text[mark.byte..];
        mark.byte + rest.char_indices().nth(index - mark.chars).map_or(rest.len(), |(at, _)| at)
    }

    /// The file offset of a byte of `text`.
    pub(crate) fn file(&self, byte: usize) -> usize {
        match self.marks[..self.marks.partition_point(|m| m.byte <= byte)].last() {
            Some(mark) => mark.file + (byte - mark.byte).min(mark.length),
            None => self.marks.first().map_or(0, |mark| mark.file),
        }
    }

    /// The file range of a range of `text`.
    pub(crate) fn range(&self, range: Range<usize>) -> Range<usize> {
        let start = self.file(range.start);
        start..self.file(range.end).max(start)
    }
}
