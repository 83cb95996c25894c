//! What a daemon serves: the work for sessions, and the facts that its status begins with.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, DuplexStream};

/// The daemon's own part of its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The program's version and build.
    pub version: String,
    pub pid: u32,
    /// Time since the daemon started to serve.
    pub uptime: Duration,
    /// The connected editors, in order of connection.
    pub sessions: Vec<SessionFacts>,
}

/// A connected editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFacts {
    /// Counted from the daemon's first session.
    pub id: u64,
    /// The folder in which the editor started.
    pub folder: PathBuf,
    /// Time since the session started.
    pub lasted: Duration,
}

/// The work that a daemon does for its sessions.
pub trait Host: Send + Sync + 'static {
    /// Serves a session until it ends. Returns the exit code of the editor's process. Dropping the future ends the
    /// session.
    fn session(
        &self,
        folder: PathBuf,
        input: Box<dyn AsyncRead + Send + Unpin>,
        output: DuplexStream,
    ) -> Pin<Box<dyn Future<Output = u8> + Send>>;

    /// The answer to `Role::Status`, which starts with the daemon's own facts.
    fn status(&self, daemon: Facts) -> Value;

    /// True while work runs that no session waits for.
    fn is_busy(&self) -> bool;

    /// The idle time after which the daemon exits; `None` means never.
    fn idle(&self) -> Option<Duration>;

    /// The largest number of concurrent sessions.
    fn most_sessions(&self) -> usize;

    /// Releases resources that have been unused for long. Called every few seconds.
    fn tidy(&self);

    /// Releases the index folders until `take_back`. Blocks until other processes can open them.
    fn give_up(&self);

    /// Opens index folders again when they are needed: the daemon that they were given up for has exited.
    fn take_back(&self);

    /// Releases the index folders that are not in use until they are used again. Blocks until other processes can open
    /// them.
    fn lend(&self);

    /// Writes all data that must not be lost, before the daemon exits. Blocks.
    fn close(&self);
}
