//! The pool with panics, nested regions and several callers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::rounds;
use crate::Pool;

/// Each task runs once.
fn check(pool: &Pool, tasks: usize) {
    let runs: Vec<AtomicUsize> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
    pool.run(tasks, &|i| {
        runs[i].fetch_add(1, Ordering::Relaxed);
    });
    assert!(runs.iter().all(|n| n.load(Ordering::Relaxed) == 1), "{tasks} tasks");
}

#[test]
fn every_task_runs_once() {
    for threads in [0, 1, 2, 3, 8] {
        let pool = Pool::new(threads);
        assert_eq!(pool.threads(), threads.max(1));
        for round in 0..rounds(3000) as usize {
            check(&pool, round % 40);
        }
    }
}

#[test]
fn several_threads_may_call() {
    let pool = Pool::new(3);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..rounds(3000) as usize).for_each(|round| check(&pool, round % 20)));
        }
    });
}

#[test]
fn a_task_may_open_a_region() {
    let pool = Pool::new(3);
    let runs = AtomicUsize::new(0);
    pool.run(10, &|_| {
        pool.run(10, &|_| {
            runs.fetch_add(1, Ordering::Relaxed);
        });
    });
    assert_eq!(runs.into_inner(), 100);
}

#[test]
fn a_panic_reaches_the_caller_and_the_pool_goes_on() {
    let pool = Pool::new(3);
    for round in 0..rounds(300) as usize {
        let bad = round % 30;
        let result = catch_unwind(AssertUnwindSafe(|| {
            pool.run(30, &|i| {
                if i == bad {
                    // no message, unlike `panic!`
                    std::panic::resume_unwind(Box::new(i));
                }
            });
        }));
        let payload = result.expect_err("the task panicked");
        assert_eq!(payload.downcast_ref::<usize>(), Some(&bad));
        check(&pool, 17);
    }
}

#[test]
fn chunks_cover_the_data() {
    let pool = Pool::new(2);
    for (len, chunk) in [(0, 3), (1, 3), (3, 3), (10, 3), (1000, 7)] {
        let mut data = vec![0; len];
        pool.run_chunks(&mut data, chunk, &|i, part| part.fill(i + 1));
        let expected: Vec<usize> = (0..len).map(|at| at / chunk + 1).collect();
        assert_eq!(data, expected);
    }
}
