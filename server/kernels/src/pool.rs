//! The threads that share a product. The pool does not know what they compute.
//!
//! One token's forward pass has about fifty regions within a few milliseconds, so a region must start and end within a
//! few microseconds. Workers spin for a moment after a region before they sleep. The thread that opens a region waits
//! only for workers that have entered it, never for one to wake up.
//!
//! Each thread starts with its own share of the tasks, in order, because neighbouring tasks read neighbouring memory. A
//! thread that has finished its share helps the others.

use std::any::Any;
use std::cell::UnsafeCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a thread spins before it sleeps.
const SPIN: Duration = Duration::from_micros(100);

// `Shared::state`: the number of workers inside the region, three flags, and the region's number.
const INSIDE: u64 = (1 << 16) - 1;
const OPEN: u64 = 1 << 16;
const AWAITED: u64 = 1 << 17;
const STOP: u64 = 1 << 18;
const REGION: u64 = 1 << 32;

/// A pool of worker threads; the caller of a region is one of them.
pub struct Pool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

type Task = dyn Fn(usize) + Sync;

#[derive(Clone, Copy)]
struct Region {
    task: *const Task,
    tasks: usize,
}

/// Alone on its cache line.
#[repr(align(128))]
struct Apart<T>(T);

struct Shared {
    state: Apart<AtomicU64>,
    /// For each thread, the next task of its share that is not taken.
    next: Vec<Apart<AtomicUsize>>,
    /// Written by the thread that holds `taken`, while no worker is inside. Read by workers inside.
    region: UnsafeCell<Option<Region>>,
    /// Whether a thread uses the workers.
    taken: AtomicBool,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    sleeping: AtomicUsize,
    sleep: Mutex<()>,
    wake: Condvar,
    left: Condvar,
}

// SAFETY: `region` is the one field that is not Sync; its comment says who touches it when. The task behind the pointer
// is Sync and outlives the region, as `Pool::run` returns only after every worker has left.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Pool {
    /// A pool of this many threads, the caller included; at least one. Fewer than requested if the system does not start
    /// more.
    pub fn new(threads: usize) -> Pool {
        let threads = threads.clamp(1, INSIDE as usize);
        let shared = Arc::new(Shared {
            state: Apart(AtomicU64::new(0)),
            next: (0..threads).map(|_| Apart(AtomicUsize::new(0))).collect(),
            region: UnsafeCell::new(None),
            taken: AtomicBool::new(false),
            panic: Mutex::new(None),
            sleeping: AtomicUsize::new(0),
            sleep: Mutex::new(()),
            wake: Condvar::new(),
            left: Condvar::new(),
        });
        let start = |thread| {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name("kernels".to_owned()).spawn(move || shared.work(thread)).ok()
        };
        let workers = (1..threads).map_while(start).collect();
        Pool { shared, workers }
    }

    /// How many threads share a region, the caller included.
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Runs `task(0)` to `task(tasks - 1)` on the pool's threads, in any order, and returns when all are done. If
    /// another thread or a surrounding region uses the workers, the caller runs the tasks alone. After a panic in a task
    /// no further tasks start, and the panic reaches the caller.
    pub fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        let alone = tasks <= 1 || self.workers.is_empty();
        if alone || self.shared.taken.swap(true, Ordering::Acquire) {
            (0..tasks).for_each(task);
            return;
        }
        // SAFETY: only the lifetime changes; `Shared::run` returns after the last use.
        let task = unsafe { std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), *const Task>(task) };
        let panic = self.shared.run(Region { task, tasks });
        self.shared.taken.store(false, Ordering::Release);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    /// Splits the data into chunks of `len` values (at least one) and runs `task(i, chunk i)`. The last may be shorter.
    pub fn run_chunks<T: Send>(&self, data: &mut [T], len: usize, task: &(dyn Fn(usize, &mut [T]) + Sync)) {
        struct Start<T>(*mut T);
        // SAFETY: each chunk is passed to one task only.
        unsafe impl<T: Send> Sync for Start<T> {}

        let (total, start) = (data.len(), Start(data.as_mut_ptr()));
        let start = &start;
        self.run(total.div_ceil(len), &|index| {
            let from = index * len;
            // SAFETY: inside the data, which is borrowed mutably, and disjoint from every other task's chunk.
            let chunk = unsafe { std::slice::from_raw_parts_mut(start.0.add(from), len.min(total - from)) };
            task(index, chunk);
        });
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.state.0.fetch_or(STOP, Ordering::SeqCst);
        drop(lock(&self.shared.sleep));
        self.shared.wake.notify_all();
        for worker in self.workers.drain(..) {
            // A worker catches the panics of its tasks, so there is none to pass on.
            let _ = worker.join();
        }
    }
}

impl Shared {
    /// Opens the region, runs its share, closes the region and waits until every worker that entered has left.
    fn run(&self, region: Region) -> Option<Box<dyn Any + Send>> {
        // SAFETY: this thread holds `taken` and no worker is inside.
        unsafe { *self.region.get() = Some(region) };
        for (thread, next) in self.next.iter().enumerate() {
            next.0.store(self.share(thread, region.tasks).start, Ordering::Relaxed);
        }
        let number = self.state.0.load(Ordering::Relaxed) / REGION;
        self.state.0.store(number.wrapping_add(1).wrapping_mul(REGION) | OPEN, Ordering::Release);
        // Either this thread sees that a worker sleeps, or the worker sees the region first: see `next_region`.
        fence(Ordering::SeqCst);
        if self.sleeping.load(Ordering::Relaxed) > 0 {
            drop(lock(&self.sleep));
            self.wake.notify_all();
        }
        self.take_tasks(0, region);
        self.close();
        lock(&self.panic).take()
    }

    /// The tasks of a thread's share.
    fn share(&self, thread: usize, tasks: usize) -> Range<usize> {
        let bound = |thread: usize| (tasks as u128 * thread as u128 / self.next.len() as u128) as usize;
        bound(thread)..bound(thread + 1)
    }

    /// Runs the rest of this thread's share, then the rest of the other threads' shares.
    fn take_tasks(&self, thread: usize, region: Region) {
        let work = || {
            // SAFETY: the task lives until `run` returns, which is after this thread has left the region.
            let task = unsafe { &*region.task };
            let threads = self.next.len();
            for owner in (thread..threads).chain(0..thread) {
                let (next, end) = (&self.next[owner].0, self.share(owner, region.tasks).end);
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= end {
                        break;
                    }
                    task(index);
                }
            }
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
            self.next.iter().for_each(|next| next.0.store(region.tasks, Ordering::Relaxed));
            lock(&self.panic).get_or_insert(panic);
        }
    }

    fn close(&self) {
        if self.state.0.fetch_and(!OPEN, Ordering::AcqRel) & INSIDE == 0 {
            return;
        }
        let empty = |state: u64| state & INSIDE == 0;
        if spin(|| empty(self.state.0.load(Ordering::Acquire)).then_some(())).is_some() {
            return;
        }
        let mut guard = lock(&self.sleep);
        let mut state = self.state.0.fetch_or(AWAITED, Ordering::AcqRel);
        while !empty(state) {
            guard = self.left.wait(guard).unwrap_or_else(PoisonError::into_inner);
            state = self.state.0.load(Ordering::Acquire);
        }
    }

    /// A worker's loop.
    fn work(&self, thread: usize) {
        let mut seen = 0;
        loop {
            let state = self.next_region(seen);
            if state & STOP != 0 {
                return;
            }
            // Fails if, since the state was read, the region has closed or another worker has entered.
            if self.state.0.compare_exchange(state, state + 1, Ordering::AcqRel, Ordering::Relaxed).is_err() {
                continue;
            }
            seen = state / REGION;
            // SAFETY: written before the region was opened, and this worker is inside.
            if let Some(region) = unsafe { *self.region.get() } {
                self.take_tasks(thread, region);
            }
            let before = self.state.0.fetch_sub(1, Ordering::AcqRel);
            if before & AWAITED != 0 && before & INSIDE == 1 {
                drop(lock(&self.sleep));
                self.left.notify_all();
            }
        }
    }

    /// Waits for an open region other than the last one seen, or for the pool's end. Returns the state that shows it.
    fn next_region(&self, seen: u64) -> u64 {
        let fresh = || {
            let state = self.state.0.load(Ordering::Acquire);
            (state & STOP != 0 || (state & OPEN != 0 && state / REGION != seen)).then_some(state)
        };
        if let Some(state) = spin(fresh) {
            return state;
        }
        let mut guard = lock(&self.sleep);
        self.sleeping.fetch_add(1, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        loop {
            if let Some(state) = fresh() {
                self.sleeping.fetch_sub(1, Ordering::Relaxed);
                return state;
            }
            guard = self.wake.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Spins until there is a result; `None` if that took too long.
fn spin<T>(result: impl Fn() -> Option<T>) -> Option<T> {
    let mut begin = None;
    loop {
        for _ in 0..64 {
            if let Some(result) = result() {
                return Some(result);
            }
            std::hint::spin_loop();
        }
        if begin.get_or_insert_with(Instant::now).elapsed() > SPIN {
            return None;
        }
    }
}

/// What these locks guard is never left half changed, so poisoning is ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
