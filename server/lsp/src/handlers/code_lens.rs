//! `textDocument/codeLens`.

use std::sync::Arc;

use ide::LensAction;
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};

use crate::commands::{fetch, generate, trace};
use crate::convert;
use crate::session::Session;

pub(crate) async fn code_lens(session: &Arc<Session>, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let document = session.document(&params.text_document.uri)?;
    let encoding = session.state().abilities.encoding;
    let answer = async {
        if document.snapshot.is_names() {
            return Ok(None);
        }
        let prepared = session.prepare(&document.snapshot).await?;
        let prepared = session.informed(prepared).await?;
        let uri = &document.snapshot.uri;
        let lens = |lens: ide::Lens| {
            let (command, argument) = match lens.action {
                LensAction::Generate => (generate::NAME, Some(json!({"uri": uri}))),
                LensAction::Trace => (trace::NAME, Some(json!({"uri": uri}))),
                LensAction::Fetch(id) => (fetch::NAME, Some(json!({"id": id}))),
                LensAction::Nothing => ("", None),
            };
            let arguments = argument.map(|argument| vec![argument]);
            let command = Command { title: lens.title, command: command.to_owned(), arguments };
            let range = convert::range(&document.snapshot, &lens.range, encoding);
            CodeLens { range, command: Some(command), data: None }
        };
        Ok(Some(ide::lenses(prepared.file(), &prepared.state()).into_iter().map(lens).collect()))
    };
    document.unless_edited(answer).await
}
