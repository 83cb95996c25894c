//! Commands that run, their progress and how they are cancelled. A command is never superseded.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    ProgressToken, WorkDoneProgress, WorkDoneProgressBegin, WorkDoneProgressCreateParams, WorkDoneProgressEnd,
    WorkDoneProgressReport, request::WorkDoneProgressCreate,
};

use crate::lock;
use crate::session::Session;
use crate::state::outbox::{Note, Outbox};

/// The commands of a session that run, in the order in which they came.
#[derive(Default)]
pub(crate) struct Commands {
    next: u64,
    running: BTreeMap<u64, Command>,
}

struct Command {
    title: String,
    token: Option<ProgressToken>,
    cancelled: Arc<Notify>,
}

impl Commands {
    /// What the oldest of them does.
    pub(crate) fn title(&self) -> Option<String> {
        self.running.values().next().map(|command| command.title.clone())
    }

    /// `window/workDoneProgress/cancel`.
    pub(crate) fn cancel(&self, token: &ProgressToken) {
        for command in self.running.values().filter(|c| c.token.as_ref() == Some(token)) {
            command.cancelled.notify_one();
        }
    }
}

/// A command that runs; dropping it ends its progress.
pub(crate) struct Running {
    session: Arc<Session>,
    number: u64,
    cancelled: Arc<Notify>,
    progress: Progress,
}

impl Running {
    /// Starts a command's progress: with the client's token if it gave one, else with one of ours if it takes that.
    pub(crate) fn start(session: &Arc<Session>, title: String, token: Option<ProgressToken>) -> Self {
        let cancelled = Arc::new(Notify::new());
        let (number, progress) = {
            let mut state = session.state();
            let number = state.commands.next;
            state.commands.next += 1;
            let ours = (token.is_none() && state.abilities.progress)
                .then(|| ProgressToken::String(format!("unembed/{number}")));
            let command = Command {
                title: title.clone(),
                token: token.clone().or_else(|| ours.clone()),
                cancelled: cancelled.clone(),
            };
            state.commands.running.insert(number, command);
            let progress = match (token, ours) {
                (Some(token), _) => Progress::begin(session.outbox.clone(), token, title),
                (None, Some(token)) => Progress::ask(session, token, title),
                (None, None) => Progress::none(session.outbox.clone()),
            };
            (number, progress)
        };
        session.status_changed();
        Self { session: session.clone(), number, cancelled, progress }
    }

    /// Where the work says how far it is.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// The answer, unless the client cancels the progress first.
    pub(crate) async fn unless_cancelled<T>(&self, answer: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            answer = answer => answer,
            () = self.cancelled.notified() => Err(Error::request_cancelled()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.progress.end();
        self.session.state().commands.running.remove(&self.number);
        self.session.status_changed();
    }
}

/// A progress that the client sees, if it wants to see one. Clones are the same progress.
#[derive(Clone)]
pub(crate) struct Progress {
    outbox: Arc<Outbox>,
    shown: Option<(ProgressToken, Arc<Mutex<Phase>>)>,
}

enum Phase {
    /// The client has not said yet that it takes our token. What to begin with, then.
    Asked(WorkDoneProgressBegin),
    Begun,
    Ended,
}

impl Progress {
    fn none(outbox: Arc<Outbox>) -> Self {
        Self { outbox, shown: None }
    }

    fn begin(outbox: Arc<Outbox>, token: ProgressToken, title: String) -> Self {
        outbox.put(Note::Progress(token.clone(), WorkDoneProgress::Begin(beginning(title))));
        Self { outbox, shown: Some((token, Arc::new(Mutex::new(Phase::Begun)))) }
    }

    fn ask(session: &Arc<Session>, token: ProgressToken, title: String) -> Self {
        let phase = Arc::new(Mutex::new(Phase::Asked(beginning(title))));
        let progress = Self { outbox: session.outbox.clone(), shown: Some((token.clone(), phase)) };
        let (client, asked) = (session.client.clone(), progress.clone());
        session.spawn(async move {
            let params = WorkDoneProgressCreateParams { token };
            asked.answered(client.send_request::<WorkDoneProgressCreate>(params).await.is_ok());
        });
        progress
    }

    fn answered(&self, taken: bool) {
        let Some((token, phase)) = &self.shown else { return };
        let mut phase = lock(phase);
        let next = if taken { Phase::Begun } else { Phase::Ended };
        match std::mem::replace(&mut *phase, next) {
            Phase::Asked(begin) if taken => {
                self.outbox.put(Note::Progress(token.clone(), WorkDoneProgress::Begin(begin)))
            }
            Phase::Asked(_) => {}
            // The command was faster.
            before @ (Phase::Begun | Phase::Ended) => *phase = before,
        }
    }

    /// How far the work is.
    pub(crate) fn report(&self, message: String, percentage: Option<u32>) {
        let Some((token, phase)) = &self.shown else { return };
        match &mut *lock(phase) {
            Phase::Asked(begin) => (begin.message, begin.percentage) = (Some(message), percentage),
            Phase::Begun => {
                let report = WorkDoneProgressReport { cancellable: Some(true), message: Some(message), percentage };
                self.outbox.put(Note::Progress(token.clone(), WorkDoneProgress::Report(report)));
            }
            Phase::Ended => {}
        }
    }

    /// Nothing is reported any more.
    fn end(&self) {
        let Some((token, phase)) = &self.shown else { return };
        if let Phase::Begun = std::mem::replace(&mut *lock(phase), Phase::Ended) {
            self.outbox
                .put(Note::Progress(token.clone(), WorkDoneProgress::End(WorkDoneProgressEnd { message: None })));
        }
    }
}

fn beginning(title: String) -> WorkDoneProgressBegin {
    WorkDoneProgressBegin { title, cancellable: Some(true), message: None, percentage: None }
}
