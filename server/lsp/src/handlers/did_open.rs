//! `textDocument/didOpen`.

use std::sync::Arc;

use tower_lsp::ls_types::DidOpenTextDocumentParams;

use crate::session::Session;
use crate::state::documents::MOST_OPEN;

pub(crate) fn did_open(session: &Arc<Session>, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    // Requests about it fail, as for any document that is not open.
    if !session.state().documents.has_room_for(&document.uri) {
        return session.warn_once(&format!("{MOST_OPEN} files are open, which is the most: close some to open others"));
    }
    {
        let mut state = session.state();
        state.documents.open(document.uri.clone(), document.version, document.text);
        // The user may have added the missing model before opening the file again.
        state.loads.forget_failures();
    }
    session.names_changed(&document.uri);
    session.diagnose(document.uri);
}
