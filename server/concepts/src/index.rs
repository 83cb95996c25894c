//! One model's index behind `lm::Concepts`: opens its folder and passes each request to the part that answers it. The
//! format and the search are not here.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use base::{ValueId, lock};
use kernels::Pool;
use lm::{
    Activation, CARD_WORDS, Cluster, Concepts, Control, Error, Found, IndexState, LanguageModel, ModelInfo, Similar,
    Value,
};

use crate::activations::{Examples, KeptPassages, Origin};
use crate::clusters::StoredClusters;
use crate::lists::{self, Segments, segment_size};
use crate::search;
use crate::store::meta::Meta;
use crate::store::{Store, StoreError};

/// Cached answers of `similar`.
const REMEMBERED: usize = 256;

/// The index of one model.
pub struct Index {
    store: Arc<Store>,
    pool: Arc<Pool>,
    segments: Segments,
    clusters: StoredClusters,
    examples: Examples,
    sample: Option<&'static str>,
    /// What became of a damaged store that was here before: one line for the user.
    notice: Option<String>,
    building: AtomicBool,
    /// Set when the index is about to close; builds end.
    leaving: AtomicBool,
    /// Latest first. A hover repeats the same request, and each answer costs a product with every vector.
    similar: Mutex<VecDeque<(ValueId, usize, Vec<Similar>)>>,
}

impl Index {
    /// Opens the index of a model in its folder, or makes an empty one. An index that is damaged each time it is opened is
    /// moved aside; [`Concepts::notice`] says so.
    /// `sample` is a text that belongs to the model. Its passages are examples from the first build on.
    pub fn open(
        folder: &Path,
        info: &ModelInfo,
        pool: Arc<Pool>,
        sample: Option<&'static str>,
    ) -> Result<Self, StoreError> {
        // A disk or a system in trouble can look like damage once.
        let opened = match Self::open_store(folder, info, &pool) {
            Err(damaged @ StoreError::Damaged { .. }) => match Self::open_store(folder, info, &pool) {
                // What the first attempt has left running holds the store.
                Err(StoreError::Locked(_) | StoreError::Late { .. }) => Err(damaged),
                again => again,
            },
            opened => opened,
        };
        let (index, notice) = match opened {
            Err(StoreError::Damaged { what, .. }) => {
                let aside = Store::set_aside(folder)?;
                let notice = format!(
                    "the concept index of {} was damaged ({what}) and was moved to {}: the next search builds it again, \
                     with your examples; `unembed index drop` removes the damaged one",
                    info.name,
                    aside.display()
                );
                tracing::warn!("{notice}");
                (Self::open_store(folder, info, &pool)?, Some(notice))
            }
            opened => (opened?, None),
        };
        Ok(Self { sample, notice, ..index })
    }

    fn open_store(folder: &Path, info: &ModelInfo, pool: &Arc<Pool>) -> Result<Self, StoreError> {
        let store = Arc::new(Store::open(folder)?);
        Meta::new(info, segment_size(info), CARD_WORDS).check(&store, folder)?;
        Ok(Self {
            pool: pool.clone(),
            segments: Segments::open(store.clone(), info)?,
            clusters: StoredClusters::open(store.clone())?,
            examples: Examples::open(store.clone(), KeptPassages::of(folder))?,
            store,
            sample: None,
            notice: None,
            building: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            similar: Mutex::default(),
        })
    }

    /// The stored card of a vector; `None` if the vector is not indexed yet.
    pub fn stored_card(&self, id: ValueId) -> Result<Option<Value>, StoreError> {
        self.segments.number(id).map_or(Ok(None), |number| self.segments.card(number))
    }

    /// Ends builds at their next checkpoint, like a cancel.
    pub(crate) fn leave(&self) {
        self.leaving.store(true, Ordering::Release);
    }

    /// Marks the index as building; `None` if another thread is building it.
    fn start_building(&self) -> Option<Building<'_>> {
        // Not constructed for the second thread: its drop would unmark the first one's build.
        let is_first = !self.building.swap(true, Ordering::AcqRel);
        is_first.then(|| Building(&self.building))
    }
}

/// A control that also stops when the index is about to close.
struct UnlessLeaving<'a> {
    control: &'a dyn Control,
    leaving: &'a AtomicBool,
}

impl Control for UnlessLeaving<'_> {
    fn checkpoint(&self) -> Result<(), base::Cancelled> {
        if self.leaving.load(Ordering::Acquire) { Err(base::Cancelled) } else { self.control.checkpoint() }
    }
}

/// The exclusive right to build, released when it is dropped.
struct Building<'a>(&'a AtomicBool);

impl Drop for Building<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Concepts for Index {
    fn state(&self) -> IndexState {
        IndexState {
            indexed: self.segments.indexed_vectors(),
            all: self.segments.vectors(),
            building: self.building.load(Ordering::Acquire),
            clustered: self.clusters.is_there(),
            passages: self.examples.passages(),
            // What cannot be read is an error of the request that needs it.
            counted: self.examples.is_counted().unwrap_or(true),
            bytes: self.store.bytes(),
        }
    }

    fn build(
        &self,
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<(), Error> {
        let Some(_building) = self.start_building() else { return Ok(()) };
        let control = &UnlessLeaving { control, leaving: &self.leaving };
        lists::build(&self.segments, model, control, progress)?;
        if !self.clusters.is_there() {
            self.clusters.build(&self.segments, &self.pool, model, control, progress)?;
        }
        if let Some(own) = self.examples.uncounted()? {
            let texts: Vec<String> = self.sample.map(str::to_owned).into_iter().chain([own]).collect();
            self.examples.add((&texts, Origin::Kept), model, control, progress)?;
            self.examples.set_counted()?;
        }
        Ok(())
    }

    fn search(
        &self,
        query: &str,
        limit: usize,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Found, Error> {
        search::search(&self.segments, query, limit, model, control)
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
        let found = search::similar(&self.segments, id, count, None, model, control)?;
        let mut known = lock(&self.similar);
        known.truncate(REMEMBERED - 1);
        known.push_front((id, count, found.clone()));
        Ok(found)
    }

    fn clusters(&self) -> Result<Vec<Cluster>, Error> {
        Ok(self.clusters.clusters()?.as_ref().clone())
    }

    fn cluster_of(&self, id: ValueId) -> Result<Option<Cluster>, Error> {
        let Some(number) = self.segments.number(id) else { return Ok(None) };
        Ok(self.clusters.cluster_of(number)?)
    }

    fn members(&self, cluster: usize) -> Result<Vec<Similar>, Error> {
        let members = self.clusters.members(cluster)?;
        Ok(members.into_iter().map(|(number, cosine)| Similar { id: self.segments.id(number), cosine }).collect())
    }

    fn activation(&self, id: ValueId) -> Result<Option<Activation>, Error> {
        let Some(number) = self.segments.number(id) else { return Ok(None) };
        Ok(self.examples.activation(number)?)
    }

    fn add_examples(
        &self,
        texts: &[String],
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<usize, Error> {
        let control = UnlessLeaving { control, leaving: &self.leaving };
        let uncounted = self.examples.uncounted()?;
        let was_counted = uncounted.is_none();
        if let Some(own) = uncounted.filter(|own| !own.is_empty()) {
            self.examples.add((&[own], Origin::Kept), model, &control, progress)?;
        }
        let added = self.examples.add((texts, Origin::User), model, &control, progress)?;
        // Otherwise the next build adds the program's own texts.
        if was_counted {
            self.examples.set_counted()?;
        }
        Ok(added)
    }

    fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    fn leaves_out(&self, id: base::TokenId) -> bool {
        self.segments.known_vocabulary().is_some_and(|v| v.is_undertrained(id.0))
    }
}

#[cfg(test)]
mod tests {
    use lm::LanguageModel;
    use lm::fake::FakeModel;

    use super::*;
    use crate::store::meta::pretend_newer;

    /// The folder stays unchanged.
    #[test]
    fn an_index_of_a_newer_version_is_not_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let model = FakeModel::new(8);
        let open = || Index::open(folder.path(), model.info(), Arc::new(Pool::new(1)), None);
        drop(open().expect("the index opens"));
        pretend_newer(folder.path());
        for _ in 0..2 {
            let error = open().err().expect("it is newer");
            assert!(matches!(error, StoreError::Newer { schema: 1_000, .. }), "{error}");
            assert!(error.to_string().contains("update unembed"));
        }
    }
}
