//! What a command is.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::session::Session;

/// A command of `workspace/executeCommand`. It takes one object and gives one JSON value.
pub(crate) trait Command: 'static {
    /// The name that clients call it by.
    const NAME: &'static str;
    /// The arguments as the error message about a wrong one shows them.
    const FORM: &'static str;
    type Arguments: DeserializeOwned + Send + 'static;
    /// `()` is JSON's null.
    type Result: Serialize + Send + 'static;

    /// Takes what it needs from the session's state before its first await. `token` is the client's, for progress.
    fn run(
        session: &Arc<Session>,
        arguments: Self::Arguments,
        token: Option<ProgressToken>,
    ) -> impl Future<Output = Result<Self::Result>> + Send;
}
