//! Clusters in the store, and browsing them: which vectors belong together, and their words. `clusters` finds them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use base::lock;
use kernels::Pool;
use lm::{Cluster, Control, End, Error, LanguageModel};

use super::partition::Clustering;
use super::{cluster, clusters_for};
use crate::lists::Segments;
use crate::lists::segment::strength_of;
use crate::store::bytes::{Reader, Writer};
use crate::store::{Store, StoreError};

/// Words of a cluster.
const WORDS: usize = 10;
const KEY: &[u8] = b"clusters";

/// The clusters of an index.
pub(crate) struct StoredClusters {
    store: Arc<Store>,
    there: AtomicBool,
    /// Read at the first use.
    read: Mutex<Option<Arc<Stored>>>,
}

struct Stored {
    clusters: Arc<Vec<Cluster>>,
    /// For each vector, its cluster and its cosine to the cluster's mean direction.
    of: Vec<(u32, f32)>,
}

impl StoredClusters {
    pub(crate) fn open(store: Arc<Store>) -> Result<Self, StoreError> {
        let there = AtomicBool::new(store.get(KEY)?.is_some());
        Ok(Self { store, there, read: Mutex::new(None) })
    }

    pub(crate) fn is_there(&self) -> bool {
        self.there.load(Ordering::Acquire)
    }

    /// Finds the clusters of a complete index and stores them.
    pub(crate) fn build(
        &self,
        segments: &Segments,
        pool: &Pool,
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<(), Error> {
        let (vectors, width) = (segments.vectors(), model.info().width);
        let count = clusters_for(vectors);
        let mut rounds = |done: usize, all: usize| progress(done, all, "clusters");
        let found = cluster(model.weights(), vectors, width, count, pool, control, &mut rounds)?;
        let clusters = summaries(segments, model, &found, control)?;
        let mut out = Writer::default();
        out.u32(clusters.len() as u32);
        for cluster in &clusters {
            out.u32(cluster.size as u32);
            out.f32(cluster.cohesion);
            out.u32(cluster.words.len() as u32);
            for word in &cluster.words {
                out.u32(word.len() as u32);
                out.0.extend_from_slice(word.as_bytes());
            }
        }
        out.u32(vectors as u32);
        for (of, cosine) in found.of.iter().zip(&found.cosines) {
            out.u32(*of);
            out.f32(*cosine);
        }
        self.store.put(KEY, &out.0)?;
        self.store.flush()?;
        *lock(&self.read) = None;
        self.there.store(true, Ordering::Release);
        Ok(())
    }

    fn stored(&self) -> Result<Option<Arc<Stored>>, StoreError> {
        let mut read = lock(&self.read);
        if read.is_none()
            && let Some(value) = self.store.get(KEY)?
        {
            let stored = parse(&mut Reader(&value)).ok_or_else(|| self.store.damaged("the clusters are truncated"))?;
            *read = Some(Arc::new(stored));
        }
        Ok(read.clone())
    }

    pub(crate) fn clusters(&self) -> Result<Arc<Vec<Cluster>>, StoreError> {
        Ok(self.stored()?.map(|s| s.clusters.clone()).unwrap_or_default())
    }

    pub(crate) fn cluster_of(&self, number: usize) -> Result<Option<Cluster>, StoreError> {
        let Some(stored) = self.stored()? else { return Ok(None) };
        Ok(stored.of.get(number).and_then(|(cluster, _)| stored.clusters.get(*cluster as usize)).cloned())
    }

    /// The numbers of a cluster's members with their cosines, nearest first.
    pub(crate) fn members(&self, cluster: usize) -> Result<Vec<(usize, f32)>, StoreError> {
        let Some(stored) = self.stored()? else { return Ok(Vec::new()) };
        let of = stored.of.iter().enumerate().filter(|(_, (c, _))| *c as usize == cluster);
        let mut members: Vec<(usize, f32)> = of.map(|(number, (_, cosine))| (number, *cosine)).collect();
        members.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(members)
    }
}

/// What the members of each cluster promote together: the words with the largest sum of strengths.
fn summaries(
    segments: &Segments,
    model: &dyn LanguageModel,
    found: &Clustering,
    control: &dyn Control,
) -> Result<Vec<Cluster>, Error> {
    let vocabulary = segments.vocabulary(model);
    let mut strengths: Vec<HashMap<u32, f32>> = vec![HashMap::new(); found.count];
    let mut sums = vec![(0usize, 0f64); found.count];
    for (number, (&of, &cosine)) in found.of.iter().zip(&found.cosines).enumerate() {
        if number % 1024 == 0 {
            control.checkpoint()?;
        }
        let Some(sum) = sums.get_mut(of as usize) else { continue };
        *sum = (sum.0 + 1, sum.1 + f64::from(cosine));
        let Some(card) = segments.card(number)? else { continue };
        let mut seen = Vec::new();
        for word in card.trained(End::Top) {
            if let Some(number) = vocabulary.word_of(word.id.0)
                && !seen.contains(&number)
            {
                seen.push(number);
                *strengths[of as usize].entry(number).or_default() += strength_of(&card, End::Top, word.logit);
            }
        }
    }
    let cluster = |number: usize, (size, cosines): (usize, f64), strengths: HashMap<u32, f32>| {
        let mut words: Vec<(u32, f32)> = strengths.into_iter().collect();
        words.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        words.truncate(WORDS);
        let words = words.into_iter().map(|(number, _)| vocabulary.word(number).to_owned()).collect();
        Cluster { number, words, size, cohesion: (cosines / size.max(1) as f64) as f32 }
    };
    Ok(sums.into_iter().zip(strengths).enumerate().map(|(n, (sum, strengths))| cluster(n, sum, strengths)).collect())
}

fn parse(from: &mut Reader<'_>) -> Option<Stored> {
    let count = from.u32()? as usize;
    let mut clusters = Vec::new();
    for number in 0..count {
        let (size, cohesion, words) = (from.u32()? as usize, from.f32()?, from.u32()?);
        let mut word = || {
            let len = from.u32()? as usize;
            String::from_utf8(from.bytes(len)?.to_vec()).ok()
        };
        let words = (0..words).map(|_| word()).collect::<Option<Vec<_>>>()?;
        clusters.push(Cluster { number, words, size, cohesion });
    }
    let vectors = from.u32()?;
    let of = (0..vectors).map(|_| Some((from.u32()?, from.f32()?))).collect::<Option<Vec<_>>>()?;
    Some(Stored { clusters: Arc::new(clusters), of })
}
