//! Continuations: one token after the other on the cached keys and values, until a stop condition holds.

mod sampler;

use std::cmp::Ordering;

use base::{Cancel, Decoding, TokenId};
use kernels::Question;
use lm::{Continuation, Control, Error, Experiment, Generated, LanguageModel, Stopped};

use crate::model::Model;
use crate::runs::Running;
use sampler::choose;

/// Chooses a run's tokens, one for each call.
pub(crate) struct Generator<'a> {
    decoding: &'a Decoding,
    limit: usize,
    step: usize,
    bytes: Vec<u8>,
    logprobs: Vec<f32>,
    stopped: Option<Stopped>,
    /// Where a stop sequence starts in `bytes`.
    text_end: Option<usize>,
}

impl<'a> Generator<'a> {
    /// At most `limit` tokens.
    pub(crate) fn new(decoding: &'a Decoding, limit: usize) -> Self {
        Self { decoding, limit, step: 0, bytes: Vec::new(), logprobs: Vec::new(), stopped: None, text_end: None }
    }

    /// The next token of a run, or `None` after the end. The run must hold every earlier token.
    pub(crate) fn next(&mut self, model: &Model, run: &Running, control: &dyn Control) -> Result<Option<u32>, Error> {
        if self.stopped.is_none() && self.step >= self.limit {
            self.stopped = Some(Stopped::Length);
        }
        if self.stopped.is_none() && run.positions.len() >= model.info().context {
            self.stopped = Some(Stopped::Context);
        }
        if self.stopped.is_some() {
            return Ok(None);
        }
        control.checkpoint()?;
        let (candidates, log_sum_exp) = candidates(model, run, self.decoding)?;
        let chosen = choose(&candidates, self.decoding, self.step);
        let token = chosen.ok_or_else(|| Error::Model("the model gives no next token".into()))?;
        let logit = candidates.iter().find(|c| c.0 == token).map_or(f32::NAN, |c| c.1);
        self.logprobs.push((f64::from(logit) - log_sum_exp) as f32);
        self.step += 1;
        if model.is_end(token) {
            self.stopped = Some(Stopped::Eos);
        } else {
            self.bytes.extend_from_slice(&model.token_bytes(TokenId(token)));
            let stops = self.decoding.stop_sequences.iter().filter_map(|s| find(&self.bytes, s.as_bytes()));
            self.text_end = stops.min();
            if self.text_end.is_some() {
                self.stopped = Some(Stopped::Stop);
            }
        }
        Ok(Some(token))
    }
}

/// The candidates for the next token, largest logit first, and the log-sum-exp over all.
fn candidates(model: &Model, run: &Running, decoding: &Decoding) -> Result<(Vec<(u32, f32)>, f64), Error> {
    let decoder = &model.decoder;
    let last = run.positions.last().ok_or_else(|| Error::Model("the run has no position".into()))?;
    let mut row = vec![0.0; decoder.sizes.width];
    decoder.final_norm.apply(last.last(), &mut row);
    let greedy = decoding.temperature <= 0.0;
    let everything = !greedy && decoding.top_k == 0;
    let top = if greedy { 1 } else { decoding.top_k.min(model.info().vocab) };
    let top = if everything { 0 } else { top };
    let question = Question { top, ..Question::default() };
    let summary = decoder.vocabulary.predict(&model.pool, &row, &question, &Cancel::new())?.pop();
    let summary = summary.ok_or_else(|| Error::Model("the projection gave nothing".into()))?;
    if !everything {
        return Ok((summary.top, summary.log_sum_exp));
    }
    let mut logits = vec![0.0; model.info().vocab];
    decoder.vocabulary.logits(&model.pool, &row, &mut logits);
    let mut all: Vec<(u32, f32)> = (0..).zip(logits).collect();
    all.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap_or(Ordering::Equal));
    Ok((all, summary.log_sum_exp))
}

fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len().max(1)).position(|w| w == text)
}

/// The continuation of one run.
pub(crate) fn run(
    model: &Model,
    experiment: &Experiment,
    run: &mut Running,
    control: &dyn Control,
    each: &mut dyn FnMut(Generated<'_>),
) -> Result<Continuation, Error> {
    let mut generator = Generator::new(&experiment.decoding, experiment.decoding.max_output_tokens);
    let mut ids = Vec::new();
    while let Some(token) = generator.next(model, run, control)? {
        let id = TokenId(token);
        ids.push(id);
        let bytes = if model.is_end(token) { [].into() } else { model.token_bytes(id) };
        each(Generated { run: &run.name, ids: &[id], bytes: &bytes });
        if generator.stopped.is_none() && ids.len() < generator.limit && run.positions.len() < model.info().context {
            model.append(run, token, control)?;
        }
    }
    let Generator { mut bytes, logprobs, stopped, text_end, .. } = generator;
    bytes.truncate(text_end.unwrap_or(bytes.len()));
    let stopped = stopped.unwrap_or(Stopped::Length);
    Ok(Continuation { name: run.name.clone(), ids, bytes, stopped, logprobs, diverges_at: None })
}

/// Sets for each run how many new tokens it shares with the first.
pub(crate) fn mark_divergence(runs: &mut [Continuation]) {
    let Some((first, others)) = runs.split_first_mut() else { return };
    for other in others {
        let shared = first.ids.iter().zip(&other.ids).take_while(|(a, b)| a == b).count();
        other.diverges_at = (shared < first.ids.len().max(other.ids.len())).then_some(shared);
    }
}
