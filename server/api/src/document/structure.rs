//! The `structure` document: where the parts of a file stand, so that editors need not parse it.

use base::{RunName, Target};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::TextRange;

/// The parts of a prompt file or a names file. It takes no model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StructureDocument {
    /// The schema's version.
    pub schema: u32,
    /// The version of the open document that was read; null for a text that is not open.
    pub version: Option<i32>,
    /// What the file is.
    pub kind: FileKind,
    /// The model as written; null where the file names none.
    pub model: Option<String>,
    /// The front matter with its `---` lines; null where there is none.
    pub front_matter: Option<TextRange>,
    /// The keys at the top of the front matter, in file order.
    pub keys: Vec<KeyDocument>,
    /// The prompt; empty, at the end of the file, for a names file.
    pub prompt: TextRange,
    /// The runs that the file makes: the baseline first, then the others in file order.
    pub runs: Vec<RunName>,
    /// In file order.
    pub interventions: Vec<EntryDocument>,
    /// The names that a names file gives, in file order; empty for a prompt file.
    pub names: Vec<NamePlaceDocument>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// A prompt file.
    Prompt,
    /// A prompt file of another program; it is not run.
    Foreign,
    /// A names file.
    Names,
}

/// The place of a key of the front matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyDocument {
    /// The key's name.
    pub name: String,
    /// The whole lines of the key and its value.
    pub range: TextRange,
    /// The place of the value; empty, directly after the colon, where there is none.
    pub value_range: TextRange,
}

/// The place of an intervention line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EntryDocument {
    /// The run that the line belongs to.
    pub run: RunName,
    /// The file's line, from 1.
    pub line: usize,
    /// The whole entry, a disabled entry's `#` included.
    pub range: TextRange,
    /// The id or name as written.
    pub target: String,
    /// The place of `target`.
    pub target_range: TextRange,
    /// The value as written.
    pub value: String,
    /// The place of `value`.
    pub value_range: TextRange,
    /// False for an entry in a comment.
    pub enabled: bool,
    /// The number that a step changes; null where the value has none, as in `off`.
    pub number: Option<NumberDocument>,
}

/// The number in a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NumberDocument {
    /// The place of the number.
    pub range: TextRange,
    /// The number.
    pub value: f32,
    /// The number as written, such as `+2.50`.
    pub text: String,
}

/// The place of a name in a names file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NamePlaceDocument {
    /// The name as the file has it.
    pub name: String,
    /// What the name stands for: one id, or all of a group.
    pub ids: Vec<Target>,
    /// The name, without its ids.
    pub range: TextRange,
}
