//! `workspace/didChangeConfiguration`.

use std::sync::Arc;

use tower_lsp::ls_types::DidChangeConfigurationParams;

use crate::session::Session;

/// The settings come under this server's name or, from clients that send only those, bare.
pub(crate) fn did_change_configuration(session: &Arc<Session>, params: DidChangeConfigurationParams) {
    let mut settings = params.settings;
    if let Some(ours) = settings.get_mut("unembed") {
        settings = ours.take();
    }
    session.set(Some(settings));
    session.state().loads.forget_failures();
    session.models_changed();
}
