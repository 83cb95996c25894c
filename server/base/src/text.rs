//! Edits of a text, and the display form of tokens.

use std::fmt::Write;
use std::ops::Range;

/// Replaces the bytes `range` of a text with `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Bytes of the original text.
    pub range: Range<usize>,
    pub text: String,
}

/// Applies `edits` to `text`. Their ranges refer to the original text. Returns `None` if a range lies outside the text,
/// splits a character or overlaps another range.
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<_> = edits.iter().collect();
    sorted.sort_by_key(|e| (e.range.start, e.range.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        out.push_str(text.get(done..edit.range.start)?);
        text.get(edit.range.clone())?;
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// A token's bytes in display form: spaces at the edges as `␣`; line breaks, tabs and other control characters as
/// escapes; bytes that are not UTF-8 as `\xNN`; an empty token as `∅`.
pub fn visible(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "∅".to_owned();
    }
    let mut out = String::with_capacity(bytes.len() + 4);
    for chunk in bytes.utf8_chunks() {
        let _ = chunk.valid().chars().try_for_each(|c| match c {
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            c if c.is_control() || is_invisible(c) => write!(out, "\\u{{{:x}}}", u32::from(c)),
            c => out.write_char(c),
        });
        let _ = chunk.invalid().iter().try_for_each(|b| write!(out, "\\x{b:02x}"));
    }
    let start = out.len() - out.trim_start_matches(' ').len();
    let end = out.trim_end_matches(' ').len().max(start);
    let (lead, trail) = ("␣".repeat(start), "␣".repeat(out.len() - end));
    format!("{lead}{}{trail}", &out[start..end])
}

/// Characters that have no width or look like a space.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edit_ranges_refer_to_the_original_text() {
        let edits = [Edit { range: 4..5, text: "E".into() }, Edit { range: 0..0, text: ">".into() }];
        assert_eq!(apply("abcde", &edits).as_deref(), Some(">abcdE"));
        let crossing = [Edit { range: 0..3, text: String::new() }, Edit { range: 2..4, text: String::new() }];
        assert_eq!(apply("abcde", &crossing), None);
        assert_eq!(apply("é", &[Edit { range: 1..2, text: String::new() }]), None);
    }

    #[test]
    fn shows_invisible_characters() {
        let cases: [(&[u8], &str); 8] = [
            (b" the", "␣the"),
            (b"  ", "␣␣"),
            (b"a b", "a b"),
            (b"\n", "\\n"),
            (b"\xf0\x9f", "\\xf0\\x9f"),
            (b"", "∅"),
            ("\u{200b}x".as_bytes(), "\\u{200b}x"),
            ("é ".as_bytes(), "é␣"),
        ];
        for (bytes, shown) in cases {
            assert_eq!(visible(bytes), shown);
        }
    }
}
