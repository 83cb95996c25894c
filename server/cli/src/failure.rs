//! Why a command ends early: one line and an exit code.

use std::fmt::Display;
use std::io::ErrorKind;

/// Exit code 2: the input or the usage is wrong. 3: anything else.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
    /// The reader of stdout closed it, which is not a failure.
    pub(crate) closed_pipe: bool,
}

impl Failure {
    pub(crate) fn input(message: impl Display) -> Self {
        Self { code: 2, message: message.to_string(), closed_pipe: false }
    }

    pub(crate) fn other(message: impl Display) -> Self {
        Self { code: 3, message: message.to_string(), closed_pipe: false }
    }
}

impl From<lm::Error> for Failure {
    fn from(error: lm::Error) -> Self {
        match error {
            lm::Error::Input(message) => Self::input(message),
            other => Self::other(other),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let closed_pipe = error.kind() == ErrorKind::BrokenPipe;
        Self { closed_pipe, ..Self::other(format!("cannot write: {error}")) }
    }
}
