//! `workspace/didChangeConfiguration`.

use std::sync::Arc;

use tower_lsp::ls_types::DidChangeConfigurationParams;

use crate::options;
use crate::session::Session;

/// The settings come under this server's name or, from clients that send only those, bare.
pub(crate) fn did_change_configuration(session: &Arc<Session>, params: DidChangeConfigurationParams) {
    {
        let mut state = session.state();
        let settings = params.settings.get("unembed").unwrap_or(&params.settings);
        state.style = options::style(session.backing.options.hover, Some(settings));
        state.loads.forget_failures();
    }
    session.models_changed();
}
