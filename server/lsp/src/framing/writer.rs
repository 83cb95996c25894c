//! Writes to the client, one message at a time: the library's, our own notifications, the answers to broken messages.

use std::io::{Error, Result};

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::io::{AsyncRead, copy_buf};
use tokio::sync::mpsc;

use crate::state::outbox::Outbox;

/// Writes until `library` ends, or the client is gone.
///
/// A notification that was put into the outbox before a handler returned is written before that handler's answer: the
/// outbox is emptied whenever the library has something to say.
pub(crate) async fn write<L, O>(
    library: L,
    mut output: O,
    mut refusals: mpsc::Receiver<Vec<u8>>,
    outbox: &Outbox,
) -> Result<()>
where
    L: AsyncRead + Unpin,
    O: AsyncWrite + Unpin,
{
    let mut library = BufReader::new(library);
    loop {
        tokio::select! {
            there = library.fill_buf() => {
                let ended = there?.is_empty();
                drain(outbox, &mut output).await?;
                if ended {
                    return output.flush().await;
                }
                relay(&mut library, &mut output).await?;
            }
            Some(answer) = refusals.recv() => send(&mut output, &answer).await?,
            () = outbox.filled() => drain(outbox, &mut output).await?,
        }
        output.flush().await?;
    }
}

async fn drain<O: AsyncWrite + Unpin>(outbox: &Outbox, output: &mut O) -> Result<()> {
    while let Some(message) = outbox.take() {
        send(output, &message).await?;
    }
    Ok(())
}

async fn send<O: AsyncWrite + Unpin>(output: &mut O, body: &[u8]) -> Result<()> {
    output.write_all(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await?;
    output.write_all(body).await
}

/// Copies exactly one message of the library, without holding all of a long one.
async fn relay<L: AsyncBufRead + Unpin, O: AsyncWrite + Unpin>(library: &mut L, output: &mut O) -> Result<()> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        library.read_line(&mut line).await?;
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().map_err(Error::other)?;
            }
            Some(_) => {}
            None => break,
        }
    }
    if length > SHORT {
        output.write_all(format!("Content-Length: {length}\r\n\r\n").as_bytes()).await?;
        copy_buf(&mut library.take(length), output).await?;
        return Ok(());
    }
    let mut body = Vec::new();
    library.take(length).read_to_end(&mut body).await?;
    send(output, without_null_params(&body).as_ref().unwrap_or(&body)).await
}

/// Messages without parameters are shorter than this, in bytes.
const SHORT: u64 = 256;

/// A message without the `"params": null` that the library writes where a request has no parameters: JSON-RPC allows an
/// array or an object there. `None` for a message that has no such member.
fn without_null_params(body: &[u8]) -> Option<Vec<u8>> {
    let mut message: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(body).ok()?;
    message.get("params").filter(|params| params.is_null())?;
    message.remove("params");
    serde_json::to_vec(&message).ok()
}
