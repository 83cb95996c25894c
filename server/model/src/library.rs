//! Finds, loads and keeps models: configured ones, the starter, folders, and what the Hugging Face cache holds. How a
//! checkpoint becomes a model is given from outside.

mod download;
mod fetch;
mod http;
mod hub;
mod list;
mod partial;
mod place;
mod reference;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Instant;

use lm::{Control, Error, LanguageModel, ModelKey, ModelRequest, OpenError};

use crate::checkpoint::Checkpoint;
use crate::linear::Quantize;
pub use hub::Hub;
pub use list::Listed;
use place::Place;

/// Where models may be.
#[derive(Clone, Debug)]
pub struct Places {
    /// What is meant where no model is named.
    pub default: String,
    /// The user's own names.
    pub configured: BTreeMap<String, Configured>,
    /// Folders that any file's path may lie in.
    pub paths: Vec<PathBuf>,
    /// Published models.
    pub hub: Hub,
}

/// A model that the user gave a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configured {
    /// Where it is.
    pub source: Source,
    /// How its linear layers are to be stored; `None` is float32.
    pub quantize: Option<Quantize>,
}

/// Where a configured model is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder.
    Path(PathBuf),
    /// A Hugging Face id.
    Id(String),
}

/// Makes a model of a checkpoint; it gets the model's name as well.
pub type Open =
    Box<dyn Fn(&Checkpoint, String, Option<Quantize>) -> Result<Arc<dyn LanguageModel>, OpenError> + Send + Sync>;

/// One model's place in memory; held while it is loaded, so that it is loaded once.
type Slot = Arc<Mutex<Option<Arc<dyn LanguageModel>>>>;

/// The models of this process.
pub struct ModelLibrary {
    places: Places,
    open: Open,
    slots: Mutex<HashMap<ModelKey, Slot>>,
}

impl ModelLibrary {
    /// Knows where to look; nothing is loaded yet.
    pub fn new(places: Places, open: Open) -> Self {
        Self { places, open, slots: Mutex::default() }
    }

    /// Every model that can be named, and whether it is in order: its files' headers are read, not its weights.
    pub fn list(&self) -> Vec<Listed> {
        list::list(&self.places)
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<ModelKey, Slot>> {
        // A panic elsewhere leaves the map whole.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl lm::Library for ModelLibrary {
    fn find(&self, request: &ModelRequest) -> Result<ModelKey, OpenError> {
        self.places.find(request)?.key()
    }

    fn loaded(&self, key: &ModelKey) -> Option<Arc<dyn LanguageModel>> {
        let slot = self.slots().get(key)?.clone();
        match slot.try_lock() {
            Ok(model) => model.clone(),
            Err(TryLockError::Poisoned(model)) => model.into_inner().clone(),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn load(&self, key: &ModelKey) -> Result<Arc<dyn LanguageModel>, OpenError> {
        let place = Place::of(key)?;
        let slot = self.slots().entry(key.clone()).or_default().clone();
        let mut model = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = &*model {
            return Ok(model.clone());
        }
        tracing::debug!("reading {}", place.shown());
        let started = Instant::now();
        let checkpoint = place.open()?;
        let opened = (self.open)(&checkpoint, self.places.name(&place), place.quantize)?;
        tracing::debug!("read {} in {:.1?}", place.shown(), started.elapsed());
        // The key stands for the files as they were found.
        if place.key()? != *key {
            return Err(OpenError::new(format!(
                "{}: its files changed while they were read; try again",
                place.shown()
            )));
        }
        *model = Some(opened.clone());
        // What is left of the same files as they were before is let go.
        self.slots().retain(|other, _| other == key || Place::of(other).ok().as_ref() != Some(&place));
        Ok(opened)
    }

    fn fetch(&self, id: &str, control: &dyn Control, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
        fetch::fetch(&self.places.hub, id, control, progress)
    }
}

#[cfg(test)]
mod tests;
