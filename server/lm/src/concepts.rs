//! What a concept index can be asked. `concepts` implements it; whoever shows it sees only this.

use std::sync::Arc;

use base::{TokenId, ValueId};

use crate::{Control, End, Error, LanguageModel, Value};

/// How far an index is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexState {
    /// Value vectors that can be searched.
    pub indexed: usize,
    /// Value vectors of the model.
    pub all: usize,
    /// Whether somebody is building it now.
    pub building: bool,
    /// Whether clusters can be browsed.
    pub clustered: bool,
    /// Passages whose activations are known.
    pub passages: usize,
    /// Bytes on disk.
    pub bytes: u64,
}

impl IndexState {
    /// Whether every value vector can be searched.
    pub fn is_complete(&self) -> bool {
        self.indexed == self.all
    }
}

/// The answer to a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The best first.
    pub hits: Vec<Hit>,
    /// What the answer leaves out, and why, a line each.
    pub notes: Vec<String>,
}

/// A value vector that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Which.
    pub id: ValueId,
    /// What the hits are sorted by; what it is depends on the query (`Concepts::search`).
    pub relevance: f32,
    /// At which end the words stand.
    pub end: End,
    /// Its card.
    pub card: Arc<Value>,
}

/// A value vector near another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similar {
    /// Which.
    pub id: ValueId,
    /// The cosine between the two.
    pub cosine: f32,
}

/// A group of value vectors of like direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its number; the larger clusters first.
    pub number: usize,
    /// Its words, the strongest first.
    pub words: Vec<String>,
    /// How many value vectors are in it.
    pub size: usize,
    /// The mean cosine of its members to their mean direction.
    pub cohesion: f32,
}

/// How a value vector's coefficient is distributed over text, position 0 left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// Positions.
    pub count: u64,
    /// Mean of m.
    pub mean: f32,
    /// Population deviation of m.
    pub deviation: f32,
    /// (q, m): the share q of all positions has a coefficient of at most m, within a few percent of m.
    pub quantiles: Vec<(f32, f32)>,
    /// The passages with the largest coefficients, the largest first.
    pub largest: Vec<Passage>,
    /// The passages with the smallest, the smallest first.
    pub smallest: Vec<Passage>,
}

impl Activation {
    /// The coefficient that this share of positions does not exceed, between the quantiles that are known.
    pub fn quantile(&self, q: f32) -> Option<f32> {
        let at = self.quantiles.partition_point(|(p, _)| *p < q);
        match (at.checked_sub(1).and_then(|i| self.quantiles.get(i)), self.quantiles.get(at)) {
            (Some((p0, m0)), Some((p1, m1))) if p1 > p0 => Some(m0 + (m1 - m0) * (q - p0) / (p1 - p0)),
            (_, Some((_, m))) | (Some((_, m)), None) => Some(*m),
            (None, None) => None,
        }
    }

    /// The share of positions with a coefficient below this one.
    pub fn share_below(&self, m: f32) -> f32 {
        let at = self.quantiles.partition_point(|(_, v)| *v < m);
        match (at.checked_sub(1).and_then(|i| self.quantiles.get(i)), self.quantiles.get(at)) {
            (Some((p0, m0)), Some((p1, m1))) if m1 > m0 => p0 + (p1 - p0) * (m - m0) / (m1 - m0),
            (Some((p, _)), None) => *p,
            _ => 0.0,
        }
    }
}

/// A piece of text in which a value vector is active.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// The text around the token.
    pub text: String,
    /// The token's bytes in `text`.
    pub token: std::ops::Range<usize>,
    /// m there.
    pub coefficient: f32,
}

/// The concept index of one model. Every method may be called from any thread, also while it is built.
pub trait Concepts: Send + Sync {
    /// How far it is.
    fn state(&self) -> IndexState;

    /// Goes on with the build until every value vector can be searched and browsed; `progress` gets what is done, of
    /// how many, and what is being done. Nothing happens where somebody else builds.
    fn build(
        &self,
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<(), Error>;

    /// Value vectors for a query; its language and the meaning of `relevance` are in `concepts`' documentation and in
    /// `unembed search --help`.
    fn search(
        &self,
        query: &str,
        limit: usize,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Found, Error>;

    /// The value vectors with the largest cosine to this one, exact over all, itself left out.
    fn similar(
        &self,
        id: ValueId,
        count: usize,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Vec<Similar>, Error>;

    /// Every cluster, by number; empty before they are there.
    fn clusters(&self) -> Result<Vec<Cluster>, Error>;

    /// The cluster that a value vector is in.
    fn cluster_of(&self, id: ValueId) -> Result<Option<Cluster>, Error>;

    /// The members of a cluster, the nearest to its mean direction first.
    fn members(&self, cluster: usize) -> Result<Vec<Similar>, Error>;

    /// How a value vector's coefficient is distributed over the texts that were indexed.
    fn activation(&self, id: ValueId) -> Result<Option<Activation>, Error>;

    /// Adds texts: each is cut into passages at blank lines, and what was added before is passed over.
    fn add_examples(
        &self,
        texts: &[String],
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<usize, Error>;

    /// Whether a token is left out of ranking.
    fn leaves_out(&self, id: TokenId) -> bool;
}

/// The concept indexes of this process, one for each fingerprint.
pub trait Indexes: Send + Sync {
    /// The index of a model, opened or made if it was not. The error says why it cannot be opened and what to do.
    fn of(&self, model: &dyn LanguageModel) -> Result<Arc<dyn Concepts>, Error>;

    /// The same, if there is one: nothing is made.
    fn existing(&self, model: &dyn LanguageModel) -> Option<Arc<dyn Concepts>>;
}
