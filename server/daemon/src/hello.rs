//! The first line each way on a connection: who asks for what, and whether it can be had. JSON, so that versions can read
//! each other.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::time::timeout;

use crate::socket::Stream;

/// Longer first lines are nobody's of ours.
const LONGEST: u64 = 64 * 1024;
/// How long the other end may take for its first line.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An editor; bytes follow.
    Session {
        /// The folder that the editor started us in.
        folder: PathBuf,
    },
    /// How the daemon does: the answer has it.
    Status,
    /// It is to end. The connection closes when it has.
    Stop,
    /// Another version wants the index folders. The connection closes when they are let go.
    GiveUp,
    /// A command wants an index folder for a moment. The answer comes when those that nobody reads now are closed.
    Lend,
}

/// The first line of whoever connects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The asker's version.
    pub version: String,
    /// What it wants.
    pub role: Role,
}

/// The daemon's first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Ok(serde_json::Value),
    Refused(String),
}

/// Sends a line.
pub(crate) async fn send(stream: &mut (impl AsyncWriteExt + Unpin), line: &impl Serialize) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    stream.write_all(&bytes).await?;
    stream.flush().await
}

/// Reads a line; what follows it stays in the reader.
pub(crate) async fn receive<T: for<'a> Deserialize<'a>>(
    stream: &mut BufReader<Stream>,
    patience: Duration,
) -> io::Result<T> {
    let mut line = Vec::new();
    let mut limited = stream.take(LONGEST);
    timeout(patience, limited.read_until(b'\n', &mut line)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    if line.last() != Some(&b'\n') {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "no whole first line"));
    }
    serde_json::from_slice(&line).map_err(io::Error::from)
}
