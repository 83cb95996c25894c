//! A Unix socket, or a named pipe on Windows, behind one interface. Only our own user gets in.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

/// Bytes both ways.
pub(crate) trait Channel: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Channel for T {}

/// A connection.
pub(crate) type Stream = Box<dyn Channel>;

#[cfg(unix)]
mod system {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::{Path, PathBuf};

    use tokio::net::{UnixListener, UnixStream};

    use super::{Stream, io};
    use crate::socket_path::own_id;

    /// Whether an end can say that it has written all while it goes on reading.
    pub(crate) const HALF_CLOSES: bool = true;

    /// Where connections come in.
    pub(crate) struct Listener {
        listener: UnixListener,
        path: PathBuf,
        /// The file's number: another one in its place is not ours.
        file: Option<u64>,
    }

    impl Listener {
        /// Whoever calls holds the place's lock: what lies there is left over.
        pub(crate) fn bind(path: &Path) -> io::Result<Self> {
            match std::fs::remove_file(path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
            // The folder is closed to others already, from before the socket is there.
            let listener = UnixListener::bind(path)?;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
            let file = std::fs::symlink_metadata(path).ok().map(|m| m.ino());
            Ok(Self { listener, path: path.to_owned(), file })
        }

        /// The next connection of our own user; others are hung up on.
        pub(crate) async fn accept(&mut self) -> io::Result<Stream> {
            loop {
                let (stream, _) = self.listener.accept().await?;
                match (stream.peer_cred(), own_id()) {
                    (Ok(peer), Some(own)) if peer.uid() == own => return Ok(Box::new(stream)),
                    (peer, _) => tracing::warn!("a connection of another user was refused ({peer:?})"),
                }
            }
        }

        /// Whether those who look for it find it.
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

    /// Whether an end can say that it has written all while it goes on reading.
    pub(crate) const HALF_CLOSES: bool = false;

    /// The pipe is there, and the one who serves it is just making room for the next: ERROR_PIPE_BUSY.
    const BUSY: i32 = 231;
    /// How often that is tried again, and how long apart.
    const TRIES: usize = 500;
    const PAUSE: Duration = Duration::from_millis(10);

    /// Where connections come in. A pipe's default rights let nobody but its maker and the system write to it, and remote
    /// clients are turned away.
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
                let came = self.next.connect().await;
                let next = ServerOptions::new().reject_remote_clients(true).create(&self.name)?;
                let stream = std::mem::replace(&mut self.next, next);
                // Whoever has left before was let in is nobody's concern.
                if came.is_ok() {
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
        for _ in 0..TRIES {
            match ClientOptions::new().open(&name) {
                Err(e) if e.raw_os_error() == Some(BUSY) => tokio::time::sleep(PAUSE).await,
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
