//! The threads that sled writes and reads ahead with, and how they rest while no store is open.
//!
//! sled starts seven with its first store and never ends them: each wakes once a second to look for work, in a process that
//! may be idle for days. So whoever closes the last store has them fall asleep, and whoever opens one wakes them. They are
//! put to sleep with what sled offers: the future of a flush tells its waker on one of these threads that it is done, and
//! this waker does not return until it is over. Where that does not work out they go on as sled made them.
//!
//! What a store is and when it closes is not known here.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use sled::Db;

/// Threads that never end. In a busy time sled starts more.
const THREADS: usize = 7;
/// How long it may take until they sleep: a millisecond or two, where the machine is not busy.
const PATIENCE: Duration = Duration::from_millis(500);
/// A thread of a busy time may end while it is counted upon.
const ATTEMPTS: usize = 3;

/// Who needs the threads of this process.
struct Needed {
    by: usize,
    rest: Option<Arc<Rest>>,
}

static NEEDED: Mutex<Needed> = Mutex::new(Needed { by: 0, rest: None });

/// While there is one of these the threads are awake: whoever lets sled do anything has one.
pub(crate) struct Awake(());

impl Awake {
    pub(crate) fn new() -> Self {
        let mut needed = lock(&NEEDED);
        needed.by += 1;
        if let Some(rest) = needed.rest.take() {
            rest.end();
        }
        Self(())
    }

    /// For who is about to close its store: the threads fall asleep, unless another needs them.
    pub(crate) fn rest(self, db: &Db) {
        // With nothing left to write, no flush that follows needs a second thread. Where this one never ends, nobody else
        // waits for it.
        let written = db.flush().is_ok();
        // Held until they sleep: who comes meanwhile shall find them so, to wake them.
        let mut needed = lock(&NEEDED);
        needed.by -= 1;
        std::mem::forget(self);
        if written && needed.by == 0 {
            needed.rest = (0..ATTEMPTS).find_map(|_| Rest::begin(db, threads()));
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        lock(&NEEDED).by -= 1;
    }
}

/// A time in which the threads sleep.
#[derive(Default)]
struct Rest {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    asleep: usize,
    over: bool,
}

impl Rest {
    /// `None` where not so many fall asleep; then none does.
    fn begin(db: &Db, threads: usize) -> Option<Arc<Self>> {
        let rest = Arc::new(Self::default());
        let waker = Waker::from(rest.clone());
        let (mut asleep, until) = (0, Instant::now() + PATIENCE);
        while asleep < threads && Instant::now() < until {
            let flush = pin!(db.flush_async());
            match flush.poll(&mut Context::from_waker(&waker)) {
                // It was done before it was asked about, which puts nobody to sleep.
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(_)) => break,
                Poll::Pending if rest.fell_asleep(asleep + 1, until) => asleep += 1,
                Poll::Pending => break,
            }
        }
        if asleep < threads {
            rest.end();
        }
        (asleep >= threads).then_some(rest)
    }

    /// Waits for so many to sleep; whether they do.
    fn fell_asleep(&self, count: usize, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        let waited = self.changed.wait_timeout_while(lock(&self.state), left, |state| state.asleep < count);
        waited.unwrap_or_else(PoisonError::into_inner).0.asleep >= count
    }

    fn end(&self) {
        lock(&self.state).over = true;
        self.changed.notify_all();
    }
}

impl Wake for Rest {
    fn wake(self: Arc<Self>) {
        let mut state = lock(&self.state);
        state.asleep += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |state| !state.over));
    }
}

/// How many there are: whatever is not asleep would wake every second.
fn threads() -> usize {
    let named = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    // Elsewhere the system does not say.
    tasks
        .filter(|_| cfg!(target_os = "linux"))
        .map(named)
        .filter(|name| name.starts_with("sled-io-"))
        .count()
        .max(THREADS)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Threads that are started by this work may be woken late where they only look at the time: those of sled do it together
/// then, when something else wakes the processor anyway. A thread that there is work for wakes at once.
pub(crate) fn waking_together<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(target_os = "linux")]
    let late = |nanoseconds: libc::c_ulong| {
        // SAFETY: sets a number of this thread's, which those that it starts begin with. Zero is what it had itself.
        unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, nanoseconds) };
    };
    #[cfg(not(target_os = "linux"))]
    let late = |_: u64| ();
    late(60_000_000_000);
    let done = work();
    late(0);
    done
}
