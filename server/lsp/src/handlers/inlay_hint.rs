//! `textDocument/inlayHint`.

use std::sync::Arc;

use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip};

use crate::session::Session;

pub(crate) async fn inlay_hint(session: &Arc<Session>, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    let document = session.document(&params.text_document.uri)?;
    let (encoding, hints) = {
        let state = session.state();
        (state.capabilities.encoding, state.settings.hints)
    };
    let work = session.on_model(&document, Priority::Views, move |prepared, model, control| {
        let snapshot = &prepared.snapshot;
        let within = snapshot.bytes(params.range, encoding);
        let inlays = ide::inlays(prepared.file(), &within, model, hints, control)?;
        let hint = |inlay: ide::Inlay| InlayHint {
            position: snapshot.range(&(inlay.at..inlay.at), encoding).start,
            label: InlayHintLabel::String(inlay.label),
            kind: None,
            text_edits: None,
            tooltip: Some(InlayHintTooltip::String(inlay.tooltip)),
            padding_left: Some(true),
            padding_right: Some(true),
            data: None,
        };
        Ok(Some(inlays.into_iter().map(hint).collect()))
    });
    work.await
}
