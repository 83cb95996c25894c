//! Identifiers of value vectors and tokens.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The id of a token in a model's vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct TokenId(pub u32);

/// The id of a value vector: row `dim` of the FFN output matrix of block `layer`. Written `L3D77`; both count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "String", extend("pattern" = "^L[0-9]+D[0-9]+$"))]
pub struct ValueId {
    pub layer: u32,
    pub dim: u32,
}

impl ValueId {
    pub fn new(layer: usize, dim: usize) -> Self {
        Self { layer: u32::try_from(layer).unwrap_or(u32::MAX), dim: u32::try_from(dim).unwrap_or(u32::MAX) }
    }
}

impl fmt::Display for ValueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("L{}D{}", self.layer, self.dim))
    }
}

/// The text does not have the form `L3D77`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIdError;

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a value vector's id: write layer and dim, such as L3D77")
    }
}

impl std::error::Error for ParseIdError {}

impl FromStr for ValueId {
    type Err = ParseIdError;

    fn from_str(s: &str) -> Result<Self, ParseIdError> {
        let (layer, dim) = s.strip_prefix('L').and_then(|r| r.split_once('D')).ok_or(ParseIdError)?;
        let number = |s: &str| match s.bytes().all(|b| b.is_ascii_digit()) {
            true => s.parse().map_err(|_| ParseIdError),
            false => Err(ParseIdError),
        };
        Ok(Self { layer: number(layer)?, dim: number(dim)? })
    }
}

impl Serialize for ValueId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ValueId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_displayed_ids() {
        for id in [ValueId::new(0, 0), ValueId::new(47, 6399)] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn rejects_other_text() {
        for text in
            ["", "L", "LD", "L1", "L1D", "LD1", "l1d1", "L1D2x", "L-1D2", "L+1D2", "L1D99999999999", " L1D2", "food"]
        {
            assert_eq!(text.parse::<ValueId>(), Err(ParseIdError), "{text:?}");
        }
    }
}
