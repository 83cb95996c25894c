//! One process at a time for a read, change and replacement of a file.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::{NotDone, within_deadline};

const PATIENCE: Duration = Duration::from_secs(60);

/// Holds a folder for this process: no other `Exclusive` of the folder exists, in this process or another one. It ends with
/// the process, however that ends. The folder itself is locked, so that nothing is left in it.
#[derive(Debug)]
pub struct Exclusive(#[allow(dead_code)] File);

impl Exclusive {
    /// Waits until the folder is free, for a minute at most. Folders cannot be locked on some network mounts; the error
    /// says so.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let own = folder.to_owned();
        let locked = move || {
            let file = open(&own)?;
            file.lock().map(|()| file)
        };
        match within_deadline(folder, PATIENCE, locked) {
            Ok(locked) => locked.map(Self),
            Err(NotDone::Late) => {
                Err(io::Error::new(io::ErrorKind::TimedOut, "another process holds it for a minute already"))
            }
            Err(why @ NotDone::NoThread(_)) => Err(why.into()),
        }
    }
}

#[cfg(unix)]
fn open(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// Windows locks files, not folders.
#[cfg(not(unix))]
fn open(folder: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(folder.join(".unembed.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_threads_take_turns() {
        let folder = tempfile::tempdir().expect("a folder");
        let count = folder.path().join("count");
        std::fs::write(&count, "0").expect("a file");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _held = Exclusive::of(folder.path()).expect("a lock");
                        let n: u32 = std::fs::read_to_string(&count).expect("a file").parse().expect("a number");
                        std::fs::write(&count, (n + 1).to_string()).expect("a file");
                    }
                });
            }
        });
        assert_eq!(std::fs::read_to_string(&count).expect("a file"), "200");
    }
}
