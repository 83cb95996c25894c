//! Tokens of a prompt and where they stand in it.

use std::ops::Range;
use std::sync::Arc;

use base::TokenId;

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
}
