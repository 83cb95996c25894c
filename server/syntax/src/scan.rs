//! Finds the ends of quotes and brackets, for ranges and error recovery. The YAML library interprets the text.

use std::ops::Range;

/// The offset after the closing quote of text that begins with a quote.
pub(crate) fn quoted_end(text: &str) -> Option<usize> {
    let quote = text.bytes().next()?;
    let mut bytes = text.bytes().enumerate().skip(1).peekable();
    while let Some((at, b)) = bytes.next() {
        match b {
            b'\\' if quote == b'"' => drop(bytes.next()),
            b if b == quote => match bytes.peek() {
                Some((_, b'\'')) if quote == b'\'' => drop(bytes.next()),
                _ => return Some(at + 1),
            },
            _ => {}
        }
    }
    None
}

/// The offset after the quote or bracket that closes the value at `start`; `start` if the value has neither. The error
/// is the last quote or bracket that is not closed.
pub(crate) fn value_end(source: &str, start: usize) -> Result<usize, (usize, char)> {
    walk(source, start, |_| ())
}

/// The comments inside the flow collection `part` of a text, without trailing spaces.
pub(crate) fn comments(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // In an unclosed collection, only the comments before the error are found.
    let _ = walk(&text[..part.end], part.start, |comment| {
        found.push(comment.start..comment.start + text[comment].trim_end().len());
    });
    found
}

fn walk(source: &str, start: usize, mut comment: impl FnMut(Range<usize>)) -> Result<usize, (usize, char)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut at = start;
    // A quote, `#` or bracket counts only where a value can begin; inside plain text it is text.
    let mut fresh = true;
    if !source[start..].starts_with(['[', '{', '"', '\'']) {
        return Ok(start);
    }
    while let Some(c) = source[at..].chars().next() {
        match c {
            '"' | '\'' if fresh => {
                at += quoted_end(&source[at..]).ok_or((at, c))?;
                if open.is_empty() {
                    return Ok(at);
                }
                fresh = false;
                continue;
            }
            '#' if source[..at].ends_with([' ', '\t', '\n']) => {
                let end = at + source[at..].find('\n').unwrap_or(source.len() - at);
                comment(at..end);
                at = end;
                continue;
            }
            '[' | '{' => open.push((at, c)),
            ']' | '}' => match open.pop() {
                Some((at, bracket)) if (bracket == '[') != (c == ']') => return Err((at, bracket)),
                _ if open.is_empty() => return Ok(at + 1),
                _ => {}
            },
            _ => {}
        }
        fresh = match c {
            '[' | '{' | ',' | ':' => true,
            c => fresh && c.is_whitespace(),
        };
        at += c.len_utf8();
    }
    open.pop().map_or(Ok(at), Err)
}

/// The first escape in double-quoted text that is not valid YAML.
pub(crate) fn bad_escape(quoted: &str) -> Option<Range<usize>> {
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let (letter_at, letter) = chars.next()?;
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N' | '_' | 'L'
            | 'P' | '\n' => continue,
            _ => return Some(at..letter_at + letter.len_utf8()),
        };
        let hex = &quoted[letter_at + 1..];
        let found = hex.bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        let code = u32::from_str_radix(&hex[..found], 16).ok().filter(|_| found == digits);
        if code.and_then(char::from_u32).is_none() {
            return Some(at..letter_at + 1 + found);
        }
    }
    None
}
