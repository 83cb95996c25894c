//! Reads one value, a scalar or a flow collection, with the YAML library. `block` reads block lists and block mappings,
//! because one bad entry must not hide the others.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use crate::Spanned;
use crate::lines::{Line, SPACE};
use crate::node::{Item, Kind, Node, Pair};
use crate::problem::{code, excerpt};
use crate::scan::{bad_escape, quoted_end, value_end};
use crate::source::{Source, is_unprintable};

/// Deeper than any real prompt file. The limit keeps a hostile file from exhausting the stack.
pub(crate) const MAX_DEPTH: usize = 16;

/// The error of an unreadable value.
pub(crate) struct Fail {
    pub(crate) code: &'static str,
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
}

/// Reads the value that begins at `first.at` and may continue in `rest`. `column` is the column of its key or dash.
pub(crate) fn read(text: &str, first: Line, rest: &[Line], column: usize) -> Result<Node, Fail> {
    let block_scalar = first.content(text).starts_with(['|', '>']);
    // A leading space, because `---`, `...` and `%` have a special meaning at the start of a line. The indentation of a
    // block scalar is relative to its key's.
    let before = if block_scalar { format!("{}k: ", " ".repeat(column)) } else { " ".to_owned() };
    let source = Source::new(text, &before, first, rest);
    let mut reader = Reader { events: Parser::new_from_str(&source.text), source: &source, text };
    let result = if block_scalar { reader.block_scalar() } else { reader.document() };
    let result = result.map_err(|stop| match stop {
        Stop::Fail(fail) => fail,
        Stop::Yaml(error) => reader.explain(&error),
    });
    // A control character is an error in the value, but not in a comment after it.
    let parts = match &result {
        Ok(node) => vec![node.range.clone()],
        Err(_) => std::iter::once(&first).chain(rest).map(|line| line.at..line.end).collect(),
    };
    match parts.into_iter().find_map(|part| unprintable(text, part).next()) {
        Some((range, message)) => Err(fail(code::SYNTAX, range, message)),
        None => result,
    }
}

fn fail(code: &'static str, range: Range<usize>, message: impl Into<String>) -> Fail {
    Fail { code, range, message: message.into() }
}

/// The characters that YAML forbids, each with a message.
pub(crate) fn unprintable(text: &str, part: Range<usize>) -> impl Iterator<Item = (Range<usize>, String)> {
    let start = part.start;
    let breaks_line = move |at: usize| text[start + at..].starts_with("\r\n");
    text[part].char_indices().filter(move |&(at, c)| is_unprintable(c) && !breaks_line(at)).map(move |(at, c)| {
        let message = match c {
            '\r' => "a carriage return without a newline: end the line with a newline as well".to_owned(),
            c => format!("control character U+{:04X}: write it as an escape in double quotes", u32::from(c)),
        };
        (start + at..start + at + c.len_utf8(), message)
    })
}

enum Stop {
    Fail(Fail),
    Yaml(ScanError),
}

struct Reader<'s> {
    events: Parser<'s, StrInput<'s>>,
    source: &'s Source,
    text: &'s str,
}

type Found<'s> = (Event<'s>, Span);

impl<'s> Reader<'s> {
    fn next(&mut self) -> Result<Found<'s>, Stop> {
        loop {
            match self.events.next_event() {
                Some(Ok((Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _))) => {}
                Some(Ok(found)) => return Ok(found),
                Some(Err(error)) => return Err(Stop::Yaml(error)),
                None => return Ok((Event::StreamEnd, Span::default())),
            }
        }
    }

    fn document(&mut self) -> Result<Node, Stop> {
        let found = self.next()?;
        if matches!(found.0, Event::StreamEnd | Event::DocumentEnd) {
            return Ok(Node::null(self.source.file(self.source.start)));
        }
        let whole = self.line_from(self.source.start);
        // An empty span means a collection in block style, which cannot begin on the line of its key.
        match &found.0 {
            Event::MappingStart(..) if found.1.is_empty() => {
                let message = "`: ` inside a value: put the value in quotes, or the second key on its own line";
                return Err(Stop::Fail(fail(code::SYNTAX, whole, message)));
            }
            Event::SequenceStart(..) if found.1.is_empty() => {
                let message = "a list entry cannot begin here: put it on its own line";
                return Err(Stop::Fail(fail(code::SYNTAX, whole, message)));
            }
            _ => {}
        }
        let node = self.node(found, 0)?;
        self.end()?;
        Ok(node)
    }

    fn end(&mut self) -> Result<(), Stop> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentEnd | Event::MappingEnd, _) => {}
                (_, span) => {
                    let at = self.line_from(self.source.byte(span.start.index()));
                    return Err(Stop::Fail(fail(
                        code::SYNTAX,
                        at,
                        "this file can hold only one YAML document: remove the line",
                    )));
                }
            }
        }
    }

    /// Reads a block scalar from a source of the form `k: |`, where only the value is the file's.
    fn block_scalar(&mut self) -> Result<Node, Stop> {
        self.next()?;
        self.next()?;
        let (event, span) = self.next()?;
        let Event::Scalar(value, ..) = event else {
            let whole = self.line_from(self.source.start);
            return Err(Stop::Fail(fail(
                code::SYNTAX,
                whole,
                "this block scalar cannot be read: put the text in quotes",
            )));
        };
        self.end()?;
        let written = &self.source.text[self.source.start..self.source.byte(span.end.index()).max(self.source.start)];
        let range = self.source.range(self.source.start..self.source.start + written.trim_end_matches(SPACE).len());
        Ok(Node { kind: Kind::Scalar { text: value.into_owned(), plain: false }, range })
    }

    fn node(&mut self, (event, span): Found<'s>, depth: usize) -> Result<Node, Stop> {
        let start = self.source.byte(span.start.index());
        let (anchor, tag) = match &event {
            Event::Scalar(_, _, anchor, tag) => (*anchor, tag.is_some()),
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => (*anchor, tag.is_some()),
            _ => (0, false),
        };
        if anchor != 0 || tag {
            return Err(Stop::Fail(self.unsupported(start)));
        }
        if depth > MAX_DEPTH {
            return Err(Stop::Fail(fail(code::SYNTAX, self.source.range(start..start + 1), "nested too deeply")));
        }
        match event {
            Event::Scalar(value, style, ..) => {
                let end = match style {
                    ScalarStyle::Plain if value.is_empty() => start,
                    ScalarStyle::Plain => self.source.byte(span.end.index()),
                    _ => quoted_end(&self.source.text[start..]).map_or(start, |end| start + end),
                };
                let kind = Kind::Scalar { text: value.into_owned(), plain: style == ScalarStyle::Plain };
                Ok(Node { kind, range: self.source.range(start..end) })
            }
            Event::SequenceStart(..) => self.sequence(start, depth),
            Event::MappingStart(..) => self.mapping(start, span.is_empty(), depth),
            _ => Err(Stop::Fail(self.unsupported(start))),
        }
    }

    fn sequence(&mut self, start: usize, depth: usize) -> Result<Node, Stop> {
        let mut items = Vec::new();
        loop {
            let found = self.next()?;
            if found.0 == Event::SequenceEnd {
                let range = self.source.range(start..self.source.byte(found.1.start.index()) + 1);
                return Ok(Node { kind: Kind::Seq(items), range });
            }
            let node = self.node(found, depth + 1)?;
            items.push(Item { start: node.range.start, node });
        }
    }

    /// Reads a mapping. `bare` means a `key: value` without braces, as a flow list may contain it.
    fn mapping(&mut self, start: usize, bare: bool, depth: usize) -> Result<Node, Stop> {
        let mut pairs: Vec<Pair> = Vec::new();
        let opening = start;
        let start = self.source.file(start);
        loop {
            let found = self.next()?;
            if found.0 == Event::MappingEnd {
                let end = match pairs.last() {
                    Some(last) if bare => last.value.range.end.max(last.key.range.end),
                    // After a trailing comma, the end event's position is wrong.
                    _ => self.source.file(value_end(&self.source.text, opening).unwrap_or(opening)),
                };
                return Ok(Node { kind: Kind::Map(pairs), range: start..end });
            }
            let key = self.node(found, depth + 1)?;
            let Kind::Scalar { text, .. } = key.kind else {
                return Err(Stop::Fail(fail(code::SYNTAX, key.range, "a key must be a word")));
            };
            let found = self.next()?;
            let mut value = self.node(found, depth + 1)?;
            if value.range.is_empty() {
                value.range = key.range.end..key.range.end;
            }
            pairs.push(Pair { key: Spanned { value: text, range: key.range }, value, block: None });
        }
    }

    /// The file range from a byte of the source to the end of its line.
    fn line_from(&self, byte: usize) -> Range<usize> {
        let rest = &self.source.text[byte.min(self.source.text.len())..];
        let line = rest.split('\n').next().unwrap_or(rest);
        self.source.range(byte..byte + line.trim_end_matches(SPACE).len())
    }

    fn unsupported(&self, start: usize) -> Fail {
        let rest = &self.source.text[start..];
        let word = rest.split([' ', '\t', '\n', ',', ']', '}']).next().unwrap_or(rest);
        unsupported(self.source.range(start..start + word.len()), word)
    }

    /// Translates the library's error into a message that says what to do, with the range to change.
    fn explain(&self, error: &ScanError) -> Fail {
        let source = &self.source.text;
        let at = self.source.byte(error.marker().index());
        let here = |range: Range<usize>, message: String| fail(code::SYNTAX, self.source.range(range), message);
        if source[at..].starts_with(['*', '&', '!']) {
            return self.unsupported(at);
        }
        if let Err((open, bracket)) = value_end(source, self.source.start) {
            let message = match bracket {
                '"' | '\'' => format!("this {bracket} is never closed: add the closing quote"),
                _ => format!("this `{bracket}` is never closed: add the closing bracket"),
            };
            return Fail { range: self.line_from(open), ..here(0..0, message) };
        }
        if error.info().contains("escape") || error.info().contains("hexadecimal") {
            let range = bad_escape(&source[at..]).map_or(at..at + 1, |escape| at + escape.start..at + escape.end);
            let written = excerpt(&source[range.clone()]);
            return here(range, format!("`{written}` is not a valid escape: write a backslash as `\\\\`"));
        }
        if let Some(c @ (']' | '}')) = source[at..].chars().next()
            && error.info().contains("misplaced")
        {
            return here(at..at + 1, format!("unmatched `{c}`: remove it, or put the value in quotes"));
        }
        if let Some(c @ ('@' | '`' | '%')) = source[at..].chars().next() {
            let message = format!("a value cannot begin with {c:?}: put it in quotes");
            return Fail { range: self.line_from(at), ..here(0..0, message) };
        }
        let mut range = self.line_from(at);
        if range.is_empty() {
            range = self.line_from(self.source.start);
        }
        let message = match error.info() {
            info if info.contains("trailing content") || info.contains("<document start>") => {
                "unexpected text after the value: remove it, or put `#` before it".to_owned()
            }
            info if info.contains("mapping") => {
                "invalid list or mapping: separate entries with commas, and put text with special characters in quotes"
                    .to_owned()
            }
            info => format!("not YAML: {info}"),
        };
        debug_assert!(self.text.get(range.clone()).is_some());
        fail(code::SYNTAX, range, message)
    }
}

/// The error for an anchor, alias or tag, judged by the first character of `word`.
pub(crate) fn unsupported(range: Range<usize>, word: &str) -> Fail {
    let what = match word.chars().next() {
        Some('&') => "anchors",
        Some('*') => "aliases",
        _ => "tags",
    };
    let message =
        format!("{what} are not supported: write the value itself, in quotes if it begins with this character");
    fail(code::UNSUPPORTED, range, message)
}
