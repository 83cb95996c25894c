//! Tokens and their words for people: short, visible, one line.

use base::visible;
use lm::Token;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Wider than this a token is cut, so that one cannot push all others out of sight.
const WIDEST: usize = 24;

/// A token's bytes, made visible and cut where they are very long.
pub(crate) fn shown(bytes: &[u8]) -> String {
    shorten(&visible(bytes), WIDEST)
}

/// `text` within `width` columns, an ellipsis in place of what does not fit.
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

/// A text as a message quotes it.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", shown(text.as_bytes()))
}

/// How a text splits into tokens, the first few of them.
pub(crate) fn split(tokens: &[Token]) -> String {
    const MOST: usize = 8;
    let mut parts: Vec<_> = tokens.iter().take(MOST).map(|t| format!("`{}`", shown(&t.bytes))).collect();
    if tokens.len() > MOST {
        parts.push("…".to_owned());
    }
    parts.join(" ")
}
