//! Which segments of a model's value vectors are indexed, and reading them: cards, moments, lists. Queries, clusters and
//! the build use this module.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use base::{ValueId, lock};
use lm::{LanguageModel, ModelInfo, Value};

use super::parts::Parts;
use super::segment;
use super::vocabulary::Vocabulary;
use crate::store::{Store, StoreError};

/// The least size of a segment. Smaller ones would cost more in search than they save after an interrupted build.
const SMALLEST: usize = 2048;
/// The most segments.
const MOST: usize = 16;

/// Mean and deviation of each vector's logits in a segment.
type Moments = Arc<Vec<(f32, f32)>>;

/// The number of value vectors in a segment of this model; its last segment may have fewer.
pub(crate) fn segment_size(info: &ModelInfo) -> usize {
    SMALLEST.max(info.value_vectors().div_ceil(MOST))
}

/// The segments of one model's index.
pub(crate) struct Segments {
    pub(crate) store: Arc<Store>,
    pub(crate) lists: Parts,
    layers: usize,
    ffn: usize,
    /// Value vectors in a segment.
    size: usize,
    /// For each segment, whether all of it is on disk.
    done: Mutex<Vec<bool>>,
    vocabulary: OnceLock<Vocabulary>,
    /// Cached: a segment on disk does not change.
    moments: Mutex<Vec<Option<Moments>>>,
}

impl Segments {
    pub(crate) fn open(store: Arc<Store>, info: &ModelInfo) -> Result<Self, StoreError> {
        let size = segment_size(info);
        let segments = info.value_vectors().div_ceil(size);
        let done = (0..segments).map(|s| Ok(store.get(&done_key(s))?.is_some())).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            lists: Parts::open(&store, segments)?,
            store,
            layers: info.layers,
            ffn: info.ffn,
            size,
            done: Mutex::new(done),
            vocabulary: OnceLock::new(),
            moments: Mutex::new(vec![None; segments]),
        })
    }

    /// Value vectors of the model.
    pub(crate) fn vectors(&self) -> usize {
        self.layers * self.ffn
    }

    pub(crate) fn layers(&self) -> usize {
        self.layers
    }

    /// The numbers of the vectors of these layers.
    pub(crate) fn of_layers(&self, layers: Range<usize>) -> Range<usize> {
        layers.start * self.ffn..layers.end * self.ffn
    }

    pub(crate) fn id(&self, number: usize) -> ValueId {
        ValueId::new(number / self.ffn.max(1), number % self.ffn.max(1))
    }

    pub(crate) fn number(&self, id: ValueId) -> Option<usize> {
        let known = (id.layer as usize) < self.layers && (id.dim as usize) < self.ffn;
        known.then(|| id.layer as usize * self.ffn + id.dim as usize)
    }

    /// The numbers of a segment's vectors.
    pub(crate) fn range(&self, segment: usize) -> Range<usize> {
        segment * self.size..((segment + 1) * self.size).min(self.vectors())
    }

    /// The segments on disk.
    pub(crate) fn indexed(&self) -> Vec<usize> {
        lock(&self.done).iter().enumerate().filter(|(_, done)| **done).map(|(s, _)| s).collect()
    }

    /// The missing segments.
    pub(crate) fn missing(&self) -> Vec<usize> {
        lock(&self.done).iter().enumerate().filter(|(_, done)| !**done).map(|(s, _)| s).collect()
    }

    /// The number of indexed vectors.
    pub(crate) fn indexed_vectors(&self) -> usize {
        self.indexed().into_iter().map(|s| self.range(s).len()).sum()
    }

    /// Flushes a segment and marks it as complete.
    pub(crate) fn mark_done(&self, segment: usize) -> Result<(), StoreError> {
        self.store.flush()?;
        self.store.put(&done_key(segment), b"done")?;
        self.store.flush()?;
        if let Some(done) = lock(&self.done).get_mut(segment) {
            *done = true;
        }
        Ok(())
    }

    /// The words of the model, read from it at the first call.
    pub(crate) fn vocabulary(&self, model: &dyn LanguageModel) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::of(model))
    }

    /// The words of the model if they were read already.
    pub(crate) fn known_vocabulary(&self) -> Option<&Vocabulary> {
        self.vocabulary.get()
    }

    /// Mean and deviation of the logits of each vector of a segment.
    pub(crate) fn moments(&self, segment: usize) -> Result<Moments, StoreError> {
        if let Some(known) = lock(&self.moments).get(segment).and_then(Clone::clone) {
            return Ok(known);
        }
        let read = Arc::new(segment::moments(&self.store, segment)?);
        if let Some(slot) = lock(&self.moments).get_mut(segment) {
            *slot = Some(read.clone());
        }
        Ok(read)
    }

    /// The card of a vector; `None` if its segment is not indexed yet.
    pub(crate) fn card(&self, number: usize) -> Result<Option<Value>, StoreError> {
        if !lock(&self.done).get(number / self.size).is_some_and(|done| *done) {
            return Ok(None);
        }
        segment::card(&self.store, number, self.id(number))
    }
}

fn done_key(segment: usize) -> Vec<u8> {
    [b"done/", &(segment as u32).to_be_bytes()[..]].concat()
}
