//! One editor's session: its state, its tasks, and what runs for it. State changes under one lock that is never held
//! across an await, in the order in which the editor's messages came.
//!
//! The session's jobs are in the files below `session/`, each with an `impl Session` of its own. They import the state;
//! neither they nor the state know the handlers and the commands.

mod client_process;
pub(crate) mod diagnostics;
pub(crate) mod execution;
pub(crate) mod indexing;
pub(crate) mod models;
mod pace;
pub(crate) mod progress;
pub(crate) mod project_files;
pub(crate) mod refresh;
pub(crate) mod requests;
pub(crate) mod settings;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod symbols;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use base::lock;
use lm::SessionId;
use project::NamesFiles;
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tower_lsp::Client;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{MessageType, Uri, WorkspaceEdit};
use tracing::{error, warn};

use crate::backing::Backing;
use crate::errors::failed;
use crate::state::State;
use crate::state::documents::Open;
use crate::state::outbox::{Note, Outbox};
use crate::state::settings::Settings;
use crate::state::snapshot::Snapshot;

/// One editor's session.
pub(crate) struct Session {
    pub(crate) backing: Backing,
    pub(crate) client: Client,
    pub(crate) outbox: Arc<Outbox>,
    id: SessionId,
    state: Mutex<State>,
    tasks: Mutex<JoinSet<()>>,
    /// Where results are written for clients that open them as documents. Removed with the session.
    results_folder: Mutex<Option<TempDir>>,
    /// The client's process has ended.
    pub(crate) client_ended: Notify,
    /// The cache of names files on the disk.
    names_files: NamesFiles<Arc<Snapshot>>,
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
            results_folder: Mutex::default(),
            client_ended: Notify::new(),
            names_files: NamesFiles::default(),
            runtime: Handle::current(),
        })
    }

    /// The owner of this session's work, for the engine.
    pub(crate) fn id(&self) -> SessionId {
        self.id
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The current snapshot of a document. Fails if the client has not opened it.
    pub(crate) fn document(&self, uri: &Uri) -> Result<Open> {
        let state = self.state();
        state.documents.get(uri).ok_or_else(|| match state.documents.is_lost(uri) {
            true => failed(format!("an edit of {} was not readable: close the file and open it again", uri.as_str())),
            false => failed(format!("{} is not open in this editor; open it first", uri.as_str())),
        })
    }

    /// Fails if the text of an open document is not known: edits of several files could be wrong in it.
    pub(crate) fn all_texts_known(&self) -> Result<()> {
        match self.state().documents.any_lost() {
            None => Ok(()),
            Some(uri) => {
                let uri = uri.as_str();
                Err(failed(format!(
                    "an edit of {uri} was not readable: close that file and open it again, then try again"
                )))
            }
        }
    }

    /// Shows the user a warning about something that no request asked for.
    pub(crate) fn warn(&self, message: &str) {
        warn!("{message}");
        let params = json!({"type": MessageType::WARNING, "message": format!("unembed: {message}")});
        self.outbox.put(Note::Other("window/showMessage", params));
    }

    /// Like `warn`, but shows a text at most once in a session.
    pub(crate) fn warn_once(&self, message: &str) {
        if self.state().shown_warnings.insert(message.to_owned()) {
            self.warn(message);
        }
    }

    /// Asks the client to apply an edit. Handlers do not wait for it: some clients apply an edit only after the command's
    /// answer. `refused` begins the warning if the client does not apply it.
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

    /// The folder for results that the client opens as documents. Made at the first call.
    pub(crate) fn results_folder(&self) -> io::Result<PathBuf> {
        let mut made = lock(&self.results_folder);
        if made.is_none() {
            let mut folder = tempfile::Builder::new();
            folder.prefix("unembed-");
            // Prompts are private: no other user of this machine may read the results.
            #[cfg(unix)]
            folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
            *made = Some(folder.tempdir()?);
        }
        Ok(made.as_ref().map(|folder| folder.path().to_owned()).unwrap_or_default())
    }

    /// Ends the session's tasks and removes its files: the client is gone.
    pub(crate) fn end(&self) {
        lock(&self.tasks).abort_all();
        drop(lock(&self.results_folder).take());
    }
}
