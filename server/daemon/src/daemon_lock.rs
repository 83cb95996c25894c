//! The lock that a running daemon holds: one daemon for a version and its data. The lock is a file in the runtime folder,
//! which can be removed while the daemon runs.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::timeout;

use crate::serve_error::ServeError;
use crate::socket::connect;
use crate::socket_path::SocketPath;

/// The time limit for another daemon to exit.
const EXIT_TIMEOUT: Duration = Duration::from_secs(15);
/// The interval between tries: nothing tells when a lock becomes free.
const RETRY: Duration = Duration::from_millis(50);

/// The lock of this daemon.
pub(crate) struct DaemonLock {
    file: File,
    path: PathBuf,
}

/// What became of a daemon's lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// It is held as before.
    Held,
    /// The file was removed, or its new holder has exited: it is held again, in a new file.
    HeldAgain,
    /// The file was removed, and another daemon holds the new one.
    Lost,
}

impl DaemonLock {
    /// Takes the lock. Waits for a daemon that is about to exit.
    pub(crate) async fn take(socket_path: &SocketPath) -> Result<Self, ServeError> {
        let path = socket_path.lock();
        let other = |e: io::Error| ServeError::Other(format!("{}: {e}", path.display()));
        let file = open(&path).map_err(other)?;
        let waited = async {
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(()),
                    Err(TryLockError::WouldBlock) => {}
                    Err(TryLockError::Error(e)) => return Err(other(e)),
                }
                if connect(&socket_path.socket()).await.is_ok() {
                    return Err(ServeError::Taken);
                }
                tokio::time::sleep(RETRY).await;
            }
        };
        match timeout(EXIT_TIMEOUT, waited).await {
            Ok(done) => done.map(|()| Self { file, path }),
            Err(_) => Err(ServeError::Other(format!(
                "another daemon holds {} and does not answer: end its process, then try again",
                path.display()
            ))),
        }
    }

    /// Looks whether the file is still the one that is held. Takes a new one if that is free.
    pub(crate) fn look(&mut self, socket_path: &SocketPath) -> io::Result<Hold> {
        if is_at(&self.file, &self.path) {
            return Ok(Hold::Held);
        }
        socket_path.make_folder().map_err(io::Error::other)?;
        let file = open(&self.path)?;
        match file.try_lock() {
            // A third one may have replaced it meanwhile: the next look sees that.
            Ok(()) => {
                self.file = file;
                Ok(Hold::HeldAgain)
            }
            Err(TryLockError::WouldBlock) => Ok(Hold::Lost),
            Err(TryLockError::Error(e)) => Err(e),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}

/// Whether an open file is the one that a path leads to.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |found: std::fs::Metadata| (found.dev(), found.ino());
    let (Ok(own), Ok(there)) = (file.metadata(), std::fs::symlink_metadata(path)) else { return false };
    id(own) == id(there)
}

/// Windows removes no file that is open.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(folder: &tempfile::TempDir) -> SocketPath {
        SocketPath::new(&folder.path().join("run"), "1", &[]).expect("a folder")
    }

    #[tokio::test]
    async fn a_removed_lock_is_taken_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = paths(&folder);
        let mut lock = DaemonLock::take(&paths).await.expect("it is free");
        assert_eq!(lock.look(&paths).expect("it can be read"), Hold::Held);
        std::fs::remove_dir_all(folder.path().join("run")).expect("it is removed");
        assert_eq!(lock.look(&paths).expect("it can be made"), Hold::HeldAgain);
        assert_eq!(lock.look(&paths).expect("it can be read"), Hold::Held);
    }

    #[tokio::test]
    async fn the_second_of_two_daemons_keeps_the_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = DaemonLock::take(&paths(&folder)).await.expect("it is free");
        std::fs::remove_dir_all(folder.path().join("run")).expect("it is removed");
        let paths = paths(&folder);
        let mut second = DaemonLock::take(&paths).await.expect("the new file is free");
        assert_eq!(first.look(&paths).expect("it can be read"), Hold::Lost);
        assert_eq!(second.look(&paths).expect("it can be read"), Hold::Held);
        drop(second);
        assert_eq!(first.look(&paths).expect("it can be read"), Hold::HeldAgain);
    }
}
