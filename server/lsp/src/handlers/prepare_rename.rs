//! `textDocument/prepareRename`: whether a name can be changed.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{PrepareRenameResponse, TextDocumentPositionParams};

use crate::errors::failed;
use crate::session::Session;
use crate::session::symbols::SymbolAt;

pub(crate) async fn prepare_rename(
    session: &Arc<Session>,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let document = session.document(&params.text_document.uri)?;
    let encoding = session.state().capabilities.encoding;
    let answer = async {
        let found = match session.symbol_at(&document, params.position).await? {
            SymbolAt::Nothing => return Ok(None),
            found => found.or_refuse()?,
        };
        let answer = move || match ide::not_renamed(found.names.names(), &found.fingerprint, &found.symbol.text) {
            Some(why) => Err(failed(why.to_string())),
            None => {
                let range = found.snapshot.range(&found.symbol.range, encoding);
                Ok(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: found.symbol.text })
            }
        };
        session.blocking(answer).await?.map(Some)
    };
    document.unless_edited(answer).await
}
