//! The error answers of requests.

use base::Panicked;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::ls_types::error_codes::REQUEST_FAILED;
use tracing::error;

/// A request that was understood and could not be done. Editors show the message.
pub(crate) fn failed(message: impl Into<String>) -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: message.into().into(), data: None }
}

/// A bug of the server.
pub(crate) fn internal(message: String) -> Error {
    Error { code: ErrorCode::InternalError, message: message.into(), data: None }
}

/// Logs a panic and makes an error answer of it.
pub(crate) fn panicked(panicked: &Panicked) -> Error {
    error!("{panicked}");
    internal(panicked.to_string())
}

pub(crate) fn model_error(error: &lm::Error) -> Error {
    match error {
        lm::Error::Cancelled => Error::request_cancelled(),
        lm::Error::Input(_) | lm::Error::Model(_) => failed(error.to_string()),
    }
}
