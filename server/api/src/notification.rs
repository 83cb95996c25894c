//! What the server sends without a request, and the options that a client sends in `initialize`.

use base::{RunName, TokenId};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A notification from the server.
pub trait Notification {
    const NAME: &'static str;
    /// What the notification has, and when it is sent.
    const ABOUT: &'static str;
    type Params: Serialize + DeserializeOwned + JsonSchema;
}

pub struct Status;

impl Notification for Status {
    const NAME: &'static str = "unembed/status";
    const ABOUT: &'static str = "The state of the session, sent when it changes.";
    type Params = StatusParams;
}

/// The state of the session. Editors act on the fields; `message` is for people and may be reworded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusParams {
    /// Whether the models of all open files can be used.
    pub health: Health,
    /// Whether a command, a load or an index build runs.
    pub busy: bool,
    /// One line of text.
    pub message: String,
    /// What the session does now.
    pub phase: Phase,
    /// The model that the phase is about. Absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// How much of `all` is done, in the unit of the current step. Absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<u64>,
    /// Absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<u64>,
    /// Every running index build of this session, in any phase. Absent where none runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub builds: Vec<IndexBuild>,
}

/// A concept index while it is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexBuild {
    /// The model's name.
    pub model: String,
    /// Number of value vectors that a search finds.
    pub done: u64,
    /// Number of value vectors of the model.
    pub all: u64,
}

/// Whether the session can use its models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// The models of all open files can be used.
    Ok,
    /// The model of an open file must be fetched first.
    Warning,
    /// The model of an open file cannot be loaded.
    Error,
}

/// What the session does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// A model is being loaded.
    Loading,
    /// A concept index is being built.
    Indexing,
    /// A command runs.
    Working,
    /// Nothing runs, and every open file's model can be used.
    Ready,
    /// The model of an open file cannot be loaded.
    Failed,
    /// The model of an open file must be fetched first.
    Missing,
}

pub struct Generated;

impl Notification for Generated {
    const NAME: &'static str = "unembed/generated";
    const ABOUT: &'static str = "New tokens of `unembed.generate`, for a client with the option `generated`.";
    type Params = GeneratedParams;
}

/// New tokens of a run, sent during the generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedParams {
    /// The `workDoneToken` of the command; null where it had none.
    pub token: Option<ProgressToken>,
    /// The document that is continued.
    pub uri: String,
    /// The run that continues.
    pub run: RunName,
    /// The tokens since the last notification of this run.
    pub ids: Vec<TokenId>,
    /// The text since the last notification of this run. It holds whole characters only, so it may lag behind `ids`.
    pub text: String,
}

/// A progress token of LSP.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ProgressToken {
    Number(i32),
    Text(String),
}

/// What a client may put into `initializationOptions` beside its settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Wishes {
    /// The server sends `unembed/generated` during a generation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub generated: bool,
    /// The client shows the results of commands itself. Otherwise the server shows them, as a document or a message.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub results: bool,
    /// The URI of the client's copy of `GLOSSARY.md`. Hovers link their terms to its lines, such as `#L57`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glossary: Option<String>,
    /// The URI that opens a value vector's card in the client, with `{id}` for the vector's id. Hovers link ids to it. A
    /// client that sets it renders Markdown: its marks take no room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cards: Option<String>,
}

impl Wishes {
    /// The fields' names, which are not settings.
    pub const NAMES: [&str; 4] = ["generated", "results", "glossary", "cards"];
}
