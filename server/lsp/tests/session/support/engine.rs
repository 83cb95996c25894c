//! The engine's contract on a plain thread: most urgent first, one after the other, cancelled ones dropped. Only background
//! work is interrupted, so that a test can hold everything else at a checkpoint.

use std::sync::{Arc, Condvar, Mutex};

use base::{Cancel, Cancelled};
use lm::{Control, Engine, Priority, Task};

use super::{Count, Gate};

#[derive(Default)]
pub(crate) struct TestEngine {
    queue: Mutex<Queue>,
    changed: Condvar,
    /// Before every job.
    pub(crate) jobs: Gate,
    /// At every checkpoint.
    pub(crate) checkpoints: Gate,
    /// Submitted tasks.
    pub(crate) submitted: Count,
    /// Checkpoints that jobs reached.
    pub(crate) reached: Count,
    /// Checkpoints that stopped a job.
    pub(crate) stopped: Count,
    /// Tasks that were dropped because they were cancelled before they started.
    pub(crate) dropped: Count,
}

#[derive(Default)]
struct Queue {
    tasks: Vec<Task>,
    lose_next: bool,
    panic_on_submit: bool,
    closed: bool,
}

impl TestEngine {
    pub(crate) fn start() -> Arc<Self> {
        let engine = Arc::new(Self::default());
        let worker = engine.clone();
        std::thread::spawn(move || while worker.step() {});
        engine
    }

    /// Drops the next submitted task without running it.
    pub(crate) fn lose_next(&self) {
        self.queue.lock().unwrap().lose_next = true;
    }

    /// Panics at the next submitted task.
    pub(crate) fn panic_on_submit(&self) {
        self.queue.lock().unwrap().panic_on_submit = true;
    }

    pub(crate) fn close(&self) {
        self.queue.lock().unwrap().closed = true;
        self.changed.notify_all();
        self.jobs.open();
        self.checkpoints.open();
    }

    fn step(&self) -> bool {
        let queue = self.queue.lock().unwrap();
        drop(self.changed.wait_while(queue, |q| q.tasks.is_empty() && !q.closed).unwrap());
        self.jobs.pass();
        let mut queue = self.queue.lock().unwrap();
        if queue.closed {
            queue.tasks.clear();
            return false;
        }
        // `min_by_key` returns the first of equals: the task that was submitted first.
        let next = (0..queue.tasks.len()).min_by_key(|&i| queue.tasks[i].priority);
        let Some(task) = next.map(|i| queue.tasks.remove(i)) else { return true };
        drop(queue);
        self.run(task);
        true
    }

    fn run(&self, task: Task) {
        if task.cancel.is_cancelled() {
            self.dropped.up();
        } else {
            let interrupted = task.priority == Priority::Background;
            (task.job)(&Checkpoints { engine: self, cancel: task.cancel, interrupted });
        }
    }

    /// Runs tasks that interrupt background work.
    fn run_what_is_urgent(&self) {
        loop {
            let mut queue = self.queue.lock().unwrap();
            let urgent = |i: &usize| queue.tasks[*i].priority < Priority::Background;
            let next = (0..queue.tasks.len()).filter(urgent).min_by_key(|&i| queue.tasks[i].priority);
            let Some(task) = next.map(|i| queue.tasks.remove(i)) else { return };
            drop(queue);
            self.run(task);
        }
    }
}

impl Engine for TestEngine {
    fn submit(&self, task: Task) {
        self.submitted.up();
        let mut queue = self.queue.lock().unwrap();
        if std::mem::take(&mut queue.panic_on_submit) {
            drop(queue);
            panic!("submitting panicked");
        }
        if std::mem::take(&mut queue.lose_next) {
            return;
        }
        queue.tasks.push(task);
        self.changed.notify_all();
    }
}

struct Checkpoints<'a> {
    engine: &'a TestEngine,
    cancel: Cancel,
    interrupted: bool,
}

impl Control for Checkpoints<'_> {
    fn checkpoint(&self) -> Result<(), Cancelled> {
        self.engine.reached.up();
        self.engine.checkpoints.pass();
        if self.interrupted {
            self.engine.run_what_is_urgent();
        }
        self.cancel.check().inspect_err(|_| self.engine.stopped.up())
    }
}
