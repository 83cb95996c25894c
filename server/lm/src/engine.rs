//! The queue in front of the models: whoever answers users hands work to it and goes on reading.

use base::Cancel;

use crate::Control;

/// Whoever shares an engine: one editor, one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// What goes first. Between equals, sessions take turns; within a session, first come first served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody looks at the screen and waits: hovers, code actions.
    Interactive,
    /// An editor shows it by itself: lenses, hints, colours.
    Views,
    /// Somebody asked and sees progress: generate, trace.
    Command,
    /// Nobody asked, but it will be looked at: diagnostics.
    Diagnostics,
    /// Nobody waits.
    Background,
}

/// A piece of work. It gets the control that it must pass on to the model.
pub type Job = Box<dyn FnOnce(&dyn Control) + Send>;

/// A piece of work with what the queue must know of it.
pub struct Task {
    /// Whose.
    pub session: SessionId,
    /// How urgent.
    pub priority: Priority,
    /// Set by whoever asked; a task that is cancelled before it starts is dropped.
    pub cancel: Cancel,
    /// The work.
    pub job: Job,
}

/// Runs tasks one after the other on a thread of its own; a task may be interrupted at its checkpoints by a more urgent
/// one. A job that panics ends alone. A job that never runs is dropped, and what it owns with it.
pub trait Engine: Send + Sync {
    /// Queues a task and returns at once.
    fn submit(&self, task: Task);
}
