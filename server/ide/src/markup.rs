//! A small page of prose and tables, as Markdown and as plain text. Text of tokens never becomes markup: only this file
//! writes marks.

use unicode_width::UnicodeWidthStr;

/// The columns of prose; table rows are not wrapped.
pub(crate) const COLUMNS: usize = 80;

/// Blocks, one blank line between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    blocks: Vec<Block>,
    marks: Marks,
}

/// What an editor does with the marks of Markdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Marks {
    /// A terminal: it conceals them at most, and wraps lines as if it did not.
    #[default]
    TakeRoom,
    Vanish,
}

#[derive(Clone, Debug)]
enum Block {
    /// Each line keeps its line break.
    Prose(Vec<Line>),
    /// The head first.
    Table(Vec<Vec<Line>>),
}

/// A line of items with middle dots between them. It wraps between items, else between words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    items: Vec<Vec<Atom>>,
    /// The next piece joins the last atom, without a space.
    open: bool,
}

/// What is never wrapped.
#[derive(Clone, Debug, Default)]
struct Atom {
    markdown: String,
    plain: String,
    /// Columns of the marks in `markdown`, which renderers and concealing terminals hide.
    hidden: usize,
}

impl Page {
    pub(crate) fn with(marks: Marks) -> Self {
        Self { blocks: Vec::new(), marks }
    }

    pub(crate) fn prose(&mut self, lines: Vec<Line>) {
        if !lines.is_empty() {
            self.blocks.push(Block::Prose(lines));
        }
    }

    /// The first row is the head; every row has as many cells.
    pub(crate) fn table(&mut self, rows: Vec<Vec<Line>>) {
        if rows.len() > 1 {
            self.blocks.push(Block::Table(rows));
        }
    }

    /// GitHub's Markdown, without HTML. Two spaces at a line's end keep the line break.
    pub(crate) fn markdown(&self) -> String {
        let block = |block: &Block| match block {
            Block::Prose(lines) => {
                let line = |l: &Line| l.wrapped(|a| &a.markdown, |a| a.columns(self.marks)).join("\n");
                lines.iter().map(line).collect::<Vec<_>>().join("  \n")
            }
            Block::Table(rows) => table(rows),
        };
        self.blocks.iter().map(block).collect::<Vec<_>>().join("\n\n")
    }

    /// The same without marks, columns aligned as a terminal shows them.
    pub(crate) fn plain(&self) -> String {
        let block = |block: &Block| match block {
            Block::Prose(lines) => {
                let line = |l: &Line| l.wrapped(|a| &a.plain, |a| a.plain.width());
                lines.iter().flat_map(line).collect::<Vec<_>>().join("\n")
            }
            Block::Table(rows) => aligned(rows),
        };
        self.blocks.iter().map(block).collect::<Vec<_>>().join("\n\n")
    }
}

/// A table with aligned columns for terminals that only conceal the marks of code and bold. The last column is not padded.
fn table(rows: &[Vec<Line>]) -> String {
    let cell = |line: &Line| {
        let (columns, marks) = line.columns();
        (line.flat(|a| &a.markdown).replace('|', "\\|"), columns - marks)
    };
    let cells: Vec<Vec<(String, usize)>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let columns = rows.first().map_or(0, Vec::len);
    let widest = |column: usize| cells.iter().filter_map(|r| r.get(column)).map(|c| c.1).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(|c| if c + 1 < columns { widest(c) } else { 0 }).collect();
    let row = |row: &Vec<(String, usize)>| {
        let padded = row
            .iter()
            .zip(&widths)
            .map(|((text, w), most)| format!(" {text}{} |", " ".repeat(most.saturating_sub(*w))));
        format!("|{}", padded.collect::<String>())
    };
    let mut lines: Vec<String> = cells.iter().map(row).collect();
    let dashes = widths.iter().map(|w| format!("{}|", "-".repeat((w + 2).max(3))));
    lines.insert(1, format!("|{}", dashes.collect::<String>()));
    lines.join("\n")
}

fn aligned(rows: &[Vec<Line>]) -> String {
    let cells: Vec<Vec<String>> = rows.iter().map(|r| r.iter().map(|c| c.flat(|a| &a.plain)).collect()).collect();
    let columns = cells.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| cells.iter().filter_map(|r| r.get(column)).map(|c| c.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let row = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).map(|(cell, w)| format!("{cell}{}", " ".repeat(w - cell.width())));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    cells.iter().map(row).collect::<Vec<_>>().join("\n")
}

impl Atom {
    fn columns(&self, marks: Marks) -> usize {
        match marks {
            Marks::TakeRoom => self.markdown.width(),
            Marks::Vanish => self.markdown.width() - self.hidden,
        }
    }
}

impl Line {
    /// An empty line, to be built piece by piece.
    pub(crate) const fn new() -> Self {
        Self { items: Vec::new(), open: false }
    }

    /// Escapes characters that are marks in Markdown.
    pub(crate) fn text(self, text: &str) -> Self {
        self.words(text, |word| Atom { markdown: escape(word), plain: word.to_owned(), hidden: 0 })
    }

    /// A few words in bold, kept together.
    pub(crate) fn strong(self, text: &str) -> Self {
        self.piece(Atom { markdown: format!("**{}**", escape(text)), plain: text.to_owned(), hidden: 4 })
    }

    /// A few words that lead to a URI if there is one, kept together.
    pub(crate) fn link(self, text: &str, uri: Option<String>) -> Self {
        let Some(uri) = uri else { return self.text(text) };
        let uri = address(&uri);
        let hidden = uri.width() + 4;
        self.piece(Atom { markdown: format!("[{}]({uri})", escape(text)), plain: text.to_owned(), hidden })
    }

    /// A token or a piece of a file, verbatim.
    pub(crate) fn code(self, text: &str) -> Self {
        let (markdown, hidden) = span(text);
        self.piece(Atom { markdown, plain: bare(text), hidden })
    }

    /// The same in bold.
    pub(crate) fn strong_code(self, text: &str) -> Self {
        let (markdown, hidden) = span(text);
        self.piece(Atom { markdown: format!("**{markdown}**"), plain: bare(text), hidden: hidden + 4 })
    }

    /// A message with pieces in backticks.
    pub(crate) fn message(mut self, message: &str) -> Self {
        let parts: Vec<_> = message.split('`').collect();
        if parts.len() % 2 == 0 {
            return self.text(message);
        }
        for (index, part) in parts.into_iter().enumerate() {
            self = if index % 2 == 0 { self.text(part) } else { self.code(part) };
        }
        self
    }

    /// Ends an item: the next piece begins a new one.
    pub(crate) fn item(mut self) -> Self {
        if self.items.last().is_some_and(|item| !item.is_empty()) {
            self.items.push(Vec::new());
        }
        self.open = false;
        self
    }

    fn words(mut self, text: &str, atom: impl Fn(&str) -> Atom) -> Self {
        for (index, word) in text.split([' ', '\n']).enumerate() {
            self.open &= index == 0;
            if !word.is_empty() {
                self = self.piece(atom(word));
            }
        }
        self
    }

    fn piece(mut self, atom: Atom) -> Self {
        if self.items.is_empty() {
            self.items.push(Vec::new());
        }
        let Some(item) = self.items.last_mut() else { return self };
        match item.last_mut() {
            Some(last) if self.open => {
                last.markdown.push_str(&atom.markdown);
                last.plain.push_str(&atom.plain);
                last.hidden += atom.hidden;
            }
            _ => item.push(atom),
        }
        self.open = true;
        self
    }

    fn filled(&self) -> impl Iterator<Item = &[Atom]> {
        self.items.iter().map(Vec::as_slice).filter(|item| !item.is_empty())
    }

    /// Columns in a table with marks, and columns of the marks alone. A terminal wraps lines as if it did not conceal marks.
    pub(crate) fn columns(&self) -> (usize, usize) {
        let marks = self.filled().flatten().map(|a| a.hidden).sum();
        (self.flat(|a| &a.markdown).replace('|', "\\|").width(), marks)
    }

    /// The columns that it needs.
    pub(crate) fn needs(&self, marks: Marks) -> usize {
        let (all, hidden) = self.columns();
        match marks {
            Marks::TakeRoom => all,
            Marks::Vanish => all - hidden,
        }
    }

    /// The first of some lines with at most `room` columns, else the last one; an empty line if there are none.
    pub(crate) fn fitting(lines: impl IntoIterator<Item = Self>, room: usize, marks: Marks) -> Self {
        let mut last = Self::new();
        for line in lines {
            last = line;
            if last.needs(marks) <= room {
                break;
            }
        }
        last
    }

    /// On one line.
    fn flat(&self, pick: impl Fn(&Atom) -> &String) -> String {
        let item = |item: &[Atom]| item.iter().map(|a| pick(a).as_str()).collect::<Vec<_>>().join(" ");
        self.filled().map(item).collect::<Vec<_>>().join(" · ")
    }

    /// On lines of at most `COLUMNS`; a wider atom has a line of its own.
    fn wrapped(&self, pick: impl Fn(&Atom) -> &String, columns: impl Fn(&Atom) -> usize) -> Vec<String> {
        let mut lines = vec![String::new()];
        // Columns of the last line.
        let mut taken = 0;
        let mut add = |text: &str, width: usize, separator: &str, start: &str| {
            let last = lines.len() - 1;
            let line = &mut lines[last];
            if line.is_empty() {
                line.push_str(text);
                taken = width;
            } else if taken + separator.width() + width <= COLUMNS {
                line.push_str(separator);
                line.push_str(text);
                taken += separator.width() + width;
            } else {
                lines.push(format!("{start}{text}"));
                taken = start.width() + width;
            }
        };
        for (index, item) in self.filled().enumerate() {
            let whole = item.iter().map(|a| pick(a).as_str()).collect::<Vec<_>>().join(" ");
            let width = item.iter().map(&columns).sum::<usize>() + item.len() - 1;
            if index > 0 && width + 2 <= COLUMNS {
                add(&whole, width, " · ", "· ");
                continue;
            }
            for (nth, atom) in item.iter().enumerate() {
                match (index, nth) {
                    (1.., 0) => add(pick(atom), columns(atom), " · ", "· "),
                    _ => add(pick(atom), columns(atom), " ", ""),
                }
            }
        }
        lines
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::new().text(&text)
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

/// A code span with a fence longer than its backticks, and the columns of the fence.
fn span(text: &str) -> (String, usize) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A backtick at an edge would join the fence; renderers take one space off each side.
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    (format!("{fence}{pad}{text}{pad}{fence}"), 2 * fence.len())
}

/// A URI without characters that would end it in Markdown.
fn address(uri: &str) -> String {
    let encode = |c: char| match c {
        ' ' | '(' | ')' | '<' | '>' | '\\' => format!("%{:02X}", u32::from(c)),
        c if c.is_control() => String::new(),
        c => c.to_string(),
    };
    uri.chars().map(encode).collect()
}

/// A token among words, in quotes unless it is a plain word.
fn bare(text: &str) -> String {
    let word = text.trim_start_matches('␣');
    match !word.is_empty() && word.chars().all(char::is_alphanumeric) {
        true => text.to_owned(),
        false if text.contains('\'') => format!("\"{text}\""),
        false => format!("'{text}'"),
    }
}

/// Puts a backslash before characters that are marks in Markdown.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let mark = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '>' | '&' | '~' | '#' => true,
            '<' => rest.peek().is_some_and(|next| next.is_ascii_alphabetic() || "/!?".contains(*next)),
            _ => false,
        };
        if mark {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests;
