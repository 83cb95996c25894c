//! The first line in each direction of a connection: the request, and whether it is granted. The lines are JSON, so
//! that different versions can read them.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::time::timeout;

use crate::socket::Stream;

/// The longest first line of a client in bytes; a longer line is not from unembed.
pub(crate) const MAX_HELLO_BYTES: u64 = 64 << 10;
/// The longest answer in bytes. A status has all sessions with their folders.
pub(crate) const MAX_ANSWER_BYTES: u64 = 16 << 20;
/// The time limit for the other end's first line.
pub(crate) const HELLO_TIMEOUT: Duration = Duration::from_secs(5);

/// The purpose of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An editor session; its bytes follow.
    Session {
        /// The folder in which the editor started the shim.
        folder: PathBuf,
    },
    /// Asks for the daemon's status, which is in the answer.
    Status,
    /// Asks the daemon to exit. The connection closes when it has exited.
    Stop,
    /// Another version needs the index folders. The connection closes when the daemon has released them.
    GiveUp,
    /// A command needs an index folder for a short time. The answer comes after the daemon has closed all unused
    /// indexes.
    Lend,
}

/// The first line from the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The client's version.
    pub version: String,
    pub role: Role,
}

/// The first line from the daemon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Ok(serde_json::Value),
    Refused(String),
}

pub(crate) async fn send(stream: &mut (impl AsyncWriteExt + Unpin), line: &impl Serialize) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    stream.write_all(&bytes).await?;
    stream.flush().await
}

/// Reads a line of at most `most` bytes. The bytes after it stay in the reader.
pub(crate) async fn receive<T: for<'a> Deserialize<'a>>(
    stream: &mut BufReader<Stream>,
    most: u64,
    limit: Duration,
) -> io::Result<T> {
    let mut line = Vec::new();
    let mut limited = stream.take(most);
    timeout(limit, limited.read_until(b'\n', &mut line)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    if line.last() != Some(&b'\n') {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "incomplete first line"));
    }
    serde_json::from_slice(&line).map_err(io::Error::from)
}
