//! The tokenizer of the `tokenizers` library inside ours.

use std::ops::Range;

use tokenizers::models::bpe::{BpeBuilder, Vocab};
use tokenizers::models::unigram::Unigram;
use tokenizers::{
    DecoderWrapper, ModelWrapper, NormalizerWrapper, PostProcessorWrapper, PreTokenizerWrapper, TokenizerImpl,
};

use super::description::Flags;
use super::vocabulary::Vocabulary;

pub(super) type Inner =
    TokenizerImpl<ModelWrapper, NormalizerWrapper, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

/// A token of a text: its id and its bytes there.
pub(crate) type Placed = (u32, Range<usize>);

/// The step from pieces of text to tokens: a Unigram if there are scores, else a BPE.
pub(super) fn model(
    vocabulary: Vocabulary,
    merges: Vec<(String, String)>,
    scores: Option<Vec<f64>>,
    flags: Flags,
) -> Result<ModelWrapper, String> {
    if let Some(scores) = scores {
        let mut tokens: Vec<_> = vocabulary.into_iter().collect();
        tokens.sort_unstable_by_key(|(_, id)| *id);
        let unknown = flags.unknown.and_then(|unknown| tokens.iter().position(|(token, _)| *token == unknown));
        let tokens = tokens.into_iter().map(|(token, _)| token).zip(scores).collect();
        let built = Unigram::from(tokens, unknown, flags.byte_fallback);
        return built.map(ModelWrapper::Unigram).map_err(|e| format!("cannot be used ({e}); fetch the file again"));
    }
    let mut builder = BpeBuilder::new()
        .vocab_and_merges(vocabulary.into_iter().collect::<Vocab>(), merges)
        .ignore_merges(flags.ignore_merges)
        .byte_fallback(flags.byte_fallback)
        .fuse_unk(flags.fuse_unknown);
    if let Some(unknown) = flags.unknown {
        builder = builder.unk_token(unknown);
    }
    let built = builder.build();
    built
        .map(ModelWrapper::BPE)
        .map_err(|e| format!("its merges do not fit its vocabulary ({e}); fetch the file again"))
}
