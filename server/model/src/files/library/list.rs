//! What `unembed models` lists: every model that can be named, and whether its files are valid.

use std::path::PathBuf;

use base::files::{Reading, read_bytes};
use lm::OpenError;

use super::place::{Configured, ModelPlace, Places, STARTER};
use crate::families;
use crate::files::checkpoint::Checkpoint;
use crate::files::config::ConfigFile;

/// A model that can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The name to write in a file.
    pub name: String,
    /// Whether files without `model` use it.
    pub default: bool,
    /// `None` for the starter, or if it is not on this computer.
    pub folder: Option<PathBuf>,
    /// How its linear layers are stored.
    pub precision: &'static str,
    /// Blocks, width, FFN width, vocabulary and context; or the error.
    pub state: Result<[usize; 5], OpenError>,
}

/// Configured models, the starter, and models of supported families in the Hugging Face cache.
pub(super) fn list(places: &Places) -> Vec<Listed> {
    let listed = |name: String, place: Result<ModelPlace, OpenError>, precision| {
        let sizes = |c: Checkpoint| {
            let sizes = c.plan().sizes;
            [sizes.layers, sizes.width, sizes.ffn, sizes.vocab, sizes.context]
        };
        let state = place.clone().and_then(|place| place.open().map(sizes));
        let folder = place.ok().and_then(|place| place.folder);
        Listed { default: name == places.default, name, folder, precision, state }
    };
    let precision = |configured: &Configured| configured.quantize.map_or("float32", |q| q.name());
    let mut all: Vec<Listed> = (places.configured.iter())
        .map(|(name, configured)| listed(name.clone(), places.configured(name, configured), precision(configured)))
        .collect();
    if !places.configured.contains_key(STARTER) {
        all.push(listed(STARTER.to_owned(), Ok(ModelPlace { folder: None, quantize: None }), "float32"));
    }
    for (id, folder) in places.hub.models() {
        let text = read_bytes(&folder.join("config.json"), &Reading::of(1 << 20)).unwrap_or_default();
        if ConfigFile::parse(&text, "config.json").is_ok_and(|config| families::is_known(&config)) {
            all.push(listed(id.to_string(), Ok(ModelPlace { folder: Some(folder), quantize: None }), "float32"));
        }
    }
    all
}
