//! How the server does, in one line for the editor's status bar.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use crate::session::{Session, State};
use crate::state::outbox::Note;

/// The parameters of `unembed/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Status {
    /// `warning` where an open file's model must be fetched first, `error` where it cannot be had, `ok` otherwise.
    health: &'static str,
    /// Something that was asked for takes its time.
    busy: bool,
    /// One line.
    message: String,
}

impl Status {
    fn of(state: &State) -> Self {
        let loading = state.loads.running().map(|name| format!("loading {name}"));
        let work = loading.or_else(|| state.commands.title());
        // The worst comes first; among equals the order of the files' names, so that it does not flicker.
        let missing =
            state.missing.iter().min_by_key(|(uri, error)| (error.fetch.is_some(), *uri)).map(|(_, error)| error);
        Self {
            health: missing.map_or("ok", |error| if error.fetch.is_some() { "warning" } else { "error" }),
            busy: work.is_some(),
            message: work.or_else(|| missing.map(|m| m.message.clone())).unwrap_or_else(|| "ready".to_owned()),
        }
    }
}

impl Session {
    /// Tells the client, if what it should see is not what it was told last.
    pub(crate) fn status_changed(self: &Arc<Self>) {
        let mut state = self.state();
        let status = Status::of(&state);
        if state.initialized && state.told.as_ref() != Some(&status) {
            self.outbox.put(Note::Status(json!(status)));
            state.told = Some(status);
        }
    }
}
