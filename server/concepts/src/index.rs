//! One model's index: its folder, how far it is, and the ways to it. What is written is `segment`'s, what is searched is
//! `search`'s and `exact`'s.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use base::ValueId;
use kernels::Pool;
use lm::{Activation, Cluster, Concepts, Control, Error, Found, IndexState, LanguageModel, ModelInfo, Similar, Value};
use serde::{Deserialize, Serialize};

use crate::activations::stored as examples;
use crate::clusters::stored as browse;
use crate::lists::parts::Parts;
use crate::lists::segment;
use crate::lists::vocabulary::Vocabulary;
use crate::search::exact;
use crate::store::{Store, StoreError};
use crate::{build, search};

/// Raised when what is stored changes its meaning.
const SCHEMA: u32 = 2;
/// The fewest vectors of a segment: fewer would make more segments to search than that saves on an interrupted build.
const SEGMENT: usize = 2048;
/// The most segments.
const SEGMENTS: usize = 16;

/// Vectors whose neighbours are remembered.
const REMEMBERED: usize = 256;

const META: &[u8] = b"meta";

/// Mean and deviation of each vector's logits in a segment.
type Moments = Arc<Vec<(f32, f32)>>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Meta {
    schema: u32,
    fingerprint: String,
    layers: usize,
    ffn: usize,
    vocab: usize,
    /// Vectors of a segment.
    segment: usize,
    words: usize,
}

/// The index of one model.
pub struct Index {
    pub(crate) store: Store,
    pub(crate) pool: Arc<Pool>,
    pub(crate) layers: usize,
    pub(crate) ffn: usize,
    pub(crate) segment: usize,
    /// Of each segment whether it is there, whole.
    done: Mutex<Vec<bool>>,
    building: AtomicBool,
    /// Whether whoever writes is to come to an end.
    leaving: AtomicBool,
    pub(crate) sample: Option<&'static str>,
    vocabulary: OnceLock<Vocabulary>,
    pub(crate) parts: Parts,
    /// What was read of segments that are there: they do not change any more.
    moments: Mutex<Vec<Option<Moments>>>,
    /// What was asked for lately: a hover is asked for again and again, and each answer is a product with every vector.
    similar: Mutex<VecDeque<(ValueId, usize, Vec<Similar>)>>,
    pub(crate) browse: browse::Browse,
    pub(crate) examples: examples::Examples,
}

impl Index {
    /// Opens the index of a model in its folder, or makes an empty one. What does not open is set aside; that is said in
    /// the log.
    /// `sample` is a text that comes with the model: its passages are examples from the first build on.
    pub fn open(
        folder: &Path,
        info: &ModelInfo,
        pool: Arc<Pool>,
        sample: Option<&'static str>,
    ) -> Result<Self, StoreError> {
        let opened = match Self::open_store(folder, info, &pool) {
            Err(StoreError::Damaged { what, .. }) => {
                let aside = Store::set_aside(folder)?;
                tracing::warn!(
                    "the concept index in {} is damaged ({what}): it was moved to {} and is built anew",
                    folder.display(),
                    aside.display()
                );
                Self::open_store(folder, info, &pool)
            }
            opened => opened,
        };
        opened.map(|index| Self { sample, ..index })
    }

    fn open_store(folder: &Path, info: &ModelInfo, pool: &Arc<Pool>) -> Result<Self, StoreError> {
        let store = Store::open(folder)?;
        let vectors = info.value_vectors();
        let segment = SEGMENT.max(vectors.div_ceil(SEGMENTS));
        let (layers, ffn, vocab) = (info.layers, info.ffn, info.vocab);
        let fingerprint = info.fingerprint.clone();
        let wanted = Meta { schema: SCHEMA, fingerprint, layers, ffn, vocab, segment, words: segment::WORDS };
        match store.get(META)? {
            None => {
                let meta = serde_json::to_vec(&wanted).map_err(|e| store.damaged(e.to_string()))?;
                store.put(META, &meta)?;
                store.flush()?;
            }
            Some(meta) => {
                // A newer schema may have other members.
                let schema: Option<u32> = serde_json::from_slice::<serde_json::Value>(&meta)
                    .ok()
                    .and_then(|m| m.get("schema")?.as_u64())
                    .and_then(|n| n.try_into().ok());
                match schema {
                    Some(schema) if schema > SCHEMA => {
                        return Err(StoreError::Newer { folder: folder.to_owned(), schema, known: SCHEMA });
                    }
                    _ if serde_json::from_slice::<Meta>(&meta).ok().as_ref() != Some(&wanted) => {
                        return Err(store.damaged("it is another model's, or an older version's"));
                    }
                    _ => {}
                }
            }
        }
        let segments = vectors.div_ceil(segment);
        let done = (0..segments).map(|s| Ok(store.get(&done_key(s))?.is_some())).collect::<Result<Vec<_>, _>>()?;
        let parts = Parts::open(&store, segments)?;
        let browse = browse::Browse::open(&store)?;
        let examples = examples::Examples::open(&store)?;
        Ok(Self {
            store,
            pool: pool.clone(),
            layers,
            ffn,
            segment,
            done: Mutex::new(done),
            building: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            sample: None,
            vocabulary: OnceLock::new(),
            parts,
            moments: Mutex::new(vec![None; segments]),
            similar: Mutex::default(),
            browse,
            examples,
        })
    }

    /// Value vectors of the model.
    pub(crate) fn vectors(&self) -> usize {
        self.layers * self.ffn
    }

    pub(crate) fn id(&self, number: usize) -> ValueId {
        ValueId::new(number / self.ffn.max(1), number % self.ffn.max(1))
    }

    pub(crate) fn number(&self, id: ValueId) -> Option<usize> {
        let known = (id.layer as usize) < self.layers && (id.dim as usize) < self.ffn;
        known.then(|| id.layer as usize * self.ffn + id.dim as usize)
    }

    /// The vectors of a segment.
    pub(crate) fn range(&self, segment: usize) -> std::ops::Range<usize> {
        segment * self.segment..((segment + 1) * self.segment).min(self.vectors())
    }

    /// The segments that are there.
    pub(crate) fn segments(&self) -> Vec<usize> {
        lock(&self.done).iter().enumerate().filter(|(_, done)| **done).map(|(s, _)| s).collect()
    }

    /// The segments that are not.
    pub(crate) fn missing(&self) -> Vec<usize> {
        lock(&self.done).iter().enumerate().filter(|(_, done)| !**done).map(|(s, _)| s).collect()
    }

    /// Says of a segment that all of it is on disk.
    pub(crate) fn mark_done(&self, segment: usize) -> Result<(), StoreError> {
        self.store.flush()?;
        self.store.put(&done_key(segment), b"done")?;
        self.store.flush()?;
        if let Some(done) = lock(&self.done).get_mut(segment) {
            *done = true;
        }
        Ok(())
    }

    /// The words of the model, read from it when they are first needed.
    pub(crate) fn vocabulary(&self, model: &dyn LanguageModel) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::of(model))
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

    /// The card of a vector, if its segment is there.
    pub(crate) fn card(&self, number: usize) -> Result<Option<Value>, StoreError> {
        if !lock(&self.done).get(number / self.segment).is_some_and(|done| *done) {
            return Ok(None);
        }
        segment::card(&self.store, number, self.id(number))
    }

    /// The card of a vector as it is stored; `None` where it is not indexed yet.
    pub fn stored_card(&self, id: ValueId) -> Result<Option<Value>, StoreError> {
        self.number(id).map_or(Ok(None), |number| self.card(number))
    }

    /// Builds end at their next checkpoint, as if they were cancelled; none begins.
    pub(crate) fn leave(&self) {
        self.leaving.store(true, Ordering::Release);
    }

    /// Takes the build for itself; `None` where somebody else has it.
    pub(crate) fn start_building(&self) -> Option<Building<'_>> {
        // Not made for whoever comes second: its end would be taken for the first one's.
        let is_first = !self.building.swap(true, Ordering::AcqRel);
        is_first.then(|| Building(&self.building))
    }
}

/// A control that also says no when the index is to be closed.
struct UnlessLeaving<'a> {
    control: &'a dyn Control,
    leaving: &'a AtomicBool,
}

impl Control for UnlessLeaving<'_> {
    fn checkpoint(&self) -> Result<(), base::Cancelled> {
        if self.leaving.load(Ordering::Acquire) { Err(base::Cancelled) } else { self.control.checkpoint() }
    }
}

/// Whoever holds it builds; dropping it lets others.
pub(crate) struct Building<'a>(&'a AtomicBool);

impl Drop for Building<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Makes a store look like one of a much newer version, for tests of what is said then.
#[doc(hidden)]
pub fn pretend_newer(folder: &Path) {
    let store = Store::open(folder).expect("the store opens");
    store.put(META, br#"{"schema": 1000, "what": "nobody knows yet"}"#).expect("it can be written");
    store.flush().expect("it can be written");
}

fn done_key(segment: usize) -> Vec<u8> {
    [b"done/", &(segment as u32).to_be_bytes()[..]].concat()
}

/// Nothing that these locks guard can be left half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Model(error.to_string())
    }
}

impl Concepts for Index {
    fn state(&self) -> IndexState {
        IndexState {
            indexed: self.segments().into_iter().map(|s| self.range(s).len()).sum(),
            all: self.vectors(),
            building: self.building.load(Ordering::Acquire),
            clustered: self.browse.is_there(),
            passages: self.examples.passages(),
            bytes: self.store.bytes(),
        }
    }

    fn build(
        &self,
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<(), Error> {
        build::build(self, model, &UnlessLeaving { control, leaving: &self.leaving }, progress)
    }

    fn search(
        &self,
        query: &str,
        limit: usize,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Found, Error> {
        search::search(self, query, limit, model, control)
    }

    fn similar(
        &self,
        id: ValueId,
        count: usize,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Vec<Similar>, Error> {
        if let Some((_, _, known)) = lock(&self.similar).iter().find(|(of, n, _)| (*of, *n) == (id, count)) {
            return Ok(known.clone());
        }
        let found = exact::similar(self, id, count, None, model, control)?;
        let mut known = lock(&self.similar);
        known.truncate(REMEMBERED - 1);
        known.push_front((id, count, found.clone()));
        Ok(found)
    }

    fn clusters(&self) -> Result<Vec<Cluster>, Error> {
        Ok(self.browse.clusters(&self.store)?.as_ref().clone())
    }

    fn cluster_of(&self, id: ValueId) -> Result<Option<Cluster>, Error> {
        let Some(number) = self.number(id) else { return Ok(None) };
        Ok(self.browse.cluster_of(&self.store, number)?)
    }

    fn members(&self, cluster: usize) -> Result<Vec<Similar>, Error> {
        let members = self.browse.members(&self.store, cluster)?;
        Ok(members.into_iter().map(|(number, cosine)| Similar { id: self.id(number), cosine }).collect())
    }

    fn activation(&self, id: ValueId) -> Result<Option<Activation>, Error> {
        let Some(number) = self.number(id) else { return Ok(None) };
        Ok(self.examples.activation(&self.store, number)?)
    }

    fn add_examples(
        &self,
        texts: &[String],
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<usize, Error> {
        let control = UnlessLeaving { control, leaving: &self.leaving };
        self.examples.add(&self.store, texts, model, &control, progress)
    }

    fn leaves_out(&self, id: base::TokenId) -> bool {
        self.vocabulary.get().is_some_and(|v| v.is_undertrained(id.0))
    }
}
