//! One index folder on disk: a sled tree in which every value has a checksum. The store does not know what the values
//! mean.
//!
//! sled locks its folder to one process, and stores have been reported broken after a kill. So a store holds only what
//! can be computed again, a value that does not match its checksum is an error, and a store that does not open is moved
//! aside. If a file is damaged, sled may panic and then block forever. So what may block runs on a thread of its own
//! with a deadline.
//!
//! sled starts seven I/O threads with the first store of a process and never ends them. Each wakes once a second to look
//! for work: about eight wake-ups a second from the first opened index until the process exits. Under load it starts
//! more, and a few of those may stay. sled 0.34 has no way to stop or park them.

pub(crate) mod bytes;
mod closing;
mod error;
pub(crate) mod meta;

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base::files::{Exclusive, NotDone, within_deadline};
use base::{catch, lock};
use sled::{Db, Tree};

pub use error::StoreError;
pub(crate) use error::of_disk;
use error::{of_io, of_panic, of_sled};

/// Bytes of a value's checksum.
const CHECK: usize = 8;
/// Size of sled's cache in bytes.
const CACHE: u64 = 16 << 20;

/// A disk that takes longer than this to open or to flush a store has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// The checksum of a value above this size is compared only once.
const LARGE: usize = 4096;

/// An open store.
pub(crate) struct Store {
    /// `None` only during the drop.
    open: Option<(Db, Tree)>,
    folder: PathBuf,
    /// Keys of large values whose checksums were compared since the store was opened or the value written.
    sound: Mutex<HashSet<Box<[u8]>>>,
    /// Whether anything was written since the store was opened.
    written: AtomicBool,
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            closing::close(&self.folder, open, *self.written.get_mut());
        }
    }
}

impl Store {
    /// Opens the store in a folder, or makes one.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        closing::wait_until_closed(folder);
        let _held = held(folder)?;
        std::fs::create_dir_all(folder).map_err(|e| of_io(folder, e.kind(), &e.to_string()))?;
        remove_left_overs(folder)?;
        let at = folder.to_owned();
        let open = waited(folder, "it does not open", move || opened(&at))?;
        let (open, folder) = (Some(open), folder.to_owned());
        Ok(Self { open, folder, sound: Mutex::default(), written: AtomicBool::new(false) })
    }

    /// The stores of this folder that were moved aside.
    pub(crate) fn moved_aside(folder: &Path) -> Vec<PathBuf> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!("{name}.damaged");
        let entries = folder.parent().and_then(|parent| std::fs::read_dir(parent).ok()).into_iter().flatten().flatten();
        let is_one = |entry: &std::fs::DirEntry| {
            let name = entry.file_name();
            let rest = name.to_str().and_then(|name| name.strip_prefix(&prefix));
            let numbered = |rest: &str| rest.strip_prefix('-').is_some_and(|n| n.parse::<u64>().is_ok());
            rest.is_some_and(|rest| rest.is_empty() || numbered(rest)) && entry.file_type().is_ok_and(|t| t.is_dir())
        };
        let mut found: Vec<_> = entries.filter(is_one).map(|entry| entry.path()).collect();
        found.sort();
        found
    }

    /// Moves a store that does not open aside. Returns where it was moved to.
    pub(crate) fn set_aside(folder: &Path) -> Result<PathBuf, StoreError> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let free = (1..).map(|n| folder.with_file_name(format!("{name}.damaged-{n}"))).find(|p| !p.exists());
        let to = free.unwrap_or_else(|| folder.with_file_name(format!("{name}.damaged")));
        std::fs::rename(folder, &to).map_err(|e| of_io(folder, e.kind(), &e.to_string()))?;
        Ok(to)
    }

    /// Removes a store that is open nowhere.
    pub(crate) fn remove(folder: &Path) -> Result<(), StoreError> {
        closing::wait_until_closed(folder);
        let _held = held(folder)?;
        drop(locked(folder)?);
        Self::remove_aside(&Self::set_aside(folder)?)
    }

    /// Removes a store that was moved aside.
    pub(crate) fn remove_aside(folder: &Path) -> Result<(), StoreError> {
        std::fs::remove_dir_all(folder)
            .map_err(|e| StoreError::Other { folder: folder.to_owned(), what: format!("cannot be removed: {e}") })
    }

    /// A value, if it exists.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Value>, StoreError> {
        match self.guarded(|tree| tree.get(key))? {
            Some(value) => self.checked(key, value).map(Some),
            None => Ok(None),
        }
    }

    /// Writes a value. It is safe on disk after the next `flush`.
    pub(crate) fn put(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let mut bytes = Vec::with_capacity(value.len() + CHECK);
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(&checksum(key, value));
        lock(&self.sound).remove(key);
        self.written.store(true, Ordering::Relaxed);
        self.guarded(|tree| tree.insert(key, bytes)).map(drop)
    }

    /// Removes every key with this prefix.
    pub(crate) fn remove_prefix(&self, prefix: &[u8]) -> Result<(), StoreError> {
        self.written.store(true, Ordering::Relaxed);
        self.guarded(|tree| {
            for key in tree.scan_prefix(prefix).keys() {
                tree.remove(key?)?;
            }
            Ok(())
        })
    }

    /// Waits until everything that was written is on disk.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        let Some(db) = self.open.as_ref().map(|(db, _)| db.clone()) else { return Ok(()) };
        waited(&self.folder, "it does not write", move || db.flush()).map(drop)
    }

    /// Bytes on disk.
    pub(crate) fn bytes(&self) -> u64 {
        self.open.as_ref().and_then(|(db, _)| db.size_on_disk().ok()).unwrap_or(0)
    }

    /// Turns a panic of sled into an error. sled may panic on bytes that it did not write.
    fn guarded<T>(&self, work: impl FnOnce(&Tree) -> sled::Result<T>) -> Result<T, StoreError> {
        let Some((_, tree)) = &self.open else { return Err(self.damaged("it is closed")) };
        match catch(|| work(tree)) {
            Ok(done) => done.map_err(|error| of_sled(&self.folder, &error)),
            Err(panicked) => Err(of_panic(&self.folder, &panicked.0)),
        }
    }

    fn checked(&self, key: &[u8], value: sled::IVec) -> Result<Value, StoreError> {
        let end = value.len().checked_sub(CHECK);
        let large = value.len() > LARGE;
        if let Some(end) = end.filter(|_| large && lock(&self.sound).contains(key)) {
            return Ok(Value { bytes: value, end });
        }
        let sound = end.filter(|&end| value[end..] == checksum(key, &value[..end]));
        if large && sound.is_some() {
            lock(&self.sound).insert(key.into());
        }
        let what =
            || format!("the value of {} does not match its checksum", String::from_utf8_lossy(key).escape_debug());
        sound.map(|end| Value { bytes: value, end }).ok_or_else(|| self.damaged(what()))
    }

    /// An error about the store's content.
    pub(crate) fn damaged(&self, what: impl Into<String>) -> StoreError {
        StoreError::Damaged { folder: self.folder.clone(), what: what.into() }
    }
}

fn opened(folder: &Path) -> sled::Result<(Db, Tree)> {
    // sled would wait for ever for a thread that it could not start.
    base::threads::can_start(1)?;
    let db = sled::Config::new().path(folder).cache_capacity(CACHE).flush_every_ms(None).open()?;
    let tree = db.open_tree("index")?;
    Ok((db, tree))
}

/// Removes the snapshots that a killed process did not finish. sled 0.34 takes such a file for a finished one: it leaves
/// out names that end with `.in___motion`, but writes to one that ends with `.generating`, and then finds it damaged.
fn remove_left_overs(folder: &Path) -> Result<(), StoreError> {
    let failed = |e: io::Error| of_io(folder, e.kind(), &e.to_string());
    let entries = std::fs::read_dir(folder).map_err(failed)?.flatten();
    let unfinished = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("snap.") && name.ends_with(".generating")
    });
    let unfinished: Vec<PathBuf> = unfinished.map(|entry| entry.path()).collect();
    if unfinished.is_empty() {
        return Ok(());
    }
    // A process that has the store open may be writing one.
    let _lock = locked(folder)?;
    for path in unfinished {
        std::fs::remove_file(&path).map_err(failed)?;
    }
    Ok(())
}

/// Keeps other processes from opening and removing stores beside this one: a store that is opened while it is removed would
/// be taken for a damaged one. `None` where folders cannot be locked.
fn held(folder: &Path) -> Result<Option<Exclusive>, StoreError> {
    let failed = |e: io::Error| of_io(folder, e.kind(), &e.to_string());
    let Some(all) = folder.parent() else { return Ok(None) };
    std::fs::create_dir_all(all).map_err(failed)?;
    match Exclusive::of(all) {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            Err(StoreError::Late { folder: folder.to_owned(), what: "it does not open" })
        }
        held => Ok(held.ok()),
    }
}

/// The file that sled locks while it has the store open, locked; `None` if there is none.
fn locked(folder: &Path) -> Result<Option<File>, StoreError> {
    let failed = |e: io::Error| of_io(folder, e.kind(), &e.to_string());
    let database = match File::options().read(true).write(true).open(folder.join("db")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        database => database.map_err(failed)?,
    };
    match database.try_lock() {
        Ok(()) => Ok(Some(database)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn waited<T: Send + 'static>(
    folder: &Path,
    late: &'static str,
    work: impl FnOnce() -> sled::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    match within_deadline(folder, PATIENCE, move || catch(work)) {
        Ok(Ok(done)) => done.map_err(|error| of_sled(folder, &error)),
        Ok(Err(panicked)) => Err(of_panic(folder, &panicked.0)),
        Err(NotDone::Late) => Err(StoreError::Late { folder: folder.to_owned(), what: late }),
        Err(NotDone::NoThread(error)) => {
            Err(StoreError::NoResources { folder: folder.to_owned(), what: error.to_string() })
        }
    }
}

/// The value in stored bytes.
pub(crate) struct Value {
    bytes: sled::IVec,
    end: usize,
}

impl std::ops::Deref for Value {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.end]
    }
}

/// Includes the key, so that a value under another key is noticed.
fn checksum(key: &[u8], value: &[u8]) -> [u8; CHECK] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(key).update(value);
    let mut check = [0; CHECK];
    check.copy_from_slice(&hasher.finalize().as_bytes()[..CHECK]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_until_they_are_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("opens");
        for key in ["a1", "a5", "b2"] {
            store.put(key.as_bytes(), key.as_bytes()).expect("is written");
        }
        assert_eq!(&*store.get(b"a5").expect("reads").expect("is there"), b"a5");
        assert!(store.get(b"a4").expect("reads").is_none());
        store.remove_prefix(b"a").expect("is removed");
        assert!(store.get(b"a5").expect("reads").is_none() && store.get(b"b2").expect("reads").is_some());
    }

    #[test]
    fn a_value_that_was_changed_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("opens");
        store.put(b"k", b"value").expect("is written");
        let tree = &store.open.as_ref().expect("is open").1;
        let mut bytes = tree.get(b"k").expect("reads").expect("is there").to_vec();
        bytes[0] ^= 1;
        tree.insert(b"k", bytes).expect("is written");
        assert!(matches!(store.get(b"k"), Err(StoreError::Damaged { .. })));
    }

    /// A kill while sled writes a snapshot leaves a part of one under a name that sled does not leave out.
    #[test]
    fn an_unfinished_snapshot_is_no_damage() {
        let folder = tempfile::tempdir().expect("a folder");
        let put = || {
            let store = Store::open(folder.path()).expect("opens");
            store.put(b"k", b"value").expect("is written");
            store.flush().expect("is written");
        };
        put();
        for half in [&b""[..], b"half"] {
            std::fs::write(folder.path().join("snap.00000000FFFFFFFF.generating"), half).expect("a file");
            let store = Store::open(folder.path()).expect("opens");
            assert_eq!(&*store.get(b"k").expect("reads").expect("is there"), b"value");
        }
        // It is left alone while a process has the store open.
        let _first = Store::open(folder.path()).expect("opens");
        let unfinished = folder.path().join("snap.00000000FFFFFFFE.generating");
        std::fs::write(&unfinished, "half").expect("a file");
        assert_eq!(Store::open(folder.path()).err(), Some(StoreError::Locked(folder.path().to_owned())));
        assert!(unfinished.exists());
    }

    /// A thread of sled can keep a store's file a little longer than its last user.
    #[test]
    fn a_closed_store_opens_at_once() {
        let folders: [tempfile::TempDir; 16] = std::array::from_fn(|_| tempfile::tempdir().expect("a folder"));
        std::thread::scope(|scope| {
            for folder in &folders {
                scope.spawn(move || {
                    for n in 0..50_u8 {
                        let store = Store::open(folder.path()).expect("opens");
                        if n % 2 == 0 {
                            store.put(b"k", &[n; 5000]).expect("is written");
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn opening_a_store_that_is_in_use_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let _first = Store::open(folder.path()).expect("opens");
        assert_eq!(Store::open(folder.path()).err(), Some(StoreError::Locked(folder.path().to_owned())));
    }
}
