//! Where a long text may be cut so that its pieces have the tokens of the whole: only where all splitting rules in use
//! would split anyway.

use std::ops::Range;

use super::vocabulary::SPACE;

/// The length of a piece, in bytes: about a millisecond of work.
const PIECE: usize = 8 << 10;
/// If there is no place to cut in this many bytes, the text is cut anyway. Tokens there may differ from the whole's.
const LONGEST: usize = 64 << 10;

/// How a tokenizer splits a text before its merges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Splits {
    /// GPT-2's regular expression: words with a space before them, numbers, punctuation, white space.
    Gpt2,
    /// The same, and a piece that does not begin with a space gets one.
    Spaced,
    /// Rules of its own.
    Other,
    /// It does not split.
    Never,
    /// A token has spaces before it only.
    Words,
    /// No place is known where it may be cut.
    Whole,
}

/// Finds the places to cut.
pub(super) struct Cutter {
    splits: Splits,
    /// Preferred length of a piece in bytes.
    pub(super) piece: usize,
    /// Texts of added tokens. They are never cut, and a token may depend on its neighbours.
    whole: Vec<Vec<u8>>,
}

impl Cutter {
    pub(super) fn new(splits: Splits, whole: Vec<Vec<u8>>) -> Self {
        Self { splits, piece: PIECE, whole }
    }

    /// The end of the piece of `text` that starts at `at`: the last good place in reach.
    pub(super) fn next(&self, text: &str, at: usize) -> usize {
        if self.splits == Splits::Whole {
            return text.len();
        }
        let mut piece = self.piece;
        while piece <= LONGEST {
            if text.len() - at <= piece {
                return text.len();
            }
            let from = if piece == self.piece { at + 1 } else { at + piece / 2 };
            if let Some(end) = (from..=at + piece).rev().find(|&p| self.good(text, p)) {
                return end;
            }
            piece *= 2;
        }
        text.floor_char_boundary(at + LONGEST)
    }

    fn good(&self, text: &str, p: usize) -> bool {
        if !text.is_char_boundary(p) {
            return false;
        }
        let (Some(before), Some(after)) = (text[..p].chars().next_back(), text[p..].chars().next()) else {
            return false;
        };
        let fits = match self.splits {
            Splits::Gpt2 => {
                // No part of the expression continues from one to the other, except a quote and its letters. Lookahead
                // goes past white space only, which stays with the text after it.
                let space = matches!(after, ' ' | '\n' | '\r' | '\t') && !before.is_whitespace();
                let classes = Class::of(before).zip(Class::of(after)).filter(|_| before != '\'');
                space || classes.is_some_and(|(before, after)| before != after)
            }
            Splits::Spaced => after == ' ' && !before.is_whitespace(),
            Splits::Other => {
                let second = text[p..].chars().nth(1);
                before.is_ascii_alphabetic() && after == ' ' && second.is_some_and(|c| c.is_ascii_alphabetic())
            }
            Splits::Words => after == ' ' && !before.is_whitespace() && before != SPACE,
            Splits::Never | Splits::Whole => false,
        };
        fits && !self.whole.iter().any(|token| near(text.as_bytes(), p, token))
    }
}

/// Whether `token` touches or crosses `p`.
fn near(text: &[u8], p: usize, token: &[u8]) -> bool {
    let window: Range<usize> = p.saturating_sub(token.len())..(p + token.len()).min(text.len());
    !token.is_empty() && text[window].windows(token.len()).any(|w| w == token)
}

/// The classes that GPT-2's expression distinguishes, for characters whose class is certain.
#[derive(PartialEq, Eq)]
enum Class {
    Letter,
    Number,
    Other,
}

impl Class {
    fn of(c: char) -> Option<Self> {
        match c {
            'a'..='z' | 'A'..='Z' => Some(Self::Letter),
            // Hiragana, katakana, ideographs, hangul.
            '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => {
                Some(Self::Letter)
            }
            '0'..='9' => Some(Self::Number),
            '\u{3001}' | '\u{3002}' | '\u{ff01}' | '\u{ff0c}' | '\u{ff1f}' => Some(Self::Other),
            c => c.is_ascii_punctuation().then_some(Self::Other),
        }
    }
}
