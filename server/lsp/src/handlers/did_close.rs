//! `textDocument/didClose`.

use std::sync::Arc;

use tower_lsp::ls_types::{DidCloseTextDocumentParams, PublishDiagnosticsParams};
use tracing::warn;

use crate::session::Session;
use crate::state::outbox::Note;

/// Requests that came before are still answered.
pub(crate) fn did_close(session: &Arc<Session>, params: DidCloseTextDocumentParams) {
    let uri = params.text_document.uri;
    {
        let mut state = session.state();
        if !state.documents.close(&uri) {
            warn!("{} was closed but is not open", uri.as_str());
        }
        state.missing.remove(&uri);
        if !state.capabilities.pulls_diagnostics {
            session.outbox.put(Note::Diagnostics(PublishDiagnosticsParams {
                uri: uri.clone(),
                diagnostics: Vec::new(),
                version: None,
            }));
        }
    }
    session.names_changed(&uri);
    session.status_changed();
}
