//! Undertrained tokens, recognised from the weights (Land and Bartolo 2024, "Fishing for Magikarp"). Tokens that never
//! occur in training are pushed the same way by every step, so their rows of E point in one direction.
//!
//! That direction is known from tokens of every byte-level vocabulary that cannot occur: bytes that no UTF-8 text has.

use kernels::{Columns, Pool, dot, norm};

use crate::files::tokenizer::Tokenizer;
use crate::graph::decoder::Decoder;

/// A token counts as undertrained above this cosine to the direction of the tokens that never occur. Trained tokens are
/// around 0, the others near 1, with few between (the starter: 6 % of the vocabulary above a valley at 0.6 to 0.7).
const COSINE: f64 = 0.65;
/// With fewer tokens that never occur, none is recognised.
const FEWEST: usize = 4;

/// The undertrained tokens; none if the vocabulary has no tokens to compare with, or if their rows do not point in one
/// direction.
pub(crate) fn undertrained(decoder: &Decoder, pool: &Pool, tokenizer: &Tokenizer, mean_head: &[f32]) -> Columns {
    let (vocab, d) = (decoder.sizes.vocab, decoder.sizes.width);
    let never = |byte: u8| matches!(byte, 0xC0 | 0xC1 | 0xF5..);
    let is_never = |&token: &usize| matches!(*tokenizer.bytes(token as u32), [byte] if never(byte));
    let never: Vec<usize> = (0..vocab).filter(is_never).collect();
    if never.len() < FEWEST {
        return Columns::default();
    }
    let mut row = vec![0.0; d];
    let mut direction = vec![0f32; d];
    for &token in &never {
        centred(decoder, token, mean_head, &mut row);
        let length = norm(&row) as f32;
        direction.iter_mut().zip(&row).for_each(|(sum, x)| *sum += x / length.max(f32::MIN_POSITIVE));
    }
    let length = norm(&direction);
    if length / never.len() as f64 <= COSINE {
        return Columns::default();
    }
    direction.iter_mut().for_each(|x| *x = (f64::from(*x) / length) as f32);
    let mut along = vec![0.0; vocab];
    decoder.vocabulary.along(pool, &direction, &mut along);
    let of_mean = dot(mean_head, &direction);
    Columns::new(vocab, |token| {
        let along = f64::from(along[token]) - of_mean;
        // Half of all tokens point the other way; their rows need not be read.
        along > 0.0 && {
            let mut row = vec![0.0; d];
            centred(decoder, token, mean_head, &mut row);
            along > COSINE * norm(&row)
        }
    })
}

/// A row of E minus the mean row.
fn centred(decoder: &Decoder, token: usize, mean_head: &[f32], out: &mut [f32]) {
    decoder.vocabulary.row(token, out);
    out.iter_mut().zip(mean_head).for_each(|(x, mean)| *x -= mean);
}
