//! The query language of the search: words, exact tokens, prefixes, and where to look. This module only parses.
//!
//! ```text
//! food meal            vectors that promote either, both more than one
//! +food +eat -dog      with food and eat among a vector's strongest words, and without dog
//! eat*                 words that start with eat
//! " Paris"             this token, its spaces counted
//! end:bottom           what a negative coefficient promotes (top, bottom, both)
//! layers:2-4           only there
//! like L5D901          by direction, exact over all vectors
//! promotes " Paris"    by this token's logit, exact over all vectors; also: suppresses
//! ```

use std::ops::RangeInclusive;

use base::ValueId;
use lm::End;

/// A parsed query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) what: What,
    pub(crate) ends: Vec<End>,
    /// `None` means all layers.
    pub(crate) layers: Option<RangeInclusive<usize>>,
}

/// What a query searches for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Terms(Vec<Term>),
    Like(ValueId),
    /// The text of one token.
    Promotes(String),
    Suppresses(String),
}

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) must: Must,
    pub(crate) form: Form,
    pub(crate) text: String,
}

/// How a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Must {
    May,
    Be,
    NotBe,
}

/// The form of a term's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Any spelling: spaces and case are ignored.
    Word,
    /// The start of a word.
    Prefix,
    /// One token, exact to the byte.
    Token,
}

/// A longer query is pasted text, not a query.
const LONGEST: usize = 1000;

/// Parses a query; an error is one line that says what to write.
pub(crate) fn parse(text: &str) -> Result<Query, String> {
    if text.len() > LONGEST {
        return Err(format!("a query of {} bytes: write a few words, at most {LONGEST} bytes", text.len()));
    }
    let pieces = split(text)?;
    let mut query = Query { what: What::Terms(Vec::new()), ends: vec![End::Top], layers: None };
    let mut terms = Vec::new();
    let mut exact = None;
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let (key, value) = match &piece {
            Piece { quoted: false, text, .. } => text.split_once(':').unwrap_or((text, "")),
            _ => ("", ""),
        };
        match key {
            "end" => query.ends = ends(value)?,
            "layer" | "layers" => query.layers = Some(layers(value)?),
            "like" | "promotes" | "suppresses" if exact.is_none() && terms.is_empty() => {
                let glued = piece.glued.clone().or_else(|| (!value.is_empty()).then(|| value.to_owned()));
                let argument = match glued {
                    Some(argument) => Some(argument),
                    // A keyword without an argument is a word: users may search for the word "like".
                    None => pieces.next_if(|p| key != "like" || p.text.parse::<ValueId>().is_ok()).map(|p| p.text),
                };
                exact = match argument {
                    Some(argument) => Some(match key {
                        "like" => What::Like(argument.parse().map_err(|e| format!("like {argument}: {e}"))?),
                        "promotes" => What::Promotes(argument),
                        _ => What::Suppresses(argument),
                    }),
                    None => {
                        terms.push(term(piece));
                        None
                    }
                };
            }
            _ => terms.push(term(piece)),
        }
    }
    terms.retain(|t| !t.text.is_empty());
    match exact {
        Some(_) if !terms.is_empty() => {
            Err("like, promotes and suppresses stand alone: remove the other words, or search for them separately"
                .into())
        }
        Some(what) => Ok(Query { what, ..query }),
        None if terms.iter().all(|t| t.must == Must::NotBe) => {
            Err("nothing to search for: write a word, such as food, or like L3D77, or promotes ' Paris'".into())
        }
        None => Ok(Query { what: What::Terms(terms), ..query }),
    }
}

#[derive(Clone, Debug)]
struct Piece {
    sign: Option<char>,
    text: String,
    quoted: bool,
    /// The quoted text directly after `key:`.
    glued: Option<String>,
}

fn term(piece: Piece) -> Term {
    let must = match piece.sign {
        Some('+') => Must::Be,
        Some('-') => Must::NotBe,
        _ => Must::May,
    };
    if piece.quoted {
        return Term { must, form: Form::Token, text: piece.text };
    }
    let text = piece.text.to_lowercase();
    match text.strip_suffix('*') {
        Some(prefix) => Term { must, form: Form::Prefix, text: prefix.to_owned() },
        None => Term { must, form: Form::Word, text },
    }
}

fn split(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let sign = rest.chars().next().filter(|c| "+-".contains(*c) && rest.len() > 1);
        if sign.is_some() {
            rest = &rest[1..];
        }
        if rest.starts_with(['"', '\'']) {
            let (quoted, after) = quoted(rest)?;
            pieces.push(Piece { sign, text: quoted, quoted: true, glued: None });
            rest = after.trim_start();
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let glue = rest[..end].find(":\"").or_else(|| rest[..end].find(":'"));
        if let Some(colon) = glue {
            let key = rest[..colon].to_owned();
            let (quoted, after) = quoted(&rest[colon + 1..])?;
            pieces.push(Piece { sign, text: key, quoted: false, glued: Some(quoted) });
            rest = after.trim_start();
            continue;
        }
        pieces.push(Piece { sign, text: rest[..end].to_owned(), quoted: false, glued: None });
        rest = rest[end..].trim_start();
    }
    Ok(pieces)
}

/// The text between the quotes at the front, and the rest. `\n`, `\t`, `\\` and escaped quotes are decoded.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut chars = text.char_indices();
    let Some((_, quote)) = chars.next() else { return Ok((String::new(), text)) };
    let mut out = String::new();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, c)) => out.push(c),
                None => break,
            },
            c if c == quote => return Ok((out, &text[at + c.len_utf8()..])),
            c => out.push(c),
        }
    }
    Err(format!("this {quote} is not closed: add the closing quote"))
}

fn ends(value: &str) -> Result<Vec<End>, String> {
    match value {
        "top" | "positive" => Ok(vec![End::Top]),
        "bottom" | "negative" => Ok(vec![End::Bottom]),
        "both" => Ok(vec![End::Top, End::Bottom]),
        other => Err(format!("end:{other}: write end:top, end:bottom or end:both")),
    }
}

fn layers(value: &str) -> Result<RangeInclusive<usize>, String> {
    let wrong = || format!("layers:{value}: write layers:3 or layers:2-4, counted from 0");
    let (first, last) = value.split_once('-').unwrap_or((value, value));
    let (first, last) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
    if first <= last { Ok(first..=last) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(Must, Form, String)> {
        match parse(text).expect("reads").what {
            What::Terms(terms) => terms.into_iter().map(|t| (t.must, t.form, t.text)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn words_tokens_and_prefixes() {
        let read = terms("Food +\" Paris\" -eat* 'a\\'b' like -");
        let expected = [
            (Must::May, Form::Word, "food"),
            (Must::Be, Form::Token, " Paris"),
            (Must::NotBe, Form::Prefix, "eat"),
            (Must::May, Form::Token, "a'b"),
            (Must::May, Form::Word, "like"),
            (Must::May, Form::Word, "-"),
        ];
        assert_eq!(read, expected.map(|(must, form, text)| (must, form, text.to_owned())));
    }

    #[test]
    fn ends_and_layers() {
        let query = parse("food end:both layers:2-4").expect("reads");
        assert_eq!((query.ends, query.layers), (vec![End::Top, End::Bottom], Some(2..=4)));
        assert_eq!(parse("food layer:3").expect("reads").layers, Some(3..=3));
    }

    #[test]
    fn exact_questions() {
        let what = |text: &str| parse(text).expect("reads").what;
        assert_eq!(what("like L5D901"), What::Like(ValueId::new(5, 901)));
        assert_eq!(what("like:L5D901"), What::Like(ValueId::new(5, 901)));
        assert_eq!(what("promotes ' Paris'"), What::Promotes(" Paris".into()));
        assert_eq!(what("promotes:\" Paris\" layers:1"), What::Promotes(" Paris".into()));
        assert_eq!(what("suppresses the"), What::Suppresses("the".into()));
    }

    #[test]
    fn errors_say_what_to_write() {
        for text in ["", "-food", "\" Paris", "food layers:x", "food end:up", "like L5D901 food", "like:food"] {
            let said = parse(text).expect_err(text);
            assert!(!said.contains('\n') && said.len() > 10, "{text}: {said}");
        }
    }
}
