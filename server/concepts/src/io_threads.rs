//! The threads that sled writes and reads ahead with, and how they rest while no store is open.
//!
//! sled starts seven with its first store and never ends them: each wakes once a second to look for work, in a process that
//! may be idle for days. So whoever closes the last store has them fall asleep, and whoever opens one wakes them. They are
//! put to sleep with what sled offers: the future of a flush tells its waker on one of these threads that it is done, and
//! this waker does not return until it is over. Those that sled started beyond the seven in a busy time get the work that they
//! end after first. Where that does not work out they go on as sled made them.
//!
//! What a store is and when it closes is not known here.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use sled::Db;

/// Threads that never end, the first of all. In a busy time sled starts more.
const THREADS: usize = 7;
/// What their names begin with; the number that follows counts them as they are started.
const NAME: &str = "sled-io-";
/// How long it may take until they sleep: a few milliseconds, where the machine is not busy.
const PATIENCE: Duration = Duration::from_millis(500);

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
            needed.rest = Rest::begin(db);
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
    /// Flushes that have been told about.
    done: usize,
    asleep: usize,
    /// So many shall sleep.
    wanted: usize,
    over: bool,
}

impl Rest {
    /// `None` where they do not fall asleep in time; then none does.
    fn begin(db: &Db) -> Option<Arc<Self>> {
        let rest = Arc::new(Self::default());
        let waker = Waker::from(rest.clone());
        let (begin, mut told) = (Instant::now(), 0);
        while begin.elapsed() < PATIENCE {
            let threads = threads();
            if rest.wants(wanted(threads, begin.elapsed() > PATIENCE / 2)) >= threads {
                return Some(rest);
            }
            let flush = pin!(db.flush_async());
            match flush.poll(&mut Context::from_waker(&waker)) {
                // It was done before it was asked about, which is told to nobody.
                Poll::Ready(Ok(_)) => {}
                Poll::Pending if rest.told(told + 1, PATIENCE.saturating_sub(begin.elapsed())) => told += 1,
                Poll::Pending | Poll::Ready(Err(_)) => break,
            }
        }
        rest.end();
        None
    }

    /// Sets how many shall sleep; how many do.
    fn wants(&self, wanted: usize) -> usize {
        let mut state = lock(&self.state);
        state.wanted = wanted;
        state.asleep
    }

    /// Waits until so many flushes have been told about; whether they were.
    fn told(&self, count: usize, patience: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(lock(&self.state), patience, |state| state.done < count);
        waited.unwrap_or_else(PoisonError::into_inner).0.done >= count
    }

    fn end(&self) {
        lock(&self.state).over = true;
        self.changed.notify_all();
    }
}

impl Wake for Rest {
    fn wake(self: Arc<Self>) {
        let mut state = lock(&self.state);
        state.done += 1;
        let sleeps = state.asleep < state.wanted && (never_ends() || state.wanted > THREADS);
        state.asleep += usize::from(sleeps);
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |state| sleeps && !state.over));
    }
}

/// Of so many threads, how many shall sleep next.
///
/// A thread of a busy time ends when, after the fifth piece of work, it finds three times in a row that more than seven
/// others wait for some. Those that are at work are taken off from that number, which has no sign: with six asleep, which to
/// sled are at work, it is a very large one as long as few wait. Where there are more it is above seven while none sleeps.
/// The seventh stays awake until they have ended, so that there is somebody for whatever is left to do.
fn wanted(threads: usize, late: bool) -> usize {
    match threads - THREADS {
        _ if late => threads,
        0 => THREADS,
        1..=4 => THREADS - 1,
        _ => 0,
    }
}

/// Whether this thread of sled's is one of those that it started at first.
fn never_ends() -> bool {
    let thread = std::thread::current();
    let number = thread.name().and_then(|name| name.strip_prefix(NAME)).and_then(|number| number.parse().ok());
    number.is_some_and(|number: usize| number < THREADS)
}

/// How many there are: whatever is not asleep would wake every second.
fn threads() -> usize {
    let named = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    // Elsewhere the system does not say.
    tasks.filter(|_| cfg!(target_os = "linux")).map(named).filter(|name| name.starts_with(NAME)).count().max(THREADS)
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
