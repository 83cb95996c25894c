//! The panic boundary: a bug in one piece of work ends that piece of work, not the process.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Work panicked; what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked(pub String);

impl Panicked {
    /// From what `catch_unwind` gives.
    pub fn from_payload(payload: &(dyn Any + Send)) -> Self {
        let said = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
        Self(said.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned()))
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "internal error, please report it: {}", self.0)
    }
}

impl std::error::Error for Panicked {}

/// Runs `work`; a panic in it comes back as a value. Whatever `work` shares must be sound after it stops half-way:
/// use it where state is only replaced whole.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Panicked::from_payload(payload.as_ref()))
}
