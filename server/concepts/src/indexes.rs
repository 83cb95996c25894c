//! The indexes of this process: one folder a fingerprint, each opened once and kept open, since sled locks it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use kernels::Pool;
use lm::{Concepts, Indexes, LanguageModel, ModelInfo};

use crate::index::{Index, lock};
use crate::store::StoreError;

/// Where indexes are kept, and those that are open.
pub struct IndexLibrary {
    folder: PathBuf,
    pool: Arc<Pool>,
    /// Texts that come with a model, by its fingerprint.
    samples: HashMap<String, &'static str>,
    open: Mutex<HashMap<String, Arc<Index>>>,
}

impl IndexLibrary {
    /// Nothing is opened yet.
    pub fn new(folder: PathBuf, pool: Arc<Pool>, samples: HashMap<String, &'static str>) -> Self {
        Self { folder, pool, samples, open: Mutex::default() }
    }

    /// Where a model's index is, whether or not there is one.
    pub fn folder_of(&self, info: &ModelInfo) -> PathBuf {
        self.folder.join(&info.fingerprint)
    }

    /// The index of a model, opened if it was not.
    pub fn open(&self, info: &ModelInfo) -> Result<Arc<Index>, StoreError> {
        // Held while it is opened: two would fight for the folder's lock.
        let mut open = lock(&self.open);
        if let Some(index) = open.get(&info.fingerprint) {
            return Ok(index.clone());
        }
        let sample = self.samples.get(&info.fingerprint).copied();
        let index = Arc::new(Index::open(&self.folder_of(info), info, self.pool.clone(), sample)?);
        open.insert(info.fingerprint.clone(), index.clone());
        Ok(index)
    }

    /// Removes a model's index from the disk; whether there was one. Names are not in it.
    pub fn remove(&self, info: &ModelInfo) -> Result<bool, StoreError> {
        let mut open = lock(&self.open);
        let folder = self.folder_of(info);
        if !folder.exists() {
            return Ok(false);
        }
        open.remove(&info.fingerprint);
        // Whoever has it open, here or elsewhere, holds its lock.
        if let Err(locked @ StoreError::Locked(_)) = crate::store::Store::open(&folder).map(drop) {
            return Err(locked);
        }
        remove(&folder)?;
        Ok(true)
    }
}

fn remove(folder: &Path) -> Result<(), StoreError> {
    std::fs::remove_dir_all(folder)
        .map_err(|e| StoreError::Other { folder: folder.to_owned(), what: format!("cannot be removed: {e}") })
}

impl Indexes for IndexLibrary {
    fn of(&self, model: &dyn LanguageModel) -> Result<Arc<dyn Concepts>, String> {
        let index = self.open(model.info()).map_err(|e| e.to_string())?;
        Ok(index)
    }

    fn existing(&self, model: &dyn LanguageModel) -> Option<Arc<dyn Concepts>> {
        let info = model.info();
        // One that cannot be opened is told of where somebody asks for it.
        let index = self.folder_of(info).exists().then(|| self.open(info).ok()).flatten()?;
        Some(index)
    }
}
