//! The `interventions` document: what each intervention line of a file does.

use base::{RunName, Target};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::GuessDocument;

/// Every intervention line of a file, and the next token of every run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterventionsDocument {
    /// The schema's version.
    pub schema: u32,
    /// In file order.
    pub interventions: Vec<EffectDocument>,
    /// What comes next in each run; empty where the file has no prompt.
    pub next: Vec<NextDocument>,
    /// The version of the open document that was read; null for a text that is not open.
    pub version: Option<i32>,
}

/// One intervention line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffectDocument {
    /// The run that the line belongs to.
    pub run: RunName,
    /// The file's line, from 1.
    pub line: usize,
    /// The id or name as written.
    pub target: String,
    /// What the target stands for: one id, or all of a group.
    pub ids: Vec<Target>,
    /// The value as written.
    pub value: String,
    /// False for a line in a comment.
    pub enabled: bool,
    /// What the line does.
    pub effect: Effect,
    /// Why the line has no effect, or what is wrong with it; null where there is nothing to say.
    pub message: Option<String>,
    /// The coefficient m at the last prompt position without this line, the other lines kept; null for a group.
    pub coefficient: Option<f32>,
    /// The coefficient m there with this line; null for a group and for a line that is off.
    pub becomes: Option<f32>,
}

/// What an intervention line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The line acts.
    On,
    /// The line is in a comment.
    Off,
    /// The line acts and changes nothing that comes next.
    None,
    /// The line cannot act; `message` says why.
    Error,
}

/// What comes next in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextDocument {
    /// The run's name.
    pub run: RunName,
    /// Most likely first.
    pub next: Vec<GuessDocument>,
}
