//! Converts byte offsets to editor positions and back, in each encoding that editors use.

use std::ops::Range;

/// The unit in which an editor counts columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    Utf8,
    /// UTF-16 code units, which every LSP client supports.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A line and a column, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    /// Units of the `Encoding` from the start of the line.
    pub column: u32,
}

/// The byte offset of each line's start. Lines end with `\n`, `\r\n` or a lone `\r`, as in LSP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter_map(|(i, &b)| match b {
            b'\n' => Some(i + 1),
            b'\r' if bytes.get(i + 1) != Some(&b'\n') => Some(i + 1),
            _ => None,
        });
        Self { starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The number of lines, at least 1.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The line that contains byte `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&s| s <= offset) - 1
    }

    /// The bytes of a line without its line break; an empty range past the end.
    pub fn line(&self, text: &str, line: usize) -> Range<usize> {
        let Some(&start) = self.starts.get(line) else { return text.len()..text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let shown = text[start..end].strip_suffix('\n').unwrap_or(&text[start..end]);
        start..start + shown.strip_suffix('\r').unwrap_or(shown).len()
    }

    /// The position of byte `offset`. An offset inside a character counts as the character's start, one between `\r` and
    /// `\n` as the line's end, since a position beyond the line does not exist.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        if text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
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

    /// The byte offset of a position. Never panics; as LSP requires, a column past the end of its line becomes the
    /// line's end, a line past the end of the text becomes the text's end, and a position inside a character becomes
    /// its start.
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
    fn splits_lines_at_lf_crlf_and_cr() {
        let text = "a\nb\r\nc\rd";
        let index = LineIndex::new(text);
        let lines: Vec<_> = (0..index.lines()).map(|l| &text[index.line(text, l)]).collect();
        assert_eq!(lines, ["a", "b", "c", "d"]);
    }

    #[test]
    fn no_position_is_beyond_its_line() {
        let text = "ab\r\nc\rd";
        let index = LineIndex::new(text);
        let at = |offset| index.position(text, offset, Encoding::Utf16);
        assert_eq!([2, 3, 4].map(at).map(|at| (at.line, at.column)), [(0, 2), (0, 2), (1, 0)]);
        assert_eq!([5, 6].map(at).map(|at| (at.line, at.column)), [(1, 1), (2, 0)]);
    }

    #[test]
    fn counts_astral_characters_as_two_utf16_units() {
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
        fn offset_of_position_returns_the_offset(text in "[a-c\r\n é🙂]{0,40}", encoding in prop_oneof![Just(Encoding::Utf8), Just(Encoding::Utf16), Just(Encoding::Utf32)]) {
            let index = LineIndex::new(&text);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let back = index.offset(&text, index.position(&text, offset, encoding), encoding);
                // No position lies between \r and \n: the offset maps to the line's end.
                let between = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                prop_assert_eq!(back, if between { offset - 1 } else { offset });
            }
        }
    }
}
