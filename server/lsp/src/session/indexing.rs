//! The concept index of a model: opened at the first search, and built in the background if it is missing or incomplete.
//! A search meanwhile uses what is built.

use std::sync::Arc;
use std::time::Instant;

use lm::{Concepts, Control, IndexState, LanguageModel, Priority, Task};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Result;
use tracing::warn;

use crate::errors::failed;
use crate::session::Session;
use crate::session::execution::CancelOnDrop;
use crate::session::pace::{Pace, shown};
use crate::session::progress::{Progress, Running};
use crate::state::builds::{BuildProgress, Intent};

/// How a build ended.
enum BuildOutcome {
    Complete,
    /// The next explicit search continues it.
    Cancelled,
    Failed(String),
    /// The engine dropped the job.
    Dropped,
}

impl Session {
    /// The index of a model. Starts to build what is missing.
    pub(crate) async fn concepts(
        self: &Arc<Self>,
        model: &Arc<dyn LanguageModel>,
        intent: Intent,
    ) -> Result<Arc<dyn Concepts>> {
        let Some(indexes) = self.backing.indexes.clone() else {
            return Err(failed("there is no folder for concept indexes on this machine: set `index.folder`"));
        };
        let wanted = model.clone();
        let opened = self.blocking(move || indexes.of(&*wanted)).await?;
        let concepts = opened.map_err(|error| failed(error.to_string()))?;
        self.tell_notice(&*concepts);
        let state = concepts.state();
        if !state.is_whole() && !state.building {
            self.build(model.clone(), concepts.clone(), state, intent);
        }
        Ok(concepts)
    }

    /// Says once what became of a damaged index.
    pub(crate) fn tell_notice(&self, concepts: &dyn Concepts) {
        if let Some(notice) = concepts.notice() {
            self.warn_once(notice);
        }
    }

    /// Like `concepts`, for a request that works without an index. If the index cannot be opened, the user gets one warning.
    pub(crate) async fn concepts_if_any(
        self: &Arc<Self>,
        model: &Arc<dyn LanguageModel>,
        intent: Intent,
    ) -> Option<Arc<dyn Concepts>> {
        self.backing.indexes.as_ref()?;
        match self.concepts(model, intent).await {
            Ok(concepts) => Some(concepts),
            Err(error) => {
                self.warn_once(&error.message);
                None
            }
        }
    }

    /// Builds on the engine, at a lower priority than all requests. At most one build of a model at a time.
    fn build(
        self: &Arc<Self>,
        model: Arc<dyn LanguageModel>,
        concepts: Arc<dyn Concepts>,
        before: IndexState,
        intent: Intent,
    ) {
        let info = model.info();
        let (name, fingerprint) = (info.name.clone(), info.fingerprint.clone());
        let progress = BuildProgress { model: name.clone(), done: before.indexed, all: before.all };
        if !self.state().builds.begin(&fingerprint, intent, progress) {
            return;
        }
        let session = self.clone();
        self.spawn(async move {
            let running = Running::start(&session, format!("building the concept index of {name}"), None);
            let asked = CancelOnDrop::default();
            let (sender, receiver) = oneshot::channel();
            let mut report = Report::new(&session, &fingerprint, running.progress(), before);
            let job = Box::new(move |control: &dyn Control| {
                let built =
                    base::catch(|| concepts.build(&*model, control, &mut |done, all, what| report.at(done, all, what)));
                let outcome = match built {
                    Ok(Ok(())) => BuildOutcome::Complete,
                    Ok(Err(lm::Error::Cancelled)) => BuildOutcome::Cancelled,
                    Ok(Err(error)) => BuildOutcome::Failed(error.to_string()),
                    Err(panicked) => BuildOutcome::Failed(panicked.to_string()),
                };
                // The receiver is gone if the build was cancelled.
                let _ = sender.send(outcome);
            });
            let task = Task { session: session.id(), priority: Priority::Background, cancel: asked.cancel(), job };
            session.backing.engine.submit(task);
            let outcome = running.unless_cancelled(async { Ok(receiver.await.unwrap_or(BuildOutcome::Dropped)) });
            let outcome = outcome.await.unwrap_or(BuildOutcome::Cancelled);
            match &outcome {
                BuildOutcome::Complete | BuildOutcome::Cancelled => {}
                BuildOutcome::Failed(why) => session.warn(why),
                BuildOutcome::Dropped => warn!("the build was dropped"),
            }
            session.state().builds.end(&fingerprint, matches!(outcome, BuildOutcome::Complete));
            session.views_changed();
            drop((asked, running));
        });
    }
}

/// Reports a build: as text in the progress, as numbers in the status.
struct Report {
    session: Arc<Session>,
    fingerprint: String,
    progress: Progress,
    pace: Pace,
    first: Option<String>,
    vectors: usize,
    was_complete: bool,
}

impl Report {
    fn new(session: &Arc<Session>, fingerprint: &str, progress: Progress, before: IndexState) -> Self {
        let (session, fingerprint) = (session.clone(), fingerprint.to_owned());
        let (vectors, was_complete) = (before.all, before.is_complete());
        Self { session, fingerprint, progress, pace: Pace::default(), first: None, vectors, was_complete }
    }

    fn at(&mut self, done: usize, all: usize, what: &str) {
        // A percentage must not fall: only the first part, which is most of the work, reports one.
        let is_first = self.first.get_or_insert_with(|| what.to_owned()) == what;
        let percentage = (done * 100).checked_div(all).filter(|_| is_first).map(|p| p.min(100) as u32);
        let left = self.pace.left(Instant::now(), done, all, what).map_or_else(String::new, shown);
        self.progress.report(format!("{done} of {all} {what}{left}"), percentage);
        // Unless they were all there, the value vectors are the first part.
        let indexed = if is_first && !self.was_complete { done } else { self.vectors };
        self.session.state().builds.report(&self.fingerprint, indexed);
        self.session.status_changed();
    }
}
