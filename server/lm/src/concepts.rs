//! The interface of a concept index. `concepts` implements it; the crates above use only this trait.

use std::sync::Arc;

use base::{TokenId, ValueId};

use crate::{Control, End, Error, LanguageModel, Value};

/// The progress of an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexState {
    /// The number of value vectors that can be searched.
    pub indexed: usize,
    /// The number of value vectors of the model.
    pub all: usize,
    /// True while a build is running.
    pub building: bool,
    /// True if clusters can be browsed.
    pub clustered: bool,
    /// The number of passages whose activations are known.
    pub passages: usize,
    /// True if no text is left to count, neither the program's own nor the user's.
    pub counted: bool,
    /// Size on disk in bytes.
    pub bytes: u64,
}

impl IndexState {
    /// True if every value vector can be searched.
    pub fn is_complete(&self) -> bool {
        self.indexed == self.all
    }

    /// True if nothing is left to build.
    pub fn is_whole(&self) -> bool {
        self.is_complete() && self.clustered && self.counted
    }
}

/// The result of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Best first.
    pub hits: Vec<Hit>,
    /// The number of value vectors in the index when the search began.
    pub indexed: usize,
    /// The number of value vectors of the model.
    pub all: usize,
    /// What the result leaves out and why; one line per note.
    pub notes: Vec<String>,
}

/// A value vector that matches a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub id: ValueId,
    /// The sort key of the hits. Its meaning depends on the query (see `Concepts::search`).
    pub relevance: f32,
    /// The end whose words match.
    pub end: End,
    pub card: Arc<Value>,
}

/// A value vector and its similarity to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similar {
    pub id: ValueId,
    /// Cosine similarity of the two vectors.
    pub cosine: f32,
}

/// A cluster of value vectors with similar directions.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Clusters are numbered by size, the largest first.
    pub number: usize,
    /// The cluster's words, strongest first.
    pub words: Vec<String>,
    /// The number of value vectors in the cluster.
    pub size: usize,
    /// The mean cosine of the members to the cluster's mean direction.
    pub cohesion: f32,
}

/// The distribution of a value vector's coefficient over text, without position 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// The number of positions.
    pub count: u64,
    /// The mean of m.
    pub mean: f32,
    /// The population standard deviation of m.
    pub deviation: f32,
    /// Pairs (q, m): a share q of all positions has a coefficient of at most m. m is accurate to a few percent.
    pub quantiles: Vec<(f32, f32)>,
    /// The passages with the largest coefficients, largest first.
    pub largest: Vec<Passage>,
    /// The passages with the smallest coefficients, smallest first.
    pub smallest: Vec<Passage>,
}

impl Activation {
    /// The coefficient that a share `q` of positions does not exceed, interpolated between known quantiles.
    pub fn quantile(&self, q: f32) -> Option<f32> {
        let at = self.quantiles.partition_point(|(p, _)| *p < q);
        match (at.checked_sub(1).and_then(|i| self.quantiles.get(i)), self.quantiles.get(at)) {
            (Some((p0, m0)), Some((p1, m1))) if p1 > p0 => Some(m0 + (m1 - m0) * (q - p0) / (p1 - p0)),
            (_, Some((_, m))) | (Some((_, m)), None) => Some(*m),
            (None, None) => None,
        }
    }

    /// The share of positions with a coefficient below `m`.
    pub fn share_below(&self, m: f32) -> f32 {
        let at = self.quantiles.partition_point(|(_, v)| *v < m);
        match (at.checked_sub(1).and_then(|i| self.quantiles.get(i)), self.quantiles.get(at)) {
            (Some((p0, m0)), Some((p1, m1))) if m1 > m0 => p0 + (p1 - p0) * (m - m0) / (m1 - m0),
            (Some((p, _)), None) => *p,
            _ => 0.0,
        }
    }
}

/// An excerpt of text in which a value vector is active.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// The text around the token.
    pub text: String,
    /// The token's bytes in `text`.
    pub token: std::ops::Range<usize>,
    /// m at the token.
    pub coefficient: f32,
}

/// The concept index of one model. Every method may be called from any thread, also during a build.
pub trait Concepts: Send + Sync {
    fn state(&self) -> IndexState;

    /// Continues the build until every value vector can be searched and browsed. `progress` receives the count done,
    /// the total, and a description of the current step. Does nothing while another build is running.
    fn build(
        &self,
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<(), Error>;

    /// Finds the value vectors that match a query. The documentation of `concepts` and `unembed search --help` define
    /// the query language and the meaning of `relevance`.
    fn search(
        &self,
        query: &str,
        limit: usize,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Found, Error>;

    /// The value vectors with the largest cosine to `id`, without `id` itself. The search is exact over all vectors.
    fn similar(
        &self,
        id: ValueId,
        count: usize,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Vec<Similar>, Error>;

    /// Every cluster, by number; empty until the clusters are built.
    fn clusters(&self) -> Result<Vec<Cluster>, Error>;

    /// The cluster that contains a value vector.
    fn cluster_of(&self, id: ValueId) -> Result<Option<Cluster>, Error>;

    /// The members of a cluster, nearest to its mean direction first.
    fn members(&self, cluster: usize) -> Result<Vec<Similar>, Error>;

    /// The distribution of a value vector's coefficient over the indexed texts.
    fn activation(&self, id: ValueId) -> Result<Option<Activation>, Error>;

    /// Adds texts and returns the number of new passages. Each text is split into passages at blank lines; passages
    /// that were added before are skipped.
    fn add_examples(
        &self,
        texts: &[String],
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<usize, Error>;

    /// One line for the user on what became of an index that was here before and was damaged.
    fn notice(&self) -> Option<&str> {
        None
    }

    /// True if ranking ignores this token.
    fn leaves_out(&self, id: TokenId) -> bool;
}

/// The concept indexes of this process, one per fingerprint.
pub trait Indexes: Send + Sync {
    /// Opens or creates the index of a model. The error says why it cannot be opened and what to do.
    fn of(&self, model: &dyn LanguageModel) -> Result<Arc<dyn Concepts>, Error>;

    /// The index of a model if it exists; creates nothing.
    fn existing(&self, model: &dyn LanguageModel) -> Option<Arc<dyn Concepts>>;
}
