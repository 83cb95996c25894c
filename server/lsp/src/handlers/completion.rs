//! `textDocument/completion`: names and value vectors by concept, inside `interventions:`.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList, CompletionParams,
    CompletionResponse, CompletionTextEdit, TextEdit,
};

use crate::session::Session;
use crate::session::requests::{Ask, Execution, Index};
use crate::state::builds::Intent;

/// The list is for what is typed so far: with more letters the client asks again.
pub(crate) async fn completion(session: &Arc<Session>, params: CompletionParams) -> Result<Option<CompletionResponse>> {
    let at = params.text_document_position;
    let document = session.document(&at.text_document.uri)?;
    let (capabilities, style) = {
        let state = session.state();
        (state.capabilities, state.settings.hover.clone())
    };
    // Editors ask at every space: where nothing can be offered, no model is loaded and no index opened.
    let typed = session.on_text(&document, move |snapshot| {
        ide::typed(snapshot.file(), snapshot.offset(at.position, capabilities.encoding))
    });
    let Some(typed) = typed.await? else { return Ok(None) };
    // The first letter is not searched for.
    let index = match typed.word.chars().nth(1) {
        _ if typed.target.is_some() => Index::Existing,
        Some(_) => Index::Built(Intent::Incidental),
        None => Index::None,
    };
    let ask = Ask { index, execution: Execution::Run, ..session.pointed_at() };
    let work = session.on_prompt(&document, ask, move |prepared, control| {
        let snapshot = &prepared.snapshot;
        let offers = ide::completion(prepared.file(), &typed, &prepared.state(), &style, control)?;
        let range = snapshot.range(&typed.range, capabilities.encoding);
        let item = |(nth, offer): (usize, ide::Completion)| CompletionItem {
            label: offer.label,
            label_details: capabilities
                .label_details
                .then(|| CompletionItemLabelDetails { detail: None, description: Some(offer.detail.clone()) }),
            kind: Some(if offer.named && capabilities.constants {
                CompletionItemKind::CONSTANT
            } else {
                CompletionItemKind::VALUE
            }),
            detail: Some(offer.detail),
            // The order is the search's.
            sort_text: Some(format!("{nth:04}")),
            filter_text: Some(offer.filter),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: offer.insert })),
            ..CompletionItem::default()
        };
        Ok(Some(CompletionResponse::List(CompletionList {
            is_incomplete: true,
            items: offers.into_iter().enumerate().map(item).collect(),
        })))
    });
    work.await
}
