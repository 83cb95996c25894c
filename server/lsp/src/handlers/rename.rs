//! `textDocument/rename`: a name gets another one, in the names file and in the prompt files that use it.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{RenameParams, WorkspaceEdit};

use crate::convert;
use crate::errors::failed;
use crate::session::Session;
use crate::session::requests::Wait;
use crate::state::prepared::Model;
use crate::state::snapshot::Snapshot;

/// One edit of all files, which the editor applies and undoes as a whole.
pub(crate) async fn rename(session: &Arc<Session>, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let (at, to) = (params.text_document_position, params.new_name);
    let document = session.document(&at.text_document.uri)?;
    session.all_texts_known()?;
    let capabilities = session.state().capabilities;
    let answer = async {
        let found = Arc::new(session.symbol_at(&document, at.position).await?.or_refuse()?);
        let (own, from) = (session.clone(), found.clone());
        let planned = session.blocking(move || {
            let (names, both) = (from.names.names(), (from.symbol.text.as_str(), to.as_str()));
            let prompts = || from.prompts_to_rename(&own);
            project::rename(names, &from.fingerprint, both, prompts, |prompt| from.is_for(prompt, &own))
        });
        let plan = planned.await?.map_err(|error| failed(error.to_string()))?;
        if plan.names.is_empty() {
            return Ok(None);
        }
        let mut files = vec![(found.names.clone(), plan.names)];
        for (prompt, edits) in plan.prompts {
            if is_for(session, &prompt, &found.fingerprint).await? {
                files.push((prompt, edits));
            }
        }
        Ok(Some(convert::edits_of_files(&files, None, capabilities)))
    };
    document.unless_edited(answer).await
}

/// Whether a file's model has this fingerprint. It loads the model to find out: a use that the rename
/// leaves out would name nothing. A model that cannot be loaded counts as a different one.
async fn is_for(session: &Arc<Session>, snapshot: &Arc<Snapshot>, fingerprint: &str) -> Result<bool> {
    let prepared = session.prepare(snapshot, Wait::UntilLoaded).await?;
    Ok(matches!(prepared.model, Model::Ready(model) if model.info().fingerprint == fingerprint))
}
