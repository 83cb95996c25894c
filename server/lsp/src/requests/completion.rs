//! `textDocument/completion`: names and value vectors by concept, inside `interventions:`.

use std::sync::Arc;

use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList, CompletionParams,
    CompletionResponse, CompletionTextEdit, TextEdit,
};

use crate::convert;
use crate::models::Model;
use crate::session::Session;

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
        let mut prepared = session.prepare_with(&document.snapshot, Some(patience)).await?;
        // Whoever completes is the first to search.
        if let Model::Ready(model) = &prepared.model
            && prepared.file().parsed.keys.iter().any(|k| k.name.value == "interventions")
            && session.backing.indexes.is_some()
        {
            prepared.concepts = session.concepts(model).await.ok();
        }
        let work = session.run(prepared, Priority::Interactive, move |prepared, control| {
            let snapshot = &prepared.snapshot;
            let offset = convert::offset(snapshot.lines(), &snapshot.text, at.position, abilities.encoding);
            let offers = ide::completion(prepared.file(), offset, &prepared.state(), &style, control)?;
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
                text_edit: Some(CompletionTextEdit::Edit(TextEdit {
                    range: convert::range(snapshot, &offer.range, abilities.encoding),
                    new_text: offer.insert,
                })),
                ..CompletionItem::default()
            };
            let list = |offers: Vec<ide::Completion>| CompletionList {
                is_incomplete: true,
                items: offers.into_iter().enumerate().map(item).collect(),
                ..CompletionList::default()
            };
            Ok(offers.map(|offers| CompletionResponse::List(list(offers))))
        });
        work.await
    };
    document.unless_edited(answer).await
}
