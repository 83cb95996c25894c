//! A model without weights. Its numbers have no meaning but depend on every bit of the question, so a test can tell
//! whether an answer belongs to its question. Tokens 0 to 255 are bytes; the words of `WORDS` follow.

use std::ops::Range;
use std::sync::Arc;

use base::{Change, RunName, Scope, Target, TokenId, ValueId};

pub use crate::fake_concepts::{FakeConcepts, FakeIndexes};
use crate::{
    Continuation, Control, Encoded, Error, Experiment, Generated, Guess, InputError, Intervention, LanguageModel,
    LayerTrace, ModelInfo, Parts, PositionTrace, Positions, Run, RunPlan, Stopped, Token, TraceQuery, TracedToken,
    Tracked, TrackedLayer, Update, Value, Weights, Word,
};

const WORDS: &[&str] = &[
    " the", "The", " city", " of", " Paris", " London", " is", " in", " Eiffel", " Tower", " food", " court", " house",
    " river", " a", " and", "|", "`", "\n\n", " two", " wife", " doctor", " nurse", " night",
];

/// Three blocks of eight value vectors each; a context of 64 positions by default.
pub struct FakeModel {
    info: ModelInfo,
    undertrained: Vec<TokenId>,
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
            },
            undertrained: vec![TokenId(255)],
        }
    }

    /// A model with the same answers under another name and fingerprint.
    pub fn named(self, name: &str) -> Self {
        let info = ModelInfo { name: name.into(), fingerprint: name.into(), ..self.info };
        Self { info, ..self }
    }

    /// Marks a word of `WORDS`, such as ` food`, as undertrained.
    pub fn hardly_trained(mut self, word: &str) -> Self {
        let known = WORDS.iter().position(|w| *w == word);
        self.undertrained.extend(known.map(|w| TokenId(256 + w as u32)));
        self
    }

    /// The token ids of a run: those of the prompt and `new` generated ones.
    fn ids(
        &self,
        experiment: &Experiment,
        acting: &[Intervention],
        new: usize,
    ) -> Result<(Encoded, Vec<TokenId>), Error> {
        let encoded = self.encode(&experiment.prompt, experiment.bos);
        if encoded.tokens.is_empty() {
            return Err(InputError::EmptyPrompt.into());
        }
        let mut ids: Vec<_> = encoded.tokens.iter().map(|t| t.id).collect();
        let prompt = ids.len();
        for step in 0..new.min(self.info.context - prompt) {
            let seed = Mix::of(acting, &ids, prompt);
            ids.push(TokenId(256 + seed.number(step as u64, WORDS.len() as u64) as u32));
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
        let experiment = query.experiment;
        let mix = Mix::of(acting, &ids[..=at], prompt);
        let read = !query.unread.contains(&at);
        let guesses = |salt: u64| -> Vec<Guess> {
            if !read {
                return Vec::new();
            }
            let first = mix.number(salt, self.info.vocab as u64) as usize;
            let p = 0.3 + mix.unit(salt) * 0.4;
            (0..query.top.min(self.info.vocab))
                .map(|k| Guess { id: TokenId(((first + k) % self.info.vocab) as u32), p: p / (1 << k.min(20)) as f32 })
                .collect()
        };
        let last = self.info.layers as u64 * 2;
        let layers = (0..self.info.layers).filter(|l| query.layers.as_ref().is_none_or(|only| only.contains(l)));
        let layers = layers.map(|layer| {
            let mut updates: Vec<_> = (0..self.info.ffn)
                .map(|dim| {
                    let id = ValueId::new(layer, dim);
                    let coefficient = self.coefficient_at(acting, ids, prompt, at, id);
                    let norm = 1.0 + dim as f32 / 8.0;
                    let effects = experiment.track.iter().map(|t| coefficient * (t.0 % 7) as f32 / 7.0).collect();
                    Update { id, coefficient, norm, score: coefficient.abs() * norm, effects }
                })
                .collect();
            updates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
            updates.truncate(query.updates);
            let (before, after) = (guesses(layer as u64 * 2 + 1), guesses(layer as u64 * 2 + 2));
            LayerTrace { layer, before, after, kl: if read { mix.unit(layer as u64 + 100) } else { 0.0 }, updates }
        });
        let tracked = experiment.track.iter().map(|&id| Tracked {
            id,
            p: mix.unit(id.0.into()),
            rank: 1 + mix.number(id.0.into(), 9) as usize,
            logit: mix.unit(200) + 3.0,
            layers: vec![
                TrackedLayer { before: mix.unit(201), after: mix.unit(202) };
                if read { self.info.layers } else { 0 }
            ],
            parts: Parts {
                embedding: mix.unit(200),
                attention: vec![0.5; self.info.layers],
                ffn: vec![0.5; self.info.layers],
                bias: 0.0,
            },
        });
        PositionTrace {
            position: at,
            next: guesses(last),
            saturation: 1,
            layers: layers.collect(),
            tracked: tracked.collect(),
        }
    }

    fn coefficient_at(&self, acting: &[Intervention], ids: &[TokenId], prompt: usize, at: usize, id: ValueId) -> f32 {
        let clean = Mix::of(&[], &ids[..=at], prompt).unit(u64::from(id.dim) << 8 | u64::from(id.layer));
        let mut m = (clean - 0.3) * 10.0;
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

fn acts(scope: &Scope, at: usize, prompt: usize) -> bool {
    match scope {
        Scope::All | Scope::Text(_) => true,
        Scope::Prompt => at < prompt,
        Scope::Last => at + 1 == prompt,
        Scope::Generated => at >= prompt,
        Scope::Position(p) => at == *p,
    }
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

    fn encode(&self, prompt: &str, bos: bool) -> Encoded {
        let mut tokens = Vec::new();
        if bos {
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
                let mix = Mix::of(acting, &ids[..=position], prompt);
                TracedToken {
                    position,
                    id,
                    bytes: self.token_bytes(id),
                    span: encoded.tokens.get(position).and_then(|t| t.span.clone()),
                    logprob: (position > 0).then(|| -mix.unit(300)),
                    rank: (position > 0).then(|| 1 + mix.number(301, 9) as usize),
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
            let (encoded, ids) = self.ids(experiment, interventions, experiment.decoding.max_output_tokens)?;
            let ids = ids[encoded.tokens.len()..].to_vec();
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
            let logprobs = vec![-1.0; ids.len()];
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
            let norm = 1.0 + id.dim as f32 / 8.0;
            Arc::new(Value { id, norm, mean: 0.0, deviation: 2.0, top, bottom, trained_top, trained_bottom })
        };
        Ok(ids.iter().map(card).collect())
    }
}

/// Value vector i of a layer has length 1 + i / 8 and points along axis i mod `width`.
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
        (0..self.info.value_vectors()).map(|n| 1.0 + (n % self.info.ffn) as f32 / 8.0).collect()
    }

    fn value_vectors(&self, numbers: Range<usize>, out: &mut [f32]) -> Result<(), Error> {
        for (n, v) in numbers.zip(out.chunks_exact_mut(self.info.width)) {
            let dim = n % self.info.ffn;
            v.fill(0.0);
            v[dim % self.info.width] = 1.0 + dim as f32 / 8.0;
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

/// A hash of a run up to a position.
struct Mix(u64);

impl Mix {
    fn of(acting: &[Intervention], ids: &[TokenId], prompt: usize) -> Self {
        let mut mix = Self(prompt as u64);
        for id in ids {
            mix.add(id.0.into());
        }
        for i in acting {
            mix.add(format!("{i:?}").bytes().fold(7, |h, b| h * 31 % 1_000_003 + u64::from(b)));
        }
        mix
    }

    fn add(&mut self, value: u64) {
        // splitmix64's finaliser
        let mut x = (self.0 ^ value).wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.0 = x ^ (x >> 31);
    }

    fn number(&self, salt: u64, below: u64) -> u64 {
        let mut mix = Self(self.0);
        mix.add(salt);
        mix.0 % below
    }

    fn unit(&self, salt: u64) -> f32 {
        self.number(salt, 1 << 20) as f32 / (1 << 20) as f32
    }
}
