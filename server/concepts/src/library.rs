//! The indexes of this process: one folder for each fingerprint, opened once and kept open, because sled locks it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use base::lock;
use kernels::Pool;
use lm::{Concepts, Error, IndexState, Indexes, LanguageModel, ModelInfo};

use crate::activations::KeptPassages;
use crate::index::Index;
use crate::store::{Store, StoreError, of_disk};

/// The folder of all indexes, and the open ones.
pub struct IndexLibrary {
    folder: PathBuf,
    pool: Arc<Pool>,
    /// Texts that belong to a model, by its fingerprint.
    samples: HashMap<String, &'static str>,
    open: Mutex<HashMap<String, Kept>>,
    /// Whether the folders were handed to another process.
    given_up: AtomicBool,
}

/// An open index.
struct Kept {
    index: Arc<Index>,
    /// The time of the last request.
    used: Instant,
}

impl IndexLibrary {
    /// Opens nothing yet.
    pub fn new(folder: PathBuf, pool: Arc<Pool>, samples: HashMap<String, &'static str>) -> Self {
        Self { folder, pool, samples, open: Mutex::default(), given_up: AtomicBool::new(false) }
    }

    /// Where a model's index is or would be.
    pub fn folder_of(&self, info: &ModelInfo) -> PathBuf {
        self.folder.join(&info.fingerprint)
    }

    /// The index of a model, opened if necessary.
    pub fn open(&self, info: &ModelInfo) -> Result<Arc<Index>, StoreError> {
        // Held during the opening: two threads would compete for the folder's lock.
        let mut open = lock(&self.open);
        if let Some(kept) = open.get_mut(&info.fingerprint) {
            kept.used = Instant::now();
            return Ok(kept.index.clone());
        }
        if self.given_up.load(Ordering::Acquire) {
            return Err(StoreError::GivenUp(self.folder_of(info)));
        }
        let sample = self.samples.get(&info.fingerprint).copied();
        let index = Arc::new(Index::open(&self.folder_of(info), info, self.pool.clone(), sample)?);
        open.insert(info.fingerprint.clone(), Kept { index: index.clone(), used: Instant::now() });
        Ok(index)
    }

    /// Closes indexes without a request for `idle` and without users. Returns how many stay open.
    pub fn tidy(&self, idle: Duration) -> usize {
        let mut open = lock(&self.open);
        let idle = |kept: &Kept| kept.used.elapsed() >= idle && Arc::strong_count(&kept.index) == 1;
        let closing: Vec<String> = open.iter().filter(|(_, kept)| idle(kept)).map(|(name, _)| name.clone()).collect();
        // Closing writes. A request that opens an index waits meanwhile, as it would for the folder's lock.
        closing.iter().for_each(|name| drop(open.remove(name)));
        open.len()
    }

    /// Closes every index, those in use when their users are done, and opens none until `take_back`: another process needs
    /// the folders. Blocks until all are closed or `patience` is over. Returns whether all are closed.
    pub fn give_up(&self, patience: Duration) -> bool {
        self.given_up.store(true, Ordering::Release);
        let taken: Vec<Kept> = lock(&self.open).drain().map(|(_, kept)| kept).collect();
        taken.iter().for_each(|kept| kept.index.leave());
        let until = Instant::now() + patience;
        let mut left: Vec<Weak<Index>> = taken.iter().map(|kept| Arc::downgrade(&kept.index)).collect();
        drop(taken);
        loop {
            left.retain(|index| index.strong_count() > 0);
            if left.is_empty() || Instant::now() >= until {
                return left.is_empty();
            }
            // A user of an index is in the middle of an answer.
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Opens indexes again after `give_up`.
    pub fn take_back(&self) {
        self.given_up.store(false, Ordering::Release);
    }

    /// The open indexes by fingerprint, with their state.
    pub fn opened(&self) -> Vec<(String, IndexState)> {
        let open = lock(&self.open);
        let mut known: Vec<_> = open.iter().map(|(name, kept)| (name.clone(), kept.index.state())).collect();
        known.sort_by(|a, b| a.0.cmp(&b.0));
        known
    }

    /// Removes a model's index from the disk, with damaged ones that were moved aside; `examples`: also the texts that the
    /// user gave as examples. Names are not in it.
    pub fn remove(&self, info: &ModelInfo, examples: bool) -> Result<Removed, StoreError> {
        let mut open = lock(&self.open);
        let folder = self.folder_of(info);
        let is_there = folder.exists();
        let damaged = Store::moved_aside(&folder);
        if is_there {
            open.remove(&info.fingerprint);
            Store::remove(&folder)?;
        }
        damaged.iter().try_for_each(|folder| Store::remove_aside(folder))?;
        let kept = KeptPassages::of(&folder).path().to_owned();
        if examples && kept.exists() {
            std::fs::remove_file(&kept).map_err(|e| of_disk(&kept, &e))?;
        }
        Ok(Removed { index: is_there, damaged: damaged.len(), examples: kept.exists().then_some(kept) })
    }
}

/// What [`IndexLibrary::remove`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Whether there was an index.
    pub index: bool,
    /// The number of damaged ones that had been moved aside.
    pub damaged: usize,
    /// The file with the user's examples, if it stays.
    pub examples: Option<PathBuf>,
}

impl Indexes for IndexLibrary {
    fn of(&self, model: &dyn LanguageModel) -> Result<Arc<dyn Concepts>, Error> {
        let index = self.open(model.info())?;
        Ok(index)
    }

    fn existing(&self, model: &dyn LanguageModel) -> Option<Arc<dyn Concepts>> {
        let info = model.info();
        // If the index cannot be opened, the error is reported when it is requested with `of`.
        let index = self.folder_of(info).exists().then(|| self.open(info).ok()).flatten()?;
        Some(index)
    }
}
