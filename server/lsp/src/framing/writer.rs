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

/// Copies exactly one message of the library, headers included, without holding all of it.
async fn relay<L: AsyncBufRead + Unpin, O: AsyncWrite + Unpin>(library: &mut L, output: &mut O) -> Result<()> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        library.read_line(&mut line).await?;
        output.write_all(line.as_bytes()).await?;
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().map_err(Error::other)?;
            }
            Some(_) => {}
            None => break,
        }
    }
    copy_buf(&mut library.take(length), output).await?;
    Ok(())
}
