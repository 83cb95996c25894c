//! `unembed.check_name`: whether a text can be a name, and what it names already.

use std::sync::Arc;

use api::command::{CheckNameArguments, CheckNameResult};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::Command;
use crate::commands::document::snapshot;
use crate::commands::ready::ready;
use crate::errors::failed;
use crate::session::Session;
use crate::session::progress::Running;

pub(crate) struct CheckName;

impl Command for CheckName {
    type Api = api::command::CheckName;
    const FORM: &'static str = r#"{"name", "uri"?}; or with "text" in place of "uri""#;

    async fn run(
        session: &Arc<Session>,
        CheckNameArguments { name, source }: CheckNameArguments,
        token: Option<ProgressToken>,
    ) -> Result<CheckNameResult> {
        let problem = syntax::check_name(&name).err().map(|error| error.to_string());
        if problem.is_some() || source.uri.is_none() && source.text.is_none() {
            return Ok(CheckNameResult { problem, vectors: Vec::new() });
        }
        let snapshot = snapshot(source, session)?;
        let running = Running::start(session, "checking a name".to_owned(), token);
        let own = session.clone();
        let vectors = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let names = session.blocking(move || own.names_file(&prepared.snapshot.uri)).await?;
            let names = names.map_err(|error| failed(error.to_string()))?;
            Ok(names.names().named(&name, model.info()))
        };
        Ok(CheckNameResult { problem, vectors: running.unless_cancelled(vectors).await? })
    }
}
