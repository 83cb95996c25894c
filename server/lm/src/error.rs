//! What can go wrong between asking a model and its answer.

use std::fmt;

use base::Cancelled;

/// Why a model did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Whoever asked does not want the answer any more.
    Cancelled,
    /// The experiment asks for what this model cannot do; one line that says what and what to do.
    Input(String),
    /// The model itself failed; one line.
    Model(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => Cancelled.fmt(f),
            Self::Input(message) | Self::Model(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl From<Cancelled> for Error {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}
