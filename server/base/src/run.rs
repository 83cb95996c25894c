//! Names of an experiment's runs.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

// Clones share the text.
/// The name of one run of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(transparent)]
pub struct RunName(Arc<str>);

impl RunName {
    /// The name of the run without interventions. Every experiment has this run.
    pub const BASELINE: &str = "baseline";
    /// The name of the run defined by `interventions:`.
    pub const INTERVENED: &str = "intervened";

    /// The name `BASELINE`.
    pub fn baseline() -> Self {
        Self::new(Self::BASELINE)
    }

    /// The name `INTERVENED`.
    pub fn intervened() -> Self {
        Self::new(Self::INTERVENED)
    }

    /// Accepts any text. The parser enforces `is_valid` for names that a file gives.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_baseline(&self) -> bool {
        &*self.0 == Self::BASELINE
    }

    /// True if a file may give a run this name: `[A-Za-z][A-Za-z0-9_-]*`, except `baseline` and `intervened`.
    pub fn is_valid(name: &str) -> bool {
        let rest = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(rest)
            && name != Self::BASELINE
            && name != Self::INTERVENED
    }
}

impl Serialize for RunName {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RunName {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d).map(Self::new)
    }
}

impl fmt::Display for RunName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_plain_names_except_reserved_ones() {
        for name in ["a", "both", "Chance-2", "x_1"] {
            assert!(RunName::is_valid(name), "{name}");
        }
        for name in ["", "1a", "-a", "_a", "a b", "a:", "é", "baseline", "intervened"] {
            assert!(!RunName::is_valid(name), "{name}");
        }
    }
}
