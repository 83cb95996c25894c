//! A library with two models. The first may load slowly, fail to load, or need a fetch; the other is `second`.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use base::{Cancel, RunName, Target, TokenId, ValueId};
use lm::fake::FakeModel;
use lm::{
    Continuation, Control, Encoded, Error, Experiment, Generated, LanguageModel, Library, ModelInfo, ModelKey,
    ModelRequest, OpenError, Run, TraceQuery, Value, Weights,
};

use super::{Count, Gate};

/// The model without weights. It panics on a prompt with `BOOM`, and caches its answers about a prompt with `KNOWN`.
pub(crate) struct TestModel(FakeModel, Mutex<HashSet<String>>);

impl Default for TestModel {
    fn default() -> Self {
        Self::of(FakeModel::default())
    }
}

impl TestModel {
    /// Its numbers tell which question an answer belongs to.
    fn of(model: FakeModel) -> Self {
        Self(model.hashed(), Mutex::default())
    }

    fn look(experiment: &Experiment) {
        assert!(!experiment.prompt.contains("BOOM"), "the model panicked");
    }
}

impl LanguageModel for TestModel {
    fn info(&self) -> &ModelInfo {
        self.0.info()
    }

    fn bytes(&self) -> u64 {
        self.0.bytes()
    }

    fn weights(&self) -> &dyn Weights {
        self.0.weights()
    }

    fn encode(&self, prompt: &str, bos: Option<bool>) -> Encoded {
        self.0.encode(prompt, bos)
    }

    fn tokens_within(&self, text: &str) -> Vec<lm::Token> {
        self.0.tokens_within(text)
    }

    fn token_bytes(&self, id: TokenId) -> Arc<[u8]> {
        self.0.token_bytes(id)
    }

    fn trace(&self, query: &TraceQuery<'_>, control: &dyn Control) -> Result<Vec<Run>, Error> {
        Self::look(query.experiment);
        let question = format!("{query:?}");
        if self.1.lock().unwrap().contains(&question) {
            return self.0.trace(query, &Cancel::new());
        }
        let answer = self.0.trace(query, control)?;
        if query.experiment.prompt.contains("KNOWN") {
            self.1.lock().unwrap().insert(question);
        }
        Ok(answer)
    }

    fn generate(
        &self,
        experiment: &Experiment,
        control: &dyn Control,
        each: &mut dyn FnMut(Generated<'_>),
    ) -> Result<Vec<Continuation>, Error> {
        Self::look(experiment);
        self.0.generate(experiment, control, each)
    }

    fn coefficient(
        &self,
        e: &Experiment,
        run: &RunName,
        target: Target,
        position: usize,
        control: &dyn Control,
    ) -> Result<f32, Error> {
        Self::look(e);
        self.0.coefficient(e, run, target, position, control)
    }

    fn values(&self, ids: &[ValueId], words: usize, control: &dyn Control) -> Result<Vec<Arc<Value>>, Error> {
        self.0.values(ids, words, control)
    }
}

#[derive(Default)]
pub(crate) struct TestLibrary {
    state: Mutex<State>,
    /// Before every load.
    pub(crate) loading: Gate,
    /// Started loads.
    pub(crate) loads: Count,
    /// Number of look-ups.
    pub(crate) finds: Count,
    /// The requested models, as written.
    pub(crate) requests: Mutex<Vec<ModelRequest>>,
}

#[derive(Default)]
struct State {
    loaded: HashMap<String, Arc<TestModel>>,
    failure: Option<OpenError>,
    fetched: bool,
    find_panics: bool,
}

impl TestLibrary {
    /// With the model loaded.
    pub(crate) fn loaded() -> Arc<Self> {
        let library = Self::default();
        library.state.lock().unwrap().loaded.insert("fake".into(), Arc::default());
        Arc::new(library)
    }

    /// With another model loaded.
    pub(crate) fn with(model: FakeModel) -> Arc<Self> {
        let library = Self::default();
        library.state.lock().unwrap().loaded.insert("fake".into(), Arc::new(TestModel::of(model)));
        Arc::new(library)
    }

    /// With the model on the disk.
    pub(crate) fn unloaded() -> Arc<Self> {
        Arc::default()
    }

    /// Sets the result of later loads; `None` means success.
    pub(crate) fn fail(&self, failure: Option<OpenError>) {
        self.state.lock().unwrap().failure = failure;
    }

    pub(crate) fn find_panics(&self, panics: bool) {
        self.state.lock().unwrap().find_panics = panics;
    }
}

impl Library for TestLibrary {
    fn find(&self, request: &ModelRequest) -> Result<ModelKey, OpenError> {
        self.finds.up();
        self.requests.lock().unwrap().push(request.clone());
        let state = self.state.lock().unwrap();
        let (panics, fetched) = (state.find_panics, state.fetched);
        drop(state);
        assert!(!panics, "finding panicked");
        match request.reference.as_deref() {
            Some(id @ "somebody/something") if !fetched => {
                Err(OpenError { message: format!("{id} is not here; fetch it"), fetch: Some(id.into()) })
            }
            Some("second") => Ok(ModelKey("second".into())),
            Some("nothing") => Err(OpenError::new("nothing is no model; name one that is here")),
            _ => Ok(ModelKey("fake".into())),
        }
    }

    fn loaded(&self, key: &ModelKey) -> Option<Arc<dyn LanguageModel>> {
        let model = self.state.lock().unwrap().loaded.get(&key.0).cloned()?;
        Some(model)
    }

    fn load(&self, key: &ModelKey) -> Result<Arc<dyn LanguageModel>, OpenError> {
        self.loads.up();
        self.loading.pass();
        let failure = self.state.lock().unwrap().failure.clone();
        if let Some(failure) = failure {
            assert!(failure.message != "BOOM", "loading panicked");
            return Err(failure);
        }
        let make = || Arc::new(TestModel::of(FakeModel::default().named(&key.0)));
        let model: Arc<TestModel> = self.state.lock().unwrap().loaded.entry(key.0.clone()).or_insert_with(make).clone();
        Ok(model)
    }

    fn fetch(&self, id: &str, control: &dyn Control, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
        progress(1 << 20, 2 << 20);
        self.loading.pass();
        control.checkpoint()?;
        if id != "somebody/something" {
            return Err(Error::input(format!("there is no {id}; check its name")));
        }
        progress(2 << 20, 2 << 20);
        self.state.lock().unwrap().fetched = true;
        Ok(())
    }
}
