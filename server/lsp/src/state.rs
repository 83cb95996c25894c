//! A session's state as plain data: no locks, no tasks, no running model. Nothing here imports the session, the handlers
//! or the commands, which change this data.

pub(crate) mod builds;
pub(crate) mod capabilities;
pub(crate) mod coalesced;
pub(crate) mod diagnosing;
pub(crate) mod documents;
pub(crate) mod loads;
pub(crate) mod outbox;
pub(crate) mod prepared;
pub(crate) mod running;
pub(crate) mod settings;
pub(crate) mod snapshot;
pub(crate) mod status;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use api::notification::Wishes;
use builds::Builds;
use capabilities::Capabilities;
use coalesced::Coalesced;
use diagnosing::Diagnosing;
use documents::Documents;
use lm::OpenError;
use loads::Loads;
use running::RunningCommands;
use settings::Settings;
use status::{Status, status_of};
use tower_lsp::ls_types::Uri;

/// The state that a session's lock guards.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) capabilities: Capabilities,
    pub(crate) wishes: Wishes,
    /// The folders of the workspace.
    pub(crate) roots: Vec<PathBuf>,
    pub(crate) settings: Settings,
    /// The editor's layer of the settings.
    pub(crate) client_settings: Option<serde_json::Value>,
    pub(crate) documents: Documents,
    pub(crate) diagnosing: Diagnosing,
    /// The refresh requests for lenses, hints and colours.
    pub(crate) views_refresh: Coalesced,
    pub(crate) loads: Loads,
    /// Open documents whose model cannot be used.
    pub(crate) missing: HashMap<Uri, OpenError>,
    pub(crate) commands: RunningCommands,
    pub(crate) builds: Builds,
    /// Warnings that were shown and are shown only once.
    pub(crate) shown_warnings: HashSet<String>,
    /// True after the client's `initialized`.
    pub(crate) is_initialized: bool,
    /// True after the client's `shutdown`.
    pub(crate) is_shut_down: bool,
    /// The status that was sent last.
    pub(crate) sent_status: Option<Status>,
}

impl State {
    pub(crate) fn status(&self) -> Status {
        status_of(&self.loads, &self.commands, &self.builds, &self.missing)
    }
}
