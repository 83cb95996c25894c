//! One editor: its documents, its wishes, what runs for it. State changes here and only here, under one lock that is
//! never held across an await, in the order in which the editor's messages came.

pub(crate) mod diagnostics;
pub(crate) mod indexing;
pub(crate) mod models;
pub(crate) mod progress;
pub(crate) mod project;
pub(crate) mod refresh;
pub(crate) mod show;
pub(crate) mod symbols;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use base::{Cancel, Cancelled, Panicked};
use lm::{Control, OpenError, Priority, SessionId, Task};
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tower_lsp::Client;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{MessageType, Uri, WorkspaceEdit};
use tracing::{error, warn};

use crate::convert::{failed, model_error};
use crate::service::internal;
use crate::session::diagnostics::Diagnosing;
use crate::session::indexing::Builds;
use crate::session::models::{Loads, Model, Prepared};
use crate::session::progress::Commands;
use crate::session::project::NamesFiles;
use crate::state::capabilities::{Abilities, Wishes};
use crate::state::documents::{Documents, Open};
use crate::state::outbox::{Note, Outbox};
use crate::state::settings::Settings;
use crate::state::status::Status;
use crate::{Backing, lock};

/// What changes.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) abilities: Abilities,
    pub(crate) wishes: Wishes,
    /// The folders of the workspace.
    pub(crate) roots: Vec<PathBuf>,
    pub(crate) settings: Settings,
    /// What the editor said of them.
    pub(crate) client_settings: Option<serde_json::Value>,
    pub(crate) documents: Documents,
    pub(crate) diagnosing: Diagnosing,
    /// The client is told to ask for lenses and the like again, and whether it must be once more.
    pub(crate) refreshing_views: Option<bool>,
    pub(crate) loads: Loads,
    /// Open documents whose model cannot be had.
    pub(crate) missing: HashMap<Uri, OpenError>,
    pub(crate) commands: Commands,
    pub(crate) builds: Builds,
    /// What the user was told that is to be told once.
    pub(crate) told_once: HashSet<String>,
    /// After the client's `initialized`.
    pub(crate) initialized: bool,
    /// After the client's `shutdown`.
    pub(crate) shut_down: bool,
    /// The status that the client was told last.
    pub(crate) told: Option<Status>,
}

/// One editor.
pub(crate) struct Session {
    pub(crate) backing: Backing,
    pub(crate) client: Client,
    pub(crate) outbox: Arc<Outbox>,
    id: SessionId,
    state: Mutex<State>,
    tasks: Mutex<JoinSet<()>>,
    /// Where results are written for clients that open them as documents; gone with the session.
    shown: Mutex<Option<TempDir>>,
    names_files: Mutex<NamesFiles>,
    runtime: Handle,
}

impl Session {
    /// Must be called on the runtime that the session lives on.
    pub(crate) fn new(backing: Backing, client: Client, outbox: Arc<Outbox>) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let state = State { settings: Settings::of(&backing.options, &[], None).0, ..State::default() };
        Arc::new(Self {
            backing,
            client,
            outbox,
            id: SessionId(NEXT.fetch_add(1, Ordering::Relaxed)),
            state: Mutex::new(state),
            tasks: Mutex::default(),
            shown: Mutex::default(),
            names_files: Mutex::default(),
            runtime: Handle::current(),
        })
    }

    /// Whose work this is, for the engine.
    pub(crate) fn id(&self) -> SessionId {
        self.id
    }

    /// Tells the user what went wrong where nobody asked.
    pub(crate) fn warn(&self, message: &str) {
        warn!("{message}");
        let params = json!({"type": MessageType::WARNING, "message": format!("unembed: {message}")});
        self.outbox.put(Note::Other("window/showMessage", params));
    }

    /// The same, once in a session, however often it goes wrong.
    pub(crate) fn warn_once(&self, message: &str) {
        if self.state().told_once.insert(message.to_owned()) {
            self.warn(message);
        }
    }

    /// Asks the client to apply an edit. Nobody waits for that: a client that waits for a command's answer before it
    /// applies one would wait for ever. `refused` begins what is said where it does not.
    pub(crate) fn apply(self: &Arc<Self>, edit: WorkspaceEdit, refused: &'static str) {
        let own = self.clone();
        self.spawn(async move {
            match own.client.apply_edit(edit).await {
                Ok(applied) if applied.applied => {}
                Ok(answer) => {
                    let why = answer.failure_reason.unwrap_or_else(|| "the editor did not apply the edit".to_owned());
                    own.warn(&format!("{refused}: {why}"));
                }
                Err(error) => own.warn(&format!("{refused}: {}", error.message)),
            }
        });
    }

    /// Names files as they were read.
    pub(crate) fn names_files(&self) -> MutexGuard<'_, NamesFiles> {
        lock(&self.names_files)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// A document as it is now. `None`, and a line in the log, where the client never opened it.
    pub(crate) fn document(&self, uri: &Uri) -> Result<Open> {
        let open = self.state().documents.get(uri);
        open.ok_or_else(|| failed(format!("{} is not open in this editor; open it first", uri.as_str())))
    }

    /// Runs a task beside the handlers, which must not wait for the client. It ends with the session.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while let Some(ended) = tasks.try_join_next() {
            if let Err(error) = ended {
                error!("a task of the session failed: {error}");
            }
        }
        tasks.spawn_on(task, &self.runtime);
    }

    /// A folder for files to show, made when it is first needed.
    pub(crate) fn folder(&self) -> io::Result<PathBuf> {
        let mut shown = lock(&self.shown);
        if shown.is_none() {
            let mut folder = tempfile::Builder::new();
            folder.prefix("unembed-");
            // A prompt is its author's: nobody else on this machine may read what comes of it.
            #[cfg(unix)]
            folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
            *shown = Some(folder.tempdir()?);
        }
        Ok(shown.as_ref().map(|folder| folder.path().to_owned()).unwrap_or_default())
    }

    /// The client is gone.
    pub(crate) fn end(&self) {
        lock(&self.tasks).abort_all();
        drop(lock(&self.shown).take());
    }

    /// Runs what reads the disk or parses on a thread for such work.
    pub(crate) async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let done = self.runtime.spawn_blocking(move || base::catch(work)).await;
        match done {
            Ok(done) => done.map_err(|panicked| report(&panicked)),
            Err(error) => Err(internal(format!("the work ended without an answer: {error}"))),
        }
    }

    /// The same as `run` for what somebody looks at: where all that the answer takes is known already, it is made at once,
    /// beside the engine, and nobody waits for another editor's run to see what was computed before.
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

    /// Runs `work` on the engine where there is a model to ask, and beside it where there is none, so that what can be
    /// said without a model is not kept waiting. Dropping the future stops the work at its next checkpoint.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        prepared: Prepared,
        priority: Priority,
        work: impl FnOnce(&Prepared, &dyn Control) -> std::result::Result<T, lm::Error> + Send + 'static,
    ) -> Result<T> {
        let asked = Asked(Cancel::new());
        let cancel = asked.0.clone();
        let done = match prepared.model {
            Model::Ready(_) => {
                let (sender, receiver) = oneshot::channel();
                let job = Box::new(move |control: &dyn Control| {
                    // Nobody may be listening any more.
                    let _ = sender.send(base::catch(|| work(&prepared, control)));
                });
                self.backing.engine.submit(Task { session: self.id, priority, cancel, job });
                let done = receiver.await.map_err(|_| internal("the work was dropped without an answer".into()))?;
                done.map_err(|panicked| report(&panicked))?
            }
            Model::Loading(_) | Model::Missing(_) => self.blocking(move || work(&prepared, &cancel)).await?,
        };
        done.map_err(|error| model_error(&error))
    }
}

/// The control of work that may only look at what is known: wherever there is something to compute, it stops.
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

/// Cancels the work when nobody wants its answer any more.
pub(crate) struct Asked(pub(crate) Cancel);

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

fn report(panicked: &Panicked) -> Error {
    error!("{panicked}");
    internal(panicked.to_string())
}
