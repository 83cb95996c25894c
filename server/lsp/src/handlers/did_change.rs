//! `textDocument/didChange`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use tower_lsp::jsonrpc::Request;
use tower_lsp::ls_types::{DidChangeTextDocumentParams, PublishDiagnosticsParams, Uri};
use tracing::warn;

use crate::session::Session;
use crate::state::outbox::Note;

/// An edit that cannot be read is lost, and from then on the text is not the editor's: nothing is answered about it until
/// the document is opened again, or replaced as a whole by an edit.
pub(crate) fn look(session: &Arc<Session>, request: &Request) {
    if request.method() != "textDocument/didChange" {
        return;
    }
    let params = request.params().unwrap_or(&Value::Null);
    let Err(error) = DidChangeTextDocumentParams::deserialize(params) else { return };
    let uri = params.pointer("/textDocument/uri").and_then(|uri| uri.as_str()?.parse::<Uri>().ok());
    let Some(uri) = uri.filter(|uri| session.state().documents.lose(uri)) else {
        return warn!("an edit cannot be read and names no open document: {error}");
    };
    session.warn(&format!(
        "an edit of {} cannot be read ({error}), so its text is not known: close the file and open it again",
        uri.as_str()
    ));
    session.names_changed(&uri);
    session.outbox.put(Note::Diagnostics(PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None }));
}

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
