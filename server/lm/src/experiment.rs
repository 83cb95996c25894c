//! An experiment that a model can run: a prompt file after its names, ids and tokens are resolved.

use std::sync::Arc;

use base::{Change, Decoding, RunName, Scope, Target, TokenId};

use crate::InputError;

/// A prompt, its runs, the tracked tokens, and how to continue.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// The prompt, verbatim.
    pub prompt: Arc<str>,
    /// Whether the model's beginning-of-text token is position 0; `None`: what the tokenizer does by itself.
    pub bos: Option<bool>,
    /// The runs, in the order of the answers. Names are unique.
    pub runs: Vec<RunPlan>,
    /// Tokens to track. The first is the target; the others are distractors.
    pub track: Vec<TokenId>,
    pub decoding: Decoding,
}

/// One run of an experiment: its name and its interventions.
#[derive(Clone, Debug, PartialEq)]
pub struct RunPlan {
    /// Unique in the experiment.
    pub name: RunName,
    /// The enabled interventions, in file order. A run without interventions has the outputs of the clean model.
    pub interventions: Vec<Intervention>,
}

impl Experiment {
    /// A prompt with only the baseline run.
    pub fn of(prompt: &str) -> Self {
        Self {
            prompt: prompt.into(),
            bos: None,
            runs: vec![RunPlan { name: RunName::baseline(), interventions: Vec::new() }],
            track: Vec::new(),
            decoding: Decoding::default(),
        }
    }

    /// Appends a run.
    pub fn with_run(mut self, name: RunName, interventions: Vec<Intervention>) -> Self {
        self.runs.push(RunPlan { name, interventions });
        self
    }

    /// Keeps only the named runs, in the experiment's order.
    pub fn only(mut self, names: &[RunName]) -> Self {
        self.runs.retain(|plan| names.contains(&plan.name));
        self
    }

    pub fn run(&self, name: &RunName) -> Result<&RunPlan, InputError> {
        self.runs.iter().find(|plan| plan.name == *name).ok_or_else(|| InputError::NoSuchRun(name.clone()))
    }

    /// The run that expectations and views refer to: `intervened` if it exists, else the first run.
    pub fn main_run(&self) -> Option<&RunPlan> {
        self.runs.iter().find(|plan| plan.name.as_str() == RunName::INTERVENED).or_else(|| self.runs.first())
    }
}

/// A change of one coefficient in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervention {
    pub target: Target,
    pub change: Change,
    /// The positions at which it acts.
    pub at: Scope,
}
