//! A concept index without a store, for the fake model. Its clusters, neighbours and activations are made up and always
//! the same. A test can pause its build and make it fail.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use base::{TokenId, ValueId, lock};

use crate::{
    Activation, Cluster, Concepts, Control, End, Error, Found, Hit, IndexState, Indexes, LanguageModel, ModelInfo,
    Passage, Similar,
};

/// The number of words of a card that a search reads.
const SEARCHED_WORDS: usize = 6;
/// The polling interval of a paused build.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// The index of one fake model. A build indexes one layer at a time.
pub struct FakeConcepts {
    info: ModelInfo,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The number of layers that can be searched.
    layers: usize,
    /// The number of layers that a build may finish; `None` means all.
    allowed: Option<usize>,
    building: bool,
    clustered: bool,
    passages: usize,
    builds: usize,
    failure: Option<String>,
}

impl FakeConcepts {
    /// An empty index.
    pub fn new(info: &ModelInfo) -> Self {
        Self { info: info.clone(), state: Mutex::default(), changed: Condvar::new() }
    }

    /// A complete index with examples.
    pub fn built(info: &ModelInfo) -> Self {
        let concepts = Self::new(info);
        *concepts.lock() = State { layers: info.layers, clustered: true, passages: 200, ..State::default() };
        concepts
    }

    /// Pauses builds after this many layers, until `let_go`. A paused build keeps calling its checkpoint.
    pub fn hold_after(&self, layers: usize) {
        self.lock().allowed = Some(layers);
    }

    /// Lets builds finish.
    pub fn let_go(&self) {
        self.lock().allowed = None;
        self.changed.notify_all();
    }

    /// The number of builds that were started.
    pub fn builds(&self) -> usize {
        self.lock().builds
    }

    /// Makes every later request that reads the index fail with this message.
    pub fn fail(&self, why: Option<&str>) {
        self.lock().failure = why.map(str::to_owned);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn checked_state(&self) -> Result<MutexGuard<'_, State>, Error> {
        let state = self.lock();
        match &state.failure {
            Some(why) => Err(Error::Model(why.clone())),
            None => Ok(state),
        }
    }

    /// The two clusters: the first five vectors of every layer, and all other vectors.
    fn cluster(&self, number: usize) -> Cluster {
        let words: &[&str] = if number == 0 { &["food", "court", "house"] } else { &["wife", "doctor", "nurse"] };
        let size = self.members_of(number).len();
        Cluster { number, words: words.iter().map(|w| (*w).to_owned()).collect(), size, cohesion: 0.75 }
    }

    fn members_of(&self, number: usize) -> Vec<ValueId> {
        let ids = (0..self.info.value_vectors()).map(|n| self.info.value_at(n));
        ids.filter(|id| usize::from(id.dim >= 5) == number).collect()
    }

    fn step(&self, layer: usize, control: &dyn Control) -> Result<(), Error> {
        loop {
            control.checkpoint()?;
            let state = self.checked_state()?;
            if state.allowed.is_none_or(|allowed| layer < allowed) {
                return Ok(());
            }
            drop(self.changed.wait_timeout(state, POLL_INTERVAL));
        }
    }
}

impl Concepts for FakeConcepts {
    fn state(&self) -> IndexState {
        let state = self.lock();
        IndexState {
            indexed: state.layers * self.info.ffn,
            all: self.info.value_vectors(),
            building: state.building,
            clustered: state.clustered,
            passages: state.passages,
            counted: true,
            bytes: 0,
        }
    }

    fn build(
        &self,
        _: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<(), Error> {
        let first = {
            let mut state = self.lock();
            if std::mem::replace(&mut state.building, true) {
                return Ok(());
            }
            state.builds += 1;
            state.layers
        };
        let mut layers = first..self.info.layers;
        let built = layers.try_for_each(|layer| {
            self.step(layer, control)?;
            self.lock().layers = layer + 1;
            progress((layer + 1) * self.info.ffn, self.info.value_vectors(), "value vectors");
            Ok(())
        });
        let mut state = self.lock();
        state.building = false;
        state.clustered |= built.is_ok();
        built
    }

    /// Finds vectors whose first words contain all words of the query. `foo*` matches a prefix; `end:bottom` looks at the
    /// other end.
    fn search(
        &self,
        query: &str,
        limit: usize,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Found, Error> {
        control.checkpoint()?;
        let indexed = self.checked_state()?.layers * self.info.ffn;
        let all = self.info.value_vectors();
        let unfinished = (indexed < all).then(|| format!("{indexed} of {all} value vectors are indexed so far"));
        let mut words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let written = words.len();
        words.retain(|word| word != "end:bottom");
        let end = if words.len() < written { End::Bottom } else { End::Top };
        if words.is_empty() {
            return Err(Error::input("nothing to search for: write a word, such as food"));
        }
        let mut hits = Vec::new();
        for card in model.weights().cards(0..indexed, SEARCHED_WORDS, control)? {
            let score = |wanted: &String| {
                let is = |word: &crate::Word| {
                    let text = String::from_utf8_lossy(&model.token_bytes(word.id)).trim().to_lowercase();
                    wanted.strip_suffix('*').map_or(text == *wanted, |start| text.starts_with(start))
                };
                let list = if end == End::Top { &card.top } else { &card.bottom };
                list.iter().find(|w| is(w)).map(|w| card.z(w.logit).abs())
            };
            let scores: Option<Vec<f32>> = words.iter().map(score).collect();
            let Some(relevance) = scores.map(|s| s.iter().sum()) else { continue };
            hits.push(Hit { id: card.id, relevance, end, card: Arc::new(card) });
        }
        hits.sort_by(|a, b| b.relevance.total_cmp(&a.relevance).then(a.id.cmp(&b.id)));
        hits.truncate(limit);
        Ok(Found { hits, indexed, all, notes: unfinished.into_iter().collect() })
    }

    /// The vectors with the nearest numbers.
    fn similar(
        &self,
        id: ValueId,
        count: usize,
        _: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<Vec<Similar>, Error> {
        control.checkpoint()?;
        drop(self.checked_state()?);
        let number = self.info.number(id);
        let mut all: Vec<usize> = (0..self.info.value_vectors()).filter(|n| *n != number).collect();
        all.sort_by_key(|n| (n.abs_diff(number), *n));
        let near = |n: usize| Similar {
            id: self.info.value_at(n),
            cosine: 1.0 - n.abs_diff(number) as f32 / self.info.value_vectors() as f32,
        };
        Ok(all.into_iter().take(count).map(near).collect())
    }

    fn clusters(&self) -> Result<Vec<Cluster>, Error> {
        Ok(if self.checked_state()?.clustered { vec![self.cluster(0), self.cluster(1)] } else { Vec::new() })
    }

    fn cluster_of(&self, id: ValueId) -> Result<Option<Cluster>, Error> {
        let clustered = self.checked_state()?.clustered;
        Ok(clustered.then(|| self.cluster(usize::from(id.dim >= 5))))
    }

    fn members(&self, cluster: usize) -> Result<Vec<Similar>, Error> {
        let member = |(n, id): (usize, ValueId)| Similar { id, cosine: 0.99 - n as f32 / 50.0 };
        Ok(self.members_of(cluster).into_iter().enumerate().map(member).collect())
    }

    /// The same distribution for every vector; only the passages differ.
    fn activation(&self, id: ValueId) -> Result<Option<Activation>, Error> {
        if self.checked_state()?.passages == 0 {
            return Ok(None);
        }
        let passage = |text: &str, word: &str, coefficient: f32| {
            let start = text.find(word).unwrap_or(0);
            Passage { text: text.to_owned(), token: start..start + word.len(), coefficient }
        };
        let quantiles = vec![(0.01, -2.5), (0.1, -2.0), (0.5, 0.5), (0.9, 4.5), (0.99, 6.5), (0.999, 6.9)];
        Ok(Some(Activation {
            count: 12_345,
            mean: 0.5,
            deviation: 2.0,
            quantiles,
            largest: vec![
                passage("They ate food by the river at night.", " food", 6.9 + id.dim as f32),
                passage("A doctor was called to the house.", " doctor", 6.0),
            ],
            smallest: vec![match id.dim {
                // Difficult text: Markdown marks, wide characters, and a token that ends inside a character.
                1 => Passage {
                    text: "<b>- `a` | *b*\n# c ``\n日本語日本語日本語日本語日本語日本語日本語日本語 1. [d](e)"
                        .to_owned(),
                    token: 21..23,
                    coefficient: -2.75,
                },
                _ => passage("The court is in the city.", " court", -2.75),
            }],
        }))
    }

    fn add_examples(
        &self,
        texts: &[String],
        _: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<usize, Error> {
        control.checkpoint()?;
        self.checked_state()?.passages += texts.len();
        progress(texts.len(), texts.len(), "passages");
        Ok(texts.len())
    }

    fn leaves_out(&self, id: TokenId) -> bool {
        id.0 == 255
    }
}

/// The indexes of fake models; empty at first.
#[derive(Default)]
pub struct FakeIndexes {
    known: Mutex<HashMap<String, Arc<FakeConcepts>>>,
    refused: Mutex<Option<String>>,
    opened: Mutex<usize>,
}

impl FakeIndexes {
    /// The index of a model, created on first use.
    pub fn index(&self, info: &ModelInfo) -> Arc<FakeConcepts> {
        let make = || Arc::new(FakeConcepts::new(info));
        lock(&self.known).entry(info.fingerprint.clone()).or_insert_with(make).clone()
    }

    /// Replaces the index of a model.
    pub fn put(&self, concepts: FakeConcepts) {
        lock(&self.known).insert(concepts.info.fingerprint.clone(), Arc::new(concepts));
    }

    /// Makes opening an index fail with this message.
    pub fn refuse(&self, why: Option<&str>) {
        *lock(&self.refused) = why.map(str::to_owned);
    }

    /// The number of calls of `Indexes::of`.
    pub fn opened(&self) -> usize {
        *lock(&self.opened)
    }
}

impl Indexes for FakeIndexes {
    fn of(&self, model: &dyn LanguageModel) -> Result<Arc<dyn Concepts>, Error> {
        *lock(&self.opened) += 1;
        match lock(&self.refused).clone() {
            Some(why) => Err(Error::Model(why)),
            None => Ok(self.index(model.info())),
        }
    }

    fn existing(&self, model: &dyn LanguageModel) -> Option<Arc<dyn Concepts>> {
        let refused = lock(&self.refused).is_some();
        let known = lock(&self.known).get(&model.info().fingerprint).cloned().filter(|_| !refused)?;
        Some(known)
    }
}
