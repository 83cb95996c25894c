//! What the program gives every session.

use std::sync::Arc;

use crate::recent::Recent;
use crate::state::settings::Options;

/// Models, engine, indexes and options. All sessions may share them.
#[derive(Clone)]
pub struct Backing {
    pub library: Arc<dyn lm::Library>,
    pub engine: Arc<dyn lm::Engine>,
    /// `None`: there is no search.
    pub indexes: Option<Arc<dyn lm::Indexes>>,
    /// The durations of the latest requests.
    pub recent: Arc<Recent>,
    pub options: Options,
    /// The program's version, for the client.
    pub version: String,
}
