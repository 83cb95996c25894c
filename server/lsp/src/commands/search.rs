//! `unembed.search`: value vectors by concept.

use std::sync::Arc;

use api::SearchDocument;
use ide::page::search_page;
use lm::{Control, LanguageModel};
use serde::Deserialize;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::Command;
use crate::commands::model_index::{ModelArgument, Needs, Shown, no_index, run_on_index};
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::prepared::Prepared;

/// Hits, if the arguments do not say how many.
const LIMIT: usize = 20;

pub(crate) struct Search;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    model: ModelArgument,
    query: String,
    limit: Option<usize>,
}

impl Command for Search {
    const NAME: &'static str = "unembed.search";
    const FORM: &'static str = r#"{"uri"?, "text"?, "model"?, "query", "limit"?: n}"#;
    type Arguments = Arguments;
    type Result = SearchDocument;

    async fn run(session: &Arc<Session>, arguments: Arguments, token: Option<ProgressToken>) -> Result<SearchDocument> {
        let Arguments { model, query, limit } = arguments;
        let shown = Shown::of(session);
        let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn Control| {
            let concepts = prepared.concepts.as_deref().ok_or_else(no_index)?;
            let names = &prepared.file().names;
            let found = concepts.search(&query, limit.unwrap_or(LIMIT), model, control)?;
            let page = shown.as_page.then(|| search_page(&found, model, names, shown.undertrained));
            Ok((ide::search_document(&query, found, model, names), page))
        };
        let snapshot = model.snapshot(session)?;
        let running = Running::start(session, "searching".to_owned(), token);
        let (found, page) = run_on_index(session, &running, &snapshot, Needs::Index, work).await?;
        if let Some(page) = page {
            session.show(&snapshot, "search.txt", page);
        }
        Ok(found)
    }
}
