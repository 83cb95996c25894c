//! Text to tokens and back: byte-level BPE by the `tokenizers` crate, with each token's exact bytes in the text.
//! `tokenizer/description.rs` reads the files; `tokenizer/cut.rs` decides where a long text may be cut.

mod cut;
mod description;
mod special;
pub(crate) mod vocabulary;

use std::ops::Range;
use std::sync::Arc;

use blake3::{Hash, Hasher};
use lm::OpenError;
use tokenizers::models::bpe::{BPE, BpeBuilder, Vocab};
use tokenizers::{
    AddedToken, DecoderWrapper, NormalizerWrapper, PostProcessorWrapper, PreTokenizerWrapper, TokenizerImpl,
};

use crate::files::folder::Files;
use cut::Cutter;
use description::{Description, Wrap};
use vocabulary::{AddedEntry, Vocabulary, alphabet, decode};

type Inner = TokenizerImpl<BPE, NormalizerWrapper, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

/// A token of a text: its id and its bytes there.
pub(crate) type Placed = (u32, Range<usize>);

/// A byte-level BPE tokenizer that fits a model's vocabulary.
pub(crate) struct Tokenizer {
    inner: Inner,
    /// What each id decodes to; empty if the vocabulary has no token with that id.
    bytes: Vec<Arc<[u8]>>,
    added: Vec<Added>,
    /// Bytes without a token; an encoding leaves them out.
    missing: [bool; 256],
    /// Tokens that are put around every text, if the files say so.
    wrap: Wrap,
    cutter: Cutter,
    digest: Hash,
}

/// A token that is searched for in the text before anything else, for example `<|endoftext|>`.
struct Added {
    id: u32,
    /// Whether it includes white space before it (`left`) and after it.
    left: bool,
    right: bool,
}

impl Tokenizer {
    /// Reads `tokenizer.json`, or `vocab.json` and `merges.txt`, and the files beside them. `vocab`: rows of the token
    /// embedding.
    pub(crate) fn open(files: &Files, vocab: usize) -> Result<Self, OpenError> {
        let description = Description::read(files, vocab)?;
        let file = description.file.clone();
        Self::build(description, vocab).map_err(|message| OpenError::new(format!("{file}: {message}")))
    }

    fn build(description: Description, vocab: usize) -> Result<Self, String> {
        let Description { vocabulary, merges, added, flags, pre_tokenizer, splits, wrap, .. } = description;
        let top = vocabulary.values().copied().chain(added.iter().map(|a| a.id)).max().unwrap_or(0);
        if top as usize >= vocab {
            let message = format!("has token {top}, but the model's vocabulary has {vocab} tokens");
            return Err(format!("{message}; use the tokenizer that belongs to the model"));
        }
        // A few more rows than tokens are padding. With twice as many, the tokenizer belongs to another model.
        if 2 * vocabulary.len() < vocab {
            let message = format!("has {} tokens, but the model's vocabulary has {vocab}", vocabulary.len());
            return Err(format!("{message}; use the tokenizer that belongs to the model"));
        }
        let digest = digest(&vocabulary, &merges, &added);
        let mut bytes: Vec<Arc<[u8]>> = vec![[].into(); vocab];
        for (token, id) in &vocabulary {
            bytes[*id as usize] = decode(token).into();
        }
        let single = |b: u8| vocabulary.contains_key(&alphabet(b).to_string());
        let missing: [bool; 256] = std::array::from_fn(|b| !single(b as u8));
        let model = BpeBuilder::new()
            .vocab_and_merges(vocabulary.into_iter().collect::<Vocab>(), merges)
            .ignore_merges(flags.ignore_merges)
            .build()
            .map_err(|e| format!("its merges do not fit its vocabulary ({e}); fetch the file again"))?;
        let mut inner = Inner::new(model);
        inner.with_pre_tokenizer(Some(pre_tokenizer));
        let mut known = Vec::with_capacity(added.len());
        for token in &added {
            let flags = AddedToken::from(token.content.clone(), token.special)
                .single_word(token.single_word)
                .lstrip(token.lstrip)
                .rstrip(token.rstrip)
                .normalized(token.normalized);
            inner.add_tokens(&[flags]);
            if inner.token_to_id(&token.content) != Some(token.id) {
                return Err(format!(
                    "added token {:?} cannot have id {}; fetch the file again",
                    token.content, token.id
                ));
            }
            bytes[token.id as usize] = token.content.as_bytes().into();
            known.push(Added { id: token.id, left: token.lstrip, right: token.rstrip });
        }
        if let Some(id) = wrap.before.iter().chain(&wrap.after).find(|id| **id as usize >= vocab) {
            return Err(format!("its post_processor adds token {id}, which the vocabulary does not have"));
        }
        let cutter = Cutter::new(splits, added.into_iter().map(|a| a.content.into_bytes()).collect());
        let tokenizer = Self { inner, bytes, added: known, missing, wrap, cutter, digest };
        tokenizer.try_out()?;
        Ok(tokenizer)
    }

    /// The tokens of a text, each with its bytes there. Together they are the text, except bytes that the vocabulary
    /// lacks. Tokens that the tokenizer puts around a text have no bytes.
    #[cfg(test)]
    pub(crate) fn encode(&self, text: &str) -> Vec<Placed> {
        self.encode_prefix(text, usize::MAX).0
    }

    /// The first `limit` tokens of a text, and the first byte that did not fit, if any. Reads no more of the text than
    /// needed.
    pub(crate) fn encode_prefix(&self, text: &str, limit: usize) -> (Vec<Placed>, Option<usize>) {
        let mut tokens: Vec<Placed> = self.wrap.before.iter().map(|&id| (id, 0..0)).collect();
        let mut at = 0;
        while at < text.len() && tokens.len() < limit {
            let end = self.cutter.next(text, at);
            tokens.extend(self.piece(text, at..end));
            at = end;
        }
        if at == text.len() {
            tokens.extend(self.wrap.after.iter().map(|&id| (id, at..at)));
        }
        let cut = match tokens.get(limit) {
            Some((_, span)) => Some(span.start).filter(|&start| start < text.len()),
            None => (at < text.len()).then_some(at),
        };
        tokens.truncate(limit);
        (tokens, cut)
    }

    /// The exact bytes that a token decodes to; empty if there is no such token.
    pub(crate) fn bytes(&self, id: u32) -> Arc<[u8]> {
        self.bytes.get(id as usize).cloned().unwrap_or_else(|| [].into())
    }

    /// A hash of vocabulary, merges and added tokens, independent of the files' form.
    pub(crate) fn digest(&self) -> Hash {
        self.digest
    }

    fn piece(&self, text: &str, range: Range<usize>) -> Vec<Placed> {
        match self.try_piece(text, range.clone()) {
            Ok(tokens) => tokens,
            Err(message) => {
                // `try_out` makes this a bug, or a limit of the regular expressions. Every byte has a token.
                tracing::error!("{message}; the text is read byte by byte");
                let byte = |at: usize| self.inner.token_to_id(&alphabet(text.as_bytes()[at]).to_string());
                range.filter_map(|at| Some((byte(at)?, at..at + 1))).collect()
            }
        }
    }

    /// The tokens of a piece and their ranges. `tokenizers` counts whole characters; the bytes follow from the tokens
    /// themselves.
    fn try_piece(&self, text: &str, range: Range<usize>) -> Result<Vec<Placed>, String> {
        let encoding = self.inner.encode_fast(&text[range.clone()], false).map_err(|e| e.to_string())?;
        let mut at = range.start;
        let mut tokens = Vec::with_capacity(encoding.len());
        for &id in encoding.get_ids() {
            let span = self.place(id, &text[..range.end], at).ok_or("a text's tokens are not the text")?;
            at = span.end;
            tokens.push((id, span));
        }
        let rest = &text.as_bytes()[at..range.end];
        match rest.iter().all(|&b| self.missing[usize::from(b)]) {
            true => Ok(tokens),
            false => Err("a text's tokens are not all of the text".to_owned()),
        }
    }

    /// The range of token `id` in `text`: at `at`, or a little later, after bytes without a token.
    fn place(&self, id: u32, text: &str, mut at: usize) -> Option<Range<usize>> {
        let bytes = self.bytes.get(id as usize)?;
        let added = self.added.iter().find(|a| a.id == id);
        let space = |from: usize| text[from..].len() - text[from..].trim_start().len();
        loop {
            let left = if added.is_some_and(|a| a.left) { space(at) } else { 0 };
            if text.as_bytes()[at + left..].starts_with(bytes) {
                let end = at + left + bytes.len();
                let right = if added.is_some_and(|a| a.right) { space(end) } else { 0 };
                return Some(at..end + right);
            }
            if !self.missing[usize::from(*text.as_bytes().get(at)?)] {
                return None;
            }
            at += 1;
        }
    }

    /// Refuses a tokenizer that loses text when it is loaded, not when it is used.
    fn try_out(&self) -> Result<(), String> {
        let text = "Don't we've  12,000 a\r\n\n\tb?! caf\u{e9} \u{1f642}\u{4f60}\u{597d} <|endoftext|> x  ";
        self.try_piece(text, 0..text.len())
            .map(|_| ())
            .map_err(|e| format!("is not a lossless byte-level BPE ({e}); use the tokenizer of a GPT-2"))
    }
}

fn digest(vocabulary: &Vocabulary, merges: &[(String, String)], added: &[AddedEntry]) -> Hash {
    let mut hasher = Hasher::new();
    let mut text = |s: &str| {
        hasher.update(&(s.len() as u64).to_le_bytes()).update(s.as_bytes());
    };
    let mut by_id: Vec<(u32, &str)> = vocabulary.iter().map(|(token, id)| (*id, token.as_str())).collect();
    by_id.sort_unstable();
    let mut added: Vec<(u32, &str)> = added.iter().map(|a| (a.id, a.content.as_str())).collect();
    added.sort_unstable();
    for (heading, tokens) in [("vocabulary", by_id), ("added", added)] {
        text(heading);
        tokens.iter().for_each(|(id, token)| {
            text(&id.to_string());
            text(token);
        });
    }
    text("merges");
    merges.iter().for_each(|(left, right)| {
        text(left);
        text(right);
    });
    hasher.finalize()
}

#[cfg(test)]
mod tests;
