//! The parsed text of a document, its model and its concept index, for requests.

use std::sync::Arc;

use lm::{Concepts, LanguageModel, OpenError};

use crate::state::loads::Loading;
use crate::state::snapshot::Snapshot;

/// The model that a document names.
#[derive(Clone)]
pub(crate) enum Model {
    Ready(Arc<dyn LanguageModel>),
    Loading(Loading),
    Missing(OpenError),
}

/// A parsed snapshot and its model.
pub(crate) struct Prepared {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) model: Model,
    /// `None` if the model has no index, or the request does without.
    pub(crate) concepts: Option<Arc<dyn Concepts>>,
    file: ide::File,
}

impl Prepared {
    /// `names` are those of the document's project, `compared` the runs that the user looks at. Parses the snapshot.
    pub(crate) fn new(snapshot: Arc<Snapshot>, model: Model, names: ide::Names, compared: ide::Compared) -> Self {
        let file = snapshot.file().clone().with_names(names).with_compared(compared);
        Self { snapshot, model, concepts: None, file }
    }

    /// The prompt file, with its project's names.
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
