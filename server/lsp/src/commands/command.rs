//! What a command is.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::session::Session;

/// A command of `workspace/executeCommand`: what `api` declares, and what it does.
pub(crate) trait Command: 'static {
    /// Its name, its arguments and its result.
    type Api: api::command::Command<Arguments: Send + 'static, Result: Send + 'static>;
    /// The arguments as the error message about a wrong one shows them.
    const FORM: &'static str;

    /// Takes what it needs from the session's state before its first await. `token` is the client's, for progress.
    fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        token: Option<ProgressToken>,
    ) -> impl Future<Output = Result<Answer<Self>>> + Send;
}

/// The arguments of a command.
pub(crate) type Arguments<C> = <<C as Command>::Api as api::command::Command>::Arguments;

/// The result of a command; `()` is JSON's null.
pub(crate) type Answer<C> = <<C as Command>::Api as api::command::Command>::Result;
