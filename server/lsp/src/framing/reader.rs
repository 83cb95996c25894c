//! Passes messages from the client to the server library. It waits until the library takes a message or the writer takes
//! an answer, never for a computation: a client that floods the server waits, and memory stays bounded.

use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tracing::warn;

use super::message::{Message, Refusal, answer, check, notification};
use super::splitter::{Broken, Piece, Splitter};

const CHUNK: usize = 64 * 1024;

/// Why reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client sent `exit`.
    Exit,
    /// The connection or the library ended, perhaps in the middle of a message.
    Lost,
}

/// Passes messages of at most `limit` bytes on to `library` and answers the others through `refusals`. If a
/// refused message may have been an edit, the user gets one warning until a document is opened again.
pub async fn read<I, L>(mut input: I, mut library: L, limit: usize, refusals: mpsc::Sender<Vec<u8>>) -> End
where
    I: AsyncRead + Unpin,
    L: AsyncWrite + Unpin,
{
    let mut splitter = Splitter::new(limit);
    let mut told = false;
    let mut chunk = vec![0; CHUNK];
    loop {
        match input.read(&mut chunk).await {
            Ok(0) => return End::Lost,
            Ok(n) => splitter.push(&chunk[..n]),
            Err(error) => {
                warn!("reading from the client failed: {error}");
                return End::Lost;
            }
        }
        while let Some(piece) = splitter.next() {
            let passed = match one(piece, &mut splitter) {
                Ok(message) => {
                    told &= !message.opens;
                    let passed = pass(&mut library, &message.body).await.is_ok();
                    if passed && message.exit {
                        return End::Exit;
                    }
                    passed
                }
                Err(refused) => {
                    let lost = refused.lost.filter(|_| !told);
                    told |= lost.is_some();
                    let note = lost.map(|why| warning(&why));
                    let sent = refusals.send(refused.answer).await.is_ok();
                    sent && match note {
                        Some(note) => refusals.send(note).await.is_ok(),
                        None => true,
                    }
                }
            };
            if !passed {
                return End::Lost;
            }
        }
    }
}

/// A refused message.
struct Refused {
    /// The answer for the client.
    answer: Vec<u8>,
    /// The reason, if the message may have been a notification, whose loss no client notices.
    lost: Option<String>,
}

/// A message for the library, or an answer for the client.
fn one(piece: Piece, splitter: &mut Splitter) -> Result<Message, Refused> {
    let body = match piece {
        Piece::Body(body) => body,
        Piece::Broken(why) => {
            warn!("broken message: {why}");
            let code = if matches!(why, Broken::TooLong { .. }) { -32600 } else { -32700 };
            let why = why.to_string();
            return Err(Refused { answer: answer(&serde_json::Value::Null, code, &why), lost: Some(why) });
        }
    };
    check(&body).map_err(|refusal| {
        warn!("broken message: {refusal:?}");
        if matches!(refusal, Refusal::NotJson(_)) {
            splitter.reject(&body);
        }
        Refused { answer: refusal.answer(), lost: refusal.lost() }
    })
}

/// The warning for the user: the editor assumes that the server has the lost edit.
fn warning(why: &str) -> Vec<u8> {
    let message = format!(
        "unembed: a message from the editor could not be read ({why}); if it was an edit, the server's text is not what \
         you see: close the file and open it again"
    );
    notification("window/showMessage", &json!({"type": 2, "message": message}))
}

async fn pass<L: AsyncWrite + Unpin>(library: &mut L, message: &[u8]) -> std::io::Result<()> {
    library.write_all(format!("Content-Length: {}\r\n\r\n", message.len()).as_bytes()).await?;
    library.write_all(message).await
}
