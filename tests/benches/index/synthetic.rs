//! A synthetic model of GPT-2 XL's size, as far as an index needs it: 307,200 random value vectors of width 1,600, and
//! cards with made-up tokens whose frequencies are as uneven as those of words.

use std::ops::Range;
use std::sync::Arc;

use base::{RunName, Target, TokenId, ValueId};
use kernels::{Packed, Pool, row_dots};
use lm::{
    Continuation, Control, Encoded, Error, Experiment, Generated, LanguageModel, ModelInfo, Run, Token, TraceQuery,
    Value, Weights, Word,
};
use tests::Seeded;

const LAYERS: usize = 48;
const FFN: usize = 6400;
const WIDTH: usize = 1600;
const VOCAB: usize = 50_257;

pub(crate) struct Synthetic {
    info: ModelInfo,
    pool: Arc<Pool>,
    layers: Vec<Packed>,
}

impl Synthetic {
    pub(crate) fn new(pool: Arc<Pool>) -> Self {
        let info = ModelInfo {
            name: "synthetic".into(),
            fingerprint: "synthetic-xl".into(),
            layers: LAYERS,
            width: WIDTH,
            ffn: FFN,
            vocab: VOCAB,
            context: 1024,
            bos: None,
            precision: "float32".into(),
            gated: false,
            final_norm: "ln_f".to_owned(),
        };
        let mut random = Seeded::new(5);
        let noise: Vec<f32> = (0..65_536).map(|_| random.below(2001) as f32 / 1000.0 - 1.0).collect();
        let layer = |l: usize| {
            let mut packed = Packed::zeros(FFN, WIDTH);
            for i in 0..FFN {
                let at = (i * 7919 + l * 104_729) % (noise.len() - WIDTH);
                packed.fill_row(i, &noise[at..at + WIDTH]);
            }
            packed
        };
        Self { info, pool, layers: (0..LAYERS).map(layer).collect() }
    }

    pub(crate) fn vectors(&self) -> usize {
        LAYERS * FFN
    }

    pub(crate) fn width(&self) -> usize {
        WIDTH
    }

    /// A token's word: alternating consonants and vowels, so that words share prefixes.
    pub(crate) fn word(token: usize) -> String {
        let (mut n, mut word) = (token, String::from(" "));
        for position in 0..6 {
            let letters: &[u8] = if position % 2 == 0 { b"bdfgklmnprst" } else { b"aeiou" };
            word.push(char::from(letters[n % letters.len()]));
            n /= letters.len();
            if n == 0 && position > 1 {
                break;
            }
        }
        word
    }
}

/// Frequent tokens are in many lists: the n-th token is in about 1 / n as many as the first.
fn token(random: &mut Seeded) -> u32 {
    let u = (random.below(1 << 30) as f64 + 1.0) / f64::from(1 << 30);
    ((VOCAB as f64).powf(u) as u32).min(VOCAB as u32 - 1)
}

impl Weights for Synthetic {
    fn is_undertrained(&self, _: TokenId) -> bool {
        false
    }

    fn cards(&self, numbers: Range<usize>, words: usize, control: &dyn Control) -> Result<Vec<Value>, Error> {
        control.checkpoint()?;
        let card = |number: usize| {
            let mut random = Seeded::new(number as u64 + 1);
            // Vectors differ in strength.
            let loud = 0.75 + random.below(1 << 20) as f32 / (1 << 21) as f32;
            let mut list = |sign: f32| {
                let mut ids: Vec<u32> = Vec::with_capacity(words);
                while ids.len() < words {
                    let id = token(&mut random);
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                }
                let word =
                    |(k, id): (usize, u32)| Word { id: TokenId(id), logit: sign * loud * (6.0 - k as f32 / 25.0) };
                ids.into_iter().enumerate().map(word).collect::<Vec<_>>()
            };
            let (top, bottom) = (list(1.0), list(-1.0));
            let (trained_top, trained_bottom) = (top.clone(), bottom.clone());
            let id = self.info.value_at(number);
            Value { id, norm: 1.0, mean: 0.0, deviation: 1.0, top, bottom, trained_top, trained_bottom }
        };
        Ok(numbers.map(card).collect())
    }

    fn align(&self, direction: &[f32], _: &dyn Control) -> Result<Vec<f32>, Error> {
        let mut out = vec![0.0; self.vectors()];
        for (layer, out) in self.layers.iter().zip(out.chunks_exact_mut(FFN)) {
            row_dots(&self.pool, layer, direction, out);
        }
        Ok(out)
    }

    fn norms(&self) -> Vec<f32> {
        vec![1.0; self.vectors()]
    }

    fn value_vectors(&self, numbers: Range<usize>, out: &mut [f32]) -> Result<(), Error> {
        for (n, v) in numbers.zip(out.chunks_exact_mut(WIDTH)) {
            self.layers[n / FFN].row(n % FFN, v);
        }
        Ok(())
    }

    fn output_row(&self, token: TokenId) -> Result<Vec<f32>, Error> {
        let mut row = vec![0.0; WIDTH];
        self.value_vectors(token.0 as usize..token.0 as usize + 1, &mut row)?;
        Ok(row)
    }

    fn coefficients(
        &self,
        _: &str,
        _: &dyn Control,
        _: &mut dyn FnMut(usize, usize, &[f32]),
    ) -> Result<Encoded, Error> {
        Err(not_runnable())
    }
}

fn not_runnable() -> Error {
    Error::Model("a synthetic model does not run".into())
}

impl LanguageModel for Synthetic {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn bytes(&self) -> u64 {
        (LAYERS * FFN * WIDTH * 4) as u64
    }

    fn weights(&self) -> &dyn Weights {
        self
    }

    fn encode(&self, prompt: &str, _: Option<bool>) -> Encoded {
        let token = (0..VOCAB).find(|&t| Self::word(t) == prompt).unwrap_or(0);
        let bytes = prompt.as_bytes().into();
        let tokens = vec![Token { id: TokenId(token as u32), bytes, span: Some(0..prompt.len()) }];
        Encoded { tokens, cut: None }
    }

    fn token_bytes(&self, id: TokenId) -> Arc<[u8]> {
        Self::word(id.0 as usize).into_bytes().into()
    }

    fn trace(&self, _: &TraceQuery<'_>, _: &dyn Control) -> Result<Vec<Run>, Error> {
        Err(not_runnable())
    }

    fn generate(
        &self,
        _: &Experiment,
        _: &dyn Control,
        _: &mut dyn FnMut(Generated<'_>),
    ) -> Result<Vec<Continuation>, Error> {
        Err(not_runnable())
    }

    fn coefficient(&self, _: &Experiment, _: &RunName, _: Target, _: usize, _: &dyn Control) -> Result<f32, Error> {
        Err(not_runnable())
    }

    fn values(&self, ids: &[ValueId], words: usize, control: &dyn Control) -> Result<Vec<Arc<Value>>, Error> {
        let card = |id: &ValueId| {
            let number = self.info.number(*id);
            self.cards(number..number + 1, words, control)?.pop().map(Arc::new).ok_or_else(not_runnable)
        };
        ids.iter().map(card).collect()
    }
}
