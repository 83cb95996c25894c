//! `window/workDoneProgress/cancel`: the command, load or build with this token is cancelled.

use std::sync::Arc;

use tower_lsp::ls_types::WorkDoneProgressCancelParams;

use crate::session::Session;

pub(crate) fn work_done_progress_cancel(session: &Arc<Session>, params: &WorkDoneProgressCancelParams) {
    session.state().commands.cancel(&params.token);
}
