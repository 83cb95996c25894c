//! Names files as they were read from the disk.

use std::collections::HashMap;
use std::fmt;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::state::snapshot::Snapshot;

/// Files that are kept in memory.
const KEPT: usize = 64;
/// A file may change twice within one tick of its clock: one that changed this recently is read again.
const TICK: Duration = Duration::from_secs(2);

/// Why no names file counts for a document.
#[derive(Debug)]
pub(crate) enum NamesFileError {
    /// The document is not a file, and there is no workspace.
    NoProject,
    NotAFilePath(PathBuf),
    Unreadable {
        path: PathBuf,
        error: io::Error,
    },
}

impl fmt::Display for NamesFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProject => {
                f.write_str("a file that is not saved has no project that names could be kept in: save it first")
            }
            Self::NotAFilePath(path) => write!(f, "{} is no place for a file", path.display()),
            Self::Unreadable { path, error } => write!(f, "{} cannot be read: {error}", path.display()),
        }
    }
}

impl std::error::Error for NamesFileError {}

/// By path, at most `KEPT` of them.
#[derive(Default)]
pub(crate) struct NamesFiles(HashMap<PathBuf, Read>);

struct Read {
    len: u64,
    modified: SystemTime,
    at: SystemTime,
    snapshot: Arc<Snapshot>,
}

impl NamesFiles {
    /// The file, if it did not change since it was read.
    pub(crate) fn get(&self, path: &Path, now: &Metadata) -> Option<Arc<Snapshot>> {
        let read = self.0.get(path)?;
        let same = read.len == now.len() && now.modified().is_ok_and(|m| m == read.modified);
        let settled = read.at.duration_since(read.modified).is_ok_and(|since| since > TICK);
        (same && settled).then(|| read.snapshot.clone())
    }

    /// `before` is the file's metadata from before it was read.
    pub(crate) fn put(&mut self, path: &Path, before: &Metadata, snapshot: &Arc<Snapshot>) {
        let Ok(modified) = before.modified() else { return };
        if self.0.len() >= KEPT {
            self.0.clear();
        }
        let read = Read { len: before.len(), modified, at: SystemTime::now(), snapshot: snapshot.clone() };
        self.0.insert(path.to_owned(), read);
    }
}
