//! What a session is served with.

use std::sync::Arc;

use crate::recent::Recent;
use crate::state::settings::Options;

/// What a session is served with. Sessions may share all of it.
#[derive(Clone)]
pub struct Backing {
    /// Where models come from.
    pub library: Arc<dyn lm::Library>,
    /// What runs them.
    pub engine: Arc<dyn lm::Engine>,
    /// Where concept indexes are. `None`: there is no search.
    pub indexes: Option<Arc<dyn lm::Indexes>>,
    /// How long the latest requests took.
    pub recent: Arc<Recent>,
    /// What the program decides.
    pub options: Options,
    /// The program's version, for the client.
    pub version: String,
}
