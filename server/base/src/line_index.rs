//! Byte offsets to editor positions and back, in every encoding that an editor may count in.

use std::ops::Range;

/// What an editor counts columns in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every client understands.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

/// A line and a column in some `Encoding`, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// Units of the encoding from the line's start.
    pub column: u32,
}

/// Where each line of a text starts. Lines end with `\n`, `\r\n` or a lone `\r`, as the protocol has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// One pass over the text.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter_map(|(i, &b)| match b {
            b'\n' => Some(i + 1),
            b'\r' if bytes.get(i + 1) != Some(&b'\n') => Some(i + 1),
            _ => None,
        });
        Self { starts: std::iter::once(0).chain(ends).collect() }
    }

    /// How many lines there are; at least 1.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The line that holds byte `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&s| s <= offset) - 1
    }

    /// The bytes of a line, its line break left out; empty past the end.
    pub fn line(&self, text: &str, line: usize) -> Range<usize> {
        let Some(&start) = self.starts.get(line) else { return text.len()..text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let shown = text[start..end].strip_suffix('\n').unwrap_or(&text[start..end]);
        start..start + shown.strip_suffix('\r').unwrap_or(shown).len()
    }

    /// The position of byte `offset`; one inside a character counts as its start.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset);
        let before = &text[self.starts[line]..offset];
        let column = match encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.chars().map(char::len_utf16).sum(),
            Encoding::Utf32 => before.chars().count(),
        };
        Position { line: saturate(line), column: saturate(column) }
    }

    /// The byte at a position. A column past the line's end means its end, a line past the text's end the text's end,
    /// and a position inside a character its start: what the protocol asks for, and never a panic.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.starts.len() {
            return text.len();
        }
        let range = self.line(text, line);
        let (mut left, mut at) = (position.column as usize, range.start);
        for c in text[range].chars() {
            let width = match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
                Encoding::Utf32 => 1,
            };
            if left < width {
                break;
            }
            left -= width;
            at += c.len_utf8();
        }
        at
    }
}

fn saturate(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn all_three_line_ends() {
        let text = "a\nb\r\nc\rd";
        let index = LineIndex::new(text);
        let lines: Vec<_> = (0..index.lines()).map(|l| &text[index.line(text, l)]).collect();
        assert_eq!(lines, ["a", "b", "c", "d"]);
    }

    #[test]
    fn astral_characters_are_two_units_of_utf16() {
        let text = "x🙂y";
        let index = LineIndex::new(text);
        for (encoding, column) in [(Encoding::Utf8, 5), (Encoding::Utf16, 3), (Encoding::Utf32, 2)] {
            assert_eq!(index.position(text, 5, encoding), Position { line: 0, column });
            assert_eq!(index.offset(text, Position { line: 0, column }, encoding), 5);
        }
        assert_eq!(index.offset(text, Position { line: 0, column: 2 }, Encoding::Utf16), 1);
        assert_eq!(index.offset(text, Position { line: 0, column: 99 }, Encoding::Utf16), 6);
        assert_eq!(index.offset(text, Position { line: 9, column: 0 }, Encoding::Utf16), 6);
    }

    proptest! {
        #[test]
        fn there_and_back(text in "[a-c\r\n é🙂]{0,40}", encoding in prop_oneof![Just(Encoding::Utf8), Just(Encoding::Utf16), Just(Encoding::Utf32)]) {
            let index = LineIndex::new(&text);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let back = index.offset(&text, index.position(&text, offset, encoding), encoding);
                // Between \r and \n there is no position: it means the line's end.
                let between = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                prop_assert_eq!(back, if between { offset - 1 } else { offset });
            }
        }
    }
}
