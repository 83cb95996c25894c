//! Why a store cannot be used, and the mapping from errors of sled and of the disk.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Why a store cannot be used. The message is one line that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Another process has it open.
    Locked(PathBuf),
    /// This process has closed it for a process of another version.
    GivenUp(PathBuf),
    /// The disk took longer than the deadline.
    Late {
        folder: PathBuf,
        /// What was late.
        what: &'static str,
    },
    /// The system gave no thread or no memory for it.
    NoResources {
        folder: PathBuf,
        /// The error's text.
        what: String,
    },
    /// The folder cannot be written.
    ReadOnly(PathBuf),
    /// No space is left.
    Full(PathBuf),
    /// A newer version of the program made it.
    Newer {
        folder: PathBuf,
        /// The schema of the store.
        schema: u32,
        /// The latest schema that this version knows.
        known: u32,
    },
    /// The content is not what was written.
    Damaged {
        folder: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Any other error of the disk.
    Other {
        folder: PathBuf,
        /// The error's text.
        what: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked(folder) => write!(
                f,
                "the concept index in {} is in use by another process, which may be building it (`unembed status` \
                 shows it); to search, wait until it is done or close it; everything else works",
                folder.display()
            ),
            Self::GivenUp(folder) => write!(
                f,
                "another version of unembed has taken over the concept index in {}: search in an editor of that version; \
                 when it has exited, searches work here again",
                folder.display()
            ),
            Self::Late { folder, what } => write!(
                f,
                "the concept index in {}: {what} within a minute; nothing was changed: try again when the disk is less \
                 busy, or set `index.folder` to another disk",
                folder.display()
            ),
            Self::NoResources { folder, what } => write!(
                f,
                "the system has no thread or memory left for the concept index in {} ({what}); nothing was changed: \
                 close other programs, or raise the limit (`ulimit -u`), then try again",
                folder.display()
            ),
            Self::ReadOnly(folder) => write!(
                f,
                "the concept index cannot be written to {}: set `index.folder` to a folder that is writable",
                folder.display()
            ),
            Self::Full(folder) => write!(
                f,
                "no space is left for the concept index in {}: free some, or set `index.folder` to another disk; what \
                 was built is kept, and the next build continues from there",
                folder.display()
            ),
            Self::Newer { folder, schema, known } => write!(
                f,
                "the concept index in {} was made by a newer unembed (schema {schema}, this one knows {known}): update \
                 unembed, or remove the index with `unembed index drop`",
                folder.display()
            ),
            Self::Damaged { folder, what } => write!(
                f,
                "the concept index in {} is damaged ({what}): remove it with `unembed index drop` and build it again; \
                 names are not in it",
                folder.display()
            ),
            Self::Other { folder, what } => write!(f, "the concept index in {}: {what}", folder.display()),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<StoreError> for lm::Error {
    fn from(error: StoreError) -> Self {
        Self::Model(error.to_string())
    }
}

pub(super) fn of_sled(folder: &Path, error: &sled::Error) -> StoreError {
    match error {
        sled::Error::Io(e) => of_io(folder, e.kind(), &e.to_string()),
        error => of_text(folder, &error.to_string()).unwrap_or_else(|| damaged(folder, &error.to_string())),
    }
}

/// A panic of sled: where it meets a full disk or a system without threads, it panics.
pub(super) fn of_panic(folder: &Path, said: &str) -> StoreError {
    of_text(folder, said).unwrap_or_else(|| damaged(folder, said))
}

pub(crate) fn of_disk(path: &Path, error: &io::Error) -> StoreError {
    of_io(path, error.kind(), &error.to_string())
}

pub(super) fn of_io(folder: &Path, kind: ErrorKind, said: &str) -> StoreError {
    if let Some(known) = of_text(folder, said) {
        return known;
    }
    let path = folder.to_owned();
    match kind {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly(path),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge | ErrorKind::WriteZero => {
            StoreError::Full(path)
        }
        ErrorKind::WouldBlock | ErrorKind::OutOfMemory => {
            StoreError::NoResources { folder: path, what: one_line(said) }
        }
        ErrorKind::UnexpectedEof | ErrorKind::InvalidData => damaged(folder, said),
        _ => StoreError::Other { folder: path, what: one_line(said) },
    }
}

/// What an error's text says of the system and not of the store: sled wraps errors of the disk in its own, and puts them
/// into the texts of panics.
fn of_text(folder: &Path, said: &str) -> Option<StoreError> {
    /// Kinds of errors as Rust writes them, and what Linux, macOS and Windows say.
    const FULL: &[&str] =
        &["StorageFull", "FileTooLarge", "QuotaExceeded", "No space left", "quota exceeded", "not enough space"];
    const RESOURCES: &[&str] = &[
        "OutOfMemory",
        "Cannot allocate memory",
        "Resource temporarily unavailable",
        "failed to spawn thread",
        "Too many open files",
        "not enough memory",
    ];
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    match () {
        () if said.contains("could not acquire lock") => Some(StoreError::Locked(folder.to_owned())),
        () if says(FULL) => Some(StoreError::Full(folder.to_owned())),
        () if says(RESOURCES) => Some(StoreError::NoResources { folder: folder.to_owned(), what: one_line(said) }),
        () => None,
    }
}

fn damaged(folder: &Path, what: &str) -> StoreError {
    StoreError::Damaged { folder: folder.to_owned(), what: one_line(what) }
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the system lacks is no damage: a damaged store is moved aside.
    #[test]
    fn what_the_system_lacks_is_no_damage() {
        let folder = Path::new("/f");
        let panicked = |said: &str| of_panic(folder, said);
        let full = "called `Result::unwrap()` on an `Err` value: Io(Os { code: 28, kind: StorageFull, message: \"No \
                    space left on device\" })";
        assert_eq!(panicked(full), StoreError::Full(folder.to_owned()));
        let threads = "failed to spawn thread: Os { code: 11, kind: WouldBlock, message: \"Resource temporarily \
                       unavailable\" }";
        assert!(matches!(panicked(threads), StoreError::NoResources { .. }));
        let memory = "called `Result::unwrap()`: Io(Os { code: 12, kind: OutOfMemory })";
        assert!(matches!(panicked(memory), StoreError::NoResources { .. }));
        let lock = "could not acquire lock on \"/f/db\": Os { code: 11, kind: WouldBlock, message: \"Resource \
                    temporarily unavailable\" }";
        assert_eq!(of_io(folder, ErrorKind::Other, lock), StoreError::Locked(folder.to_owned()));
        assert!(matches!(panicked("index out of bounds"), StoreError::Damaged { .. }));
    }
}
