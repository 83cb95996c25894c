//! An experiment as a model runs it: a prompt file after names, ids and tokens were looked up.

use std::sync::Arc;

use base::{Change, Decoding, RunName, Scope, Target, TokenId};

use crate::InputError;

/// One prompt, the runs of it, the tokens to follow and how to continue.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// The prompt, verbatim.
    pub prompt: Arc<str>,
    /// Begin with the model's beginning-of-text token, which is then position 0.
    pub bos: bool,
    /// What is run, in the order of the answers. Names are unique.
    pub runs: Vec<RunPlan>,
    /// Tokens to follow; the first is the target, the others distractors.
    pub track: Vec<TokenId>,
    /// How to continue.
    pub decoding: Decoding,
}

/// One run of an experiment: its name and what is done to coefficients in it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunPlan {
    /// Unique in its experiment.
    pub name: RunName,
    /// The enabled interventions, in file order. Without any, the outputs are those of the clean model.
    pub interventions: Vec<Intervention>,
}

impl Experiment {
    /// A prompt with the baseline run alone.
    pub fn of(prompt: &str) -> Self {
        Self {
            prompt: prompt.into(),
            bos: false,
            runs: vec![RunPlan { name: RunName::baseline(), interventions: Vec::new() }],
            track: Vec::new(),
            decoding: Decoding::default(),
        }
    }

    /// The same experiment with one more run behind the others.
    pub fn with_run(mut self, name: RunName, interventions: Vec<Intervention>) -> Self {
        self.runs.push(RunPlan { name, interventions });
        self
    }

    /// The same experiment with these of its runs alone, in its own order.
    pub fn only(mut self, names: &[RunName]) -> Self {
        self.runs.retain(|plan| names.contains(&plan.name));
        self
    }

    /// The run of this name.
    pub fn run(&self, name: &RunName) -> Result<&RunPlan, InputError> {
        self.runs.iter().find(|plan| plan.name == *name).ok_or_else(|| InputError::NoSuchRun(name.clone()))
    }

    /// The run that expectations are about and that views show: `intervened` where there is one, else the first.
    pub fn main_run(&self) -> Option<&RunPlan> {
        self.runs.iter().find(|plan| plan.name.as_str() == RunName::INTERVENED).or_else(|| self.runs.first())
    }
}

/// A change of one coefficient somewhere in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervention {
    /// Whose coefficient.
    pub target: Target,
    /// What it becomes.
    pub change: Change,
    /// At which positions.
    pub at: Scope,
}
