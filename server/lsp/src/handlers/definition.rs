//! `textDocument/definition`: where a name is given.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{GotoDefinitionParams, GotoDefinitionResponse};

use crate::session::Session;

pub(crate) async fn definition(
    session: &Arc<Session>,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>> {
    let at = params.text_document_position_params;
    let document = session.document(&at.text_document.uri)?;
    let encoding = session.state().capabilities.encoding;
    let answer = async {
        let Some(found) = session.symbol_at(&document, at.position).await?.found() else { return Ok(None) };
        let places = session.blocking(move || found.definitions(encoding)).await?;
        Ok((!places.is_empty()).then_some(GotoDefinitionResponse::Array(places)))
    };
    document.unless_edited(answer).await
}
