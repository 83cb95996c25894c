//! A model's value vectors and vocabulary as a whole: `lm::Weights` on real weights.

use std::ops::Range;

use base::{TokenId, ValueId};
use lm::{Control, Encoded, Error, InputError, LanguageModel, Value, Weights};

use crate::graph::edits::Edits;
use crate::graph::forward::extend;
use crate::model::Model;
use crate::read::cards::cards;

/// Positions that run together when only coefficients are wanted, so that no position is kept for long.
const TOGETHER: usize = 64;

impl Model {
    fn numbered(&self, number: usize) -> Result<ValueId, Error> {
        let id = self.info().value_at(number);
        self.info().check(id)?;
        Ok(id)
    }
}

impl Weights for Model {
    fn is_undertrained(&self, id: TokenId) -> bool {
        self.undertrained().contains(id.0 as usize)
    }

    fn cards(&self, numbers: Range<usize>, words: usize, control: &dyn Control) -> Result<Vec<Value>, Error> {
        let ids = numbers.map(|n| self.numbered(n)).collect::<Result<Vec<_>, _>>()?;
        cards(&self.decoder, &self.pool, &ids, words.min(self.info().vocab), self.undertrained(), control)
    }

    fn align(&self, direction: &[f32], control: &dyn Control) -> Result<Vec<f32>, Error> {
        let info = self.info();
        if direction.len() != info.width {
            return Err(Error::Model(format!("a direction of {} numbers in {}", direction.len(), info.width)));
        }
        let mut out = vec![0.0; info.value_vectors()];
        for (layer, out) in out.chunks_exact_mut(info.ffn).enumerate() {
            control.checkpoint()?;
            self.decoder.ffn(layer).align(&self.pool, direction, out);
        }
        Ok(out)
    }

    fn norms(&self) -> Vec<f32> {
        (0..self.info().layers).flat_map(|layer| self.decoder.ffn(layer).norms()).copied().collect()
    }

    fn value_vectors(&self, numbers: Range<usize>, out: &mut [f32]) -> Result<(), Error> {
        for (number, v) in numbers.zip(out.chunks_exact_mut(self.info().width)) {
            let id = self.numbered(number)?;
            self.decoder.ffn(id.layer as usize).value(id.dim as usize, v);
        }
        Ok(())
    }

    fn output_row(&self, id: TokenId) -> Result<Vec<f32>, Error> {
        let info = self.info();
        if id.0 as usize >= info.vocab {
            return Err(InputError::NoSuchToken { id, model: info.name.clone() }.into());
        }
        let mut row = vec![0.0; info.width];
        self.decoder.vocabulary.row(id.0 as usize, &mut row);
        Ok(row)
    }

    fn coefficients(
        &self,
        text: &str,
        control: &dyn Control,
        each: &mut dyn FnMut(usize, usize, &[f32]),
    ) -> Result<Encoded, Error> {
        let encoded = self.encode(text, None);
        self.check_rows(&encoded)?;
        let tokens: Vec<u32> = encoded.tokens.iter().map(|t| t.id.0).collect();
        let mut positions = Vec::with_capacity(tokens.len());
        for chunk in tokens.chunks(TOGETHER) {
            let first = positions.len();
            extend(&self.decoder, &self.pool, &mut positions, chunk, &Edits::default(), control)?;
            for (at, position) in positions.iter().enumerate().skip(first) {
                for layer in 0..self.info().layers {
                    each(at, layer, position.coefficients(layer));
                }
            }
        }
        Ok(encoded)
    }
}
