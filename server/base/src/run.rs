//! Names of the runs of an experiment.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

// Owns its text; clones share it.
/// The name of one run of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(transparent)]
pub struct RunName(Arc<str>);

impl RunName {
    /// The name of the run without interventions, which every experiment has.
    pub const BASELINE: &str = "baseline";
    /// The name of the run that `interventions:` makes.
    pub const INTERVENED: &str = "intervened";

    /// The run without interventions.
    pub fn baseline() -> Self {
        Self::new(Self::BASELINE)
    }

    /// The run that `interventions:` makes.
    pub fn intervened() -> Self {
        Self::new(Self::INTERVENED)
    }

    /// Any name. Which names a file may give is the parser's rule: see `is_valid`.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the run without interventions.
    pub fn is_baseline(&self) -> bool {
        &*self.0 == Self::BASELINE
    }

    /// Whether a file may give a run this name: `[A-Za-z][A-Za-z0-9_-]*`, and neither `baseline` nor `intervened`.
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
    fn a_file_may_give_plain_names_that_are_not_taken() {
        for name in ["a", "both", "Chance-2", "x_1"] {
            assert!(RunName::is_valid(name), "{name}");
        }
        for name in ["", "1a", "-a", "_a", "a b", "a:", "é", "baseline", "intervened"] {
            assert!(!RunName::is_valid(name), "{name}");
        }
    }
}
