//! The names file of a project: which one applies to a folder, reading it, and replacing it as a whole, so that neither a
//! kill nor a full disk leaves half of it, and that two changes at once are made one after the other. Its grammar is in
//! `syntax`.

use std::collections::HashMap;
use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use base::files::{DEADLINE, Exclusive, FileError, NotDone, Reading, read_text, replace, within_deadline};
use base::lock;
use ide::Names;

use crate::folder::root_now;

/// The file name of a names file.
pub const NAMES_FILE: &str = Names::FILE;

/// The names file that applies to a folder's prompt files, whether it exists or not: the nearest one from the folder up to
/// the project's root, else the one in the root. See [`root`](crate::root) for `roots`. An error if the disk does not answer.
pub fn names_file(folder: &Path, roots: &[PathBuf]) -> Result<PathBuf, NamesFileError> {
    Ok(names_file_beside(folder, roots, Vec::new())?.path)
}

/// The same for a caller that has the files `open`, which need not be on the disk.
pub fn names_file_beside(folder: &Path, roots: &[PathBuf], open: Vec<PathBuf>) -> Result<FoundNames, NamesFileError> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let (own, roots) = (folder.clone(), roots.to_vec());
    let nearest = within_deadline(&folder, DEADLINE, move || {
        let root = root_now(&own, &roots);
        let inside = own.ancestors().take_while(|f| f.starts_with(&root));
        let nearest = inside.map(|f| f.join(NAMES_FILE)).find(|file| open.contains(file) || file.is_file());
        // One thread for all that a request asks of the disk.
        FoundNames::look(nearest.unwrap_or_else(|| root.join(NAMES_FILE)))
    });
    nearest.map_err(|why| late(&folder.join(NAMES_FILE), why))
}

/// A names file as it was found on the disk.
#[derive(Debug)]
pub struct FoundNames {
    pub path: PathBuf,
    state: State,
}

#[derive(Debug)]
enum State {
    /// There is nothing at the path, not even a link.
    Missing,
    File(Metadata),
    /// Reading it says what is wrong.
    Other,
}

impl FoundNames {
    fn look(path: PathBuf) -> Self {
        let state = match fs::metadata(&path) {
            Ok(found) => State::File(found),
            Err(e) if e.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(&path).is_err() => State::Missing,
            Err(_) => State::Other,
        };
        Self { path, state }
    }

    /// The file at a path. An error if the disk does not answer.
    pub fn at(path: &Path) -> Result<Self, NamesFileError> {
        let own = path.to_owned();
        within_deadline(path, DEADLINE, move || Self::look(own)).map_err(|why| late(path, why))
    }
}

fn late(path: &Path, why: NotDone) -> NamesFileError {
    NamesFileError::Unreadable(path.to_owned(), FileError::of(why, DEADLINE))
}

/// Why a names file, or a prompt file that a rename changes, was not read or written.
#[derive(Debug)]
pub enum NamesFileError {
    Unreadable(PathBuf, FileError),
    /// The file is unchanged.
    Unwritable(PathBuf, FileError),
    /// The folder of the file cannot be held for one process at a time. The file is unchanged.
    Unlockable(PathBuf, io::Error),
}

impl fmt::Display for NamesFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "{} cannot be read: {error}", path.display()),
            Self::Unwritable(path, error) => {
                write!(f, "{} cannot be written: {error}; it is unchanged", path.display())
            }
            Self::Unlockable(path, error) => {
                let path = path.display();
                write!(f, "{path} is unchanged, because its folder cannot be locked ({error}): edit the file by hand")
            }
        }
    }
}

impl std::error::Error for NamesFileError {}

/// The most bytes that a names file or a prompt file may have.
pub(crate) const LARGEST: u64 = 16 << 20;

/// How a file of the project is read: a link may not lead out of it.
fn reading(path: &Path, roots: &[PathBuf]) -> Reading {
    Reading::of(LARGEST).within(vec![root_of(path, roots)])
}

fn root_of(path: &Path, roots: &[PathBuf]) -> PathBuf {
    crate::root(&folder_of(path), roots)
}

fn folder_of(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.parent().map_or(path.clone(), Path::to_owned)
}

/// The text of a names file. Empty if there is no file. See [`root`](crate::root) for `roots`.
pub fn read_names(path: &Path, roots: &[PathBuf]) -> Result<String, NamesFileError> {
    match read_text(path, &reading(path, roots)) {
        Err(FileError::NotFound) => Ok(String::new()),
        other => other.map_err(|e| NamesFileError::Unreadable(path.to_owned(), e)),
    }
}

/// The names that apply to a folder's prompt files, as on the disk.
pub fn names(folder: &Path, roots: &[PathBuf]) -> Result<Names, NamesFileError> {
    let path = names_file(folder, roots)?;
    Ok(Names::new(path.display().to_string(), read_names(&path, roots)?))
}

/// Replaces the text of a file of the project. After a kill at any moment either the old or the new text is there,
/// complete.
pub fn replace_file(path: &Path, roots: &[PathBuf], text: &str) -> Result<(), NamesFileError> {
    replace(path, text, &[root_of(path, roots)]).map_err(|e| NamesFileError::Unwritable(path.to_owned(), e))
}

/// Waits until no other process changes this names file, and keeps others waiting while the result lives. A change reads
/// the file after this, so that it changes what the one before has written.
pub fn hold(path: &Path) -> Result<Exclusive, NamesFileError> {
    Exclusive::of(&folder_of(path)).map_err(|e| NamesFileError::Unlockable(path.to_owned(), e))
}

/// The largest number of files in a cache.
const KEPT: usize = 64;
/// A file may change twice within one tick of its clock: a file that changed this recently is read again.
const TICK: Duration = Duration::from_secs(2);

/// A cache of names files, by path. `V` is what the caller makes of a file's text.
#[derive(Debug)]
pub struct NamesFiles<V>(Mutex<HashMap<PathBuf, Kept<V>>>);

#[derive(Debug)]
struct Kept<V> {
    len: u64,
    modified: SystemTime,
    read_at: SystemTime,
    value: V,
}

impl<V> Default for NamesFiles<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V: Clone> NamesFiles<V> {
    /// What `make` makes of a names file's text, from the cache if the file has not changed since. A file that does not
    /// exist has no text and is not cached.
    pub fn read(
        &self,
        found: &FoundNames,
        roots: &[PathBuf],
        make: impl FnOnce(String) -> V,
    ) -> Result<V, NamesFileError> {
        let FoundNames { path, state } = found;
        // The state is from before the read: after a change in between, the next call reads again.
        match state {
            State::Missing => Ok(make(String::new())),
            State::Other => Ok(make(read_names(path, roots)?)),
            State::File(before) => {
                if let Some(known) = self.known(path, before) {
                    return Ok(known);
                }
                let value = make(read_names(path, roots)?);
                self.keep(path, before, &value);
                Ok(value)
            }
        }
    }

    fn known(&self, path: &Path, now: &Metadata) -> Option<V> {
        let kept = lock(&self.0);
        let kept = kept.get(path)?;
        let same = kept.len == now.len() && now.modified().is_ok_and(|m| m == kept.modified);
        let settled = kept.read_at.duration_since(kept.modified).is_ok_and(|since| since > TICK);
        (same && settled).then(|| kept.value.clone())
    }

    fn keep(&self, path: &Path, before: &Metadata, value: &V) {
        let Ok(modified) = before.modified() else { return };
        let mut all = lock(&self.0);
        if all.len() >= KEPT {
            all.clear();
        }
        let kept = Kept { len: before.len(), modified, read_at: SystemTime::now(), value: value.clone() };
        all.insert(path.to_owned(), kept);
    }
}
