//! An experiment as a model runs it: a prompt file after names, ids and tokens were looked up.

use std::fmt;
use std::sync::Arc;

use base::{Change, Decoding, Scope, TokenId, ValueId};

/// One prompt, the interventions on it, the tokens to follow and how to continue.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// The prompt, verbatim.
    pub prompt: Arc<str>,
    /// Begin with the model's beginning-of-text token, which is then position 0.
    pub bos: bool,
    /// The enabled interventions, in file order. None: only the baseline is run.
    pub interventions: Vec<Intervention>,
    /// Tokens to follow; the first is the target, the others distractors.
    pub track: Vec<TokenId>,
    /// How to continue.
    pub decoding: Decoding,
}

impl Experiment {
    /// A prompt and nothing else.
    pub fn of(prompt: &str) -> Self {
        Self {
            prompt: prompt.into(),
            bos: false,
            interventions: Vec::new(),
            track: Vec::new(),
            decoding: Decoding::default(),
        }
    }

    /// The runs of this experiment, in the order in which they are answered.
    pub fn runs(&self) -> Vec<RunName> {
        let intervened = (!self.interventions.is_empty()).then_some(RunName::INTERVENED);
        [RunName::BASELINE].into_iter().chain(intervened).collect()
    }

    /// What is done to the coefficients in a run.
    pub fn interventions_in(&self, run: RunName) -> &[Intervention] {
        if run == RunName::BASELINE { &[] } else { &self.interventions }
    }
}

/// Which run of an experiment. There are two today; no code may count on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RunName(pub &'static str);

impl RunName {
    /// The model as it is.
    pub const BASELINE: Self = Self("baseline");
    /// With every enabled intervention.
    pub const INTERVENED: Self = Self("intervened");
}

impl fmt::Display for RunName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
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

/// What an intervention acts on. Heads and residual directions will follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The coefficient of a value vector.
    Value(ValueId),
}
