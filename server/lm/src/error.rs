//! Errors that a model returns.

use std::fmt;

use base::{Cancelled, RunName, TokenId, ValueId};

/// The reason why a model did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The request was cancelled.
    Cancelled,
    /// The experiment is not valid for this model.
    Input(InputError),
    /// The model failed; one line.
    Model(String),
}

impl Error {
    /// An input error without a variant of its own. `message` is one line: what is wrong, then what to do.
    pub fn input(message: impl Into<String>) -> Self {
        Self::Input(InputError::Other(message.into()))
    }
}

/// An invalid request. The text is one line: what is wrong, then what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputError {
    /// The model has no such value vector.
    NoSuchVector(NoSuchVector),
    /// The model has no such layer.
    NoSuchLayer {
        layer: usize,
        model: String,
        /// The number of layers of the model.
        layers: usize,
    },
    /// The run has no such position.
    NoSuchPosition {
        position: usize,
        /// The number of positions of the run.
        positions: usize,
    },
    /// The position is beyond the model's context.
    BeyondContext {
        position: usize,
        model: String,
        /// The largest number of positions in a run.
        context: usize,
    },
    /// The vocabulary has no such token.
    NoSuchToken { id: TokenId, model: String },
    /// The experiment has no run of this name.
    NoSuchRun(RunName),
    /// Numbers of the run are too large for float32, from this layer on.
    Overflow { layer: usize, position: usize },
    /// The prompt has no token.
    EmptyPrompt,
    /// `bos: true` for a model without a beginning-of-text token; holds the model's name.
    NoBos(String),
    /// `boost` in a model whose FFN is gated; holds the model's name.
    NoBoost(String),
    /// Any other error; one line.
    Other(String),
}

/// A value vector that a model does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchVector {
    pub id: ValueId,
    pub model: String,
    /// The model's last value vector.
    pub last: ValueId,
}

impl fmt::Display for NoSuchVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not in {}: its value vectors are L0D0 to {}", self.id, self.model, self.last)
    }
}

impl std::error::Error for NoSuchVector {}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = |count: &usize| count.saturating_sub(1);
        match self {
            Self::NoSuchVector(error) => error.fmt(f),
            Self::NoSuchLayer { layer, model, layers } => {
                write!(f, "layer {layer} is not in {model}: its layers are 0 to {}", last(layers))
            }
            Self::NoSuchPosition { position, positions } => {
                write!(f, "position {position} is not in the run: its positions are 0 to {}", last(positions))
            }
            Self::Overflow { layer, position } => write!(
                f,
                "the activations overflow float32 in layer {layer} at position {position}: use smaller interventions, or \
                 other weights if there are none"
            ),
            Self::BeyondContext { position, model, context } => {
                let last = last(context);
                write!(f, "position {position} is beyond the context of {model}: its positions are 0 to {last}")
            }
            Self::NoSuchToken { id, model } => write!(f, "token {} is not in the vocabulary of {model}", id.0),
            Self::NoSuchRun(name) => write!(f, "there is no run `{name}` in this file"),
            Self::EmptyPrompt => f.write_str("the prompt is empty: write some text after the front matter"),
            Self::NoBos(model) => write!(f, "{model} has no beginning-of-text token: write bos: false"),
            Self::NoBoost(model) => {
                write!(
                    f,
                    "{model} has no `boost`, because its FFN is gated: write `{{ set: 4.5 }}`, with your own number"
                )
            }
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for InputError {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => Cancelled.fmt(f),
            Self::Input(error) => error.fmt(f),
            Self::Model(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl From<Cancelled> for Error {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<NoSuchVector> for InputError {
    fn from(error: NoSuchVector) -> Self {
        Self::NoSuchVector(error)
    }
}

impl From<NoSuchVector> for Error {
    fn from(error: NoSuchVector) -> Self {
        Self::Input(error.into())
    }
}
