//! `shutdown`. What runs is still answered; the library refuses what is asked from now on.

use std::sync::Arc;

use crate::session::Session;

pub(crate) fn shutdown(session: &Arc<Session>) {
    session.state().is_shut_down = true;
}
