//! The progress of commands, and their cancellation by the client.

use std::sync::{Arc, Mutex};

use base::lock;
use tokio::sync::Notify;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    ProgressToken, WorkDoneProgress, WorkDoneProgressBegin, WorkDoneProgressCreateParams, WorkDoneProgressEnd,
    WorkDoneProgressReport, request::WorkDoneProgressCreate,
};

use crate::session::Session;
use crate::state::outbox::{Note, Outbox};
use crate::state::running::Registered;

/// A running command. Dropping it ends its progress.
pub(crate) struct Running {
    session: Arc<Session>,
    number: u64,
    cancelled: Arc<Notify>,
    progress: Progress,
}

impl Running {
    /// Starts a command's progress: with the client's token if it gave one, else with the server's if the client takes
    /// that.
    pub(crate) fn start(session: &Arc<Session>, title: String, token: Option<ProgressToken>) -> Self {
        let (number, cancelled, progress) = {
            let mut state = session.state();
            let takes_ours = state.capabilities.progress;
            let Registered { number, own_token, cancelled } =
                state.commands.register(title.clone(), token.clone(), takes_ours);
            let progress = match (token, own_token) {
                (Some(token), _) => Progress::begin(session.outbox.clone(), token, title),
                (None, Some(token)) => Progress::ask(session, token, title),
                (None, None) => Progress::none(session.outbox.clone()),
            };
            (number, cancelled, progress)
        };
        session.status_changed();
        Self { session: session.clone(), number, cancelled, progress }
    }

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
        self.session.state().commands.remove(self.number);
        self.session.status_changed();
    }
}

/// A progress that the client shows, if it can. Clones are the same progress.
#[derive(Clone)]
pub(crate) struct Progress {
    outbox: Arc<Outbox>,
    shown: Option<(ProgressToken, Arc<Mutex<Phase>>)>,
}

enum Phase {
    /// The client has not accepted the server's token yet. Sent when it does.
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
            // The command ended first.
            before @ (Phase::Begun | Phase::Ended) => *phase = before,
        }
    }

    /// Reports the work's progress.
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

    /// Ends the reports.
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
