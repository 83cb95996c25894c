//! `initialized`: from now on the server may send notifications and requests.

use std::sync::Arc;

use serde_json::json;
use tower_lsp::ls_types::Registration;
use tracing::warn;

use crate::session::Session;

pub(crate) fn initialized(session: &Arc<Session>) {
    session.state().is_initialized = true;
    session.status_changed();
    if let Some(notice) = &session.backing.options.notice {
        session.warn(notice);
    }
    if session.state().capabilities.watches_files {
        watch(session);
    }
}

/// Names and settings can change outside the editor, for instance with a `git pull`.
fn watch(session: &Arc<Session>) {
    let files = [project::NAMES_FILE, config::WORKSPACE_FILE];
    let options = json!({"watchers": files.map(|file| json!({"globPattern": format!("**/{file}")}))});
    let registration = Registration {
        id: "files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(options),
    };
    let client = session.client.clone();
    session.spawn(async move {
        if let Err(error) = client.register_capability(vec![registration]).await {
            warn!("the client does not watch files: {error}");
        }
    });
}
