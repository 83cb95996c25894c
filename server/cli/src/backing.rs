//! The models and the engine behind every command, as the settings have them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use kernels::Pool;
use lm::{Control, Error, LanguageModel, Library, ModelKey, ModelRequest, OpenError};
use model::{EngineThread, Model, Options};

use crate::args::Shared;
use crate::failure::Failure;

pub(crate) struct Backing {
    library: Arc<Simple>,
}

struct Simple {
    pool: Arc<Pool>,
    loaded: Mutex<HashMap<ModelKey, Arc<dyn LanguageModel>>>,
}

impl Library for Simple {
    fn find(&self, request: &ModelRequest) -> Result<ModelKey, OpenError> {
        Ok(ModelKey(request.reference.clone().unwrap_or_else(|| "starter".into())))
    }

    fn loaded(&self, key: &ModelKey) -> Option<Arc<dyn LanguageModel>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn load(&self, key: &ModelKey) -> Result<Arc<dyn LanguageModel>, OpenError> {
        let options = Options::named(&key.0, self.pool.clone());
        let model = if key.0 == "starter" { Model::starter(options)? } else { Model::open(Path::new(&key.0), options)? };
        let model: Arc<dyn LanguageModel> = Arc::new(model);
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), model.clone());
        Ok(model)
    }

    fn fetch(&self, _: &str, _: &dyn Control, _: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
        Err(Error::Input("not yet".into()))
    }
}

impl Backing {
    pub(crate) fn new(_: &Shared) -> Result<Self, Failure> {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
        Ok(Self { library: Arc::new(Simple { pool: Arc::new(Pool::new(threads)), loaded: Mutex::default() }) })
    }

    pub(crate) fn open(&self, request: &ModelRequest) -> Result<Arc<dyn LanguageModel>, Failure> {
        let key = self.library.find(request).map_err(Failure::input)?;
        self.library.load(&key).map_err(Failure::input)
    }

    pub(crate) fn for_editors(self) -> Result<lsp::Backing, Failure> {
        let engine = EngineThread::start().map_err(|e| Failure::other(format!("cannot start the engine's thread: {e}")))?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(lsp::Backing { library: self.library, engine: Arc::new(engine), options: lsp::Options::default(), version })
    }
}
