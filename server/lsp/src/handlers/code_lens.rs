//! `textDocument/codeLens`.

use std::sync::Arc;

use ide::CodeLensAction;
use lm::Priority;
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};

use crate::session::Session;
use crate::session::requests::{Ask, Execution, Index, Wait};
use api::command::{self, Command as _};

pub(crate) async fn code_lens(session: &Arc<Session>, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let document = session.document(&params.text_document.uri)?;
    let encoding = session.state().capabilities.encoding;
    let ask =
        Ask { wait: Wait::No, index: Index::Existing, execution: Execution::RecallOrRun, priority: Priority::Views };
    let work = session.on_prompt(&document, ask, move |prepared, _| {
        let snapshot = &prepared.snapshot;
        let uri = &snapshot.uri;
        let lens = |lens: ide::CodeLens| {
            let (command, argument) = match lens.action {
                CodeLensAction::Generate => (command::Generate::NAME, Some(json!({"uri": uri}))),
                CodeLensAction::Trace => (command::Trace::NAME, Some(json!({"uri": uri}))),
                CodeLensAction::Fetch(id) => (command::Fetch::NAME, Some(json!({"id": id}))),
                CodeLensAction::Nothing => ("", None),
            };
            let arguments = argument.map(|argument| vec![argument]);
            let command = Command { title: lens.title, command: command.to_owned(), arguments };
            CodeLens { range: snapshot.range(&lens.range, encoding), command: Some(command), data: None }
        };
        Ok(Some(ide::code_lenses(prepared.file(), &prepared.state()).into_iter().map(lens).collect()))
    });
    work.await
}
