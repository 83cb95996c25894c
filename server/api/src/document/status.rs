//! The `status` document: what the daemon has in memory and does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `unembed status` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatusDocument {
    /// The schema's version.
    pub schema: u32,
    /// Whether a daemon runs.
    pub running: bool,
    /// Present only where `running` is true.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub daemon: Option<DaemonDocument>,
}

/// The daemon's own status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DaemonDocument {
    /// The program's version and build.
    pub version: String,
    /// The process id.
    pub pid: u32,
    /// How long the daemon has run.
    pub uptime_seconds: u64,
    /// The resident memory, in 10^6 bytes; null where the system does not report it.
    #[schemars(extend("x-nullable" = true))]
    pub memory_megabytes: Option<u64>,
    /// The engine's jobs.
    pub queue: QueueDocument,
    /// One entry for each connected editor.
    pub sessions: Vec<SessionDocument>,
    /// The models in memory.
    pub models: Vec<LoadedModelDocument>,
    /// The open concept indexes.
    pub indexes: Vec<OpenIndexDocument>,
    /// The requests of all editors.
    pub requests: RequestsDocument,
}

/// The engine's jobs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueueDocument {
    /// Number of jobs that run.
    pub running: usize,
    /// Number of jobs that wait.
    pub waiting: usize,
}

/// A connected editor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionDocument {
    /// The session's number.
    pub id: u64,
    /// The folder that the editor started in.
    pub folder: String,
    /// How long the session has lasted.
    pub seconds: u64,
}

/// A model in memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadedModelDocument {
    /// The model as the user names it.
    pub name: String,
    /// The identity of the weights and the tokenizer.
    pub fingerprint: String,
    /// The memory that the model takes, in 10^6 bytes.
    pub megabytes: u64,
    /// Time since the model's last request.
    pub idle_seconds: u64,
    /// Whether a request uses the model now.
    pub in_use: bool,
}

/// An open concept index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenIndexDocument {
    /// The identity of the model that it is for.
    pub fingerprint: String,
    /// Number of value vectors in the index.
    pub indexed: usize,
    /// Number of value vectors of the model.
    pub all: usize,
    /// Whether the daemon builds the index now.
    pub building: bool,
    /// Whether clusters are built.
    pub clustered: bool,
    /// Number of passages that were indexed.
    pub passages: usize,
    /// Whether the passages of all texts are indexed, the program's own and the user's.
    pub counted: bool,
    /// The size on disk.
    pub bytes: u64,
    /// The size on disk, in 10^6 bytes.
    pub megabytes: u64,
}

/// The requests that were answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestsDocument {
    /// Number of requests since the daemon started.
    pub answered: u64,
    /// The slowest recent requests, slowest first.
    pub slowest: Vec<RequestDocument>,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestDocument {
    /// The LSP method or the command.
    pub method: String,
    /// How long the answer took.
    pub milliseconds: f64,
    /// How long ago the answer was given.
    pub seconds_ago: u64,
}

/// What `unembed stop` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StopDocument {
    /// The schema's version.
    pub schema: u32,
    /// False where no daemon ran.
    pub stopped: bool,
}
