//! `workspace/didChangeWatchedFiles`: a names file changed on the disk.

use std::sync::Arc;

use tower_lsp::ls_types::DidChangeWatchedFilesParams;

use crate::session::Session;

pub(crate) fn did_change_watched_files(session: &Arc<Session>, params: &DidChangeWatchedFilesParams) {
    for change in &params.changes {
        session.names_changed(&change.uri);
    }
}
