//! `textDocument/didOpen`.

use std::sync::Arc;

use tower_lsp::ls_types::DidOpenTextDocumentParams;

use crate::session::Session;

pub(crate) fn did_open(session: &Arc<Session>, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    {
        let mut state = session.state();
        state.documents.open(document.uri.clone(), document.version, document.text);
        // Whoever opens a file again may have put its model where it belongs.
        state.loads.forget_failures();
    }
    session.names_changed(&document.uri);
    session.diagnose(document.uri);
}
