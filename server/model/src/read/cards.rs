//! Value vectors in the vocabulary: z = E v, raw. They do not depend on the input, so recent cards are cached.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base::{TokenId, ValueId, lock};
use kernels::{Columns, Pool, Question, Summary};
use lm::{Control, Error, Value, Word};

use crate::graph::decoder::Decoder;

/// Cached cards; a hover shows about twenty.
const KEPT: usize = 16 * 1024;
/// Cards projected between two checkpoints.
const TOGETHER: usize = 64;

/// Recently computed cards.
#[derive(Default)]
pub(crate) struct Values {
    known: Mutex<HashMap<ValueId, Arc<Value>>>,
}

impl Values {
    /// The cards of `ids`, in their order, with at least `words` words at each end.
    pub(crate) fn get(
        &self,
        decoder: &Decoder,
        pool: &Pool,
        ids: &[ValueId],
        words: usize,
        without: &Columns,
        control: &dyn Control,
    ) -> Result<Vec<Arc<Value>>, Error> {
        let words = words.min(decoder.sizes.vocab);
        let mut found: HashMap<ValueId, Arc<Value>> = HashMap::with_capacity(ids.len());
        {
            let known = lock(&self.known);
            let enough = |id: &&ValueId| known.get(id).filter(|v| v.top.len() >= words).map(|v| (**id, v.clone()));
            found.extend(ids.iter().filter_map(|id| enough(&id)));
        }
        let mut missing: Vec<ValueId> = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
        missing.sort_unstable();
        missing.dedup();
        for batch in missing.chunks(TOGETHER) {
            control.checkpoint()?;
            let cards: Vec<_> =
                cards(decoder, pool, batch, words, without, control)?.into_iter().map(Arc::new).collect();
            let mut known = lock(&self.known);
            if known.len() + cards.len() > KEPT {
                known.clear();
            }
            for card in cards {
                known.insert(card.id, card.clone());
                found.insert(card.id, card);
            }
        }
        let card = |id: &ValueId| found.get(id).cloned().ok_or_else(|| Error::Model(format!("{id} was lost")));
        ids.iter().map(card).collect()
    }
}

/// Projects the cards of value vectors; `without` has the undertrained tokens.
pub(crate) fn cards(
    decoder: &Decoder,
    pool: &Pool,
    ids: &[ValueId],
    words: usize,
    without: &Columns,
    control: &dyn Control,
) -> Result<Vec<Value>, Error> {
    let d = decoder.sizes.width;
    let mut rows = vec![0.0; ids.len() * d];
    for (row, id) in rows.chunks_exact_mut(d).zip(ids) {
        decoder.ffn(id.layer as usize).value(id.dim as usize, row);
    }
    // If no token is left out, the two lists are the same.
    let without = (!without.is_empty()).then_some(without);
    let question = Question { top: words, bottom: words, moments: true, no_sum: true, without, ..Question::default() };
    let summaries = decoder.vocabulary.project(pool, &rows, &question, control)?;
    let list = |all: &[(u32, f32)]| all.iter().map(|&(id, logit)| Word { id: TokenId(id), logit }).collect::<Vec<_>>();
    let card = |(&id, s): (&ValueId, &Summary)| {
        let (top, bottom) = (list(&s.top), list(&s.bottom));
        let (trained_top, trained_bottom) = match without {
            Some(_) => (list(&s.top_without), list(&s.bottom_without)),
            None => (top.clone(), bottom.clone()),
        };
        Value {
            id,
            norm: decoder.ffn(id.layer as usize).norms()[id.dim as usize],
            mean: s.mean as f32,
            deviation: s.deviation as f32,
            top,
            bottom,
            trained_top,
            trained_bottom,
        }
    };
    Ok(ids.iter().zip(&summaries).map(card).collect())
}
