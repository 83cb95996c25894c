//! Questions to a running daemon.

use std::fmt;
use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::time::timeout;

use crate::hello::{Answer, Hello, PATIENCE, Role, receive, send};
use crate::socket_path::Place;
use crate::socket::{Stream, connect};

/// Why there is no answer.
#[derive(Debug)]
pub enum AskError {
    /// No daemon runs.
    Nobody,
    /// It said no; its reason.
    Refused(String),
    /// It was lost, or does not answer.
    Lost(io::Error),
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("no daemon runs"),
            Self::Refused(why) => write!(f, "the daemon refused: {why}"),
            Self::Lost(e) => write!(f, "the daemon does not answer ({e})"),
        }
    }
}

impl std::error::Error for AskError {}

/// Connects and says hello; the connection, and what came with the answer.
pub(crate) async fn greet(place: &Place, hello: &Hello) -> Result<(BufReader<Stream>, Value), AskError> {
    let mut stream = match connect(&place.socket()).await {
        Ok(stream) => BufReader::new(stream),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Err(AskError::Nobody);
        }
        Err(e) => return Err(AskError::Lost(e)),
    };
    send(&mut stream, hello).await.map_err(AskError::Lost)?;
    match receive(&mut stream, PATIENCE).await.map_err(AskError::Lost)? {
        Answer::Ok(value) => Ok((stream, value)),
        Answer::Refused(why) => Err(AskError::Refused(why)),
    }
}

/// Asks, and waits until the daemon is done with it.
pub async fn ask(place: &Place, version: &str, role: Role, patience: Duration) -> Result<Value, AskError> {
    let (mut stream, value) = greet(place, &Hello { version: version.to_owned(), role }).await?;
    let mut rest = Vec::new();
    match timeout(patience, stream.read_to_end(&mut rest)).await {
        Ok(Ok(_)) => Ok(value),
        // Whoever ends may do so abruptly.
        Ok(Err(e)) if e.kind() == io::ErrorKind::ConnectionReset => Ok(value),
        Ok(Err(e)) => Err(AskError::Lost(e)),
        Err(_) => Err(AskError::Lost(io::ErrorKind::TimedOut.into())),
    }
}
