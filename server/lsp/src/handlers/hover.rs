//! `textDocument/hover`.

use std::sync::Arc;

use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Hover, HoverParams};

use crate::convert;
use crate::session::Session;

pub(crate) async fn hover(session: &Arc<Session>, params: HoverParams) -> Result<Option<Hover>> {
    let at = params.text_document_position_params;
    let document = session.document(&at.text_document.uri)?;
    let (abilities, style) = {
        let state = session.state();
        (state.abilities, state.settings.hover)
    };
    let patience = session.backing.options.patience;
    let answer = async {
        if document.snapshot.is_names() {
            return Ok(None);
        }
        let prepared = session.prepare_with(&document.snapshot, Some(patience)).await?;
        let prepared = session.informed(prepared).await?;
        let work = session.recall_or_run(prepared, Priority::Interactive, move |prepared, control| {
            let snapshot = &prepared.snapshot;
            let offset = convert::offset(snapshot.lines(), &snapshot.text, at.position, abilities.encoding);
            let hover = ide::hover(prepared.file(), offset, &prepared.state(), &style, control)?;
            Ok(hover.map(|hover| convert::hover(snapshot, hover, abilities.encoding, abilities.plain_hover)))
        });
        work.await
    };
    document.unless_edited(answer).await
}
