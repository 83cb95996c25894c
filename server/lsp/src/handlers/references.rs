//! `textDocument/references`: where a name or an id is used.

use std::sync::Arc;

use ide::Meant;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Location, ReferenceParams};

use crate::convert;
use crate::session::Session;

/// Searches only prompt files whose model is loaded: this request loads no model.
pub(crate) async fn references(session: &Arc<Session>, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let at = params.text_document_position;
    let document = session.document(&at.text_document.uri)?;
    let encoding = session.state().capabilities.encoding;
    let declared = params.context.include_declaration;
    let answer = async {
        let Some(found) = session.symbol_at(&document, at.position).await?.found() else { return Ok(None) };
        let own = session.clone();
        let places = move || {
            let meant = Meant::of(found.names.names(), &found.symbol.text, &found.fingerprint);
            let mut places = if declared { found.definitions(encoding) } else { Vec::new() };
            for prompt in found.prompts(&own).files {
                let used = ide::references(prompt.file(), &meant);
                if !used.is_empty()
                    && found.is_for(&prompt, &own)
                    && own.loaded_model(&prompt).is_some_and(|m| m.info().fingerprint == found.fingerprint)
                {
                    places.extend(used.iter().map(|range| convert::location(&prompt, range, encoding)));
                }
            }
            places
        };
        session.blocking(places).await.map(Some)
    };
    document.unless_edited(answer).await
}
