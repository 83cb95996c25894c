//! Work on files that may never end, such as on a network mount that hangs, or behind a lock.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, SendError, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use std::{fs, io};

use crate::{lock, threads};

/// How long one read of a small file may take.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// Threads that may hang at once on one path and those below it. With this many, work there is refused at once, so
/// that a mount that hangs does not use up the process's threads; work elsewhere goes on.
const MOST_HANGING: usize = 4;

/// Threads that may hang at once anywhere.
const MOST_HANGING_ANYWHERE: usize = 256;

/// Where threads hang that have not ended in time.
static HANGING: Mutex<Vec<Arc<PathBuf>>> = Mutex::new(Vec::new());

/// Why there is no result.
#[derive(Debug)]
pub enum NotDone {
    /// It took longer than the deadline, or it panicked.
    Late,
    /// The system started no thread for it.
    NoThread(io::Error),
}

impl From<NotDone> for io::Error {
    fn from(why: NotDone) -> Self {
        match why {
            NotDone::Late => Self::new(io::ErrorKind::TimedOut, "the disk or mount does not answer"),
            NotDone::NoThread(error) => threads::refused(error),
        }
    }
}

/// Does `work` on a file or folder on another thread and waits for it until the deadline. Work that is late goes on, and what
/// it returns is dropped.
pub fn within_deadline<T: Send + 'static>(
    place: &Path,
    deadline: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NotDone> {
    let mut result = None;
    let send = |send: &mut dyn FnMut(T) -> bool| {
        send(work());
    };
    stream_within_deadline(place, deadline, send, &mut |done| result.replace(done).is_some())?;
    result.ok_or(NotDone::Late)
}

/// Does `work` on a file or folder on another thread, and calls `each` with what it sends until `each` returns false. Waits
/// for each of them until the deadline. `work` ends when sending returns false.
pub fn stream_within_deadline<T: Send + 'static>(
    place: &Path,
    deadline: Duration,
    work: impl FnOnce(&mut dyn FnMut(T) -> bool) + Send + 'static,
    each: &mut dyn FnMut(T) -> bool,
) -> Result<(), NotDone> {
    if is_hanging(place) {
        return Err(NotDone::Late);
    }
    let (send, sent) = mpsc::sync_channel(0);
    let at = Arc::new(place.to_owned());
    let own = at.clone();
    let job = move || {
        let _ended = Ended(own);
        work(&mut |item| send.send(item).is_ok());
    };
    start(Box::new(job)).map_err(NotDone::NoThread)?;
    loop {
        match sent.recv_timeout(deadline) {
            Ok(item) => {
                if !each(item) {
                    return Ok(());
                }
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {
                // Only while the thread lives: it takes itself out when it ends.
                let mut hanging = lock(&HANGING);
                if Arc::strong_count(&at) > 1 {
                    hanging.push(at.clone());
                }
                return Err(NotDone::Late);
            }
        }
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// Threads that have done their work and wait for more. To start one takes longer than to read a small file.
static WAITING: Mutex<Vec<SyncSender<Job>>> = Mutex::new(Vec::new());

/// Threads that wait at most; others end. Each keeps some memory of its own.
const MOST_WAITING: usize = 1;

/// Gives work to a thread that waits, or to a new one.
fn start(mut job: Job) -> io::Result<()> {
    loop {
        let waiting = lock(&WAITING).pop();
        let Some(thread) = waiting else { break };
        match thread.send(job) {
            Ok(()) => return Ok(()),
            Err(SendError(back)) => job = back,
        }
    }
    thread::Builder::new().name("deadline".to_owned()).spawn(move || work_and_wait(job)).map(drop)
}

/// What such a thread does. Work that panics ends it.
fn work_and_wait(first: Job) {
    first();
    let (give, jobs) = mpsc::sync_channel(1);
    loop {
        let mut waiting = lock(&WAITING);
        if waiting.len() >= MOST_WAITING {
            return;
        }
        waiting.push(give.clone());
        drop(waiting);
        let Ok(job) = jobs.recv() else { return };
        job();
    }
}

/// Takes a thread out of those that hang.
struct Ended(Arc<PathBuf>);

impl Drop for Ended {
    fn drop(&mut self) {
        let mut hanging = lock(&HANGING);
        hanging.retain(|place| !Arc::ptr_eq(place, &self.0));
        // Under the lock, so that a caller that gives up does not count a thread that has ended.
        self.0 = Arc::default();
    }
}

fn is_hanging(at: &Path) -> bool {
    let hanging = lock(&HANGING);
    let here = hanging.iter().filter(|place| at.starts_with(place.as_path()));
    here.count() >= MOST_HANGING || hanging.len() >= MOST_HANGING_ANYWHERE
}

/// What a path leads to, all links followed. A disk that does not answer in time is an error.
pub fn stat(path: &Path) -> io::Result<fs::Metadata> {
    let own = path.to_owned();
    within_deadline(path, DEADLINE, move || fs::metadata(own))?
}

/// The absolute path without links. A disk that does not answer in time is an error.
pub fn canonical(path: &Path) -> io::Result<PathBuf> {
    let own = path.to_owned();
    within_deadline(path, DEADLINE, move || fs::canonicalize(own))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(10);

    #[test]
    fn work_that_hangs_is_given_up() {
        let folder = Path::new("/given-up");
        let (go, wait) = mpsc::channel::<()>();
        let late = within_deadline(folder, SHORT, move || wait.recv().is_ok());
        assert!(matches!(late, Err(NotDone::Late)));
        drop(go);
        assert!(matches!(within_deadline(folder, DEADLINE, || 7), Ok(7)));
        assert!(matches!(within_deadline(folder, DEADLINE, || -> u32 { panic!("on purpose") }), Err(NotDone::Late)));
    }

    #[test]
    fn a_folder_that_hangs_stops_no_other() {
        let hung = Path::new("/hung");
        let gates = [(); MOST_HANGING].map(|()| {
            let ((go, wait), (end, ended)) = (mpsc::channel::<()>(), mpsc::channel::<()>());
            let late = within_deadline(hung, SHORT, move || {
                let _end = end;
                wait.recv().is_ok()
            });
            assert!(matches!(late, Err(NotDone::Late)));
            (go, ended)
        });
        let refused = within_deadline(&hung.join("below"), DEADLINE, || unreachable!("it is refused"));
        assert!(matches!(refused, Err::<(), _>(NotDone::Late)));
        assert!(matches!(within_deadline(Path::new("/hungry"), DEADLINE, || 7), Ok(7)));
        assert!(matches!(within_deadline(Path::new("/"), DEADLINE, || 7), Ok(7)));
        for (go, ended) in gates {
            drop(go);
            assert!(ended.recv().is_err());
        }
        // The threads take themselves out after that.
        while is_hanging(hung) {
            thread::yield_now();
        }
        assert!(matches!(within_deadline(hung, DEADLINE, || 7), Ok(7)));
    }

    #[test]
    fn a_thread_does_one_piece_of_work_after_the_other() {
        let place = Path::new("/again");
        let of = || within_deadline(place, DEADLINE, || thread::current().id()).expect("it does not hang");
        // A thread waits from a moment after it has given its result; other tests use the same threads.
        let mut seen = std::collections::HashSet::new();
        assert!((0..10_000).any(|_| !seen.insert(of())), "no thread was used twice");
        // Work that panics harms no other.
        assert!(matches!(within_deadline(place, DEADLINE, || -> u32 { panic!("on purpose") }), Err(NotDone::Late)));
        assert!((0..100).all(|n| matches!(within_deadline(place, DEADLINE, move || n), Ok(m) if m == n)));
        assert!(lock(&WAITING).len() <= MOST_WAITING);
    }

    #[test]
    fn a_stream_ends_when_its_taker_does() {
        let (send, ended) = mpsc::channel();
        let work = move |each: &mut dyn FnMut(u32) -> bool| {
            let taken = (0..).take_while(|&n| each(n)).count();
            send.send(taken).expect("the test waits");
        };
        let mut taken = Vec::new();
        let all = stream_within_deadline(Path::new("/stream"), DEADLINE, work, &mut |n| {
            taken.push(n);
            n < 2
        });
        assert!(all.is_ok());
        assert_eq!(taken, [0, 1, 2]);
        assert_eq!(ended.recv().expect("it ends"), 3);
    }
}
