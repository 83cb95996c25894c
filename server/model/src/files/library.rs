//! Finds, loads and keeps models: configured ones, the starter, folders, and those in the Hugging Face cache. The caller
//! supplies the function that makes a model from a checkpoint.

mod download;
mod fetch;
mod http;
mod hub;
mod list;
mod network;
mod partial;
mod place;
mod reference;
mod room;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use base::lock;
use lm::{Control, Error, LanguageModel, ModelKey, ModelRequest, OpenError};

use crate::files::checkpoint::Checkpoint;
use crate::graph::placement::Quantize;
pub use hub::Hub;
pub use list::Listed;
pub use network::Network;
pub use place::{Configured, Places, Source};
use place::{ModelPlace, in_time};

/// Makes a model from a checkpoint and the model's name.
pub type Open =
    Box<dyn Fn(&Checkpoint, String, Option<Quantize>) -> Result<Arc<dyn LanguageModel>, OpenError> + Send + Sync>;

/// One model's place in memory.
#[derive(Default)]
struct Slot {
    /// Held while the model is loaded, so that it is loaded once.
    loading: Mutex<()>,
    /// Held only briefly: a request for a loaded model must never wait for other readers.
    kept: Mutex<Option<Kept>>,
}

impl Slot {
    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        lock(&self.kept)
    }
}

/// A loaded model.
struct Kept {
    model: Arc<dyn LanguageModel>,
    /// The time of the last request for it.
    used: Instant,
}

impl Kept {
    fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model, used: Instant::now() }
    }

    fn take(&mut self) -> Arc<dyn LanguageModel> {
        self.used = Instant::now();
        self.model.clone()
    }
}

/// A model in memory, as `unembed status` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InMemory {
    /// The name that the user gave it.
    pub name: String,
    pub fingerprint: String,
    /// Approximate size in bytes.
    pub bytes: u64,
    /// Time since the last request for it.
    pub idle: Duration,
    /// Whether a request uses it.
    pub in_use: bool,
}

/// The models of this process.
pub struct ModelLibrary {
    places: Mutex<Arc<Places>>,
    open: Open,
    slots: Mutex<HashMap<ModelKey, Arc<Slot>>>,
    /// Bytes that the weights of all models may take.
    budget: AtomicU64,
}

impl ModelLibrary {
    /// Remembers the places; loads nothing yet.
    pub fn new(places: Places, open: Open) -> Self {
        Self { places: Mutex::new(Arc::new(places)), open, slots: Mutex::default(), budget: AtomicU64::new(u64::MAX) }
    }

    /// Every model that can be named, and whether it can be loaded, by its config and the headers of its weights. Models of the
    /// Hugging Face cache come last, those that cannot be loaded behind the others.
    pub fn list(&self) -> Vec<Listed> {
        let budget = self.budget.load(Ordering::Relaxed);
        list::list(&self.places(), &|name, weights| room::check(name, weights, budget))
    }

    /// Sets how many bytes the weights of all models may take. A model that needs more is refused.
    pub fn limit(&self, budget: u64) {
        self.budget.store(budget, Ordering::Relaxed);
    }

    /// Sets the places to look in from now on. Loaded models stay.
    pub fn look_in(&self, places: Places) {
        *lock(&self.places) = Arc::new(places);
    }

    fn places(&self) -> Arc<Places> {
        lock(&self.places).clone()
    }

    /// The loaded models.
    pub fn in_memory(&self) -> Vec<InMemory> {
        let mut models: Vec<InMemory> = self.kept().into_iter().map(|(_, model)| model).collect();
        models.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.fingerprint.cmp(&b.fingerprint)));
        models
    }

    /// Unloads models that had no request for `idle`. If the rest takes more than `budget` bytes, unloads the least
    /// recently used ones too. Never unloads a model in use.
    pub fn tidy(&self, idle: Option<Duration>, budget: u64) {
        let mut kept = self.kept();
        kept.sort_by_key(|(_, model)| std::cmp::Reverse(model.idle));
        let mut bytes: u64 = kept.iter().map(|(_, model)| model.bytes).sum();
        for (key, model) in kept {
            if bytes <= budget && idle.is_none_or(|idle| model.idle < idle) {
                continue;
            }
            if self.let_go(&key) {
                tracing::info!("unloaded {} after {} s without a request", model.name, model.idle.as_secs());
                bytes -= model.bytes;
            }
        }
    }

    /// Makes models that had no request for `idle` free what they cached for earlier requests. Returns whether there was
    /// anything to free.
    pub fn rest(&self, idle: Duration) -> bool {
        let rested = |slot: &Arc<Slot>| {
            slot.kept().as_ref().is_some_and(|kept| kept.used.elapsed() >= idle && kept.model.rest())
        };
        self.slots().values().filter(|slot| rested(slot)).count() > 0
    }

    /// Unloads a model unless it is in use.
    fn let_go(&self, key: &ModelKey) -> bool {
        // No request can reach the slot meanwhile.
        let mut slots = self.slots();
        let Some(slot) = slots.get(key).cloned() else { return false };
        let free = slot.kept().as_ref().is_some_and(|kept| Arc::strong_count(&kept.model) == 1);
        // Another thread may be about to load into the slot.
        let free = free && Arc::strong_count(&slot) == 2;
        if free {
            slots.remove(key);
        }
        free
    }

    fn kept(&self) -> Vec<(ModelKey, InMemory)> {
        let slots = self.slots();
        let known = slots.iter().filter_map(|(key, slot)| {
            let kept = slot.kept();
            let Kept { model, used } = kept.as_ref()?;
            let info = model.info();
            let in_use = Arc::strong_count(model) > 1;
            let (name, fingerprint) = (info.name.clone(), info.fingerprint.clone());
            Some((key.clone(), InMemory { name, fingerprint, bytes: model.bytes(), idle: used.elapsed(), in_use }))
        });
        known.collect()
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<ModelKey, Arc<Slot>>> {
        lock(&self.slots)
    }
}

impl lm::Library for ModelLibrary {
    fn find(&self, request: &ModelRequest) -> Result<ModelKey, OpenError> {
        let (places, own) = (self.places(), request.clone());
        let Some(path) = places.looked_at(request) else { return places.find(request)?.key() };
        // One thread for all that a request asks of the disk.
        in_time(&path, move || places.find(&own)?.key())
    }

    fn loaded(&self, key: &ModelKey) -> Option<Arc<dyn LanguageModel>> {
        let slot = self.slots().get(key)?.clone();
        slot.kept().as_mut().map(Kept::take)
    }

    fn load(&self, key: &ModelKey) -> Result<Arc<dyn LanguageModel>, OpenError> {
        let place = ModelPlace::of(key)?;
        let slot = self.slots().entry(key.clone()).or_default().clone();
        let _loading = lock(&slot.loading);
        if let Some(kept) = &mut *slot.kept() {
            return Ok(kept.take());
        }
        tracing::debug!("reading {}", place.shown());
        let started = Instant::now();
        let checkpoint = place.open()?;
        let (weights, budget) = (checkpoint.weights_in_memory(place.quantize), self.budget.load(Ordering::Relaxed));
        // Models that are not in use make room: those beyond the budget, and all if the machine has too little.
        self.tidy(None, budget.saturating_sub(weights));
        if room::check(&place.shown(), weights, budget).is_err() {
            self.tidy(None, 0);
        }
        room::check(&place.shown(), weights, budget)?;
        let opened = (self.open)(&checkpoint, self.places().name(&place), place.quantize)?;
        tracing::debug!("read {} in {:.1?}", place.shown(), started.elapsed());
        // The key describes the files as they were before loading.
        if place.key()? != *key {
            return Err(OpenError::new(format!(
                "{}: its files changed while they were read; try again",
                place.shown()
            )));
        }
        *slot.kept() = Some(Kept::new(opened.clone()));
        // Unload models of earlier states of the same files.
        self.slots().retain(|other, _| other == key || ModelPlace::of(other).ok().as_ref() != Some(&place));
        Ok(opened)
    }

    fn fetch(&self, id: &str, control: &dyn Control, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
        fetch::fetch(&self.places().hub, id, control, progress)
    }
}

#[cfg(test)]
mod tests;
