//! Resolves a model reference in a file or on the command line to a loaded model.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::{Control, Error, LanguageModel};

/// A reference to a model and the rules for resolving it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ModelRequest {
    /// The reference as written: a configured name, a Hugging Face id or a path; `None` means the configured default.
    pub reference: Option<String>,
    /// The base of a relative path: the folder of the prompt file.
    pub folder: Option<PathBuf>,
    /// Folders that a path may lie in, besides the user's `models.paths`: the workspace folders.
    pub roots: Vec<PathBuf>,
    /// The user named the model on the command line, so any path is allowed.
    pub consent: bool,
}

/// Identifies a locally available model, loaded or not. Equal keys mean the same model.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelKey(pub String);

/// The reason why a model is unavailable; one line that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError {
    pub message: String,
    /// The Hugging Face id to fetch, if fetching solves the problem.
    pub fetch: Option<String>,
}

impl OpenError {
    /// An error without a model to fetch. `message` may quote a model's files, so control characters are escaped: the
    /// message stays one line and is safe to print on a terminal.
    pub fn new(message: impl Into<String>) -> Self {
        let mut message = message.into();
        if message.contains(char::is_control) {
            let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
            message = message.chars().map(shown).collect();
        }
        Self { message, fetch: None }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for OpenError {}

/// Finds, loads and caches models. Every method may be called from any thread.
pub trait Library: Send + Sync {
    /// Resolves a request to a locally available model. Reads the disk, never the network.
    fn find(&self, request: &ModelRequest) -> Result<ModelKey, OpenError>;

    /// The model, if it is already loaded.
    fn loaded(&self, key: &ModelKey) -> Option<Arc<dyn LanguageModel>>;

    /// Loads and caches the model. Blocks. Concurrent calls for one model load it once.
    fn load(&self, key: &ModelKey) -> Result<Arc<dyn LanguageModel>, OpenError>;

    /// Downloads a model by its Hugging Face id. `progress` receives the bytes done and the total bytes. Blocks.
    fn fetch(&self, id: &str, control: &dyn Control, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error>;
}
