//! `shutdown`. Running requests are still answered; the library refuses new ones.

use std::sync::Arc;

use crate::session::Session;

pub(crate) fn shutdown(session: &Arc<Session>) {
    session.state().is_shut_down = true;
}
