//! The trait of a command.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::session::Session;

/// A command of `workspace/executeCommand`: its declaration in `api` and its work.
pub(crate) trait Command: 'static {
    type Api: api::command::Command<Arguments: Send + 'static, Result: Send + 'static>;
    /// The form of the arguments, for error messages.
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
