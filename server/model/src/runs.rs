//! Runs of an experiment on a loaded model: their prompts, their edits, their positions.

use base::RunName;
use lm::{Control, Encoded, Error, Experiment, InputError, LanguageModel, RunPlan};

use crate::graph::edits::Edits;
use crate::graph::forward::extend;
use crate::graph::position::Positions;
use crate::model::Model;

/// A run of an experiment during a request.
pub(crate) struct Running {
    pub(crate) name: RunName,
    pub(crate) prompt: usize,
    pub(crate) edits: Edits,
    pub(crate) positions: Positions,
}

impl Model {
    /// The prompt's tokens; an error if there are none.
    pub(crate) fn prompt(&self, experiment: &Experiment) -> Result<Encoded, Error> {
        if experiment.bos == Some(true) && self.info.bos.is_none() {
            return Err(InputError::NoBos(self.info.name.clone()).into());
        }
        let encoded = self.encode(&experiment.prompt, experiment.bos);
        if encoded.tokens.is_empty() {
            return Err(InputError::EmptyPrompt.into());
        }
        self.check_rows(&encoded)?;
        if let Some(track) = experiment.track.iter().find(|t| t.0 as usize >= self.info.vocab) {
            return Err(InputError::NoSuchToken { id: *track, model: self.info.name.clone() }.into());
        }
        Ok(encoded)
    }

    /// An error if a token has no row in the embedding: a tokenizer may have more tokens than the model.
    pub(crate) fn check_rows(&self, encoded: &Encoded) -> Result<(), Error> {
        let vocab = self.info.vocab;
        let Some(token) = encoded.tokens.iter().find(|token| token.id.0 as usize >= vocab) else { return Ok(()) };
        let (id, text) = (token.id.0, String::from_utf8_lossy(&token.bytes));
        Err(Error::input(format!(
            "token {id}, {text:?}, is not in the embedding of {}, which has {vocab} rows: remove it from the text",
            self.info.name
        )))
    }

    /// A run over its prompt.
    pub(crate) fn start(
        &self,
        experiment: &Experiment,
        plan: &RunPlan,
        encoded: &Encoded,
        control: &dyn Control,
    ) -> Result<Running, Error> {
        let tokens: Vec<u32> = encoded.tokens.iter().map(|t| t.id.0).collect();
        let mut clean: Option<Positions> = None;
        let mut boost = |layer: usize| {
            if clean.is_none() {
                clean = Some(self.forward(&tokens, &Edits::default(), control)?);
            }
            let last = clean.as_ref().and_then(|c| c.last());
            let ffn = self.decoder.ffn(layer);
            Ok(last.map_or(0.0, |last| ffn.boost(last.scores(layer, ffn.norms()).fold(0.0, f32::max))))
        };
        let edits = Edits::resolve(&plan.interventions, &experiment.prompt, encoded, &self.info, &mut boost)?;
        let positions = self.forward(&tokens, &edits, control)?;
        Ok(Running { name: plan.name.clone(), prompt: tokens.len(), edits, positions })
    }

    fn forward(&self, tokens: &[u32], edits: &Edits, control: &dyn Control) -> Result<Positions, Error> {
        let mut positions = self.cache.start(tokens, edits);
        let done = positions.len();
        let ran = extend(&self.decoder, &self.pool, &mut positions, &tokens[done..], edits, control);
        if !positions.is_empty() {
            self.cache.keep(&positions);
        }
        ran.map(|()| positions)
    }

    /// Appends one token to a run.
    pub(crate) fn append(&self, run: &mut Running, token: u32, control: &dyn Control) -> Result<(), Error> {
        extend(&self.decoder, &self.pool, &mut run.positions, &[token], &run.edits, control)
    }

    /// Each run of an experiment over its prompt, one after the other. Positions that `each` leaves are cached.
    pub(crate) fn each_run<T>(
        &self,
        experiment: &Experiment,
        control: &dyn Control,
        mut each: impl FnMut(&mut Running, &Encoded) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let encoded = self.prompt(experiment)?;
        let run = |plan: &RunPlan| {
            let mut running = self.start(experiment, plan, &encoded, control)?;
            let answer = each(&mut running, &encoded);
            self.cache.keep(&running.positions);
            answer
        };
        experiment.runs.iter().map(run).collect()
    }
}
