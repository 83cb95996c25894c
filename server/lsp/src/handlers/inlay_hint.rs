//! `textDocument/inlayHint`.

use std::sync::Arc;

use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip};

use crate::convert;
use crate::session::Session;
use crate::session::models::Model;

pub(crate) async fn inlay_hint(session: &Arc<Session>, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    let document = session.document(&params.text_document.uri)?;
    let (encoding, hints) = {
        let state = session.state();
        (state.abilities.encoding, state.settings.hints)
    };
    let answer = async {
        if document.snapshot.is_names() {
            return Ok(None);
        }
        let prepared = session.prepare(&document.snapshot).await?;
        // What is loading is asked again when it is there.
        let Model::Ready(model) = prepared.model.clone() else { return Ok(None) };
        let work = session.recall_or_run(prepared, Priority::Views, move |prepared, control| {
            let snapshot = &prepared.snapshot;
            let within = convert::bytes(snapshot.lines(), &snapshot.text, params.range, encoding);
            let inlays = ide::inlays(prepared.file(), &within, &*model, hints, control)?;
            let hint = |inlay: ide::Inlay| InlayHint {
                position: convert::range(snapshot, &(inlay.at..inlay.at), encoding).start,
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
    };
    document.unless_edited(answer).await
}
