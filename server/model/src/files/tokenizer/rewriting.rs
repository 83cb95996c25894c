//! Encodes texts that a tokenizer does not read as they are written: it normalises them, or writes a sign for each space.

use std::ops::Range;

use serde_json::{Value, json};
use tokenizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::tokenizer::{Model, OffsetReferential, OffsetType, PreTokenizer, Token};

use super::inner::{Inner, Placed};
use super::rewritten::places;
use super::steps;
use super::vocabulary::Letters;

/// The steps before the model.
pub(super) struct Rewriting {
    letters: Letters,
    first: Steps,
    /// Of a text that continues another.
    continued: Steps,
}

struct Steps {
    normalizer: Option<NormalizerWrapper>,
    pre_tokenizer: Option<PreTokenizerWrapper>,
}

impl Rewriting {
    pub(super) fn new(
        letters: Letters,
        normalizer: Option<NormalizerWrapper>,
        pre_tokenizer: Option<PreTokenizerWrapper>,
    ) -> Result<Self, String> {
        let first = Steps { normalizer, pre_tokenizer };
        let mut written = first.written()?;
        // In a list, so that a lone step can be left out too.
        written.as_array_mut().into_iter().flatten().for_each(|step| *step = json!([step.take()]));
        steps::continued(&mut written);
        let mut read = |at: usize| Some(written[at][0].take()).filter(|step| !step.is_null());
        let unusable = |e: serde_json::Error| format!("a step cannot be used for a part of a text ({e})");
        let continued = Steps {
            normalizer: read(0).map(serde_json::from_value).transpose().map_err(unusable)?,
            pre_tokenizer: read(1).map(serde_json::from_value).transpose().map_err(unusable)?,
        };
        Ok(Self { letters, first, continued })
    }

    /// The steps as `tokenizer.json` writes them.
    pub(super) fn written(&self) -> Result<String, String> {
        Ok(self.first.written()?.to_string())
    }

    /// The tokens of a part of a text and their ranges in the text.
    pub(super) fn encode(&self, inner: &Inner, text: &str, range: Range<usize>) -> Result<Vec<Placed>, String> {
        let steps = if range.start == 0 { &self.first } else { &self.continued };
        let part = &text[range.clone()];
        // A regular expression that backtracks too often makes its library panic.
        let tokens = base::catch(|| -> Result<_, String> {
            let failed = |e: Box<dyn std::error::Error + Send + Sync>| e.to_string();
            let mut split = inner.get_added_vocabulary().extract_and_normalize(steps.normalizer.as_ref(), part);
            if let Some(pre_tokenizer) = &steps.pre_tokenizer {
                pre_tokenizer.pre_tokenize(&mut split).map_err(failed)?;
            }
            split.tokenize(|piece| inner.get_model().tokenize(piece.get())).map_err(failed)?;
            let mut placed = Vec::new();
            for (written, (start, end), tokens) in split.get_splits(OffsetReferential::Original, OffsetType::Byte) {
                let tokens = tokens.as_deref().unwrap_or_default();
                let places = places(written, &part[start..end], self.letters, self.continued.normalizer.as_ref());
                let at = |offset: usize| range.start + start + places.get(offset).copied().unwrap_or(end - start);
                let spans = spans(tokens).into_iter().map(|(from, to)| at(from)..at(to));
                placed.extend(tokens.iter().map(|token| token.id).zip(spans));
            }
            close_gaps(&mut placed, range.clone());
            Ok(placed)
        });
        tokens.map_err(|_| "a regular expression of the tokenizer gave up on this text".to_owned())?
    }
}

impl Steps {
    fn written(&self) -> Result<Value, String> {
        let unwritable = |e: serde_json::Error| format!("its steps cannot be written ({e})");
        let normalizer = serde_json::to_value(&self.normalizer).map_err(unwritable)?;
        let pre_tokenizer = serde_json::to_value(&self.pre_tokenizer).map_err(unwritable)?;
        Ok(json!([normalizer, pre_tokenizer]))
    }
}

/// Makes the ranges all of the text, one after the other. Where parts of a rewritten text come from one character, the first has
/// its bytes; what a normalizer has left out belongs to the token before it.
fn close_gaps(placed: &mut [Placed], text: Range<usize>) {
    let mut done = text.start;
    for (_, span) in placed.iter_mut() {
        *span = span.start.max(done)..span.end.max(done);
        done = span.end;
    }
    let mut next = text.end;
    for (_, span) in placed.iter_mut().rev() {
        span.end = next;
        next = span.start;
    }
    if let Some((_, first)) = placed.first_mut() {
        first.start = text.start;
    }
}

/// The bytes of tokens in what they were made from. Neighbours that are bytes of one character have all of it in a Unigram.
fn spans(tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut spans = Vec::with_capacity(tokens.len());
    for same in tokens.chunk_by(|a, b| a.offsets == b.offsets) {
        let (from, to) = same[0].offsets;
        match same.len() > 1 && same.len() == to - from {
            true => spans.extend((from..to).map(|at| (at, at + 1))),
            false => spans.extend([(from, to)].repeat(same.len())),
        }
    }
    spans
}
