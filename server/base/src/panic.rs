//! The panic boundary: a panic ends one piece of work, not the process.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The message of a panic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked(pub String);

impl Panicked {
    /// Extracts the message from the payload that `catch_unwind` returns.
    pub fn from_payload(payload: &(dyn Any + Send)) -> Self {
        let message = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
        Self(message.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned()))
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "internal error, please report it: {}", self.0)
    }
}

impl std::error::Error for Panicked {}

/// Runs `work` and returns a panic in it as an error. State that `work` shares must stay valid when `work` stops
/// half-way, so use this only where state is replaced as a whole.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Panicked::from_payload(payload.as_ref()))
}
