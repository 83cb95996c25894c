//! Text to tokens and back, BPE or Unigram, by the `tokenizers` crate, with each token's exact bytes in the text.
//! `tokenizer/description.rs` reads the files; `tokenizer/cut.rs` decides where a long text may be cut; `tokenizer/rewriting.rs`
//! encodes texts that are not read as they are written.

mod cut;
mod description;
mod digest;
mod inner;
mod of_gguf;
mod rewriting;
mod rewritten;
mod settings;
mod special;
mod steps;
pub(crate) mod vocabulary;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use blake3::Hash;
use lm::OpenError;
use tokenizers::AddedToken;

use crate::files::folder::Files;
use cut::Cutter;
use description::Description;
pub(crate) use description::{OTHERS, unreadable};
use digest::Digest;
use inner::Inner;
pub(crate) use inner::Placed;
use rewriting::Rewriting;
use steps::Wrap;
use vocabulary::{AddedEntry, Letters, Vocabulary};

/// A tokenizer that fits a model's vocabulary.
pub(crate) struct Tokenizer {
    inner: Inner,
    /// What each id decodes to; empty if the vocabulary has no token with that id.
    bytes: Vec<Arc<[u8]>>,
    /// The same for tokens beyond the rows of the embedding. They are found in a text; the model cannot read them.
    beyond: HashMap<u32, Arc<[u8]>>,
    added: Vec<Added>,
    letters: Letters,
    /// The steps of a text that is not read as it is written.
    rewriting: Option<Rewriting>,
    /// Bytes without a token; an encoding leaves them out.
    missing: [bool; 256],
    /// Tokens that are put around every text, if the files say so.
    wrap: Wrap,
    /// Whether a space is put before a stretch of text that does not begin with one.
    prefix_space: bool,
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
    /// Reads `tokenizer.json`, or `vocab.json` and `merges.txt`, and the files beside them; or a GGUF file's metadata. `vocab`: rows of the token
    /// embedding.
    pub(crate) fn open(files: &Files, vocab: usize) -> Result<Self, OpenError> {
        let description = of_gguf::read_file(files).unwrap_or_else(|| Description::read(files))?;
        let file = description.file.clone();
        Self::build(description, vocab).map_err(|message| OpenError::new(format!("{file}: {message}")))
    }

    /// An error if there are no files that `open` would read. Does not look into them.
    pub(crate) fn look(files: &Files) -> Result<(), OpenError> {
        let is_there = files.has("tokenizer.json") || ["vocab.json", "merges.txt"].iter().all(|name| files.has(name));
        if is_there { Ok(()) } else { Err(description::no_tokenizer(files)) }
    }

    fn build(description: Description, vocab: usize) -> Result<Self, String> {
        let Description { vocabulary, merges, mut added, letters, splits, wrap, prefix_space, .. } = description;
        let (flags, scores) = (description.flags, description.scores);
        check_rows(&vocabulary, &merges, flags.ignore_merges, vocab)?;
        let (inside, outside): (Vec<_>, Vec<_>) = vocabulary.iter().partition(|(_, id)| (**id as usize) < vocab);
        let mut bytes: Vec<Arc<[u8]>> = vec![[].into(); vocab];
        inside.into_iter().for_each(|(token, id)| bytes[*id as usize] = letters.decode(token).into());
        let mut beyond: HashMap<u32, Arc<[u8]>> =
            outside.into_iter().map(|(token, id)| (*id, letters.decode(token).into())).collect();
        let single = |b: u8| vocabulary.contains_key(&letters.token(b));
        let missing: [bool; 256] = std::array::from_fn(|b| !single(b as u8));
        let rewriting = (letters == Letters::Spaces || description.normalizer.is_some())
            .then(|| Rewriting::new(letters, description.normalizer.clone(), description.pre_tokenizer.clone()))
            .transpose()?;
        let mut digest = Digest::new(&vocabulary, &merges, vocab);
        if let Some(rewriting) = &rewriting {
            digest.add(&rewriting.written()?, scores.as_deref());
        }
        let split_special = flags.split_special;
        let mut inner = Inner::new(inner::model(vocabulary, merges, scores, flags)?);
        inner.with_normalizer(description.normalizer);
        inner.with_pre_tokenizer(description.pre_tokenizer);
        inner.set_encode_special_tokens(split_special);
        let flags = |token: &AddedEntry| {
            AddedToken::from(token.content.clone(), token.special)
                .single_word(token.single_word)
                .lstrip(token.lstrip)
                .rstrip(token.rstrip)
                .normalized(token.normalized)
        };
        // All in one call: each call makes the search for all tokens anew.
        inner.add_tokens(&added.iter().map(flags).collect::<Vec<_>>());
        let mut known = Vec::with_capacity(added.len());
        for token in &mut added {
            // The id in the file does not count, as in transformers: a token has its vocabulary's, or the next free one.
            token.id = inner
                .token_to_id(&token.content)
                .ok_or_else(|| format!("added token {:?} cannot be used; fetch the file again", token.content))?;
            let text: Arc<[u8]> = match letters {
                Letters::Bytes => token.content.as_bytes().into(),
                Letters::Spaces => letters.decode(&token.content).into(),
            };
            match bytes.get_mut(token.id as usize) {
                Some(bytes) => *bytes = text,
                None => drop(beyond.insert(token.id, text)),
            }
            known.push(Added { id: token.id, left: token.lstrip, right: token.rstrip });
        }
        let has = |id: u32| (id as usize) < vocab || beyond.contains_key(&id);
        if let Some(id) = wrap.before.iter().chain(&wrap.after).find(|id| !has(**id)) {
            return Err(format!("its post_processor adds token {id}, which the vocabulary does not have"));
        }
        let digest = digest.with(&added, vocab);
        let cutter = Cutter::new(splits, added.into_iter().map(|a| a.content.into_bytes()).collect());
        let added = known;
        let tokenizer =
            Self { inner, bytes, beyond, added, letters, rewriting, missing, wrap, prefix_space, cutter, digest };
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

    /// The tokens of a text within others: one if a token is exactly this text, else those that the text adds behind other text.
    pub(crate) fn within(&self, text: &str) -> Vec<Placed> {
        let alone = || self.try_piece(text, 0..text.len()).unwrap_or_default();
        if self.rewriting.is_none() {
            let tokens = self.encode_prefix(text, usize::MAX).0.into_iter().skip(self.put_before());
            return tokens.filter(|(_, span)| span.start < text.len()).collect();
        }
        if let Some(id) = self.bytes.iter().position(|bytes| **bytes == *text.as_bytes()) {
            return vec![(id as u32, 0..text.len())];
        }
        let behind = format!("a{text}");
        let (lead, whole) = (self.try_piece("a", 0..1), self.try_piece(&behind, 0..behind.len()));
        let (Ok(lead), Ok(whole)) = (lead, whole) else { return alone() };
        match whole.len() > lead.len() && whole.iter().zip(&lead).all(|(a, b)| a == b) {
            true => whole[lead.len()..].iter().map(|(id, span)| (*id, span.start - 1..span.end - 1)).collect(),
            false => alone(),
        }
    }

    /// The exact bytes that a token decodes to; empty if there is no such token.
    pub(crate) fn bytes(&self, id: u32) -> Arc<[u8]> {
        self.known(id).cloned().unwrap_or_else(|| [].into())
    }

    fn known(&self, id: u32) -> Option<&Arc<[u8]>> {
        self.bytes.get(id as usize).or_else(|| self.beyond.get(&id))
    }

    /// How many tokens the tokenizer itself puts before every text.
    pub(crate) fn put_before(&self) -> usize {
        self.wrap.before.len()
    }

    /// Whether the first of them is this token.
    pub(crate) fn begins_with(&self, id: u32) -> bool {
        self.wrap.before.first() == Some(&id)
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
                let byte = |at: usize| self.inner.token_to_id(&self.letters.token(text.as_bytes()[at]));
                range.filter_map(|at| Some((byte(at)?, at..at + 1))).collect()
            }
        }
    }

    /// The tokens of a piece and their ranges. `tokenizers` counts whole characters; the bytes follow from the tokens
    /// themselves.
    fn try_piece(&self, text: &str, range: Range<usize>) -> Result<Vec<Placed>, String> {
        if let Some(rewriting) = &self.rewriting {
            return rewriting.encode(&self.inner, text, range);
        }
        // A regular expression that backtracks too often makes its library panic.
        let encoding = base::catch(|| self.inner.encode_fast(&text[range.clone()], false));
        let encoding = encoding.map_err(|_| "a regular expression of the tokenizer gave up on this text".to_owned())?;
        let encoding = encoding.map_err(|e| e.to_string())?;
        let mut at = range.start;
        let mut tokens = Vec::with_capacity(encoding.len());
        let mut begins = true;
        for &id in encoding.get_ids() {
            let span = self.place(id, &text[..range.end], at, begins).ok_or("a text's tokens are not the text")?;
            at = span.end;
            begins = self.added.iter().any(|a| a.id == id);
            tokens.push((id, span));
        }
        let rest = &text.as_bytes()[at..range.end];
        match rest.iter().all(|&b| self.missing[usize::from(b)]) {
            true => Ok(tokens),
            false => Err("a text's tokens are not all of the text".to_owned()),
        }
    }

    /// The range of token `id` in `text`: at `at`, or a little later, after bytes without a token. `begins`: no other token
    /// of the same stretch of text is before it. A space that was put there is no part of the range.
    fn place(&self, id: u32, text: &str, mut at: usize, begins: bool) -> Option<Range<usize>> {
        let added = self.added.iter().find(|a| a.id == id);
        let bytes: &[u8] = self.known(id)?;
        let put = self.prefix_space && begins && added.is_none() && !text[at..].starts_with(' ');
        let bytes = if put { bytes.strip_prefix(b" ").unwrap_or(bytes) } else { bytes };
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
            .map_err(|e| format!("is not a lossless tokenizer ({e}); use the one that belongs to the model"))
    }
}

/// Refuses the tokenizer of another model. A token without a row in the embedding is no fault until it is used, and only
/// those that stand in a text as they are written are rare: `[PAD]`, not what merges make.
fn check_rows(
    vocabulary: &Vocabulary,
    merges: &[(String, String)],
    ignore_merges: bool,
    rows: usize,
) -> Result<(), String> {
    let action = "use the tokenizer that belongs to the model";
    let mut beyond = vocabulary.iter().filter(|(_, id)| **id as usize >= rows).peekable();
    if beyond.peek().is_some() {
        let made: HashSet<String> = merges.iter().map(|(left, right)| format!("{left}{right}")).collect();
        let common = |token: &str| ignore_merges || made.contains(token) || token.chars().count() == 1;
        if let Some(top) = beyond.filter(|(token, _)| common(token)).map(|(_, id)| id).max() {
            return Err(format!("has token {top}, but the model's vocabulary has {rows} tokens; {action}"));
        }
    }
    // A few more rows than tokens are padding. With twice as many, the tokenizer belongs to another model.
    match 2 * vocabulary.len() < rows {
        true => Err(format!("has {} tokens, but the model's vocabulary has {rows}; {action}", vocabulary.len())),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests;
