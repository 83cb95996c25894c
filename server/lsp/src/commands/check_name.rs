//! `unembed.check_name`: whether a text can be a name.

use std::sync::Arc;

use api::command::{CheckNameArguments, CheckNameResult};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::Command;
use crate::session::Session;

pub(crate) struct CheckName;

impl Command for CheckName {
    type Api = api::command::CheckName;
    const FORM: &'static str = r#"{"name"}"#;

    async fn run(
        _: &Arc<Session>,
        CheckNameArguments { name }: CheckNameArguments,
        _: Option<ProgressToken>,
    ) -> Result<CheckNameResult> {
        Ok(CheckNameResult { problem: syntax::check_name(&name).err().map(|error| error.to_string()) })
    }
}
