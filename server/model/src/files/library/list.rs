//! What `unembed models` lists: every model that can be named, and whether it can be loaded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::files::{Reading, read_bytes};
use lm::OpenError;

use super::hub::Cached;
use super::place::{Configured, ModelPlace, Places, STARTER, in_time, not_whole};
use crate::families;
use crate::files::checkpoint::Checkpoint;
use crate::files::config::ConfigFile;
use crate::files::tokenizer::Tokenizer;

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
pub(super) fn list(places: &Arc<Places>) -> Vec<Listed> {
    let listed = |name: String, place: Result<ModelPlace, OpenError>, precision| {
        let sizes = |c: Checkpoint| {
            let sizes = c.plan().sizes;
            Tokenizer::open(c.files(), sizes.vocab)?;
            Ok([sizes.layers, sizes.width, sizes.ffn, sizes.vocab, sizes.context])
        };
        let state = place.clone().and_then(|place| place.open().and_then(sizes));
        let folder = place.ok().and_then(|place| place.folder);
        Listed { default: name == places.default, name, folder, precision, state }
    };
    let precision = |configured: &Configured| configured.quantize.map_or("float32", |q| q.name());
    let mut all: Vec<Listed> = (places.configured.iter())
        .map(|(name, configured)| {
            let (own, of, at) = (places.clone(), name.clone(), configured.clone());
            let place = in_time(Path::new(name), move || own.configured(&of, &at));
            listed(name.clone(), place, precision(configured))
        })
        .collect();
    if !places.configured.contains_key(STARTER) {
        all.push(listed(STARTER.to_owned(), Ok(ModelPlace { folder: None, quantize: None }), "float32"));
    }
    for (id, cached) in places.hub.cached() {
        let (folder, lacks) = match cached {
            Cached::Whole(folder) => (folder, None),
            Cached::Part(folder, what) => (folder, Some(what)),
        };
        let text = read_bytes(&folder.join("config.json"), &Reading::of(1 << 20)).unwrap_or_default();
        if ConfigFile::parse(&text, "config.json").is_ok_and(|config| families::is_known(&config)) {
            let place = match lacks {
                None => Ok(ModelPlace { folder: Some(folder), quantize: None }),
                Some(what) => Err(not_whole(&id, &what)),
            };
            all.push(listed(id.to_string(), place, "float32"));
        }
    }
    all
}
