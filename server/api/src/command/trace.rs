//! `unembed.trace`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, Source};
use crate::TraceDocument;

pub struct Trace;

impl Command for Trace {
    const NAME: &'static str = "unembed.trace";
    const ABOUT: &'static str = "Trace every run of a file.";
    type Arguments = TraceArguments;
    type Result = TraceDocument;
}

/// The arguments of `unembed.trace`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TraceArguments {
    #[serde(flatten)]
    pub source: Source,
    /// The positions to trace; all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positions: Option<TracePositions>,
    /// The blocks to report, from 0; all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<usize>>,
    /// Number of tokens of each distribution; the setting `trace.top` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
    /// Number of dominant sub-updates of each block; 10 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updates: Option<usize>,
    /// Number of words that say what each sub-update promotes. Where absent or 0, `name`, `end` and `words` are absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<usize>,
    /// Number of tokens to generate and trace as well; 0 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<usize>,
}

/// The positions to trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum TracePositions {
    Named(NamedPositions),
    /// From 0; a beginning-of-text token counts.
    List(Vec<usize>),
}

/// Positions by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum NamedPositions {
    /// Every prompt position and every generated one.
    All,
    /// The last prompt position and every generated one.
    Last,
}
