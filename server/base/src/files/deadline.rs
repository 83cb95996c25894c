//! Work on files that may never end, such as on a network mount that hangs, or behind a lock.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long one read of a small file may take.
pub(super) const DEADLINE: Duration = Duration::from_secs(5);

/// Threads that may hang at once. With this many, work is refused at once, so that a mount that hangs does not use up the
/// process's threads.
const MOST_HANGING: usize = 16;

/// The threads that have not ended in time.
static HANGING: AtomicUsize = AtomicUsize::new(0);

/// Why there is no result.
#[derive(Debug)]
pub enum NotDone {
    /// It took longer than the deadline, or it panicked.
    Late,
    /// The system started no thread for it.
    NoThread(io::Error),
}

/// Does `work` on a thread of its own and waits for it until the deadline. Work that is late goes on, and what it returns is
/// dropped.
pub fn within_deadline<T: Send + 'static>(
    deadline: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NotDone> {
    if HANGING.load(Ordering::Relaxed) >= MOST_HANGING {
        return Err(NotDone::Late);
    }
    let (done, result) = mpsc::sync_channel(0);
    let spawned = thread::Builder::new().name("deadline".to_owned()).spawn(move || {
        if done.send(work()).is_err() {
            HANGING.fetch_sub(1, Ordering::Relaxed);
        }
    });
    spawned.map_err(NotDone::NoThread)?;
    result.recv_timeout(deadline).map_err(|error| {
        if error == RecvTimeoutError::Timeout {
            // Before the receiver is dropped: the thread counts itself out when its result is not taken.
            HANGING.fetch_add(1, Ordering::Relaxed);
        }
        NotDone::Late
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_hangs_is_given_up() {
        let (go, wait) = mpsc::channel::<()>();
        let late = within_deadline(Duration::from_millis(10), move || wait.recv().is_ok());
        assert!(matches!(late, Err(NotDone::Late)));
        drop(go);
        assert!(matches!(within_deadline(DEADLINE, || 7), Ok(7)));
        assert!(matches!(within_deadline(DEADLINE, || -> u32 { panic!("on purpose") }), Err(NotDone::Late)));
    }
}
