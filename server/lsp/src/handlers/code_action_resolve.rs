//! `codeAction/resolve`: the edits of an action that was listed without them.

use std::sync::Arc;

use ide::Pending;
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{CodeAction, Uri};

use crate::convert;
use crate::session::Session;

/// The `data` of an action without edits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unresolved {
    pub(crate) uri: Uri,
    pub(crate) pending: Pending,
}

/// The edits are for the current text: the data names a target and has no positions.
pub(crate) async fn code_action_resolve(session: &Arc<Session>, mut action: CodeAction) -> Result<CodeAction> {
    let Some(data) = action.data.clone() else { return Ok(action) };
    let unresolved: Unresolved = serde_json::from_value(data)
        .map_err(|error| Error::invalid_params(format!("data is not this server's: {error}")))?;
    let document = session.document(&unresolved.uri)?;
    let capabilities = session.state().capabilities;
    let snapshot = document.snapshot.clone();
    let answer = session.blocking(move || {
        let edits = ide::resolve_action(snapshot.file(), &unresolved.pending)?;
        Some(convert::workspace_edit(&snapshot, &edits, capabilities.encoding, capabilities.versioned_edits))
    });
    // Nothing to edit: the file has changed, and the target is gone.
    action.edit = Some(document.unless_edited(answer).await?.ok_or_else(Error::content_modified)?);
    Ok(action)
}
