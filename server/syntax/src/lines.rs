//! Lines of the front matter: start, content and column of each.

use std::ops::Range;

/// The characters that YAML treats as white space; other Unicode white space is text.
pub(crate) const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// One line. All fields except `col` are byte offsets in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) start: usize,
    /// The first byte that is neither a space nor a tab; `end` if there is none.
    pub(crate) at: usize,
    /// The offset after the last byte, without the line break.
    pub(crate) end: usize,
    /// The offset after the line break.
    pub(crate) next: usize,
    /// The column of `at`. It differs from `at - start` where a dash or `#` before it counts as a space.
    pub(crate) col: usize,
}

impl Line {
    pub(crate) fn content<'t>(&self, text: &'t str) -> &'t str {
        &text[self.at..self.end]
    }

    /// The content without trailing spaces.
    pub(crate) fn range(&self, text: &str) -> Range<usize> {
        self.at..self.at + self.content(text).trim_end_matches([' ', '\t']).len()
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.at == self.end
    }

    pub(crate) fn is_comment(&self, text: &str) -> bool {
        self.content(text).starts_with('#')
    }

    pub(crate) fn has_content(&self, text: &str) -> bool {
        !self.is_blank() && !self.is_comment(text)
    }

    /// True if the content is a list entry.
    pub(crate) fn is_dash(&self, text: &str) -> bool {
        let content = self.content(text);
        content == "-" || content.starts_with("- ") || content.starts_with("-\t")
    }

    /// The rest of the line from byte `from`, such as the text after a key's colon or an entry's dash. Columns stay the
    /// same.
    pub(crate) fn from(&self, text: &str, from: usize) -> Self {
        let at = skip_blanks(text, from, self.end);
        Self { at, col: self.col + (at - self.at), ..*self }
    }
}

/// The first byte in `at..end` that is neither a space nor a tab; `end` if there is none.
pub(crate) fn skip_blanks(text: &str, at: usize, end: usize) -> usize {
    at + text.as_bytes()[at..end].iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// The lines of a part of the file. Lines end with `\n` or `\r\n`; a lone `\r` is a control character.
pub(crate) fn lines(text: &str, part: Range<usize>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = part.start;
    while start < part.end {
        let line = line(text, start, part.end);
        start = line.next;
        lines.push(line);
    }
    lines
}

/// The line that contains byte `at`.
pub(crate) fn line_at(text: &str, at: usize) -> Line {
    line(text, text[..at].rfind('\n').map_or(0, |newline| newline + 1), text.len())
}

/// The line that begins at `start`, in a text that ends at `limit`.
pub(crate) fn line(text: &str, start: usize, limit: usize) -> Line {
    let next = text[start..limit].find('\n').map_or(limit, |at| start + at + 1);
    let shown = text[start..next].strip_suffix('\n').unwrap_or(&text[start..next]);
    let end = start + shown.strip_suffix('\r').filter(|_| shown.len() < next - start).unwrap_or(shown).len();
    let at = skip_blanks(text, start, end);
    Line { start, at, end, next, col: at - start }
}

/// The number of the line that contains byte `at`, from 1. `lines` are the front matter's lines.
pub(crate) fn number(text: &str, lines: &[Line], at: usize) -> usize {
    let above = lines.first().map_or(0, |first| text[..first.start].matches('\n').count());
    above + lines.partition_point(|line| line.start <= at)
}
