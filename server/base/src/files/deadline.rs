//! Work on files that may never end, such as on a network mount that hangs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// How long one read of a small file may take.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// Threads that may hang at once. With this many, work is refused at once, so that a mount that hangs does not use up the
/// process's threads.
const MOST_HANGING: usize = 16;

/// The threads that have not ended in time.
static HANGING: AtomicUsize = AtomicUsize::new(0);

/// Does `work` on a thread of its own and waits for it until the deadline; `None` if it takes longer, or if no thread can
/// be started. Work that is late goes on, and what it returns is dropped.
pub fn within_deadline<T: Send + 'static>(deadline: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    if HANGING.load(Ordering::Relaxed) >= MOST_HANGING {
        return None;
    }
    let (done, result) = mpsc::sync_channel(0);
    let spawned = std::thread::Builder::new().name("file".to_owned()).spawn(move || {
        if done.send(work()).is_err() {
            HANGING.fetch_sub(1, Ordering::Relaxed);
        }
    });
    spawned.ok()?;
    match result.recv_timeout(deadline) {
        Ok(result) => Some(result),
        Err(RecvTimeoutError::Timeout) => {
            // Before the receiver is dropped: the thread counts itself out when its result is not taken.
            HANGING.fetch_add(1, Ordering::Relaxed);
            None
        }
        // The work panicked.
        Err(RecvTimeoutError::Disconnected) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_hangs_is_given_up() {
        let (go, wait) = mpsc::channel::<()>();
        assert_eq!(within_deadline(Duration::from_millis(10), move || wait.recv().is_ok()), None);
        drop(go);
        assert_eq!(within_deadline(DEADLINE, || 7), Some(7));
        assert_eq!(within_deadline(DEADLINE, || -> u32 { panic!("on purpose") }), None);
    }
}
