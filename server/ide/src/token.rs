//! Tokens in texts: short, visible, on one line; and the characters that tokens share.

use std::ops::Range;

use base::{TokenId, visible};
use lm::{Encoded, LanguageModel, Token};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The widest token, in columns; wider ones are cut.
const WIDEST: usize = 24;

/// A token's bytes, visible and cut to `WIDEST`.
pub(crate) fn shown(bytes: &[u8]) -> String {
    shorten(&visible(bytes), WIDEST)
}

/// A token of the vocabulary. An id that the tokenizer does not use has no text: it is shown as the id.
pub(crate) fn shown_id(model: &dyn LanguageModel, id: TokenId) -> String {
    text_or_id(&model.token_bytes(id), id)
}

/// A token's bytes, visible; its id if it has none.
pub(crate) fn text_or_id(bytes: &[u8], id: TokenId) -> String {
    if bytes.is_empty() { format!("id {}", id.0) } else { shown(bytes) }
}

/// Why a token has no text, if one of these has none.
pub(crate) fn without_text(model: &dyn LanguageModel, ids: impl IntoIterator<Item = TokenId>) -> Option<String> {
    let mut ids = ids.into_iter().filter(|id| model.token_bytes(*id).is_empty());
    let id = ids.next()?.0;
    Some(format!(
        "id {id} has no text: the model has more rows than its tokenizer has tokens, and predicts unused rows"
    ))
}

/// `text` within `width` columns, cut with an ellipsis.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = text.chars().take_while(|c| {
        let wide = c.width().unwrap_or(0);
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    });
    fits.chain(['…']).collect()
}

/// In backticks, for a message.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", shown(text.as_bytes()))
}

/// The tokens of a text, in backticks; the first 8.
pub(crate) fn split(tokens: &[Token]) -> String {
    const MOST: usize = 8;
    let mut parts: Vec<_> = tokens.iter().take(MOST).map(|t| format!("`{}`", shown(&t.bytes))).collect();
    if tokens.len() > MOST {
        parts.push("…".to_owned());
    }
    parts.join(" ")
}

/// The mark of a layer that changes the top token: ▲ the new one is at least as likely as the one before, ▼ it is less likely.
pub(crate) fn turned(before: Option<(TokenId, f32)>, after: Option<(TokenId, f32)>) -> Option<&'static str> {
    let ((before, p), (after, q)) = before.zip(after)?;
    (before != after).then_some(if q >= p { "▲" } else { "▼" })
}

/// The tokens that share the character at byte `at` of the prompt.
pub(crate) fn positions(encoded: &Encoded, prompt: &str, at: usize) -> Option<Range<usize>> {
    let character = at..at + prompt.get(at..)?.chars().next()?.len_utf8();
    let overlaps = |span: &Range<usize>| span.start < character.end && character.start < span.end;
    let mut found = (0..encoded.tokens.len()).filter(|&t| encoded.tokens[t].span.as_ref().is_some_and(overlaps));
    let first = found.next()?;
    Some(first..found.next_back().unwrap_or(first) + 1)
}

/// The bytes of these tokens, extended to whole characters.
pub(crate) fn characters(encoded: &Encoded, prompt: &str, group: &Range<usize>) -> Range<usize> {
    let spans = || encoded.tokens[group.clone()].iter().filter_map(|t| t.span.clone());
    let start = spans().map(|s| s.start).min().unwrap_or(0);
    let end = spans().map(|s| s.end).max().unwrap_or(start);
    prompt.floor_char_boundary(start)..prompt.ceil_char_boundary(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_says_that_another_token_is_on_top_and_how_sure_it_is() {
        let top = |id, p| Some((TokenId(id), p));
        let check = |before, after, mark| assert_eq!(turned(before, after), mark);
        check(top(1, 0.5), top(2, 0.6), Some("▲"));
        check(top(1, 0.5), top(2, 0.4), Some("▼"));
        check(top(1, 0.5), top(1, 0.6), None);
        check(None, top(1, 0.6), None);
    }
}
