//! Waits for a command's model.

use std::sync::Arc;

use lm::LanguageModel;
use tower_lsp::jsonrpc::Result;

use crate::errors::failed;
use crate::session::Session;
use crate::session::progress::Progress;
use crate::session::requests::Wait;
use crate::state::prepared::{Model, Prepared};
use crate::state::snapshot::{DocumentKind, Snapshot};

/// Fails for a names file.
pub(crate) fn check_is_prompt(snapshot: &Snapshot) -> Result<()> {
    match snapshot.kind() {
        DocumentKind::Prompt => Ok(()),
        DocumentKind::Names => Err(failed("this file holds names and no prompt: run the command on a prompt file")),
    }
}

/// Waits for a document's model, and reports that it loads.
pub(crate) async fn ready(
    session: &Arc<Session>,
    snapshot: &Arc<Snapshot>,
    progress: &Progress,
) -> Result<(Prepared, Arc<dyn LanguageModel>)> {
    check_is_prompt(snapshot)?;
    let first = session.prepare(snapshot, Wait::No).await?;
    if let Model::Loading(loading) = &first.model {
        progress.report(format!("loading {}", loading.name), None);
    }
    let prepared = session.prepare(snapshot, Wait::UntilLoaded).await?;
    match prepared.model.clone() {
        Model::Ready(model) => Ok((prepared, model)),
        Model::Loading(loading) => Err(failed(format!("{} is loading; try again", loading.name))),
        Model::Missing(error) => Err(failed(error.message)),
    }
}

/// The model's name as the user wrote it.
pub(crate) fn model_name(prepared: &Prepared, model: &dyn LanguageModel) -> String {
    prepared.file().parsed.model.as_ref().map_or_else(|| model.info().name.clone(), |m| m.value.clone())
}
