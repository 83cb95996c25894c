//! The queue in front of the models: one thread, urgent work first, sessions in turn. At its checkpoints a task is
//! interrupted by more urgent tasks, which run to their end inside it. So a long generation delays a hover by one layer.
//! A task that has waited long starts before more urgent ones. They then interrupt it, so it advances by at least one
//! layer between two of them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use base::{Cancel, Cancelled, catch};
use lm::{Control, Engine, Priority, SessionId, Task};

/// A task that has waited longer than this starts before more urgent ones.
const PATIENCE: Duration = Duration::from_secs(2);

/// An engine with a thread of its own. The thread ends when the engine is dropped and its queue is closed.
pub struct EngineThread {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    patience: Duration,
}

/// A task, and when it was queued.
type Waiting = (Task, Instant);

#[derive(Default)]
struct Queue {
    /// For each priority, the waiting sessions, next one first, each with its tasks in order.
    waiting: BTreeMap<Priority, VecDeque<(SessionId, VecDeque<Waiting>)>>,
    /// Tasks that have started: one, and more urgent ones that interrupted it.
    running: usize,
    closed: bool,
}

impl Queue {
    fn push(&mut self, task: Task) {
        let turns = self.waiting.entry(task.priority).or_default();
        let (session, waiting) = (task.session, (task, Instant::now()));
        match turns.iter_mut().find(|(other, _)| *other == session) {
            Some((_, tasks)) => tasks.push_back(waiting),
            None => turns.push_back((session, VecDeque::from([waiting]))),
        }
    }

    /// The next task: the most urgent, or the one that has waited longest, if that is longer than `patience`. With
    /// `than`, only a more urgent task.
    fn pop(&mut self, than: Option<Priority>, patience: Duration) -> Option<Task> {
        let levels = || self.waiting.iter().filter(|(level, _)| than.is_none_or(|than| **level < than));
        let fronts = levels()
            .flat_map(|(level, turns)| turns.iter().filter_map(move |(_, tasks)| Some((tasks.front()?.1, *level))));
        let late = fronts.min().filter(|(since, _)| since.elapsed() >= patience).map(|(_, level)| level);
        let level = late.or_else(|| levels().next().map(|(level, _)| *level))?;
        self.take(level)
    }

    /// The next task of a priority. Its session goes to the end of the line.
    fn take(&mut self, level: Priority) -> Option<Task> {
        let turns = self.waiting.get_mut(&level)?;
        let (session, mut tasks) = turns.pop_front()?;
        let task = tasks.pop_front();
        if !tasks.is_empty() {
            turns.push_back((session, tasks));
        }
        if turns.is_empty() {
            self.waiting.remove(&level);
        }
        Some(task?.0)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        base::lock(&self.queue)
    }

    /// Runs tasks until the queue is closed.
    fn work(&self) {
        loop {
            let mut queue = self.lock();
            let task = loop {
                if queue.closed {
                    return;
                }
                match queue.pop(None, self.patience) {
                    Some(task) => break task,
                    None => queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
                }
            };
            drop(queue);
            self.run(task);
        }
    }

    /// Runs one task to its end. What a cancelled or panicking task owned is dropped here. That tells the waiting
    /// callers.
    fn run(&self, task: Task) {
        let Task { priority, cancel, job, .. } = task;
        if cancel.is_cancelled() {
            return;
        }
        let running = RunningTask { shared: self, priority, cancel };
        self.lock().running += 1;
        let ran = catch(|| job(&running));
        self.lock().running -= 1;
        if let Err(panicked) = ran {
            tracing::error!("a task on the engine failed: {panicked}");
        }
    }
}

/// The control that a task on the engine's thread gets.
struct RunningTask<'a> {
    shared: &'a Shared,
    priority: Priority,
    cancel: Cancel,
}

impl Control for RunningTask<'_> {
    fn checkpoint(&self) -> Result<(), Cancelled> {
        self.cancel.check()?;
        loop {
            let mut queue = self.shared.lock();
            if queue.closed {
                return Err(Cancelled);
            }
            let Some(task) = queue.pop(Some(self.priority), self.shared.patience) else { break };
            drop(queue);
            self.shared.run(task);
        }
        self.cancel.check()
    }
}

impl EngineThread {
    /// Starts the thread.
    pub fn start() -> std::io::Result<Self> {
        Self::with_patience(PATIENCE)
    }

    fn with_patience(patience: Duration) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { queue: Mutex::default(), changed: Condvar::new(), patience });
        let on_thread = shared.clone();
        let work = move || {
            // A panic inside a task ends that task. A panic outside, for example in the drop of what a task owned, would
            // end the thread, and no request would be answered again.
            while let Err(panicked) = catch(|| on_thread.work()) {
                tracing::error!("the engine's thread panicked and was restarted: {panicked}");
                on_thread.lock().running = 0;
            }
        };
        let thread = std::thread::Builder::new().name("engine".into()).spawn(work)?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// How many tasks have started, and how many wait.
    pub fn load(&self) -> (usize, usize) {
        let queue = self.shared.lock();
        let waiting = queue.waiting.values().flatten().map(|(_, tasks)| tasks.len()).sum();
        (queue.running, waiting)
    }
}

impl Engine for EngineThread {
    fn submit(&self, task: Task) {
        self.shared.lock().push(task);
        self.shared.changed.notify_one();
    }
}

impl Drop for EngineThread {
    fn drop(&mut self) {
        let mut queue = self.shared.lock();
        queue.closed = true;
        let dropped = std::mem::take(&mut queue.waiting);
        drop(queue);
        drop(dropped);
        self.shared.changed.notify_all();
        // A job may hold the last handle of the engine; a thread cannot join itself.
        if let Some(thread) = self.thread.take().filter(|t| t.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};

    struct Bench {
        engine: EngineThread,
        log: Sender<String>,
        seen: Receiver<String>,
    }

    impl Bench {
        /// No task waits long enough to start before a more urgent one.
        fn new() -> Self {
            Self::with_patience(Duration::from_secs(3600))
        }

        fn with_patience(patience: Duration) -> Self {
            let (log, seen) = channel();
            Self { engine: EngineThread::with_patience(patience).expect("a thread"), log, seen }
        }

        fn submit(
            &self,
            session: u64,
            priority: Priority,
            job: impl FnOnce(&dyn Control, &Sender<String>) + Send + 'static,
        ) -> Cancel {
            let (cancel, log) = (Cancel::new(), self.log.clone());
            let job = Box::new(move |control: &dyn Control| job(control, &log));
            self.engine.submit(Task { session: SessionId(session), priority, cancel: cancel.clone(), job });
            cancel
        }

        fn say(&self, session: u64, priority: Priority, text: &str) {
            let text = text.to_owned();
            self.submit(session, priority, move |_, log| log.send(text).expect("the test listens"));
        }

        /// Keeps the engine busy until the returned sender sends or is dropped.
        fn hold(&self) -> Sender<()> {
            let (release, wait) = channel();
            self.submit(0, Priority::Interactive, move |_, log| {
                log.send("held".into()).expect("the test listens");
                let _ = wait.recv();
            });
            assert_eq!(self.seen.recv().expect("the engine runs"), "held");
            release
        }

        fn next(&self, count: usize) -> Vec<String> {
            (0..count).map(|_| self.seen.recv().expect("the engine runs")).collect()
        }
    }

    #[test]
    fn urgent_first_then_sessions_in_turn() {
        let bench = Bench::new();
        let release = bench.hold();
        for text in ["a1", "a2", "a3"] {
            bench.say(1, Priority::Command, text);
        }
        bench.say(2, Priority::Command, "b1");
        bench.say(3, Priority::Background, "c1");
        bench.say(3, Priority::Interactive, "c2");
        bench.say(2, Priority::Command, "b2");
        drop(release);
        assert_eq!(bench.next(7), ["c2", "a1", "b1", "a2", "b2", "a3", "c1"]);
    }

    #[test]
    fn a_checkpoint_lets_more_urgent_work_through() {
        let bench = Bench::new();
        let (go, wait) = channel::<()>();
        bench.submit(1, Priority::Command, move |control, log| {
            log.send("begun".into()).expect("the test listens");
            wait.recv().expect("the test goes on");
            control.checkpoint().expect("not cancelled");
            log.send("done".into()).expect("the test listens");
        });
        assert_eq!(bench.next(1), ["begun"]);
        bench.say(1, Priority::Command, "later");
        bench.say(2, Priority::Interactive, "hover");
        go.send(()).expect("the task waits");
        assert_eq!(bench.next(3), ["hover", "done", "later"]);
    }

    #[test]
    fn a_late_task_starts_first_and_can_be_interrupted() {
        let bench = Bench::with_patience(Duration::ZERO);
        let release = bench.hold();
        bench.submit(1, Priority::Command, move |control, log| {
            log.send("begun".into()).expect("the test listens");
            control.checkpoint().expect("not cancelled");
            log.send("done".into()).expect("the test listens");
        });
        bench.say(2, Priority::Interactive, "hover");
        bench.say(2, Priority::Background, "build");
        bench.say(2, Priority::Interactive, "another");
        drop(release);
        assert_eq!(bench.next(5), ["begun", "hover", "another", "done", "build"]);
        // Also at the checkpoint of an interrupted task.
        let (go, wait) = channel::<()>();
        bench.submit(1, Priority::Background, move |control, log| {
            log.send("begun".into()).expect("the test listens");
            wait.recv().expect("the test goes on");
            control.checkpoint().expect("not cancelled");
            log.send("done".into()).expect("the test listens");
        });
        assert_eq!(bench.next(1), ["begun"]);
        bench.say(2, Priority::Command, "trace");
        bench.say(2, Priority::Interactive, "hover");
        go.send(()).expect("the task waits");
        assert_eq!(bench.next(3), ["trace", "hover", "done"]);
    }

    #[test]
    fn a_panic_and_a_cancel_end_one_task() {
        let bench = Bench::new();
        let release = bench.hold();
        bench.submit(1, Priority::Command, |_, _| panic!("a bug"));
        let cancel = bench.submit(1, Priority::Command, |_, log| log.send("never".into()).expect("the test listens"));
        bench.say(1, Priority::Command, "after");
        cancel.cancel();
        drop(release);
        assert_eq!(bench.next(1), ["after"]);
    }

    /// The drop of what a task owned panics: outside of the task, on the thread itself.
    #[test]
    fn a_panic_of_the_thread_itself_ends_one_task() {
        struct Bomb {
            _told: Sender<()>,
        }
        impl Drop for Bomb {
            fn drop(&mut self) {
                if !std::thread::panicking() {
                    panic!("a bug in what a task owned");
                }
            }
        }
        let bench = Bench::new();
        let release = bench.hold();
        let (owned, gone) = channel();
        let bomb = Bomb { _told: owned };
        let cancel = bench.submit(1, Priority::Command, move |_, _| drop(bomb));
        cancel.cancel();
        bench.say(2, Priority::Command, "after");
        drop(release);
        assert_eq!(bench.next(1), ["after"]);
        assert!(gone.recv().is_err(), "the waiting caller gets an error");
        // The counts start from zero again.
        let release = bench.hold();
        assert_eq!(bench.engine.load(), (1, 0));
        drop(release);
    }

    #[test]
    fn the_load_is_what_runs_and_what_waits() {
        let bench = Bench::new();
        let release = bench.hold();
        bench.say(1, Priority::Command, "a");
        bench.say(2, Priority::Background, "b");
        assert_eq!(bench.engine.load(), (1, 2));
        drop(release);
        bench.next(2);
        // The last task has sent its text; it has ended when the next one starts.
        let release = bench.hold();
        assert_eq!(bench.engine.load(), (1, 0));
        drop(release);
    }

    #[test]
    fn dropping_the_engine_drops_what_waits() {
        let bench = Bench::new();
        let release = bench.hold();
        let (owned, answer) = channel::<()>();
        bench.submit(1, Priority::Command, move |_, _| drop(owned));
        drop(release);
        drop(bench.engine);
        assert!(answer.recv().is_err());
    }
}
