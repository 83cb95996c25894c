//! `lm::LanguageModel` on a loaded model: which runs a request needs, and which part answers it.

use std::sync::Arc;

use base::{RunName, Target, TokenId, ValueId};
use lm::{
    Continuation, Control, Encoded, Error, Experiment, Generated, LanguageModel, ModelInfo, Run, Token, TraceQuery,
    Value, Weights,
};

use crate::files::tokenizer::Placed;
use crate::generate::{self, Generator};
use crate::model::Model;
use crate::read::trace;

impl LanguageModel for Model {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn bytes(&self) -> u64 {
        self.decoder.bytes()
    }

    fn rest(&self) -> bool {
        self.cache.clear()
    }

    fn weights(&self) -> &dyn Weights {
        self
    }

    fn encode(&self, prompt: &str, bos: Option<bool>) -> Encoded {
        // Some tokenizers put the token before every text: one is enough.
        let begins = self.info.bos.is_some_and(|id| self.tokenizer.begins_with(id.0));
        let first = self.info.bos.filter(|_| bos == Some(true) && !begins);
        let first = first.map(|id| Token { id, bytes: self.token_bytes(id), span: None });
        let removed = usize::from(bos == Some(false) && begins);
        let room = self.info.context - usize::from(first.is_some()) + removed;
        let (tokens, cut) = self.tokenizer.encode_prefix(prompt, room);
        let before = self.tokenizer.put_before();
        let token = |(at, (id, span)): (usize, Placed)| {
            let around = at < before || span.start == prompt.len();
            Token { id: TokenId(id), bytes: self.tokenizer.bytes(id), span: Some(span).filter(|_| !around) }
        };
        let tokens = tokens.into_iter().enumerate().skip(removed).map(token);
        Encoded { tokens: first.into_iter().chain(tokens).collect(), cut }
    }

    fn tokens_within(&self, text: &str) -> Vec<Token> {
        let token = |(id, span): Placed| Token { id: TokenId(id), bytes: self.tokenizer.bytes(id), span: Some(span) };
        self.tokenizer.within(text).into_iter().map(token).collect()
    }

    fn token_bytes(&self, id: TokenId) -> Arc<[u8]> {
        self.tokenizer.bytes(id.0)
    }

    fn trace(&self, query: &TraceQuery<'_>, control: &dyn Control) -> Result<Vec<Run>, Error> {
        self.each_run(query.experiment, control, |run, encoded| {
            if query.generated > 0 {
                let mut generator = Generator::new(&query.experiment.decoding, query.generated);
                while let Some(token) = generator.next(self, run, control)? {
                    self.append(run, token, control)?;
                }
            }
            trace::trace(self, query, run, encoded, control)
        })
    }

    fn generate(
        &self,
        experiment: &Experiment,
        control: &dyn Control,
        each: &mut dyn FnMut(Generated<'_>),
    ) -> Result<Vec<Continuation>, Error> {
        let mut runs =
            self.each_run(experiment, control, |run, _| generate::run(self, experiment, run, control, each))?;
        generate::mark_divergence(&mut runs);
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
        let Target::Value(id) = target;
        self.info.check(id)?;
        let run = self.start(experiment, experiment.run(run)?, &self.prompt(experiment)?, control)?;
        let position = trace::existing(&run, position)?;
        Ok(position.coefficients(id.layer as usize)[id.dim as usize])
    }

    fn values(&self, ids: &[ValueId], words: usize, control: &dyn Control) -> Result<Vec<Arc<Value>>, Error> {
        ids.iter().try_for_each(|id| self.info.check(*id))?;
        self.values.get(&self.decoder, &self.pool, ids, words, self.undertrained(), control)
    }
}

#[cfg(test)]
mod tests;
