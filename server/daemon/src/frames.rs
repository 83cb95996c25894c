//! The format of bytes from the daemon to a shim: frames with their length in front, and a last frame with the
//! session's exit code. It tells the shim whether the daemon finished or was lost. Bytes in the other direction have no
//! frames.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The largest frame in bytes.
const MAX_FRAME: usize = 32 * 1024;

/// Sends all bytes of `from` in frames.
pub(crate) async fn pump(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    let mut frame = vec![0; 4 + MAX_FRAME];
    loop {
        let read = from.read(&mut frame[4..]).await?;
        if read == 0 {
            return Ok(());
        }
        frame[..4].copy_from_slice(&(read as u32).to_le_bytes());
        to.write_all(&frame[..4 + read]).await?;
        to.flush().await?;
    }
}

/// Sends the last frame with the session's exit code.
pub(crate) async fn end(to: &mut (impl AsyncWrite + Unpin), code: u8) -> io::Result<()> {
    to.write_all(&[0, 0, 0, 0, code]).await?;
    to.flush().await
}

/// Writes the contents of frames to `to` until the last frame. Returns the session's exit code. An error means that the
/// daemon was lost or that `to` is closed.
pub(crate) async fn unpack(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<u8> {
    let mut frame = vec![0; MAX_FRAME];
    loop {
        let length = from.read_u32_le().await? as usize;
        if length == 0 {
            return from.read_u8().await;
        }
        let frame = frame.get_mut(..length).ok_or(io::ErrorKind::InvalidData)?;
        from.read_exact(frame).await?;
        to.write_all(frame).await?;
        to.flush().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn transfers_bytes_and_the_exit_code() {
        let sent: Vec<u8> = (0..100_000u32).map(|n| (n % 251) as u8).collect();
        let mut wire = Vec::new();
        pump(&mut &sent[..], &mut wire).await.expect("send");
        let mut received = Vec::new();
        let cut = unpack(&mut &wire[..], &mut received).await;
        assert_eq!(cut.expect_err("there is no last frame yet").kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(received, sent);
        end(&mut wire, 7).await.expect("send");
        received.clear();
        assert_eq!(unpack(&mut &wire[..], &mut received).await.expect("a last frame"), 7);
        assert_eq!(received, sent);
        assert!(unpack(&mut &b"\xff\xff\xff\xff..."[..], &mut received).await.is_err());
    }
}
