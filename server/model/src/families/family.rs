//! What the choice between families needs to know about each.

use lm::OpenError;

use crate::files::config::ConfigFile;
use crate::graph::plan::Plan;

/// An architecture that can be loaded.
pub(super) struct Family {
    /// As users call it.
    pub(super) name: &'static str,
    /// `model_type` in `config.json`.
    pub(super) model_type: &'static str,
    /// The prefix of the names in `architectures`, for a `config.json` without `model_type`.
    pub(super) architecture: &'static str,
    /// What its `config.json` says; an error names the field.
    pub(super) plan: fn(&ConfigFile<'_>) -> Result<Plan, OpenError>,
}
