//! The `interventions` document: what each line does here.

use base::{RunName, ValueId};
use serde::Serialize;

use super::GuessDocument;

/// Every intervention line of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InterventionsDocument {
    /// `SCHEMA`.
    pub schema: u32,
    /// In file order.
    pub interventions: Vec<EffectDocument>,
    /// What comes next in each run, most likely first; none where there is no prompt.
    pub next: Vec<NextDocument>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EffectDocument {
    /// The run whose list this line is in.
    pub run: RunName,
    /// From 1.
    pub line: usize,
    /// The id or name as written.
    pub target: String,
    /// The value vectors that it stands for.
    pub ids: Vec<ValueId>,
    /// The value as written.
    pub value: String,
    /// False where it stands in a comment.
    pub enabled: bool,
    /// `on`, `off`, `none` (it changes nothing that comes next) or `error` (it cannot act).
    pub effect: &'static str,
    /// Why there is none, or what is wrong.
    pub message: Option<String>,
    /// m at the last prompt position without this line, the others as they are; null for a group.
    pub coefficient: Option<f32>,
    /// m there with it; null for a group and a line that is off.
    pub becomes: Option<f32>,
}

/// What comes next in a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextDocument {
    /// Its name.
    pub run: RunName,
    /// Most likely first.
    pub next: Vec<GuessDocument>,
}
