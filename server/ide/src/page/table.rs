//! Tables with aligned columns, for text in any script.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Rows of cells; the first row is the head.
pub struct Table {
    rows: Vec<Vec<String>>,
    right: &'static [usize],
}

impl Table {
    /// With these heads; the columns in `right` are aligned to the right.
    pub fn new(heads: &[&str], right: &'static [usize]) -> Self {
        Self { rows: vec![heads.iter().map(|h| (*h).to_owned()).collect()], right }
    }

    /// One more row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines, the head first, without spaces at the end.
    pub fn lines(&self) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |c: usize| self.rows.iter().filter_map(|r| r.get(c)).map(|cell| cell.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<String>| {
            let cell = |(c, text): (usize, &String)| match self.right.contains(&c) {
                true => format!("{}{text}", " ".repeat(widths[c] - text.width())),
                false => pad(text, widths[c]),
            };
            let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
            cells.join("  ").trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

/// `text` and spaces up to `width` columns.
pub(crate) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// `text` in lines of at most `width` columns, broken between words where there are any; its own line breaks stay.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_inclusive(' ') {
            if !line.is_empty() && line.width() + word.trim_end().width() > width {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                if line.width() + c.width().unwrap_or(0) > width && c != ' ' {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(if c.is_control() { ' ' } else { c });
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        let mut table = Table::new(&["a", "n"], &[1]);
        table.row(vec!["日本".into(), "1".into()]);
        table.row(vec!["x".into(), "22".into()]);
        assert_eq!(table.lines(), ["a      n", "日本   1", "x     22"]);
    }

    #[test]
    fn lines_break_between_words_and_inside_long_ones() {
        assert_eq!(wrap("one two three", 8), ["one two ", "three"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij ", "kl"]);
        assert_eq!(wrap("a\n\nb", 4), ["a", "", "b"]);
    }
}
