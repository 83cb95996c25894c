//! `workspace/didChangeWorkspaceFolders`: models may lie in other folders now.

use std::sync::Arc;

use tower_lsp::ls_types::DidChangeWorkspaceFoldersParams;

use crate::session::Session;
use crate::uri::folders;

pub(crate) fn did_change_workspace_folders(session: &Arc<Session>, params: DidChangeWorkspaceFoldersParams) {
    {
        let mut state = session.state();
        let removed = folders(&params.event.removed);
        state.roots.retain(|root| !removed.contains(root));
        state.roots.extend(folders(&params.event.added));
    }
    session.read_settings();
    session.models_changed();
}
