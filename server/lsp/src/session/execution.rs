//! Where work runs: on a thread for blocking work, on a thread of its own, or on the engine. Handlers compute nothing
//! themselves, so that the editor's next message is always read.

use std::cell::Cell;
use std::fmt;

use base::{Cancel, Cancelled};
use lm::{Control, Priority, Task};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Result;

use crate::errors::{internal, model_error, panicked};
use crate::session::Session;
use crate::state::prepared::{Model, Prepared};

impl Session {
    /// Runs work that reads the disk or parses.
    pub(crate) async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let done = self.runtime.spawn_blocking(move || base::catch(work)).await;
        match done {
            Ok(done) => done.map_err(|error| panicked(&error)),
            Err(error) => Err(internal(format!("the work ended without an answer: {error}"))),
        }
    }

    /// Runs work on the engine if the model is loaded. Without a loaded model it runs on a thread for blocking work, so
    /// that it does not wait for other models' work. Dropping the future stops the work at its next checkpoint.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        prepared: Prepared,
        priority: Priority,
        work: impl FnOnce(&Prepared, &dyn Control) -> std::result::Result<T, lm::Error> + Send + 'static,
    ) -> Result<T> {
        let asked = CancelOnDrop::default();
        let cancel = asked.cancel();
        let done = match prepared.model {
            Model::Ready(_) => {
                let (sender, receiver) = oneshot::channel();
                let job = Box::new(move |control: &dyn Control| {
                    // The receiver is gone if the request was cancelled.
                    let _ = sender.send(base::catch(|| work(&prepared, control)));
                });
                self.backing.engine.submit(Task { session: self.id, priority, cancel, job });
                let done = receiver.await.map_err(|_| internal("the work was dropped without an answer".into()))?;
                done.map_err(|error| panicked(&error))?
            }
            Model::Loading(_) | Model::Missing(_) => self.blocking(move || work(&prepared, &cancel)).await?,
        };
        done.map_err(|error| model_error(&error))
    }

    /// Like `run`, for interactive requests: if every value that the answer needs was computed before, the work runs at once
    /// beside the engine and does not wait for other work. If not, the work starts again on the engine.
    pub(crate) async fn recall_or_run<T: Send + 'static>(
        &self,
        prepared: Prepared,
        priority: Priority,
        work: impl Fn(&Prepared, &dyn Control) -> std::result::Result<T, lm::Error> + Send + 'static,
    ) -> Result<T> {
        if !matches!(prepared.model, Model::Ready(_)) {
            return self.run(prepared, priority, work).await;
        }
        let recalled = self.blocking(move || {
            let recall = Recall::default();
            let answer = work(&prepared, &recall);
            (answer, recall.stopped.get().then_some((prepared, work)))
        });
        match recalled.await? {
            (_, Some((prepared, work))) => self.run(prepared, priority, work).await,
            (answer, None) => answer.map_err(|error| model_error(&error)),
        }
    }
}

/// The control of work that may use cached values only: it stops at the first checkpoint.
#[derive(Default)]
struct Recall {
    stopped: Cell<bool>,
}

impl Control for Recall {
    fn checkpoint(&self) -> std::result::Result<(), Cancelled> {
        self.stopped.set(true);
        Err(Cancelled)
    }
}

/// Cancels work when it is dropped: the request no longer waits for the answer.
#[derive(Default)]
pub(crate) struct CancelOnDrop(Cancel);

impl CancelOnDrop {
    pub(crate) fn cancel(&self) -> Cancel {
        self.0.clone()
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Why work on a thread of its own gave no answer.
#[derive(Debug)]
pub(crate) enum ThreadError {
    NotStarted { thread: String, error: std::io::Error },
    Panicked(base::Panicked),
    Gone { thread: String },
}

impl fmt::Display for ThreadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted { thread, error } => write!(f, "cannot start a thread to {thread}: {error}"),
            Self::Panicked(panicked) => panicked.fmt(f),
            Self::Gone { thread } => write!(f, "the thread to {thread} ended without an answer"),
        }
    }
}

impl std::error::Error for ThreadError {}

/// Runs work that may take minutes on a thread of its own. The program does not wait for the thread when it ends.
pub(crate) async fn on_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> std::result::Result<T, ThreadError> {
    let (sender, receiver) = oneshot::channel();
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        // The receiver is gone if the request was cancelled.
        let _ = sender.send(base::catch(work));
    });
    thread.map_err(|error| ThreadError::NotStarted { thread: name.to_owned(), error })?;
    match receiver.await {
        Ok(done) => done.map_err(ThreadError::Panicked),
        Err(_) => Err(ThreadError::Gone { thread: name.to_owned() }),
    }
}
