//! `initialized`: from now on the client may be told things.

use std::sync::Arc;

use crate::session::Session;

pub(crate) fn initialized(session: &Arc<Session>) {
    session.state().initialized = true;
    session.status_changed();
}
