//! The editor's side: connects to the daemon, starting it if needed, and copies bytes. The shim never reconnects: only
//! the editor can tell a new daemon about its open documents.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, copy, split};

use crate::control::{AskError, greet};
use crate::frames;
use crate::hello::Hello;
use crate::socket::{HALF_CLOSES, Stream};
use crate::socket_path::SocketPath;
use crate::start::Start;

/// The time limit for the last answers on platforms where the daemon cannot see that the editor's input has ended.
const LAST_ANSWERS_TIMEOUT: Duration = Duration::from_secs(5);

/// The end of an editor's connection.
#[derive(Debug)]
pub enum Ended {
    /// The session ended; holds the exit code for the editor.
    Done(u8),
    /// The connection to the daemon was lost.
    Lost(String),
    /// The daemon takes no more sessions. No input has been read yet.
    Refused(String),
    /// No daemon answers, and none can be started. No input has been read yet.
    Unreachable(String),
}

/// Connects an editor to the daemon and copies bytes until one of them ends.
pub async fn shim(
    socket_path: &SocketPath,
    start: &Start,
    hello: Hello,
    mut input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
) -> Ended {
    let stream = match reach(socket_path, start, &hello).await {
        Ok(stream) => stream,
        Err(ended) => return ended,
    };
    let (mut from, mut to) = split(stream);
    let sending = async {
        let _ = copy(&mut input, &mut to).await;
        // The editor's input has ended.
        let _ = to.shutdown().await;
        match HALF_CLOSES {
            true => std::future::pending::<()>().await,
            // The daemon cannot see this: give it time for the last answers, then disconnect.
            false => tokio::time::sleep(LAST_ANSWERS_TIMEOUT).await,
        }
    };
    tokio::select! {
        () = sending => Ended::Done(1),
        ended = frames::unpack(&mut from, &mut output) => match ended {
            Ok(code) => Ended::Done(code),
            Err(e) => Ended::Lost(e.to_string()),
        },
    }
}

async fn reach(socket_path: &SocketPath, start: &Start, hello: &Hello) -> Result<BufReader<Stream>, Ended> {
    let mut error = String::new();
    // A daemon that is exiting may close the connection once.
    for _ in 0..3 {
        match greet(socket_path, hello).await {
            Ok((stream, _)) => return Ok(stream),
            Err(refused @ AskError::Refused(_)) => return Err(Ended::Refused(refused.to_string())),
            Err(AskError::NotRunning) => {}
            // One that accepts and does not answer stands still: it would not answer another time either.
            Err(AskError::Lost(e)) if e.kind() == ErrorKind::TimedOut => {
                return Err(Ended::Unreachable(
                    "the daemon does not answer: end it with `unembed stop`, or end its process".to_owned(),
                ));
            }
            Err(lost @ AskError::Lost(_)) => error = lost.to_string(),
        }
        let (socket_path, start) = (socket_path.clone(), start.clone());
        let runtime = tokio::runtime::Handle::current();
        let started = tokio::task::spawn_blocking(move || {
            let is_running = || runtime.block_on(async { crate::socket::connect(&socket_path.socket()).await.is_ok() });
            start.start(&socket_path, is_running)
        });
        let started = started.await.unwrap_or_else(|e| Err(e.to_string()));
        started.map_err(Ended::Unreachable)?;
    }
    let why = if error.is_empty() { "cannot connect to the daemon that was started".to_owned() } else { error };
    Err(Ended::Unreachable(why))
}
