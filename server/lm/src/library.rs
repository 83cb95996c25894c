//! Where models come from: a name in a file or on the command line to a loaded model.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::{Control, Error, LanguageModel};

/// A wish for a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ModelRequest {
    /// As written: a configured name, a Hugging Face id, or a path; `None` is the configured default.
    pub reference: Option<String>,
    /// What a relative path is relative to: the file's folder.
    pub folder: Option<PathBuf>,
    /// Folders that a path may lie in besides the user's own `models.paths`: the workspace.
    pub roots: Vec<PathBuf>,
    /// The user named the model by hand, so that any path is allowed.
    pub consent: bool,
}

/// A model that is here, loaded or not. Equal keys are the same model.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelKey(pub String);

/// Why a model cannot be had; one line that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// The line.
    pub message: String,
    /// The Hugging Face id that fetching would bring, where that is the mend.
    pub fetch: Option<String>,
}

impl OpenError {
    /// A line, with nothing to fetch. What a model's files say may stand in it: control characters are escaped, so that
    /// it stays one line and a terminal shows it.
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

/// Finds, loads and keeps models. Every method may be called from any thread.
pub trait Library: Send + Sync {
    /// Which model is meant and whether it is here. Looks at the disk, never at the network.
    fn find(&self, request: &ModelRequest) -> Result<ModelKey, OpenError>;

    /// The model, if it is loaded already.
    fn loaded(&self, key: &ModelKey) -> Option<Arc<dyn LanguageModel>>;

    /// Loads the model and keeps it. Blocks; two calls for one model load it once.
    fn load(&self, key: &ModelKey) -> Result<Arc<dyn LanguageModel>, OpenError>;

    /// Fetches a model by its Hugging Face id; `progress` gets bytes done and bytes in all. Blocks.
    fn fetch(&self, id: &str, control: &dyn Control, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error>;
}
