//! `textDocument/didChange`.

use std::sync::Arc;

use tower_lsp::ls_types::DidChangeTextDocumentParams;
use tracing::warn;

use crate::session::Session;

pub(crate) fn did_change(session: &Arc<Session>, params: DidChangeTextDocumentParams) {
    let document = params.text_document;
    {
        let mut state = session.state();
        let encoding = state.capabilities.encoding;
        if let Err(error) = state.documents.change(&document.uri, document.version, &params.content_changes, encoding) {
            warn!("{error}");
        }
    }
    session.names_changed(&document.uri);
    session.diagnose(document.uri);
}
