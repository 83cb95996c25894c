//! Tokens of a prompt and where they stand in it.

use std::ops::Range;
use std::sync::Arc;

use base::{Scope, TokenId};

/// A token at one position of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// In the model's vocabulary.
    pub id: TokenId,
    /// What it decodes to; not always whole characters.
    pub bytes: Arc<[u8]>,
    /// Its bytes in the prompt; `None` for a beginning-of-text token.
    pub span: Option<Range<usize>>,
}

/// A prompt as the model reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Position by position, never more than the model's context holds.
    pub tokens: Vec<Token>,
    /// The first byte of the prompt that did not fit, if any.
    pub cut: Option<usize>,
}

impl Encoded {
    /// The position of the token that holds byte `offset` of the prompt; of several that share a character, the first
    /// whose bytes reach beyond `offset`.
    pub fn at(&self, offset: usize) -> Option<usize> {
        self.tokens.iter().position(|t| t.span.as_ref().is_some_and(|s| s.contains(&offset)))
    }

    /// Where a scope acts, generated positions included; `prompt` is the text that was read.
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

/// Every place where `text` stands, overlapping ones too.
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
    fn overlapping_occurrences_all_count() {
        assert_eq!(occurrences("aaaa", "aa").collect::<Vec<_>>(), [0..2, 1..3, 2..4]);
        assert_eq!(occurrences("é é", "é").collect::<Vec<_>>(), [0..2, 3..5]);
    }
}
