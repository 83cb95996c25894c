//! The two ends of the residual stream: a token's embedding, and the head that computes logits. Tied models have one
//! matrix for both.

use base::Cancelled;
use kernels::{Packed, Pool, Question, Summary, dot_column, matmul};
use lm::Control;

/// The embedding and E, the output head.
pub(crate) struct Vocabulary {
    /// width x V
    embedding: Packed,
    /// width x V, if the head is a matrix of its own.
    head: Option<Packed>,
    /// The factor of an embedding.
    scale: f32,
    /// The model's logits z are c tanh(z / c).
    cap: Option<f32>,
}

impl Vocabulary {
    pub(crate) fn new(embedding: Packed, head: Option<Packed>, scale: f32, cap: Option<f32>) -> Self {
        Self { embedding, head, scale, cap }
    }

    /// The bytes of its matrices.
    pub(super) fn bytes(&self) -> usize {
        self.embedding.bytes() + self.head.as_ref().map_or(0, Packed::bytes)
    }

    /// A token's embedding, `width` numbers.
    pub(crate) fn embed(&self, token: u32, out: &mut [f32]) {
        self.embedding.column(token as usize, out);
        if self.scale != 1.0 {
            out.iter_mut().for_each(|x| *x *= self.scale);
        }
    }

    /// The row of E of a token, `width` numbers.
    pub(crate) fn row(&self, token: usize, out: &mut [f32]) {
        self.head().column(token, out);
    }

    /// E v for every row v of `vectors`: no norm, no bias, no cap.
    pub(crate) fn project(
        &self,
        pool: &Pool,
        vectors: &[f32],
        question: &Question<'_>,
        control: &dyn Control,
    ) -> Result<Vec<Summary>, Cancelled> {
        kernels::project(pool, vectors, self.head(), question, &|| control.checkpoint().is_err()).ok_or(Cancelled)
    }

    /// E v, all V logits.
    pub(crate) fn along(&self, pool: &Pool, v: &[f32], out: &mut [f32]) {
        matmul(pool, v, self.head(), None, out);
    }

    /// The model's own logits for rows after the final norm, with the head's bias and cap if the model has them.
    pub(crate) fn predict(
        &self,
        pool: &Pool,
        normed: &[f32],
        question: &Question<'_>,
        control: &dyn Control,
    ) -> Result<Vec<Summary>, Cancelled> {
        self.project(pool, normed, &Question { cap: self.cap, ..*question }, control)
    }

    /// The logits of `predict` for one row, all V.
    pub(crate) fn logits(&self, pool: &Pool, normed: &[f32], out: &mut [f32]) {
        self.along(pool, normed, out);
        if let Some(cap) = self.cap {
            kernels::soft_cap(cap, out);
        }
    }

    /// The logit of `predict` for one row and one token.
    pub(crate) fn logit(&self, normed: &[f32], token: usize) -> f32 {
        let logit = dot_column(normed, self.head(), token);
        self.cap.map_or(logit, |cap| kernels::soft_capped(cap, logit))
    }

    fn head(&self) -> &Packed {
        self.head.as_ref().unwrap_or(&self.embedding)
    }
}
