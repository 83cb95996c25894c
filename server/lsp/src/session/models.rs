//! Which model a document names, and loading it: one thread for each model that loads, while other requests run.
//! Finding a model reads the disk, so it runs on threads for blocking work.

use std::sync::Arc;

use lm::{LanguageModel, ModelKey, ModelRequest, OpenError};
use tokio::time::timeout;
use tower_lsp::jsonrpc::Result;

use crate::session::Session;
use crate::session::execution::on_thread;
use crate::session::progress::Running;
use crate::session::requests::Wait;
use crate::state::loads::Load;
use crate::state::prepared::{Model, Prepared};
use crate::state::snapshot::Snapshot;
use crate::uri::folder;

impl Session {
    /// Parses a snapshot and finds its model, which begins to load if it is not loaded.
    pub(crate) async fn prepare(self: &Arc<Self>, snapshot: &Arc<Snapshot>, wait: Wait) -> Result<Prepared> {
        let mut prepared = self.prepare_now(snapshot).await?;
        while let Model::Loading(loading) = &mut prepared.model {
            match wait {
                Wait::No => break,
                Wait::UntilLoaded => loading.done().await,
                Wait::AtMost(patience) => {
                    if timeout(patience, loading.done()).await.is_err() {
                        break;
                    }
                }
            }
            prepared = self.prepare_now(snapshot).await?;
        }
        Ok(prepared)
    }

    async fn prepare_now(self: &Arc<Self>, snapshot: &Arc<Snapshot>) -> Result<Prepared> {
        let (session, snapshot) = (self.clone(), snapshot.clone());
        self.blocking(move || {
            let model = session.find_model(&snapshot);
            let names = session.names_for(&snapshot.uri);
            let compared = session.state().settings.compared.clone();
            Prepared::new(snapshot, model, names, compared)
        })
        .await
    }

    /// Adds the model's concept index, if there is one. Builds none.
    pub(crate) async fn informed(self: &Arc<Self>, mut prepared: Prepared) -> Result<Prepared> {
        let (Model::Ready(model), Some(indexes)) = (prepared.model.clone(), self.backing.indexes.clone()) else {
            return Ok(prepared);
        };
        prepared.concepts = self.blocking(move || indexes.existing(&*model)).await?;
        prepared.concepts.iter().for_each(|concepts| self.tell_notice(&**concepts));
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

    /// A document's model, if it is loaded. Loads none.
    pub(crate) fn loaded_model(&self, snapshot: &Snapshot) -> Option<Arc<dyn LanguageModel>> {
        let (key, _) = self.wanted(snapshot).ok()?;
        self.backing.library.loaded(&key)
    }

    /// The model that a document names, and the name as the user wrote it.
    fn wanted(&self, snapshot: &Snapshot) -> std::result::Result<(ModelKey, String), OpenError> {
        let (default, roots) = {
            let state = self.state();
            (state.settings.default_model.clone(), state.roots.clone())
        };
        let reference = snapshot.file().parsed.model.as_ref().map(|m| m.value.clone()).or(default);
        let name = reference.clone().unwrap_or_else(|| "the default model".to_owned());
        let folder = folder(&snapshot.uri);
        // Without a workspace, a file's folder is its workspace.
        let roots = if roots.is_empty() { folder.iter().cloned().collect() } else { roots };
        let request = ModelRequest { reference, folder, roots, consent: false };
        Ok((self.backing.library.find(&request)?, name))
    }

    fn load(self: &Arc<Self>, key: ModelKey, name: String) -> Model {
        let mut state = self.state();
        match state.loads.get(&key) {
            Some(Load::Running(loading)) => return Model::Loading(loading.clone()),
            Some(Load::Failed(error)) => return Model::Missing(error.clone()),
            None => {}
        }
        let (loading, done) = state.loads.begin(key.clone(), name.clone());
        drop(state);
        self.status_changed();
        let session = self.clone();
        self.spawn(async move {
            let library = session.backing.library.clone();
            let wanted = key.clone();
            let loaded = session.load_with_progress(&name, async move {
                let loaded = on_thread("load", move || library.load(&wanted)).await;
                loaded.map_err(|error| OpenError::new(error.to_string())).flatten()
            });
            let failure = loaded.await.err();
            session.state().loads.end(key, failure);
            done.send_replace(true);
            session.status_changed();
            session.models_changed();
        });
        Model::Loading(loading)
    }

    /// Waits for a load. If it takes longer than the session's patience, it shows progress, which the user can cancel.
    async fn load_with_progress<T>(
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
