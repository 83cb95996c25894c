//! `textDocument/completion`: names and value vectors by concept, inside `interventions:`.

use std::sync::Arc;

use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList, CompletionParams,
    CompletionResponse, CompletionTextEdit, TextEdit,
};

use crate::convert;
use crate::session::Session;
use crate::session::indexing::Asking;
use crate::session::models::Model;

/// The list is complete only for what is typed so far: more letters are another search.
pub(crate) async fn completion(session: &Arc<Session>, params: CompletionParams) -> Result<Option<CompletionResponse>> {
    let at = params.text_document_position;
    let document = session.document(&at.text_document.uri)?;
    let (abilities, style) = {
        let state = session.state();
        (state.abilities, state.settings.hover)
    };
    let patience = session.backing.options.patience;
    let answer = async {
        // Editors ask at every space: where nothing can be offered, nothing is loaded or opened for it.
        let snapshot = document.snapshot.clone();
        let typed = session.blocking(move || {
            let offset = convert::offset(snapshot.lines(), &snapshot.text, at.position, abilities.encoding);
            if snapshot.is_names() { None } else { ide::typed(snapshot.file(), offset) }
        });
        let Some(typed) = typed.await? else { return Ok(None) };
        let mut prepared = session.prepare_with(&document.snapshot, Some(patience)).await?;
        // Whoever types a word is the first to search; one letter is none.
        if let Model::Ready(model) = &prepared.model
            && typed.word.chars().nth(1).is_some()
        {
            prepared.concepts = session.concepts_if_any(model, Asking::ByTheWay).await;
        }
        let work = session.run(prepared, Priority::Interactive, move |prepared, control| {
            let snapshot = &prepared.snapshot;
            let offers = ide::completion(prepared.file(), &typed, &prepared.state(), &style, control)?;
            let range = convert::range(snapshot, &typed.range, abilities.encoding);
            let item = |(nth, offer): (usize, ide::Completion)| CompletionItem {
                label: offer.label,
                label_details: Some(CompletionItemLabelDetails {
                    detail: None,
                    description: Some(offer.detail.clone()),
                }),
                kind: Some(if offer.named { CompletionItemKind::CONSTANT } else { CompletionItemKind::VALUE }),
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
    };
    document.unless_edited(answer).await
}
