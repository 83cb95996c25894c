//! Sends `unembed/status` when it changes.

use crate::session::Session;
use crate::state::outbox::Note;

impl Session {
    /// Sends the status if it differs from the last one.
    pub(crate) fn status_changed(&self) {
        let mut state = self.state();
        let status = state.status();
        if state.is_initialized && state.sent_status.as_ref() != Some(&status) {
            self.outbox.put(Note::Status(status.clone()));
            state.sent_status = Some(status);
        }
    }
}
