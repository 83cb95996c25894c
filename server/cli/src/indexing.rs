//! A model's concept index on the command line: opened, and built with progress where it is needed.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use api::OpenIndexDocument;
use base::Cancel;
use concepts::{Index, StoreError};
use daemon::Role;
use lm::{Concepts, IndexState, LanguageModel, ModelInfo};

use crate::args::GlobalArgs;
use crate::backing::Backing;
use crate::daemon_client;
use crate::failure::Failure;
use crate::progress::Progress;

/// How often, and how long apart: who answers an editor has an index for some of it.
const TRIES: usize = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// The model that is meant, and its index as it is.
pub(crate) fn open(global: &GlobalArgs, backing: &Backing) -> Result<(Arc<dyn LanguageModel>, Arc<Index>), Failure> {
    let model = backing.named(global)?;
    let indexes = backing.indexes()?;
    let index = lent(|| indexes.open(model.info())).map_err(Failure::other)?;
    Ok((model, index))
}

/// The model that is meant, and how far its index is; what the shared process builds is not held up for it.
pub(crate) fn state(global: &GlobalArgs, backing: &Backing) -> Result<(Arc<dyn LanguageModel>, IndexState), Failure> {
    let model = backing.named(global)?;
    let indexes = backing.indexes()?;
    // A look must not make a folder.
    if !indexes.folder_of(model.info()).exists() {
        let all = model.info().value_vectors();
        return Ok((model, IndexState { all, ..IndexState::default() }));
    }
    let opened = lent(|| match indexes.open(model.info()) {
        Err(locked @ StoreError::Locked(_)) => built_elsewhere(model.info()).ok_or(locked),
        opened => opened.map(|index| index.state()),
    });
    Ok((model.clone(), opened.map_err(Failure::other)?))
}

/// How far the shared process is with this model's index, if it builds it.
fn built_elsewhere(info: &ModelInfo) -> Option<IndexState> {
    let status = daemon_client::status().ok()??;
    let index = status.indexes.into_iter().find(|index| index.fingerprint == info.fingerprint && index.building)?;
    let OpenIndexDocument { indexed, all, building, clustered, passages, bytes, .. } = index;
    Some(IndexState { indexed, all, building, clustered, passages, bytes })
}

/// Does what needs the index's folder; where another process has it open, the shared one lends it first, unless it builds it.
pub(crate) fn lent<T>(mut work: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let lends = || matches!(daemon_client::question(Role::Lend), Ok(Some(_)));
    for pause in [Duration::ZERO].into_iter().chain([PAUSE; TRIES]) {
        match work() {
            Err(StoreError::Locked(_)) if lends() => thread::sleep(pause),
            done => return done,
        }
    }
    work()
}

/// The same with everything that is missing built first.
pub(crate) fn built(global: &GlobalArgs, backing: &Backing) -> Result<(Arc<dyn LanguageModel>, Arc<Index>), Failure> {
    let (model, index) = open(global, backing)?;
    build(global, model.as_ref(), &index)?;
    Ok((model, index))
}

/// Builds what is missing. Interrupted, it goes on from there the next time.
pub(crate) fn build(global: &GlobalArgs, model: &dyn LanguageModel, index: &Index) -> Result<(), Failure> {
    let mut progress = Progress::new(global.quiet);
    let mut each = |done: usize, all: usize, what: &str| {
        progress.at(&format!("{} index", model.info().name), done as u64, all as u64, what);
    };
    Ok(index.build(model, &Cancel::new(), &mut each)?)
}
