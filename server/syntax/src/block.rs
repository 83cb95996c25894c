//! Reads block lists and block mappings. They are split by lines and indentation, so that an error in one entry stays
//! in that entry.

use crate::Spanned;
use crate::conflict;
use crate::keys::KnownKey;
use crate::lines::Line;
use crate::node::{Item, Kind, Node, Pair};
use crate::problem::{Fix, Problems, code, excerpt};
use crate::split::{KeyAt, content, goes_on, is_open, key, split};
use crate::stray;
use crate::yaml::{self, MAX_DEPTH, unsupported};

/// Reads nodes from the file's lines.
pub(crate) struct Blocks<'a> {
    pub(crate) text: &'a str,
    pub(crate) problems: &'a mut Problems,
}

impl Blocks<'_> {
    /// Reads a whole front matter as a mapping. `known` is passed to `top_column`.
    pub(crate) fn top(&mut self, lines: &[Line], known: &[KnownKey]) -> Node {
        for line in lines {
            // Comments too: an editor may show a line break where the parser sees none.
            let found = yaml::unprintable(self.text, line.start..line.end);
            found.for_each(|(range, message)| self.problems.error(code::SYNTAX, range, message));
        }
        let strays = stray::lines(self.text, lines);
        for stray in &strays {
            if stray.is_marker {
                let at = lines.partition_point(|line| line.start < stray.line.start);
                let fix = conflict::keep_upper(self.text, lines, at);
                self.problems.error_with(code::SYNTAX, stray.line.range(self.text), CONFLICT, fix);
            } else {
                self.not_a_pair(&stray.line);
            }
        }
        // Without them, the lines around them keep their meaning.
        let lines = &stray::without(lines, &strays)[..];
        let Some(first) = lines.iter().position(|line| line.has_content(self.text)) else {
            let at = lines.first().map_or(0, |line| line.start);
            return Node { kind: Kind::Map(Vec::new()), range: at..at };
        };
        if lines[first].content(self.text).starts_with('{') {
            return self.value(lines[first], &lines[first + 1..], 0);
        }
        let column = top_column(self.text, &lines[first..], known);
        self.mapping(lines[first], &lines[first + 1..], column, 0)
    }

    /// Reads the node that begins at `first.at`, below a key or after a dash at `column`.
    pub(crate) fn node(&mut self, first: Line, rest: &[Line], column: usize, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            self.problems.error(code::SYNTAX, first.range(self.text), "nested too deeply");
            Node::bad(first.range(self.text))
        } else if first.is_dash(self.text) {
            self.sequence(first, rest, depth)
        } else if key(self.text, first).is_some() {
            self.mapping(first, rest, first.col, depth)
        } else {
            self.value(first, rest, column)
        }
    }

    fn sequence(&mut self, first: Line, rest: &[Line], depth: usize) -> Node {
        let text = self.text;
        // Inside unclosed text or brackets, a dash is text; elsewhere a deeper dash is an entry with wrong indentation.
        let mut open = goes_on(text, first);
        let begins = |line: &Line| {
            let outer = line.has_content(text) && line.col <= first.col;
            let begins = outer || !open && line.is_dash(text);
            if begins || !open && line.has_content(text) {
                open = goes_on(text, *line);
            }
            begins
        };
        let mut items: Vec<Item> = Vec::new();
        for (line, rest) in split(first, rest, text, begins) {
            if !line.is_dash(text) {
                self.problems.error(code::SYNTAX, line.range(text), "expected a list entry: begin the line with `- `");
                continue;
            }
            self.check_indent(line, first.col);
            let dash = line.at;
            let after = line.from(text, dash + 1);
            let node = match content(text, after, rest) {
                Some((first, rest)) => self.node(first, rest, line.col, depth + 1),
                None => Node::null(dash + 1),
            };
            items.push(Item { start: dash, node });
        }
        let end = items.last().map_or(first.at, |item| item.node.range.end);
        Node { kind: Kind::Seq(items), range: first.at..end }
    }

    fn mapping(&mut self, first: Line, rest: &[Line], column: usize, depth: usize) -> Node {
        let text = self.text;
        // A list may be at its key's own column, below a key without a value.
        let mut open = false;
        let begins = |line: &Line| {
            let begins =
                line.has_content(text) && line.col <= column && !(open && line.is_dash(text) && line.col == column);
            if begins {
                open = key(text, *line).is_some_and(|key| !line.from(text, key.after_colon).has_content(text));
            }
            begins
        };
        // The first line sets `open` too.
        let mut begins = begins;
        begins(&first);
        let mut pairs: Vec<Pair> = Vec::new();
        let mut end = first.at;
        for (line, rest) in split(first, rest, text, begins) {
            let pair = match key(text, line) {
                Some(key) => self.pair(line, rest, key, column, depth),
                None => {
                    self.not_a_pair(&line);
                    None
                }
            };
            // The range includes unreadable lines, so that an edit of the whole mapping covers them.
            end = match &pair {
                Some(pair) => pair.value.range.end.max(pair.key.range.end),
                None => rest.iter().rfind(|line| line.has_content(text)).unwrap_or(&line).range(text).end,
            };
            pairs.extend(pair);
        }
        let range = first.at..end;
        self.drop_repeated(&mut pairs);
        Node { kind: Kind::Map(pairs), range }
    }

    fn pair(&mut self, line: Line, rest: &[Line], found: KeyAt, column: usize, depth: usize) -> Option<Pair> {
        let text = self.text;
        self.check_indent(line, column);
        let name = &text[found.range.clone()];
        if name.starts_with(['&', '*', '!']) {
            let word = name.split([' ', '\t']).next().unwrap_or(name);
            let fail = unsupported(found.range.start..found.range.start + word.len(), word);
            self.problems.error(fail.code, fail.range, fail.message);
            return None;
        }
        let name = match name.starts_with(['"', '\'']) {
            false => name.to_owned(),
            true => {
                let quoted = Line { end: found.range.end, ..line };
                self.value(quoted, &[], column).text().to_owned()
            }
        };
        let after = line.from(text, found.after_colon);
        let value = match content(text, after, rest) {
            None => Node::null(found.after_colon),
            Some((first, rest)) if first.start == line.start => self.value(first, rest, column),
            Some((first, rest)) => self.node(first, rest, column, depth + 1),
        };
        let block = Some(line.start..rest.last().map_or(line.next, |last| last.next));
        Some(Pair { key: Spanned { value: name, range: found.range }, value, block })
    }

    /// Reads a scalar or a flow collection.
    fn value(&mut self, first: Line, rest: &[Line], column: usize) -> Node {
        let text = self.text;
        let is_plain = !first.content(text).starts_with(['"', '\'', '[', '{', '|', '>']);
        // Blank lines and comments below a complete value are not part of it.
        let length = match is_open(first.content(text)) {
            false => rest.iter().rposition(|line| line.has_content(text)).map_or(0, |last| last + 1),
            true => rest.len(),
        };
        let rest = &rest[..length];
        match yaml::read(text, first, rest, column) {
            Ok(mut node) => {
                self.drop_repeated_below(&mut node);
                node
            }
            Err(fail) => {
                // If the first line alone is a valid plain value, the next lines are the error.
                if is_plain
                    && let Some(next) = rest.iter().find(|line| line.has_content(text))
                    && let Ok(node) = yaml::read(text, first, &[], column)
                {
                    let message = "unexpected line: indent it like the entries around it, or remove it";
                    self.problems.error(code::SYNTAX, next.range(text), message);
                    return node;
                }
                let whole =
                    first.at..rest.iter().rfind(|line| line.has_content(text)).unwrap_or(&first).range(text).end;
                self.problems.error(fail.code, fail.range, fail.message);
                Node::bad(whole)
            }
        }
    }

    fn check_indent(&mut self, line: Line, column: usize) {
        if let Some(tab) = self.text[line.start..line.at].find('\t')
            && line.col == line.at - line.start
        {
            let at = line.start + tab;
            let fix = Fix::replace("Indent with spaces".to_owned(), line.start..line.at, " ".repeat(column));
            self.problems.error_with(code::SYNTAX, at..at + 1, "indented with a tab: use spaces", fix);
        } else if line.col != column {
            let message = format!("indented by {} instead of {column}, like the lines above", line.col);
            let fix = Fix::replace(format!("Indent by {column}"), line.start..line.at, " ".repeat(column));
            self.problems.error_with(code::SYNTAX, line.range(self.text), message, fix);
        }
    }

    fn drop_repeated_below(&mut self, node: &mut Node) {
        match &mut node.kind {
            Kind::Map(pairs) => {
                self.drop_repeated(pairs);
                pairs.iter_mut().for_each(|pair| self.drop_repeated_below(&mut pair.value));
            }
            Kind::Seq(items) => items.iter_mut().for_each(|item| self.drop_repeated_below(&mut item.node)),
            Kind::Scalar { .. } | Kind::Bad => {}
        }
    }

    /// Removes and reports repeated keys; the first occurrence counts.
    fn drop_repeated(&mut self, pairs: &mut Vec<Pair>) {
        let mut seen = std::collections::HashSet::new();
        pairs.retain(|Pair { key, .. }| {
            let first = seen.insert(key.value.clone());
            if !first {
                let message =
                    format!("duplicate key `{}`: only the first counts, remove the others", excerpt(&key.value));
                self.problems.error(code::DUPLICATE_KEY, key.range.clone(), message);
            }
            if key.value == "<<" {
                let message = "merge keys are not supported: write the values themselves";
                self.problems.error(code::UNSUPPORTED, key.range.clone(), message);
            }
            first && key.value != "<<"
        });
    }

    fn not_a_pair(&mut self, line: &Line) {
        let (content, range) = (line.content(self.text), line.range(self.text));
        let mut fix = None;
        let message = match content {
            c if c.starts_with('%') || c.starts_with("...") => {
                "YAML directives and document ends are not supported: remove it"
            }
            c if c.starts_with("- ") => "a list entry without a key: write it below its key, or remove it",
            c if c.starts_with("? ") => "a key must be a word: write `key: value`",
            c if c.split_once(':').is_some_and(|(key, _)| !key.contains([' ', '"', '\''])) => {
                fix = Fix::space_after_colon(content, &range);
                "missing space after the colon: write `key: value`"
            }
            _ => "not a key with a value: write `key: value`",
        };
        self.problems.error_with(code::SYNTAX, range, message, fix);
    }
}

const CONFLICT: &str = "a marker of a merge conflict: keep one of the sides, and remove the marker";

/// The column of the outermost keys: the leftmost column of a key in `known`, so that one line with wrong indentation
/// does not make the others look wrong. If there is no such key, the column of the first line.
pub(crate) fn top_column(text: &str, lines: &[Line], known: &[KnownKey]) -> usize {
    let is_known = |line: &&Line| {
        let name = key(text, **line).map(|key| &text[key.range]);
        name.is_some_and(|name| known.iter().any(|known| known.name == name))
    };
    let first = lines.iter().find(|line| line.has_content(text)).map_or(0, |line| line.col);
    lines.iter().filter(is_known).map(|line| line.col).min().unwrap_or(first)
}
