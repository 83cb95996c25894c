//! The text of one value as handed to the YAML parser, and the way back from its positions to bytes of the file.
//! Line breaks become `\n`; what stands before the value on its line, and a `#` in front of its lines, becomes spaces.

use std::ops::Range;

use crate::lines::Line;

/// A value's text.
pub(crate) struct Source {
    pub(crate) text: String,
    /// Where the value begins in `text`.
    pub(crate) start: usize,
    marks: Vec<Mark>,
}

/// From here to the next mark, `text` and the file run in parallel, for at most `length` bytes.
struct Mark {
    chars: usize,
    byte: usize,
    file: usize,
    length: usize,
}

/// A character that YAML does not allow: the parser would take some of them for its input's end.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\u{85}') || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// One of as many bytes, for the parser to go on.
fn stand_in(c: char) -> char {
    match c.len_utf8() {
        1 => '?',
        2 => '\u{bf}',
        _ => '\u{fffd}',
    }
}

/// Between two marks, positions are found by counting; a long line has many marks.
const STRIDE: usize = 256;

impl Source {
    /// The value that begins at `first.at` and goes on in `rest`, with `before` in front of it.
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

    /// The byte of `text` at a character.
    pub(crate) fn byte(&self, index: usize) -> usize {
        let Some(mark) = self.marks[..self.marks.partition_point(|m| m.chars <= index)].last() else { return 0 };
        let rest = &self.text[mark.byte..];
        mark.byte + rest.char_indices().nth(index - mark.chars).map_or(rest.len(), |(at, _)| at)
    }

    /// The byte of the file at a byte of `text`.
    pub(crate) fn file(&self, byte: usize) -> usize {
        match self.marks[..self.marks.partition_point(|m| m.byte <= byte)].last() {
            Some(mark) => mark.file + (byte - mark.byte).min(mark.length),
            None => self.marks.first().map_or(0, |mark| mark.file),
        }
    }

    /// The bytes of the file at bytes of `text`.
    pub(crate) fn range(&self, range: Range<usize>) -> Range<usize> {
        let start = self.file(range.start);
        start..self.file(range.end).max(start)
    }
}
