//! Byte offsets of a text to the protocol's positions, and back.

use std::ops::Range;

use base::{Encoding, LineIndex};
use tower_lsp::ls_types as types;

/// The byte at a position.
pub(crate) fn offset(index: &LineIndex, text: &str, position: types::Position, encoding: Encoding) -> usize {
    index.offset(text, base::Position { line: position.line, column: position.character }, encoding)
}

/// The bytes of a range. A range whose end is before its start is turned around.
pub(crate) fn bytes(index: &LineIndex, text: &str, range: types::Range, encoding: Encoding) -> Range<usize> {
    let (a, b) = (offset(index, text, range.start, encoding), offset(index, text, range.end, encoding));
    a.min(b)..a.max(b)
}

/// The positions of a range of bytes.
pub(crate) fn range(index: &LineIndex, text: &str, bytes: &Range<usize>, encoding: Encoding) -> types::Range {
    let position = |offset| {
        let at = index.position(text, offset, encoding);
        types::Position::new(at.line, at.column)
    };
    types::Range::new(position(bytes.start), position(bytes.end))
}
