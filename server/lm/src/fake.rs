//! A model without weights. Its numbers can be checked in the head (the table at `Legible` in `fake/numbers.rs`); those of
//! a [`hashed`](FakeModel::hashed) one depend on every bit of the question. Tokens 0 to 255 are bytes; the words of `WORDS`
//! follow.

mod concepts;
mod numbers;

use std::ops::Range;
use std::sync::Arc;

use base::{Change, RunName, Target, TokenId, ValueId};
use numbers::{Hashed, Legible, Numbers, Prefix, acts};

pub use self::concepts::{FakeConcepts, FakeIndexes};
use crate::{
    Continuation, Control, Encoded, Error, Experiment, Generated, Guess, InputError, Intervention, LanguageModel,
    LayerTrace, ModelInfo, PositionTrace, Positions, Run, RunPlan, Stopped, Token, TraceQuery, TracedToken, Tracked,
    Update, Value, Weights, Word,
};

const WORDS: &[&str] = &[
    " the", "The", " city", " of", " Paris", " London", " is", " in", " Eiffel", " Tower", " food", " court", " house",
    " river", " a", " and", "|", "`", "\n\n", " two", " wife", " doctor", " nurse", " night",
];

/// Three blocks of eight value vectors each; a context of 64 positions by default.
pub struct FakeModel {
    info: ModelInfo,
    undertrained: Vec<TokenId>,
    unused: Vec<TokenId>,
    numbers: Box<dyn Numbers>,
}

impl Default for FakeModel {
    fn default() -> Self {
        Self::new(64)
    }
}

impl FakeModel {
    /// A fake model with a context of `context` positions.
    pub fn new(context: usize) -> Self {
        let vocab = 256 + WORDS.len();
        Self {
            info: ModelInfo {
                name: "fake".into(),
                fingerprint: "fake".into(),
                layers: 3,
                width: 4,
                ffn: 8,
                vocab,
                context,
                bos: Some(TokenId(0)),
                precision: "float32".into(),
                gated: false,
                final_norm: "ln_f".to_owned(),
            },
            undertrained: vec![TokenId(255)],
            unused: Vec::new(),
            numbers: Box::new(Legible),
        }
    }

    /// The same model with numbers that depend on every bit of the question, so that a test can tell whether an answer
    /// belongs to its question.
    pub fn hashed(self) -> Self {
        Self { numbers: Box::new(Hashed), ..self }
    }

    /// A model with the same answers under another name and fingerprint.
    pub fn named(self, name: &str) -> Self {
        let info = ModelInfo { name: name.into(), fingerprint: name.into(), ..self.info };
        Self { info, ..self }
    }

    /// The same model with a gated FFN: it refuses `boost`.
    pub fn gated(self) -> Self {
        Self { info: ModelInfo { gated: true, ..self.info }, ..self }
    }

    /// Marks a word of `WORDS`, such as ` food`, as undertrained.
    pub fn hardly_trained(mut self, word: &str) -> Self {
        let known = WORDS.iter().position(|w| *w == word);
        self.undertrained.extend(known.map(|w| TokenId(256 + w as u32)));
        self
    }

    /// Makes a word of `WORDS` a row that the tokenizer does not use.
    pub fn without_text(mut self, word: &str) -> Self {
        let known = WORDS.iter().position(|w| *w == word);
        self.unused.extend(known.map(|w| TokenId(256 + w as u32)));
        self
    }

    /// The token ids of a run: those of the prompt and `new` generated ones.
    fn ids(
        &self,
        experiment: &Experiment,
        acting: &[Intervention],
        new: usize,
    ) -> Result<(Encoded, Vec<TokenId>), Error> {
        if self.info.gated && acting.iter().any(|i| i.change == Change::Boost) {
            return Err(InputError::NoBoost(self.info.name.clone()).into());
        }
        let encoded = self.encode(&experiment.prompt, experiment.bos);
        if encoded.tokens.is_empty() {
            return Err(InputError::EmptyPrompt.into());
        }
        let mut ids: Vec<_> = encoded.tokens.iter().map(|t| t.id).collect();
        let prompt = ids.len();
        for _ in 0..new.min(self.info.context - prompt) {
            let next = self.numbers.next(&Prefix { acting, ids: &ids, prompt });
            ids.push(TokenId(256 + next as u32));
        }
        Ok((encoded, ids))
    }

    fn position(
        &self,
        query: &TraceQuery<'_>,
        acting: &[Intervention],
        ids: &[TokenId],
        prompt: usize,
        at: usize,
    ) -> PositionTrace {
        let run = Prefix { acting, ids: &ids[..=at], prompt };
        let read = !query.unread.contains(&at);
        let steps = self.info.layers * 2;
        let guesses = |step: usize| -> Vec<Guess> {
            if !read {
                return Vec::new();
            }
            let (first, p) = self.numbers.guess(&run, step, steps);
            let guess = |k: usize| {
                let id = TokenId(((first % self.info.vocab + k) % self.info.vocab) as u32);
                Guess { id, p: p / (1 << k.min(20)) as f32 }
            };
            (0..query.top.min(self.info.vocab)).map(guess).collect()
        };
        let layers = (0..self.info.layers).filter(|l| query.layers.as_ref().is_none_or(|only| only.contains(l)));
        let layers = layers.map(|layer| {
            let mut updates: Vec<_> = (0..self.info.ffn)
                .map(|dim| {
                    let id = ValueId::new(layer, dim);
                    let coefficient = self.coefficient_at(acting, ids, prompt, at, id);
                    let norm = norm(dim);
                    let effects = query.experiment.track.iter().map(|t| self.numbers.effect(coefficient, *t)).collect();
                    Update { id, coefficient, norm, score: coefficient.abs() * norm, effects }
                })
                .collect();
            updates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
            updates.truncate(query.updates);
            let kl = if read { self.numbers.kl(&run, layer as u32) } else { 0.0 };
            LayerTrace { layer, before: guesses(layer * 2 + 1), after: guesses(layer * 2 + 2), kl, updates }
        });
        let tracked = query.experiment.track.iter().map(|&id| {
            let tracked = self.numbers.tracked(&run, id, self.info.layers);
            let layers = if read { tracked.layers } else { Vec::new() };
            Tracked { layers, ..tracked }
        });
        PositionTrace {
            position: at,
            next: guesses(steps),
            saturation: 1,
            layers: layers.collect(),
            tracked: tracked.collect(),
        }
    }

    fn coefficient_at(&self, acting: &[Intervention], ids: &[TokenId], prompt: usize, at: usize, id: ValueId) -> f32 {
        let mut m = self.numbers.coefficient(&Prefix { acting, ids: &ids[..=at], prompt }, id);
        for i in acting {
            let Target::Value(target) = i.target;
            if target == id && acts(&i.at, at, prompt) {
                m = match i.change {
                    Change::Set(c) => c,
                    Change::Scale(k) => k * m,
                    Change::Add(c) => m + c,
                    Change::Boost => 9.0,
                };
            }
        }
        m
    }
}

/// The length of a layer's value vector i: 1 + i / 10.
fn norm(dim: usize) -> f32 {
    1.0 + dim as f32 / 10.0
}

impl LanguageModel for FakeModel {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn bytes(&self) -> u64 {
        1 << 20
    }

    fn weights(&self) -> &dyn Weights {
        self
    }

    fn encode(&self, prompt: &str, bos: Option<bool>) -> Encoded {
        let mut tokens = Vec::new();
        if bos == Some(true) {
            tokens.push(Token { id: TokenId(0), bytes: self.token_bytes(TokenId(0)), span: None });
        }
        let mut at = 0;
        while at < prompt.len() && tokens.len() < self.info.context {
            let rest = &prompt.as_bytes()[at..];
            let word = WORDS.iter().position(|w| rest.starts_with(w.as_bytes()));
            let (id, len) = word.map_or((u32::from(rest[0]), 1), |w| (256 + w as u32, WORDS[w].len()));
            tokens.push(Token { id: TokenId(id), bytes: rest[..len].into(), span: Some(at..at + len) });
            at += len;
        }
        Encoded { tokens, cut: (at < prompt.len()).then_some(at) }
    }

    fn token_bytes(&self, id: TokenId) -> Arc<[u8]> {
        match u8::try_from(id.0) {
            _ if self.unused.contains(&id) => [].into(),
            Ok(byte) => [byte].into(),
            Err(_) => WORDS.get(id.0 as usize - 256).map_or([].into(), |w| w.as_bytes().into()),
        }
    }

    fn trace(&self, query: &TraceQuery<'_>, control: &dyn Control) -> Result<Vec<Run>, Error> {
        let run = |plan: &RunPlan| {
            control.checkpoint()?;
            let (name, acting) = (plan.name.clone(), &plan.interventions[..]);
            let (encoded, ids) = self.ids(query.experiment, acting, query.generated)?;
            let prompt = encoded.tokens.len();
            let shown: Vec<usize> = match &query.positions {
                Positions::All => (0..ids.len()).collect(),
                Positions::Last => (prompt - 1..ids.len()).collect(),
                Positions::List(list) => list.clone(),
            };
            if let Some(p) = shown.iter().find(|&&p| p >= ids.len()) {
                return Err(InputError::NoSuchPosition { position: *p, positions: ids.len() }.into());
            }
            let tokens = ids.iter().enumerate().map(|(position, &id)| {
                let (logprob, rank) = self.numbers.surprise(&Prefix { acting, ids: &ids[..=position], prompt });
                TracedToken {
                    position,
                    id,
                    bytes: self.token_bytes(id),
                    span: encoded.tokens.get(position).and_then(|t| t.span.clone()),
                    logprob: (position > 0).then_some(logprob),
                    rank: (position > 0).then_some(rank),
                }
            });
            let positions = shown.iter().map(|&p| self.position(query, acting, &ids, prompt, p)).collect();
            Ok(Run { name, tokens: tokens.collect(), positions })
        };
        query.experiment.runs.iter().map(run).collect()
    }

    fn generate(
        &self,
        experiment: &Experiment,
        control: &dyn Control,
        each: &mut dyn FnMut(Generated<'_>),
    ) -> Result<Vec<Continuation>, Error> {
        let mut runs: Vec<Continuation> = Vec::new();
        for RunPlan { name, interventions } in &experiment.runs {
            let (encoded, all) = self.ids(experiment, interventions, experiment.decoding.max_output_tokens)?;
            let prompt = encoded.tokens.len();
            let ids = all[prompt..].to_vec();
            let mut bytes = Vec::new();
            for id in &ids {
                control.checkpoint()?;
                let piece = self.token_bytes(*id);
                each(Generated { run: name, ids: &[*id], bytes: &piece });
                bytes.extend_from_slice(&piece);
            }
            let diverges_at = runs.first().and_then(|first| {
                let shared = first.ids.iter().zip(&ids).take_while(|(a, b)| a == b).count();
                (shared < first.ids.len().max(ids.len())).then_some(shared)
            });
            let logprob = |n| self.numbers.surprise(&Prefix { acting: interventions, ids: &all[..=n], prompt }).0;
            let logprobs = (prompt..all.len()).map(logprob).collect();
            runs.push(Continuation { name: name.clone(), ids, bytes, stopped: Stopped::Length, logprobs, diverges_at });
        }
        Ok(runs)
    }

    fn coefficient(
        &self,
        experiment: &Experiment,
        run: &RunName,
        target: Target,
        position: usize,
        control: &dyn Control,
    ) -> Result<f32, Error> {
        control.checkpoint()?;
        let (Target::Value(id), acting) = (target, &experiment.run(run)?.interventions[..]);
        let (encoded, ids) = self.ids(experiment, acting, 0)?;
        if position >= ids.len() {
            return Err(InputError::NoSuchPosition { position, positions: ids.len() }.into());
        }
        Ok(self.coefficient_at(acting, &ids, encoded.tokens.len(), position, id))
    }

    fn values(&self, ids: &[ValueId], words: usize, _: &dyn Control) -> Result<Vec<Arc<Value>>, Error> {
        let card = |&id: &ValueId| {
            let first = (id.layer * 5 + id.dim) as usize;
            let word = |k: usize, sign: f32| Word {
                id: TokenId(256 + ((first + k) % WORDS.len()) as u32),
                logit: sign * (8.0 - k as f32 / 4.0),
            };
            let list = |from: usize, sign: f32| (0..words).map(|k| word(k + from, sign)).collect::<Vec<_>>();
            let trained = |list: &[Word]| list.iter().copied().filter(|w| !self.is_undertrained(w.id)).collect();
            let (top, bottom) = (list(0, 1.0), list(12, -1.0));
            let (trained_top, trained_bottom) = (trained(&top), trained(&bottom));
            let norm = norm(id.dim as usize);
            Arc::new(Value { id, norm, mean: 0.0, deviation: 2.0, top, bottom, trained_top, trained_bottom })
        };
        Ok(ids.iter().map(card).collect())
    }
}

/// Value vector i of a layer points along axis i mod `width`.
impl Weights for FakeModel {
    fn is_undertrained(&self, id: TokenId) -> bool {
        self.undertrained.contains(&id)
    }

    fn cards(&self, numbers: Range<usize>, words: usize, control: &dyn Control) -> Result<Vec<Value>, Error> {
        let ids: Vec<ValueId> = numbers.map(|n| self.info.value_at(n)).collect();
        Ok(self.values(&ids, words, control)?.into_iter().map(|card| (*card).clone()).collect())
    }

    fn align(&self, direction: &[f32], control: &dyn Control) -> Result<Vec<f32>, Error> {
        control.checkpoint()?;
        let mut all = vec![0.0; self.info.value_vectors() * self.info.width];
        self.value_vectors(0..self.info.value_vectors(), &mut all)?;
        let dot = |v: &[f32]| v.iter().zip(direction).map(|(a, b)| a * b).sum();
        Ok(all.chunks_exact(self.info.width).map(dot).collect())
    }

    fn norms(&self) -> Vec<f32> {
        (0..self.info.value_vectors()).map(|n| norm(n % self.info.ffn)).collect()
    }

    fn value_vectors(&self, numbers: Range<usize>, out: &mut [f32]) -> Result<(), Error> {
        for (n, v) in numbers.zip(out.chunks_exact_mut(self.info.width)) {
            let dim = n % self.info.ffn;
            v.fill(0.0);
            v[dim % self.info.width] = norm(dim);
        }
        Ok(())
    }

    fn output_row(&self, id: TokenId) -> Result<Vec<f32>, Error> {
        Ok((0..self.info.width).map(|i| ((id.0 as usize + i) % 5) as f32 - 2.0).collect())
    }

    fn coefficients(
        &self,
        text: &str,
        control: &dyn Control,
        each: &mut dyn FnMut(usize, usize, &[f32]),
    ) -> Result<Encoded, Error> {
        let experiment = Experiment::of(text);
        let (encoded, ids) = self.ids(&experiment, &[], 0)?;
        for at in 0..ids.len() {
            control.checkpoint()?;
            for layer in 0..self.info.layers {
                let m = |dim| {
                    let id = ValueId::new(layer, dim);
                    self.coefficient_at(&[], &ids, ids.len(), at, id)
                };
                each(at, layer, &(0..self.info.ffn).map(m).collect::<Vec<_>>());
            }
        }
        Ok(encoded)
    }
}
