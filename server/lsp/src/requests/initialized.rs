//! `initialized`: from now on the client may be told things.

use std::sync::Arc;

use serde_json::json;
use tower_lsp::ls_types::Registration;
use tracing::warn;

use crate::session::Session;

pub(crate) fn initialized(session: &Arc<Session>) {
    session.state().initialized = true;
    session.status_changed();
    if session.state().abilities.watches_files {
        watch(session);
    }
}

/// Names files change under an editor when somebody else's names come in.
fn watch(session: &Arc<Session>) {
    let options = json!({"watchers": [{"globPattern": format!("**/{}", config::NAMES_FILE)}]});
    let registration = Registration {
        id: "names".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(options),
    };
    let client = session.client.clone();
    session.spawn(async move {
        if let Err(error) = client.register_capability(vec![registration]).await {
            warn!("the client does not watch names files: {error}");
        }
    });
}
