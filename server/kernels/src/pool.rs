//! The threads that share a product.

use std::sync::OnceLock;

/// A pool of worker threads; the caller of a region is one of them.
pub struct Pool {
    threads: usize,
}

impl Pool {
    /// A pool of this many threads, the caller's among them; at least one.
    pub fn new(threads: usize) -> Pool {
        Pool { threads: threads.max(1) }
    }

    /// The process's pool: as many threads as the machine gives.
    pub fn global() -> &'static Pool {
        static GLOBAL: OnceLock<Pool> = OnceLock::new();
        GLOBAL.get_or_init(|| Pool::new(std::thread::available_parallelism().map_or(1, |n| n.get())))
    }

    /// How many threads share a region, the caller's among them.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Runs `task(0)` to `task(tasks - 1)`, in any order, on the pool's threads, and returns when all are done. A task's
    /// panic reaches the caller.
    pub fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        (0..tasks).for_each(task);
    }
}
