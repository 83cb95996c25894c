//! The `report` document: diagnostics for a bug report.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::DaemonDocument;

/// What `unembed report` collects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportDocument {
    /// The schema's version.
    pub schema: u32,
    /// The program's version and build.
    pub version: String,
    /// The system that the program runs on.
    pub system: SystemDocument,
    /// The text of the user's settings file; null where there is none.
    pub settings: Option<String>,
    /// What is wrong with the settings, a line each.
    pub settings_problems: Vec<String>,
    /// The daemon's status, or why there is none.
    pub status: ReportedStatus,
    /// The last lines of the log.
    pub log: Vec<String>,
    /// The prompt files that the user named.
    pub prompts: Vec<ReportedPromptDocument>,
}

/// The system that the program runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SystemDocument {
    /// Such as `linux`.
    pub os: String,
    /// Such as `x86_64`.
    pub arch: String,
    /// Number of threads that run at a time.
    pub threads: usize,
}

/// The daemon's status, or one line of text that says why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ReportedStatus {
    Daemon(Box<DaemonDocument>),
    None(String),
}

/// A prompt file in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedPromptDocument {
    /// The file's path.
    pub file: String,
    /// Absent where the file cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// One line of text: why the file cannot be read. Absent where it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
