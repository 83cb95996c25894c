//! Requests to a running daemon.

use std::fmt;
use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::time::timeout;

use crate::hello::{Answer, HELLO_TIMEOUT, Hello, MAX_ANSWER_BYTES, Role, receive, send};
use crate::socket::{Stream, connect};
use crate::socket_path::SocketPath;

/// The reason why a request has no answer.
#[derive(Debug)]
pub enum AskError {
    /// No daemon is running.
    NotRunning,
    /// The daemon refused, with its reason.
    Refused(String),
    /// The connection was lost, or the daemon does not answer.
    Lost(io::Error),
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRunning => f.write_str("no daemon is running"),
            Self::Refused(why) => write!(f, "the daemon refused: {why}"),
            Self::Lost(e) => write!(f, "the daemon does not answer ({e})"),
        }
    }
}

impl std::error::Error for AskError {}

/// Connects and sends `hello`. Returns the connection and the value of the daemon's answer.
pub(crate) async fn greet(socket_path: &SocketPath, hello: &Hello) -> Result<(BufReader<Stream>, Value), AskError> {
    let mut stream = match connect(&socket_path.socket()).await {
        Ok(stream) => BufReader::new(stream),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Err(AskError::NotRunning);
        }
        Err(e) => return Err(AskError::Lost(e)),
    };
    send(&mut stream, hello).await.map_err(AskError::Lost)?;
    match receive(&mut stream, MAX_ANSWER_BYTES, HELLO_TIMEOUT).await.map_err(AskError::Lost)? {
        Answer::Ok(value) => Ok((stream, value)),
        Answer::Refused(why) => Err(AskError::Refused(why)),
    }
}

/// Sends a request and waits until the daemon closes the connection, which means that it has finished.
pub async fn ask(socket_path: &SocketPath, version: &str, role: Role, limit: Duration) -> Result<Value, AskError> {
    let (mut stream, value) = greet(socket_path, &Hello { version: version.to_owned(), role }).await?;
    let mut rest = Vec::new();
    match timeout(limit, stream.read_to_end(&mut rest)).await {
        Ok(Ok(_)) => Ok(value),
        // A daemon that exits may reset the connection.
        Ok(Err(e)) if e.kind() == io::ErrorKind::ConnectionReset => Ok(value),
        Ok(Err(e)) => Err(AskError::Lost(e)),
        Err(_) => Err(AskError::Lost(io::ErrorKind::TimedOut.into())),
    }
}

/// Sends a request to the daemons of all versions with the same data. Returns whether one of them answered.
pub async fn ask_all(socket_path: &SocketPath, version: &str, role: &Role, limit: Duration) -> bool {
    let mut answered = false;
    for one in [socket_path.clone()].into_iter().chain(socket_path.other_versions()) {
        answered |= ask(&one, version, role.clone(), limit).await.is_ok();
    }
    answered
}
