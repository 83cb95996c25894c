//! What `unembed models` lists: every model that can be named, and whether it can be loaded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lm::OpenError;

use super::hub::Cached;
use super::place::{Configured, ModelPlace, Places, STARTER, in_time, not_whole};
use crate::families;
use crate::files::config::ConfigFile;
use crate::files::folder::Files;
use crate::files::tokenizer::Tokenizer;

/// A model that can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The name to write in a file.
    pub name: String,
    /// Whether files without `model` use it.
    pub default: bool,
    /// `None` for the starter, or if nothing of it is on this computer.
    pub folder: Option<PathBuf>,
    /// How its linear layers are stored.
    pub precision: &'static str,
    /// Blocks, width, FFN width, vocabulary and context; or the error.
    pub state: Result<[usize; 5], OpenError>,
}

impl Listed {
    /// Why it cannot be loaded, in a few words: the error without the model's place and without what to do.
    pub fn reason(&self) -> Option<String> {
        let message = &self.state.as_ref().err()?.message;
        let folder = self.folder.as_ref().map(|folder| folder.display().to_string()).unwrap_or_default();
        let rest = message.strip_prefix(&folder).unwrap_or(message).trim_start_matches(['/', '\\']);
        let rest = rest.strip_prefix(&self.name).unwrap_or(rest);
        let rest = rest.strip_prefix(": ").or_else(|| rest.strip_prefix(" is ")).unwrap_or(rest);
        Some(rest.split_once("; ").map_or(rest, |(why, _)| why).to_owned())
    }
}

/// Configured models, the starter, and what the Hugging Face cache has. `fits` gets a model's name and the bytes of its weights.
pub(super) fn list(places: &Arc<Places>, fits: &dyn Fn(&str, u64) -> Result<(), OpenError>) -> Vec<Listed> {
    let listed = |name: String, place: Result<ModelPlace, OpenError>, folder: Option<PathBuf>, precision| {
        let looked = |place: ModelPlace| {
            let checkpoint = place.headers()?;
            Tokenizer::look(checkpoint.files())?;
            fits(&name, checkpoint.weights_in_memory(place.quantize))?;
            let sizes = checkpoint.plan().sizes;
            Ok([sizes.layers, sizes.width, sizes.ffn, sizes.vocab, sizes.context])
        };
        let state = place.and_then(looked);
        Listed { default: name == places.default, name, folder, precision, state }
    };
    let precision = |configured: &Configured| configured.quantize.map_or("float32", |q| q.name());
    let mut all: Vec<Listed> = (places.configured.iter())
        .map(|(name, configured)| {
            let (own, of, at) = (places.clone(), name.clone(), configured.clone());
            let place = in_time(Path::new(name), move || own.configured(&of, &at));
            let folder = place.as_ref().ok().and_then(|place| place.folder.clone());
            listed(name.clone(), place, folder, precision(configured))
        })
        .collect();
    if !places.configured.contains_key(STARTER) {
        all.push(listed(STARTER.to_owned(), Ok(ModelPlace { folder: None, quantize: None }), None, "float32"));
    }
    let held = places.hub.held().into_iter().map(|(id, cached)| {
        let (folder, place) = match cached {
            Cached::Whole(folder) => (folder.clone(), Ok(ModelPlace { folder: Some(folder), quantize: None })),
            // Fetching the rest is no use if the architecture is not known.
            Cached::Part(folder, what) => {
                let why = refused(&folder).unwrap_or_else(|| not_whole(&id, &what));
                (folder, Err(why))
            }
        };
        listed(id.to_string(), place, Some(folder), "float32")
    });
    let (usable, others): (Vec<_>, Vec<_>) = held.partition(|listed| listed.state.is_ok());
    all.into_iter().chain(usable).chain(others).collect()
}

/// Why the config of a folder that lacks other files is refused.
fn refused(folder: &Path) -> Option<OpenError> {
    let name = "config.json";
    let files = Files::folder(folder).ok()?;
    let text = files.read(name).ok()??;
    ConfigFile::parse(&text, &files.shown(name)).and_then(|config| families::plan(&config)).err()
}
