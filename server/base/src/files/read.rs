//! Reading a small file whole.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{DEADLINE, NotDone, inside, within_deadline};

/// What a read takes.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The most bytes that the file may have.
    pub limit: u64,
    /// The folders that the file must be in after all links are followed; empty: it may be anywhere.
    pub roots: Vec<PathBuf>,
    /// `None`: the caller sees to it.
    pub deadline: Option<Duration>,
}

impl Reading {
    /// A file of at most `limit` bytes, anywhere.
    pub fn of(limit: u64) -> Self {
        Self { limit, roots: Vec::new(), deadline: Some(DEADLINE) }
    }

    /// The same for a file in one of `roots`.
    #[must_use]
    pub fn within(self, roots: Vec<PathBuf>) -> Self {
        Self { roots, ..self }
    }

    /// The same on the caller's thread, for work that has a deadline as a whole.
    #[must_use]
    pub fn without_deadline(self) -> Self {
        Self { deadline: None, ..self }
    }
}

/// Why a file was not read or replaced. The text does not have the file's path.
#[derive(Debug)]
pub enum FileError {
    NotFound,
    /// A folder, a device, a pipe or a socket.
    NotRegular,
    TooLarge {
        limit: u64,
    },
    /// A link leads to this file, which is outside of the folders that it must be in.
    Outside(PathBuf),
    NotUtf8,
    /// It took longer than the deadline.
    Late(Duration),
    Io(io::Error),
}

impl FileError {
    /// The error for work that had this deadline.
    pub fn of(why: NotDone, deadline: Duration) -> Self {
        match why {
            NotDone::Late => Self::Late(deadline),
            why @ NotDone::NoThread(_) => Self::Io(why.into()),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => write!(f, "there is no such file"),
            Self::NotRegular => write!(f, "it is not a regular file: replace it by one, or delete it"),
            Self::TooLarge { limit } => match limit >> 20 {
                0 => write!(f, "it is larger than {limit} bytes"),
                megabytes => write!(f, "it is larger than {megabytes} MB"),
            },
            Self::Outside(target) => {
                write!(f, "it leads out of the workspace, to {}: replace the link by a file", target.display())
            }
            Self::NotUtf8 => write!(f, "it is not UTF-8: save it as UTF-8"),
            Self::Late(deadline) => {
                write!(f, "reading it took longer than {} seconds: check the disk or mount", deadline.as_secs())
            }
            Self::Io(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for FileError {}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::InvalidData => Self::NotUtf8,
            _ => Self::Io(error),
        }
    }
}

/// The text of a file.
pub fn read_text(path: &Path, reading: &Reading) -> Result<String, FileError> {
    String::from_utf8(read_bytes(path, reading)?).map_err(|_| FileError::NotUtf8)
}

/// The bytes of a file.
pub fn read_bytes(path: &Path, reading: &Reading) -> Result<Vec<u8>, FileError> {
    let Some(deadline) = reading.deadline else { return read(path, reading) };
    let (own, reading) = (path.to_owned(), reading.clone());
    within_deadline(path, deadline, move || read(&own, &reading))
        .unwrap_or_else(|why| Err(FileError::of(why, deadline)))
}

fn read(path: &Path, reading: &Reading) -> Result<Vec<u8>, FileError> {
    let path = inside(path, &reading.roots)?;
    // Opening a device can have effects of its own, so its kind is looked at before, and again when it is open.
    if !std::fs::metadata(&path)?.is_file() {
        return Err(FileError::NotRegular);
    }
    let file = open(&path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(FileError::NotRegular);
    }
    if found.len() > reading.limit {
        return Err(FileError::TooLarge { limit: reading.limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
    // The file may grow while it is read.
    file.take(reading.limit.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > reading.limit {
        true => Err(FileError::TooLarge { limit: reading.limit }),
        false => Ok(bytes),
    }
}

/// Opens without waiting for the other end of a pipe, and without taking a terminal as the process's own.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn said(path: &Path, reading: &Reading) -> String {
        read_text(path, reading).map_or_else(|error| error.to_string(), |text| format!("read {text}"))
    }

    #[test]
    fn only_small_regular_text_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, reading) = (folder.path().join("a"), Reading::of(4));
        assert_eq!(said(&file, &reading), "there is no such file");
        fs::write(&file, "four").expect("a file");
        assert_eq!(said(&file, &reading), "read four");
        fs::write(&file, "fives").expect("a file");
        assert_eq!(said(&file, &reading), "it is larger than 4 bytes");
        fs::write(&file, [0xff]).expect("a file");
        assert_eq!(said(&file, &reading), "it is not UTF-8: save it as UTF-8");
        assert!(said(folder.path(), &reading).starts_with("it is not a regular file"));
    }

    #[test]
    fn a_sparse_file_is_refused_by_its_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sparse");
        let file = File::create(&path).expect("a file");
        file.set_len(1 << 40).expect("a sparse file");
        assert_eq!(said(&path, &Reading::of(1 << 20)), "it is larger than 1 MB");
    }

    #[cfg(unix)]
    #[test]
    fn devices_pipes_and_links_out_of_the_workspace_are_refused() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let (inside, outside) = (folder.path().join("workspace"), folder.path().join("elsewhere"));
        fs::create_dir(&inside).expect("a folder");
        fs::write(&outside, "secret").expect("a file");
        fs::write(inside.join("own"), "own").expect("a file");
        let reading = Reading::of(100).within(vec![inside.clone()]);
        let link = |target: &Path| {
            let path = inside.join("link");
            let _ = fs::remove_file(&path);
            symlink(target, &path).expect("a link");
            said(&path, &reading)
        };
        assert_eq!(link(Path::new("own")), "read own");
        assert!(link(&outside).starts_with("it leads out of the workspace"), "{}", link(&outside));
        assert!(link(Path::new("nowhere")).starts_with("it leads out of the workspace, to nowhere"));
        for device in ["/dev/zero", "/dev/tty", "/dev/null"] {
            assert!(link(Path::new(device)).starts_with("it leads out"), "{device}");
            assert!(said(Path::new(device), &Reading::of(9)).starts_with("it is not a regular file"), "{device}");
        }
        let pipe = inside.join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
        assert!(made.success());
        assert!(said(&pipe, &reading).starts_with("it is not a regular file"));
    }
}
