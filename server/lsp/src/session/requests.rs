//! How a request about a document is answered. Pick by what the answer needs:
//!
//! - `on_text`: the text alone. Runs on a thread for blocking work. Folds, links.
//! - `on_prompt`: the text and the state of its model, which may be loading or missing. Hovers, actions, lenses.
//! - `on_model`: a loaded model. No answer until it is loaded; then the client is asked to request again. Hints, colours.
//!
//! All three give `None` for a names file, and fail with `ContentModified` once the document is edited. A request about
//! names files too, or about several files, puts its own steps together: `prepare`, `informed`, `run`, `unless_edited`.

use std::sync::Arc;
use std::time::Duration;

use lm::{Control, LanguageModel, Priority};
use tower_lsp::jsonrpc::Result;

use crate::session::Session;
use crate::state::builds::Intent;
use crate::state::documents::Open;
use crate::state::prepared::{Model, Prepared};
use crate::state::snapshot::{DocumentKind, Snapshot};

/// How long a request waits for a model that is loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    No,
    AtMost(Duration),
    UntilLoaded,
}

/// Which concept index a request uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    None,
    /// The index that was built before, if there is one.
    Existing,
    /// Starts to build a missing or incomplete index. If it cannot be opened, the user gets one warning.
    Built(Intent),
}

/// Where the work runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Execution {
    /// Beside the engine if every value is cached, else on the engine. The work may start twice.
    RecallOrRun,
    Run,
}

/// What a request needs besides its work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) wait: Wait,
    pub(crate) index: Index,
    pub(crate) execution: Execution,
    pub(crate) priority: Priority,
}

type Answer<T> = std::result::Result<Option<T>, lm::Error>;

impl Session {
    /// For what the user points at: waits a moment for the model and uses an existing index.
    pub(crate) fn pointed_at(&self) -> Ask {
        let (wait, index) = (self.patience(), Index::Existing);
        Ask { wait, index, execution: Execution::RecallOrRun, priority: Priority::Interactive }
    }

    /// The options' time for hovers.
    pub(crate) fn patience(&self) -> Wait {
        Wait::AtMost(self.backing.options.patience)
    }

    pub(crate) async fn on_text<T: Send + 'static>(
        &self,
        document: &Open,
        work: impl FnOnce(&Snapshot) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let snapshot = document.snapshot.clone();
        let answer = self.blocking(move || match snapshot.kind() {
            DocumentKind::Prompt => work(&snapshot),
            DocumentKind::Names => None,
        });
        document.unless_edited(answer).await
    }

    pub(crate) async fn on_prompt<T: Send + 'static>(
        self: &Arc<Self>,
        document: &Open,
        ask: Ask,
        work: impl Fn(&Prepared, &dyn Control) -> Answer<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let answer = async {
            if document.snapshot.kind() == DocumentKind::Names {
                return Ok(None);
            }
            let prepared = self.prepare(&document.snapshot, ask.wait).await?;
            let prepared = self.with_index(prepared, ask.index).await?;
            match ask.execution {
                Execution::RecallOrRun => self.recall_or_run(prepared, ask.priority, work).await,
                Execution::Run => self.run(prepared, ask.priority, work).await,
            }
        };
        document.unless_edited(answer).await
    }

    pub(crate) async fn on_model<T: Send + 'static>(
        self: &Arc<Self>,
        document: &Open,
        priority: Priority,
        work: impl Fn(&Prepared, &dyn LanguageModel, &dyn Control) -> Answer<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let ask = Ask { wait: Wait::No, index: Index::None, execution: Execution::RecallOrRun, priority };
        self.on_prompt(document, ask, move |prepared, control| match &prepared.model {
            Model::Ready(model) => work(prepared, &**model, control),
            Model::Loading(_) | Model::Missing(_) => Ok(None),
        })
        .await
    }

    async fn with_index(self: &Arc<Self>, mut prepared: Prepared, index: Index) -> Result<Prepared> {
        match index {
            Index::None => Ok(prepared),
            Index::Existing => self.informed(prepared).await,
            Index::Built(intent) => {
                let Model::Ready(model) = prepared.model.clone() else { return Ok(prepared) };
                prepared.concepts = self.concepts_if_any(&model, intent).await;
                Ok(prepared)
            }
        }
    }
}
