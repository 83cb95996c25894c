//! The `trace` document: what each block's FFN did to the prediction, in every run.

use base::{RunName, TokenId, ValueId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{End, ExperimentDocument, GuessDocument, ModelDocument, ProblemDocument};

/// The FFN trace of every run of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TraceDocument {
    /// The schema's version.
    pub schema: u32,
    /// The file as it was run.
    pub experiment: ExperimentDocument,
    /// The problems of the file. What is wrong is left out of the runs.
    pub problems: Vec<ProblemDocument>,
    /// The model that ran.
    pub model: ModelDocument,
    /// The name of the norm that the logit lens applies: the model's own final norm.
    pub lens: String,
    /// The baseline first, then the others in file order.
    pub runs: Vec<RunDocument>,
}

/// One run of a trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunDocument {
    /// The run's name.
    pub name: RunName,
    /// The tokens of the prompt and the generated ones, by position.
    pub tokens: Vec<RunTokenDocument>,
    /// The traces of the requested positions.
    pub positions: Vec<PositionDocument>,
}

/// A token of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunTokenDocument {
    /// From 0; a beginning-of-text token counts.
    pub position: usize,
    /// The token's id in the vocabulary.
    pub id: TokenId,
    /// The token's text. Bytes that are not UTF-8 appear as U+FFFD.
    pub text: String,
    /// The token's bytes, present only where `text` cannot say them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// The token's first byte in the prompt; null for a generated or a beginning-of-text token.
    pub start: Option<usize>,
    /// The byte after the token's last byte in the prompt; null as `start`.
    pub end: Option<usize>,
    /// ln p in nats, predicted at the position before; null at position 0.
    pub logprob: Option<f32>,
    /// The token's rank at the position before, 1 for the most likely; null at position 0.
    pub rank: Option<usize>,
}

/// The trace of one position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PositionDocument {
    /// From 0; a beginning-of-text token counts.
    pub position: usize,
    /// The next-token distribution, most likely first.
    pub next: Vec<GuessDocument>,
    /// The first block from which on the final most likely token stays the most likely.
    pub saturation: usize,
    /// The requested blocks.
    pub layers: Vec<LayerDocument>,
    /// One entry for each tracked token, in the order of the file.
    pub tracked: Vec<TrackedDocument>,
}

/// What one block's FFN did at a position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LayerDocument {
    /// From 0.
    pub layer: usize,
    /// The logit lens before the FFN, most likely first.
    pub before: Vec<GuessDocument>,
    /// The logit lens after the FFN, most likely first.
    pub after: Vec<GuessDocument>,
    /// KL(after || before) in nats.
    pub kl: f32,
    /// The dominant sub-updates, largest score first.
    pub updates: Vec<UpdateDocument>,
}

/// A sub-update: a value vector times its coefficient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateDocument {
    /// The value vector's id, such as `L3D77`.
    pub id: ValueId,
    /// The value vector's block, from 0.
    pub layer: u32,
    /// The value vector's row in that block, from 0.
    pub dim: u32,
    /// The coefficient m, signed, as it acts in this run.
    pub coefficient: f32,
    /// The length of the value vector, ||v||.
    pub norm: f32,
    /// |m| * ||v||
    pub score: f32,
    /// The direct effect on the centred logit of each tracked token, in the order of the file.
    pub effects: Vec<f32>,
    /// Present only where words were requested.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<MeaningDocument>,
}

/// What a sub-update stands for, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MeaningDocument {
    /// The value vector's name in the project's names file; null where it has none.
    #[schemars(extend("x-nullable" = true))]
    pub name: Option<String>,
    /// The end of the value vector that acts: `bottom` where the coefficient is negative.
    pub end: End,
    /// The words of that end, which the sub-update promotes, the most promoted first.
    pub words: Vec<String>,
}

/// A tracked token at a position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackedDocument {
    /// The token's id in the vocabulary.
    pub id: TokenId,
    /// The token's text. Bytes that are not UTF-8 appear as U+FFFD.
    pub token: String,
    /// The token's bytes, present only where `token` cannot say them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// The probability that the token comes next, 0 to 1.
    pub p: f32,
    /// 1 for the most likely token.
    pub rank: usize,
    /// The token's logit minus the mean logit over the vocabulary.
    pub logit: f32,
    /// One entry for each block of the model.
    pub layers: Vec<TrackedLayerDocument>,
    /// The direct effects that add up to `logit`.
    pub parts: PartsDocument,
}

/// A tracked token's probability around one FFN.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackedLayerDocument {
    /// Probability before the FFN, 0 to 1.
    pub before: f32,
    /// Probability after the FFN, 0 to 1.
    pub after: f32,
}

/// Direct effects that add up to a centred logit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartsDocument {
    /// The token embedding plus the position embedding.
    pub embedding: f32,
    /// Each block's attention.
    pub attention: Vec<f32>,
    /// Each block's FFN.
    pub ffn: Vec<f32>,
    /// The final norm's bias.
    pub bias: f32,
}
