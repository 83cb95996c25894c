//! `workspace/didChangeWatchedFiles`: a names file or the workspace's settings changed on the disk.

use std::sync::Arc;

use tower_lsp::ls_types::DidChangeWatchedFilesParams;

use crate::session::Session;

pub(crate) fn did_change_watched_files(session: &Arc<Session>, params: &DidChangeWatchedFilesParams) {
    for change in &params.changes {
        if change.uri.as_str().ends_with(config::NAMES_FILE) {
            session.names_changed(&change.uri);
        } else {
            session.read_settings();
            session.state().loads.forget_failures();
            session.models_changed();
        }
    }
}
