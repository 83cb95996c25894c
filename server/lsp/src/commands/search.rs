//! `unembed.search`: value vectors by concept.

use std::sync::Arc;

use api::SearchDocument;
use api::command::SearchArguments;
use ide::page::search_page;
use lm::{Control, LanguageModel};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::{Arguments, Command};
use crate::commands::model_index::{Needs, Shown, no_index, run_on_index, snapshot_of};
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::prepared::Prepared;

/// The number of hits where the arguments have none.
const LIMIT: usize = 20;

pub(crate) struct Search;

impl Command for Search {
    type Api = api::command::Search;
    const FORM: &'static str = r#"{"uri"?, "text"?, "model"?, "query", "limit"?: n}"#;

    async fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        token: Option<ProgressToken>,
    ) -> Result<SearchDocument> {
        let SearchArguments { about, query, limit } = arguments;
        let shown = Shown::of(session);
        let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn Control| {
            let concepts = prepared.concepts.as_deref().ok_or_else(no_index)?;
            let names = &prepared.file().names;
            let found = concepts.search(&query, limit.unwrap_or(LIMIT), model, control)?;
            let page = shown.as_page.then(|| search_page(&found, model, names, shown.undertrained));
            Ok((ide::search_document(&query, found, model, names), page))
        };
        let snapshot = snapshot_of(about, session)?;
        let running = Running::start(session, "searching".to_owned(), token);
        let (found, page) = run_on_index(session, &running, &snapshot, Needs::Index, work).await?;
        if let Some(page) = page {
            session.show(&snapshot, "search.txt", page);
        }
        Ok(found)
    }
}
