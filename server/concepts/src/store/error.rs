//! Why a store cannot be used, and the mapping from errors of sled and of the disk.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Why a store cannot be used. The message is one line that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Another process has it open.
    Locked(PathBuf),
    /// This process has closed it for a process of another version.
    GivenUp(PathBuf),
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
                "another version of unembed has taken over the concept index in {}: restart this editor's server to \
                 search with it",
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
        error => StoreError::Damaged { folder: folder.to_owned(), what: one_line(&error.to_string()) },
    }
}

pub(super) fn of_io(folder: &Path, kind: ErrorKind, said: &str) -> StoreError {
    let folder = folder.to_owned();
    match kind {
        ErrorKind::WouldBlock => StoreError::Locked(folder),
        // sled wraps the lock's error in one of its own.
        _ if said.contains("could not acquire lock") => StoreError::Locked(folder),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly(folder),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge | ErrorKind::WriteZero => {
            StoreError::Full(folder)
        }
        // sled wraps the disk's error in one of its own.
        _ if ["StorageFull", "FileTooLarge", "QuotaExceeded"].iter().any(|kind| said.contains(kind)) => {
            StoreError::Full(folder)
        }
        ErrorKind::UnexpectedEof | ErrorKind::InvalidData => StoreError::Damaged { folder, what: one_line(said) },
        _ => StoreError::Other { folder, what: one_line(said) },
    }
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
