//! The tokens of a prompt and their byte ranges.

use std::ops::Range;
use std::sync::Arc;

use base::{Scope, TokenId};

/// A token at one position of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    /// The decoded bytes, which may split a character.
    pub bytes: Arc<[u8]>,
    /// The token's bytes in the prompt; `None` for a token that is put around the text, such as BOS. Empty for a space that
    /// the tokenizer puts before the text.
    pub span: Option<Range<usize>>,
}

/// A tokenized prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// One token per position, at most as many as the model's context holds.
    pub tokens: Vec<Token>,
    /// The first byte of the prompt that does not fit the context, if any.
    pub cut: Option<usize>,
}

impl Encoded {
    /// The tokens of the text itself, without those that are put around it.
    pub fn of_text(self) -> Vec<Token> {
        self.tokens.into_iter().filter(|token| token.span.is_some()).collect()
    }

    /// The position of the token that contains byte `offset` of the prompt. If several tokens share a character, the
    /// first token whose bytes extend beyond `offset`.
    pub fn at(&self, offset: usize) -> Option<usize> {
        self.tokens.iter().position(|t| t.span.as_ref().is_some_and(|s| s.contains(&offset)))
    }

    /// The positions at which a scope acts, including generated positions. `prompt` is the text that was encoded.
    pub fn acting(&self, at: &Scope, prompt: &str) -> Vec<Range<usize>> {
        let end = self.tokens.len();
        let acting = match at {
            Scope::All => 0..usize::MAX,
            Scope::Prompt => 0..end,
            Scope::Last => end.saturating_sub(1)..end,
            Scope::Generated => end..usize::MAX,
            Scope::Position(p) => *p..p.saturating_add(1),
            Scope::Text(text) => {
                let found: Vec<_> = occurrences(prompt, text).collect();
                let overlaps = |s: &Range<usize>| found.iter().any(|f| f.start < s.end && s.start < f.end);
                let spans = self.tokens.iter().enumerate().filter(|(_, t)| t.span.as_ref().is_some_and(overlaps));
                return spans.map(|(p, _)| p..p + 1).collect();
            }
        };
        std::iter::once(acting).collect()
    }
}

/// Every occurrence of `text`, including overlapping ones.
fn occurrences<'a>(prompt: &'a str, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let start = from + prompt.get(from..)?.find(text)?;
        from = start + prompt[start..].chars().next().map_or(1, char::len_utf8);
        Some(start..start + text.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_overlapping_occurrences() {
        assert_eq!(occurrences("aaaa", "aa").collect::<Vec<_>>(), [0..2, 1..3, 2..4]);
        assert_eq!(occurrences("é é", "é").collect::<Vec<_>>(), [0..2, 3..5]);
    }
}
