//! Which model a file means, and its way from the disk into memory: one loading thread a model, and everybody else goes
//! on. Looking for a model touches the disk, so it is done on threads for blocking work; nothing here is computed.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lm::{Concepts, LanguageModel, ModelKey, ModelRequest, OpenError};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::Uri;

use crate::session::Session;
use crate::session::progress::Running;
use crate::state::documents::Snapshot;

/// A file's model.
#[derive(Clone)]
pub(crate) enum Model {
    Ready(Arc<dyn LanguageModel>),
    Loading(Loading),
    Missing(OpenError),
}

/// A model on its way.
#[derive(Clone)]
pub(crate) struct Loading {
    /// As the user names it.
    pub(crate) name: String,
    done: watch::Receiver<bool>,
}

impl Loading {
    async fn done(&mut self) {
        // The sender goes only when the load is over, too.
        let _ = self.done.wait_for(|done| *done).await;
    }
}

/// Loads that are under way and loads that failed.
#[derive(Default)]
pub(crate) struct Loads(HashMap<ModelKey, Load>);

enum Load {
    Running(Loading),
    Failed(OpenError),
}

impl Loads {
    /// What is loading.
    pub(crate) fn running(&self) -> Option<&str> {
        self.0.values().find_map(|load| match load {
            Load::Running(loading) => Some(loading.name.as_str()),
            Load::Failed(_) => None,
        })
    }

    /// Failed loads are tried again when next asked for.
    pub(crate) fn forget_failures(&mut self) {
        self.0.retain(|_, load| matches!(load, Load::Running(_)));
    }
}

/// A snapshot that was parsed, and its model.
pub(crate) struct Prepared {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) model: Model,
    /// The model's concept index, where there is one.
    pub(crate) concepts: Option<Arc<dyn Concepts>>,
    /// What the snapshot says, with the names of its project.
    file: ide::File,
}

impl Prepared {
    pub(crate) fn file(&self) -> &ide::File {
        &self.file
    }

    pub(crate) fn state(&self) -> ide::ModelState<'_> {
        match &self.model {
            Model::Ready(model) => ide::ModelState::Ready(&**model, self.concepts.as_deref()),
            Model::Loading(loading) => ide::ModelState::Loading(&loading.name),
            Model::Missing(error) => ide::ModelState::Missing(error),
        }
    }
}

impl Session {
    /// Parses a snapshot and looks for its model; starts loading it if nobody has.
    pub(crate) async fn prepare(self: &Arc<Self>, snapshot: &Arc<Snapshot>) -> Result<Prepared> {
        let (session, snapshot) = (self.clone(), snapshot.clone());
        self.blocking(move || {
            let model = session.find_model(&snapshot);
            let file = snapshot.file().clone().with_names(session.names_for(&snapshot.uri));
            Prepared { snapshot, model, concepts: None, file }
        })
        .await
    }

    /// With the model's concept index, if there is one. None is made for it.
    pub(crate) async fn informed(self: &Arc<Self>, prepared: Prepared) -> Result<Prepared> {
        let (Model::Ready(model), Some(indexes)) = (prepared.model.clone(), self.backing.indexes.clone()) else {
            return Ok(prepared);
        };
        let concepts = self.blocking(move || indexes.existing(&*model)).await?;
        Ok(Prepared { concepts, ..prepared })
    }

    /// The same; a model that is loading is waited for, as long as `patience` lasts or without end.
    pub(crate) async fn prepare_with(
        self: &Arc<Self>,
        snapshot: &Arc<Snapshot>,
        patience: Option<Duration>,
    ) -> Result<Prepared> {
        let mut prepared = self.prepare(snapshot).await?;
        while let Model::Loading(loading) = &mut prepared.model {
            match patience {
                None => loading.done().await,
                Some(patience) => {
                    if timeout(patience, loading.done()).await.is_err() {
                        break;
                    }
                }
            }
            prepared = self.prepare(snapshot).await?;
        }
        Ok(prepared)
    }

    fn find_model(self: &Arc<Self>, snapshot: &Snapshot) -> Model {
        match self.wanted(snapshot) {
            Err(error) => Model::Missing(error),
            Ok((key, name)) => match self.backing.library.loaded(&key) {
                Some(model) => Model::Ready(model),
                None => self.load(key, name),
            },
        }
    }

    /// A file's model, if that is loaded. None is loaded for it.
    pub(crate) fn loaded_model(&self, snapshot: &Snapshot) -> Option<Arc<dyn LanguageModel>> {
        let (key, _) = self.wanted(snapshot).ok()?;
        self.backing.library.loaded(&key)
    }

    /// Which model a file means, and as the user names it.
    fn wanted(&self, snapshot: &Snapshot) -> std::result::Result<(ModelKey, String), OpenError> {
        let (default, roots) = {
            let state = self.state();
            (state.settings.default_model.clone(), state.roots.clone())
        };
        let reference = snapshot.file().parsed.model.as_ref().map(|m| m.value.clone()).or(default);
        let name = reference.clone().unwrap_or_else(|| "the default model".to_owned());
        let folder = folder(&snapshot.uri);
        // A file opened by itself is a workspace of its own.
        let roots = if roots.is_empty() { folder.iter().cloned().collect() } else { roots };
        let request = ModelRequest { reference, folder, roots, consent: false };
        Ok((self.backing.library.find(&request)?, name))
    }

    fn load(self: &Arc<Self>, key: ModelKey, name: String) -> Model {
        let mut state = self.state();
        match state.loads.0.get(&key) {
            Some(Load::Running(loading)) => return Model::Loading(loading.clone()),
            Some(Load::Failed(error)) => return Model::Missing(error.clone()),
            None => {}
        }
        let done = watch::Sender::new(false);
        let loading = Loading { name: name.clone(), done: done.subscribe() };
        state.loads.0.insert(key.clone(), Load::Running(loading.clone()));
        drop(state);
        self.status_changed();
        let session = self.clone();
        self.spawn(async move {
            let library = session.backing.library.clone();
            let wanted = key.clone();
            let loaded = session.load_in_sight(&name, async move {
                on_thread("load", move || library.load(&wanted)).await.map_err(OpenError::new).flatten()
            });
            let failure = loaded.await.err();
            {
                let mut state = session.state();
                match failure {
                    None => state.loads.0.remove(&key),
                    Some(error) => state.loads.0.insert(key, Load::Failed(error)),
                };
            }
            done.send_replace(true);
            session.status_changed();
            session.models_changed();
        });
        Model::Loading(loading)
    }
}

impl Session {
    /// Waits for a load. One that takes its time has a progress, and is no longer waited for where somebody cancels that.
    async fn load_in_sight<T>(
        self: &Arc<Self>,
        name: &str,
        load: impl Future<Output = std::result::Result<T, OpenError>>,
    ) -> std::result::Result<T, OpenError> {
        tokio::pin!(load);
        if let Ok(loaded) = timeout(self.backing.options.patience, &mut load).await {
            return loaded;
        }
        let running = Running::start(self, format!("loading {name}"), None);
        let loaded = running.unless_cancelled(async { Ok(load.await) }).await;
        loaded
            .unwrap_or_else(|_| Err(OpenError::new(format!("loading {name} was cancelled: save the file to load it"))))
    }
}

/// Runs what may take minutes on a thread of its own, which nobody waits for when the program ends. `Err`: it panicked,
/// or there are no more threads.
pub(crate) async fn on_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> std::result::Result<T, String> {
    let (sender, receiver) = oneshot::channel();
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        // Nobody may be listening any more.
        let _ = sender.send(base::catch(work));
    });
    thread.map_err(|error| format!("no thread to {name} on: {error}"))?;
    match receiver.await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(panicked)) => Err(panicked.to_string()),
        Err(_) => Err(format!("the thread to {name} on is gone")),
    }
}

/// Where a document that is a file is.
pub(crate) fn file_path(uri: &Uri) -> Option<PathBuf> {
    let path = uri.scheme().as_str().eq_ignore_ascii_case("file").then(|| uri.to_file_path())??;
    Some(path.into_owned())
}

/// The folder of a document that is a file.
pub(crate) fn folder(uri: &Uri) -> Option<PathBuf> {
    file_path(uri)?.parent().map(Into::into)
}
