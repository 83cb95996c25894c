//! `textDocument/didSave`. The text is known already.

use std::sync::Arc;

use tower_lsp::ls_types::DidSaveTextDocumentParams;

use crate::session::Session;

/// Failed loads are tried again: the user may have added the missing model.
pub(crate) fn did_save(session: &Arc<Session>, params: DidSaveTextDocumentParams) {
    session.state().loads.forget_failures();
    session.names_changed(&params.text_document.uri);
    session.diagnose(params.text_document.uri);
}
