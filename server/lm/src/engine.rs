//! The queue in front of the models. Callers submit work and keep reading requests.

use base::Cancel;

use crate::Control;

/// One user of the engine: an editor session or a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// The order of tasks. Sessions with equal priority take turns; within a session, the first task runs first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// The user waits for the answer: hovers, code actions.
    Interactive,
    /// The editor shows it unasked: lenses, hints, colours.
    Views,
    /// The user started it and sees its progress: generate, trace.
    Command,
    /// Unasked, but shown when ready: diagnostics.
    Diagnostics,
    /// No request waits for it.
    Background,
}

/// A unit of work. It must pass the control that it receives to the model.
pub type Job = Box<dyn FnOnce(&dyn Control) + Send>;

/// A job and what the queue needs to schedule it.
pub struct Task {
    pub session: SessionId,
    pub priority: Priority,
    /// Set by the requester. A task that is cancelled before it starts is dropped.
    pub cancel: Cancel,
    pub job: Job,
}

/// Runs tasks one at a time on its own thread. A more urgent task may interrupt a running task at its checkpoints. A
/// panic ends only the job that panicked. A job that never runs is dropped together with everything that it owns.
pub trait Engine: Send + Sync {
    /// Queues a task and returns at once.
    fn submit(&self, task: Task);
}
