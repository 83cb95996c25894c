//! Closing a sled store, so that its folder is free afterwards.
//!
//! sled's I/O threads keep a store's file, and so its lock, a little longer than the last user of the store: what a thread
//! captured is dropped after its result was taken.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use base::files::within_deadline;
use base::{catch, lock};
use sled::{Db, Tree};

use super::opened;

/// The longest wait for closing. Everything important was flushed before.
const CLOSING: Duration = Duration::from_secs(5);
/// The longest wait for the threads of sled. A lock that is held longer is another process's.
const RELEASE: Duration = Duration::from_secs(2);

/// The stores that this process is closing, and the news that one of them is closed.
static UNDER_WAY: (Mutex<Vec<PathBuf>>, Condvar) = (Mutex::new(Vec::new()), Condvar::new());

/// Closes a store, and waits for it a while. `written`: whether anything was written since it was opened.
pub(super) fn close(folder: &Path, store: (Db, Tree), written: bool) {
    let under_way = UnderWay::new(folder);
    let _ = within_deadline(folder, CLOSING, move || {
        let folder = &under_way.0;
        catch(|| {
            if written {
                release(folder, store);
                // sled writes the locations of its pages only when it opens a store. Done here, the next opening need not
                // wait for it.
                release(folder, opened(folder)?);
            } else {
                release(folder, store);
            }
            Ok::<_, sled::Error>(())
        })
    });
}

/// Waits a while until this process is not closing the store in `folder`. A damaged one may never close.
pub(super) fn wait_until_closed(folder: &Path) {
    let (stores, closed) = &UNDER_WAY;
    let is_closing = |stores: &mut Vec<PathBuf>| stores.iter().any(|store| store == folder);
    drop(closed.wait_timeout_while(lock(stores), CLOSING, is_closing));
}

fn release(folder: &Path, (db, tree): (Db, Tree)) {
    let _ = db.flush();
    drop((tree, db));
    let until = Instant::now() + RELEASE;
    let is_locked =
        || File::open(folder.join("db")).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)));
    while is_locked() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The mark of a store that is being closed.
struct UnderWay(PathBuf);

impl UnderWay {
    fn new(folder: &Path) -> Self {
        lock(&UNDER_WAY.0).push(folder.to_owned());
        Self(folder.to_owned())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut stores = lock(&UNDER_WAY.0);
        if let Some(at) = stores.iter().position(|store| *store == self.0) {
            stores.swap_remove(at);
        }
        UNDER_WAY.1.notify_all();
    }
}
