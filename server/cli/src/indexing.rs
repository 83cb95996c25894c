//! Opens a model's concept index for a command, and builds it with progress if the command needs it.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use api::OpenIndexDocument;
use base::Cancel;
use concepts::{Index, StoreError};
use lm::{Concepts, IndexState, LanguageModel, ModelInfo};

use crate::args::GlobalArgs;
use crate::backing::Backing;
use crate::daemon_client;
use crate::failure::Failure;
use crate::paint;
use crate::progress::Progress;

/// Attempts to open an index that the daemon has promised to lend: it keeps the index while it answers an editor.
const TRIES: usize = 40;
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// The command's model, and its index, complete or not.
pub(crate) fn open(global: &GlobalArgs, backing: &Backing) -> Result<(Arc<dyn LanguageModel>, Arc<Index>), Failure> {
    let model = backing.named(global)?;
    let indexes = backing.indexes()?;
    let index = lent(|| indexes.open(model.info())).map_err(Failure::other)?;
    if let Some(notice) = index.notice().filter(|_| !global.quiet) {
        paint::warning(notice);
    }
    Ok((model, index))
}

/// The command's model, and the state of its index. If the daemon is building the index, it is asked and continues to build.
pub(crate) fn state(global: &GlobalArgs, backing: &Backing) -> Result<(Arc<dyn LanguageModel>, IndexState), Failure> {
    let model = backing.named(global)?;
    let indexes = backing.indexes()?;
    // Asking for the state must not create a folder.
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

/// The state of this model's index if the daemon is building it.
fn built_elsewhere(info: &ModelInfo) -> Option<IndexState> {
    let status = daemon_client::status().ok()??;
    let index = status.indexes.into_iter().find(|index| index.fingerprint == info.fingerprint && index.building)?;
    let OpenIndexDocument { indexed, all, building, clustered, passages, counted, bytes, .. } = index;
    Some(IndexState { indexed, all, building, clustered, passages, counted, bytes })
}

/// Runs `work`, which opens an index. If a daemon of any build has the index open and is not building it, the daemon closes it first.
pub(crate) fn lent<T>(mut work: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    for pause in [Duration::ZERO].into_iter().chain([PAUSE; TRIES]) {
        match work() {
            Err(StoreError::Locked(_)) if daemon_client::lend() => thread::sleep(pause),
            done => return done,
        }
    }
    work()
}

/// Like [`open`], but builds the index first if it is incomplete.
pub(crate) fn built(global: &GlobalArgs, backing: &Backing) -> Result<(Arc<dyn LanguageModel>, Arc<Index>), Failure> {
    let (model, index) = open(global, backing)?;
    build(global, model.as_ref(), &index)?;
    Ok((model, index))
}

/// Builds the rest of an index. The next call continues an interrupted build.
pub(crate) fn build(global: &GlobalArgs, model: &dyn LanguageModel, index: &Index) -> Result<(), Failure> {
    let mut progress = Progress::new(global.quiet);
    let mut each = |done: usize, all: usize, what: &str| {
        progress.at(&format!("{} index", model.info().name), done as u64, all as u64, what);
    };
    Ok(index.build(model, &Cancel::new(), &mut each)?)
}
