//! What the daemon sends to a shim: pieces with their length in front, and a last one that says how the session ended. So
//! a daemon that was lost is told from one that is done. The other way bytes go as they are.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The most bytes of a piece.
const PIECE: usize = 32 * 1024;

/// Sends all that comes in pieces.
pub(crate) async fn pump(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    let mut piece = vec![0; 4 + PIECE];
    loop {
        let read = from.read(&mut piece[4..]).await?;
        if read == 0 {
            return Ok(());
        }
        piece[..4].copy_from_slice(&(read as u32).to_le_bytes());
        to.write_all(&piece[..4 + read]).await?;
        to.flush().await?;
    }
}

/// Sends the end.
pub(crate) async fn end(to: &mut (impl AsyncWrite + Unpin), code: u8) -> io::Result<()> {
    to.write_all(&[0, 0, 0, 0, code]).await?;
    to.flush().await
}

/// Passes on what is in the pieces until the end comes; how the session ended. An error: the daemon was lost, or nobody
/// takes what it says.
pub(crate) async fn unpack(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<u8> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read_u32_le().await? as usize;
        if length == 0 {
            return from.read_u8().await;
        }
        let piece = piece.get_mut(..length).ok_or(io::ErrorKind::InvalidData)?;
        from.read_exact(piece).await?;
        to.write_all(piece).await?;
        to.flush().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_come_through_and_so_does_the_end() {
        let sent: Vec<u8> = (0..100_000u32).map(|n| (n % 251) as u8).collect();
        let mut wire = Vec::new();
        pump(&mut &sent[..], &mut wire).await.expect("is sent");
        let mut got = Vec::new();
        let cut = unpack(&mut &wire[..], &mut got).await;
        assert_eq!(cut.expect_err("no end yet").kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(got, sent);
        end(&mut wire, 7).await.expect("is sent");
        got.clear();
        assert_eq!(unpack(&mut &wire[..], &mut got).await.expect("an end"), 7);
        assert_eq!(got, sent);
        assert!(unpack(&mut &b"\xff\xff\xff\xff..."[..], &mut got).await.is_err());
    }
}
