//! Splits bytes into message bodies, and finds the next message after a broken one. No input or output, no JSON.

use std::fmt;

/// A larger length is an invalid header, not a message that is too long.
const ABSURD: u64 = 1 << 40;
/// A longer line is not a header.
const LONGEST_HEADER: usize = 4096;
/// Number of bytes to keep of a line without end: they may hold the start of a header.
const KEPT: usize = 64;

/// A body, or the error in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Body(Vec<u8>),
    Broken(Broken),
}

/// Why there is no body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A line that is not a header.
    NoHeader,
    /// The headers ended without a length.
    NoLength,
    /// A length that is not a number, or is too large to be a length.
    BadLength(String),
    /// The next message began before this one's length was reached.
    Truncated { length: usize },
    /// Longer than the limit.
    TooLong { length: u64, limit: usize },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeader => f.write_str("not a header; a message starts with Content-Length: N"),
            Self::NoLength => f.write_str("headers without Content-Length; a message starts with Content-Length: N"),
            Self::BadLength(written) => write!(f, "Content-Length is `{written}`; it is a message's length in bytes"),
            Self::Truncated { length } => {
                write!(f, "the next message starts before the {length} bytes that Content-Length announced")
            }
            Self::TooLong { length, limit } => write!(f, "a message of {length} bytes; at most {limit} are taken"),
        }
    }
}

enum State {
    /// In the headers: whether there were any yet, and the length, once seen.
    Headers { any: bool, length: Option<usize> },
    /// In a body: its length, and how many of its bytes were searched.
    Body { length: usize, searched: usize },
    /// Looking for the next header after an error, which was reported.
    Lost,
}

impl State {
    /// Between two messages.
    const START: Self = Self::Headers { any: false, length: None };
}

/// Splits a stream of bytes, which may arrive in any pieces, into messages.
pub(crate) struct Splitter {
    limit: usize,
    buffer: Vec<u8>,
    /// Number of bytes of `buffer` that were consumed.
    done: usize,
    state: State,
}

impl Splitter {
    /// Takes bodies of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, buffer: Vec::new(), done: 0, state: State::START }
    }

    /// Adds bytes. Call it only after `next` has returned `None`.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..std::mem::take(&mut self.done));
        self.buffer.extend_from_slice(bytes);
    }

    /// Tells the splitter that the last body was not JSON: it may be cut off, and end inside the next message's header.
    pub(crate) fn reject(&mut self, body: &[u8]) {
        let line = body.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let tail = &body[line.max(body.len().saturating_sub(KEPT))..];
        self.buffer.splice(..self.done, tail.iter().copied());
        self.done = 0;
        self.state = State::Lost;
    }

    /// The next body or error, if its bytes are there.
    pub(crate) fn next(&mut self) -> Option<Piece> {
        loop {
            match self.state {
                State::Headers { any, length } => {
                    // The same for a complete line and for a partial one: the result must not depend on how the stream
                    // is cut.
                    let length_so_far = self.line().map_or(self.rest().len(), |line| line - 1);
                    if length_so_far > LONGEST_HEADER {
                        return Some(self.lose(Broken::NoHeader));
                    }
                    let line = self.line()?;
                    if let Some(piece) = self.header(line, any, length) {
                        return Some(piece);
                    }
                }
                State::Body { length, searched } => return self.body(length, searched),
                State::Lost => self.search()?,
            }
        }
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.done..]
    }

    /// The length of the next line, its line break included.
    fn line(&self) -> Option<usize> {
        self.rest().iter().position(|&b| b == b'\n').map(|at| at + 1)
    }

    fn lose(&mut self, why: Broken) -> Piece {
        self.state = State::Lost;
        Piece::Broken(why)
    }

    /// Takes a line of the headers. Returns an error for a broken line.
    fn header(&mut self, line: usize, any: bool, length: Option<usize>) -> Option<Piece> {
        let text = trim_end(&self.rest()[..line]);
        if text.is_empty() {
            self.done += line;
            self.state = match length {
                Some(length) => State::Body { length, searched: 0 },
                None if any => return Some(self.lose(Broken::NoLength)),
                // Blank lines between two messages are harmless.
                None => State::START,
            };
            return None;
        }
        // The line stays where it is: a length may stand at its end.
        let Some((name, value)) = split_header(text) else { return Some(self.lose(Broken::NoHeader)) };
        if !name.eq_ignore_ascii_case(b"content-length") {
            self.done += line;
            self.state = State::Headers { any: true, length };
            return None;
        }
        if let Some(length) = length {
            // The message before ended in its headers, and this is the next one's.
            self.state = State::START;
            return Some(Piece::Broken(Broken::Truncated { length }));
        }
        let (written, value) = (String::from_utf8_lossy(value).trim().to_owned(), number(value));
        self.done += line;
        match value {
            Some(n) if n <= self.limit as u64 => {
                self.state = State::Headers { any: true, length: Some(n as usize) };
                None
            }
            Some(n) if n <= ABSURD => Some(self.lose(Broken::TooLong { length: n, limit: self.limit })),
            _ => Some(self.lose(Broken::BadLength(written))),
        }
    }

    /// The body, once it is whole. JSON has no bare line break inside a string and nothing like a header outside one, so
    /// a header line in a body is the next message's: this one was cut off.
    fn body(&mut self, length: usize, searched: usize) -> Option<Piece> {
        let there = self.rest().len().min(length);
        let mut from = searched;
        while let Some(at) = self.rest()[from..there].iter().position(|&b| b == b'\n') {
            let end = from + at + 1;
            if let Some(start) = header_in(&self.rest()[..end]) {
                self.done += start;
                self.state = State::START;
                return Some(Piece::Broken(Broken::Truncated { length }));
            }
            from = end;
        }
        if there < length {
            self.state = State::Body { length, searched: there };
            return None;
        }
        let body = self.rest()[..length].to_vec();
        self.done += length;
        self.state = State::START;
        Some(Piece::Body(body))
    }

    /// Passes over bytes until the next plausible header; `None` where more bytes are needed.
    fn search(&mut self) -> Option<()> {
        while let Some(line) = self.line() {
            if let Some(start) = header_in(&self.rest()[..line]) {
                self.done += start;
                self.state = State::START;
                return Some(());
            }
            self.done += line;
        }
        // One more for the carriage return that a header's value does not count.
        self.done += self.rest().len().saturating_sub(KEPT + 1);
        None
    }
}

/// Where a length header starts that ends the last line of `text`. Other bytes may stand before it on that line.
fn header_in(text: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let line = trim_end(text);
    let from = line.len().saturating_sub(KEPT);
    let start = from + line[from..].windows(NAME.len()).rposition(|w| w.eq_ignore_ascii_case(NAME))?;
    number(&line[start + NAME.len()..]).filter(|&n| n <= ABSURD).map(|_| start)
}

fn trim_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A header's name and value; the name is a token as HTTP has it.
fn split_header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|&b| b == b':')?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    let token = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b));
    token.then_some((name, value))
}

fn number(value: &[u8]) -> Option<u64> {
    let value = std::str::from_utf8(value).ok()?.trim();
    value.bytes().all(|b| b.is_ascii_digit()).then(|| value.parse().ok())?
}

#[cfg(test)]
mod tests;
