//! Why a daemon does not serve.

use std::fmt;

/// The reason why a daemon does not serve.
#[derive(Debug)]
pub enum ServeError {
    /// Another daemon already serves on this socket.
    Taken,
    /// One line that says what to do.
    Other(String),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => f.write_str("a daemon of this version already runs: see `unembed status`"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for ServeError {}
