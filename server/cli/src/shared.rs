//! The shared process, from the side of those who look for it: its place, and questions to it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::time::{Duration, SystemTime};

use daemon::{AskError, Place, Role, ask};
use serde_json::Value;

use crate::failure::Failure;

/// How long an orderly end may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program's version, and which build of it: one that was built anew must not be served by one from before.
pub(crate) fn version() -> String {
    let build = std::env::current_exe().and_then(std::fs::metadata).map(|file| {
        let modified = file.modified().ok().and_then(|m| m.duration_since(SystemTime::UNIX_EPOCH).ok());
        let mut hasher = DefaultHasher::new();
        (file.len(), modified).hash(&mut hasher);
        hasher.finish() as u32
    });
    match build {
        Ok(build) => format!("{}+{build:08x}", env!("CARGO_PKG_VERSION")),
        Err(_) => env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Where the shared process of this version and this user is.
pub(crate) fn place() -> Result<Place, Failure> {
    let (data, user) = (config::data_folder().unwrap_or_default(), config::user_file().unwrap_or_default());
    let data: [&Path; 2] = [&data, &user];
    Place::new(&Place::usual_folder(), &version(), &data).map_err(Failure::other)
}

/// Asks the shared process; `None` where there is none.
pub(crate) fn question(role: Role) -> Result<Option<Value>, Failure> {
    let place = place()?;
    let runtime = runtime()?;
    match runtime.block_on(ask(&place, &version(), role, PATIENCE)) {
        Ok(answer) => Ok(Some(answer)),
        Err(AskError::Nobody) => Ok(None),
        Err(other) => Err(Failure::other(other)),
    }
}

/// For a few bytes here and there.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| Failure::other(format!("cannot start this process's threads: {e}")))
}
