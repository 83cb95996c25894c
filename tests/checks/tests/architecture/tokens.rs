//! Rust source as a row of names and marks: comments, texts, characters and lifetimes are left out.

/// A piece of source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name or a keyword.
    Name(String),
    /// `::`.
    Sep,
    /// Any other character except spaces and digits.
    Mark(char),
}

pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => comment(rest),
            '"' => quoted(rest, '"'),
            '\'' => match rest[1..].find('\'') {
                // A character, not a lifetime.
                Some(_) if rest[1..].starts_with('\\') => quoted(rest, '\''),
                Some(end) if rest[1..1 + end].chars().count() == 1 => end + 2,
                _ => 1,
            },
            'r' | 'b' if raw(rest).is_some() => raw(rest).unwrap_or(1),
            c if c.is_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                found.push(Token::Name(rest[..end].to_owned()));
                end
            }
            ':' if rest.starts_with("::") => {
                found.push(Token::Sep);
                2
            }
            // A number, with its type.
            c if c.is_ascii_digit() => rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()),
            c => {
                if !c.is_whitespace() {
                    found.push(Token::Mark(c));
                }
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    found
}

/// The length of the block comment at the front; they nest.
fn comment(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of a text or a character with escapes.
fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw text, if there is one at the front.
fn raw(text: &str) -> Option<usize> {
    let start = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = start.len() - start.trim_start_matches('#').len();
    let body = start[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let begin = text.len() - body.len();
    Some(body.find(&end).map_or(text.len(), |at| begin + at + end.len()))
}

#[test]
fn comments_and_texts_are_left_out() {
    let text = r##"use a::{b}; // use c;
        /* /* x */ y */ let s = "d::e \" f"; let r = r#"g" h"#; let c = 'i'; let q = '\''; fn k<'l>(m: &'l u8) -> 12u32 {}"##;
    let names: Vec<String> = tokens(text)
        .into_iter()
        .filter_map(|t| match t {
            Token::Name(name) => Some(name),
            _ => None,
        })
        .collect();
    // A lifetime is read as a name. No import has such a name.
    assert_eq!(names.join(" "), "use a b let s let r let c let q fn k l m l u8");
}
