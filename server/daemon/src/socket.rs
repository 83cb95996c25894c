//! A Unix socket, or a named pipe on Windows, behind one interface. Only the current user can connect.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

/// A two-way stream of bytes.
pub(crate) trait Channel: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Channel for T {}

pub(crate) type Stream = Box<dyn Channel>;

#[cfg(unix)]
mod system {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::{Path, PathBuf};

    use tokio::net::{UnixListener, UnixStream};

    use super::{Stream, io};
    use crate::socket_path::own_id;

    /// True if one end can signal the end of its output and still read.
    pub(crate) const HALF_CLOSES: bool = true;

    /// Accepts connections.
    pub(crate) struct Listener {
        listener: UnixListener,
        path: PathBuf,
        /// The inode of the socket file, to detect a replaced file.
        file: Option<u64>,
    }

    impl Listener {
        /// Replaces an existing file: the caller holds the daemon's lock, so the file is left over from an earlier
        /// daemon.
        pub(crate) fn bind(path: &Path) -> io::Result<Self> {
            match std::fs::remove_file(path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
            // The folder is private since before the socket exists.
            let listener = UnixListener::bind(path)?;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
            let file = std::fs::symlink_metadata(path).ok().map(|m| m.ino());
            Ok(Self { listener, path: path.to_owned(), file })
        }

        /// The next connection of the current user. Connections of other users are closed.
        pub(crate) async fn accept(&mut self) -> io::Result<Stream> {
            loop {
                let (stream, _) = self.listener.accept().await?;
                match (stream.peer_cred(), own_id()) {
                    (Ok(peer), Some(own)) if peer.uid() == own => return Ok(Box::new(stream)),
                    (peer, _) => tracing::warn!("refused a connection of another user ({peer:?})"),
                }
            }
        }

        /// True if clients can still find the socket file.
        pub(crate) fn is_there(&self) -> bool {
            std::fs::symlink_metadata(&self.path).ok().map(|m| m.ino()) == self.file
        }
    }

    impl Drop for Listener {
        fn drop(&mut self) {
            if self.is_there() {
                let _ = std::fs::remove_file(&self.path);
            }
        }
    }

    pub(crate) async fn connect(path: &Path) -> io::Result<Stream> {
        Ok(Box::new(UnixStream::connect(path).await?))
    }
}

#[cfg(windows)]
mod system {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeServer, ServerOptions};

    use super::{Stream, io};

    /// True if one end can signal the end of its output and still read.
    pub(crate) const HALF_CLOSES: bool = false;

    /// ERROR_PIPE_BUSY: the server is about to create the next instance of the pipe.
    const BUSY: i32 = 231;
    /// The number of attempts while the pipe is busy, and the pause between them.
    const MAX_ATTEMPTS: usize = 500;
    const RETRY_PAUSE: Duration = Duration::from_millis(10);

    /// Accepts connections. By default, only the pipe's creator and the system can write to a pipe; remote clients are
    /// rejected.
    pub(crate) struct Listener {
        next: NamedPipeServer,
        name: PathBuf,
    }

    impl Listener {
        pub(crate) fn bind(path: &Path) -> io::Result<Self> {
            let name = pipe(path);
            let next = ServerOptions::new().first_pipe_instance(true).reject_remote_clients(true).create(&name)?;
            Ok(Self { next, name })
        }

        pub(crate) async fn accept(&mut self) -> io::Result<Stream> {
            loop {
                let connected = self.next.connect().await;
                let next = ServerOptions::new().reject_remote_clients(true).create(&self.name)?;
                let stream = std::mem::replace(&mut self.next, next);
                // Ignore a client that disconnected before it was accepted.
                if connected.is_ok() {
                    return Ok(Box::new(stream));
                }
            }
        }

        pub(crate) fn is_there(&self) -> bool {
            true
        }
    }

    pub(crate) async fn connect(path: &Path) -> io::Result<Stream> {
        let name = pipe(path);
        for _ in 0..MAX_ATTEMPTS {
            match ClientOptions::new().open(&name) {
                Err(e) if e.raw_os_error() == Some(BUSY) => tokio::time::sleep(RETRY_PAUSE).await,
                opened => return Ok(Box::new(opened?)),
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    fn pipe(path: &Path) -> PathBuf {
        Path::new(r"\\.\pipe").join(path.file_name().unwrap_or_default())
    }
}

pub(crate) use system::{HALF_CLOSES, Listener, connect};
