//! `workspace/executeCommand`.

use std::sync::Arc;

use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ExecuteCommandParams;

use crate::commands;
use crate::session::Session;

pub(crate) async fn execute_command(session: &Arc<Session>, params: ExecuteCommandParams) -> Result<Option<Value>> {
    let token = params.work_done_progress_params.work_done_token;
    commands::execute(session, &params.command, params.arguments, token).await
}
