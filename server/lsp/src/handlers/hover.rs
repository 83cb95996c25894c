//! `textDocument/hover`.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Hover, HoverParams};

use crate::convert;
use crate::session::Session;

/// Columns of a table in a box of VS Code, in which a wider row takes a second line.
const BOX: usize = 104;

pub(crate) async fn hover(session: &Arc<Session>, params: HoverParams) -> Result<Option<Hover>> {
    let at = params.text_document_position_params;
    let document = session.document(&at.text_document.uri)?;
    let (capabilities, style) = {
        let state = session.state();
        let glossary = state.wishes.glossary.as_deref().map(Arc::from);
        let cards: Option<Arc<str>> = state.wishes.cards.as_deref().map(Arc::from);
        let style = state.settings.hover.clone();
        let width = style.width.or(cards.as_ref().map(|_| BOX));
        (state.capabilities, ide::Style { glossary, cards, width, ..style })
    };
    let work = session.on_prompt(&document, session.pointed_at(), move |prepared, control| {
        let snapshot = &prepared.snapshot;
        let offset = snapshot.offset(at.position, capabilities.encoding);
        let hover = ide::hover(prepared.file(), offset, &prepared.state(), &style, control)?;
        Ok(hover.map(|hover| convert::hover(snapshot, hover, capabilities.encoding, capabilities.plain_hover)))
    });
    work.await
}
