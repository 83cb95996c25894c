//! The tokens of a model as words: which tokens are spellings of one word, and which words have the same prefix.

use std::collections::BTreeMap;
use std::ops::Range;

use base::TokenId;
use lm::LanguageModel;

/// The tokens of a model and their words.
pub(crate) struct Vocabulary {
    /// For each token, its word's number in `words`.
    word_of: Vec<Option<u32>>,
    /// Sorted; each with its tokens.
    words: Vec<(String, Vec<u32>)>,
    /// Undertrained tokens.
    undertrained: Vec<bool>,
}

impl Vocabulary {
    /// Reads a model. Undertrained tokens, control characters and parts of characters are not words.
    pub(crate) fn of(model: &dyn LanguageModel) -> Self {
        let vocab = model.info().vocab as u32;
        let undertrained: Vec<bool> = (0..vocab).map(|t| model.weights().is_undertrained(TokenId(t))).collect();
        let text = |token: u32| model.token_bytes(TokenId(token));
        let word = |t: u32| if undertrained[t as usize] { None } else { normalised(&text(t)) };
        Self::new((0..vocab).map(word).collect(), undertrained)
    }

    /// From each token's word.
    pub(crate) fn new(words: Vec<Option<String>>, undertrained: Vec<bool>) -> Self {
        let mut tokens: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (token, word) in words.iter().enumerate() {
            if let Some(word) = word {
                tokens.entry(word).or_default().push(token as u32);
            }
        }
        let sorted: Vec<(String, Vec<u32>)> = tokens.into_iter().map(|(w, t)| (w.to_owned(), t)).collect();
        let mut word_of = vec![None; words.len()];
        for (number, (_, tokens)) in sorted.iter().enumerate() {
            tokens.iter().for_each(|&t| word_of[t as usize] = Some(number as u32));
        }
        Self { word_of, words: sorted, undertrained }
    }

    /// The number of tokens.
    pub(crate) fn tokens(&self) -> usize {
        self.word_of.len()
    }

    /// The number of a token's word.
    pub(crate) fn word_of(&self, token: u32) -> Option<u32> {
        self.word_of.get(token as usize).copied().flatten()
    }

    /// A word by its number.
    pub(crate) fn word(&self, number: u32) -> &str {
        self.words.get(number as usize).map_or("", |(word, _)| word)
    }

    /// The spellings of a word by its number.
    pub(crate) fn spellings(&self, number: u32) -> &[u32] {
        self.words.get(number as usize).map_or(&[], |(_, tokens)| tokens)
    }

    /// The number of a word.
    pub(crate) fn find(&self, word: &str) -> Option<u32> {
        self.words.binary_search_by(|(w, _)| w.as_str().cmp(word)).ok().map(|n| n as u32)
    }

    /// The numbers of the words with this prefix.
    pub(crate) fn prefixed(&self, prefix: &str) -> Range<u32> {
        let start = self.words.partition_point(|(w, _)| w.as_str() < prefix);
        let more = self.words[start..].iter().take_while(|(w, _)| w.starts_with(prefix)).count();
        start as u32..(start + more) as u32
    }

    /// Whether the token is left out of ranking.
    pub(crate) fn is_undertrained(&self, token: u32) -> bool {
        self.undertrained.get(token as usize).is_some_and(|u| *u)
    }
}

/// A token's word: without surrounding spaces, in lower case. `None` if it is not a word.
pub(crate) fn normalised(token: &[u8]) -> Option<String> {
    let text = str::from_utf8(token).ok()?.trim();
    let readable = !text.is_empty() && text.chars().all(|c| !c.is_control() && c != char::REPLACEMENT_CHARACTER);
    readable.then(|| text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_are_one_word() {
        let tokens = [" Food", "food", "foods", "\u{7f}", " FOOD", "fog"];
        let vocabulary = Vocabulary::new(tokens.iter().map(|t| normalised(t.as_bytes())).collect(), vec![false; 6]);
        let food = vocabulary.find("food").expect("is there");
        assert_eq!(vocabulary.spellings(food), [0, 1, 4]);
        assert_eq!(vocabulary.word_of(4), Some(food));
        assert_eq!(vocabulary.word_of(3), None);
        let words = |prefix: &str| vocabulary.prefixed(prefix).map(|n| vocabulary.word(n)).collect::<Vec<_>>();
        assert_eq!(words("foo"), ["food", "foods"]);
        assert_eq!(words("fo"), ["fog", "food", "foods"]);
        assert!(words("g").is_empty());
    }
}
