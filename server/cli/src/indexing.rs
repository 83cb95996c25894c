//! A model's concept index on the command line: opened, and built with progress where it is needed.

use std::sync::Arc;

use base::Cancel;
use concepts::Index;
use lm::{Concepts, LanguageModel};

use crate::args::Shared;
use crate::backing::Backing;
use crate::failure::Failure;
use crate::progress::Progress;

/// The model that is meant, and its index as it is.
pub(crate) fn open(shared: &Shared, backing: &Backing) -> Result<(Arc<dyn LanguageModel>, Arc<Index>), Failure> {
    let model = backing.named(shared)?;
    let index = backing.indexes()?.open(model.info()).map_err(Failure::other)?;
    Ok((model, index))
}

/// The same with everything that is missing built first.
pub(crate) fn built(shared: &Shared, backing: &Backing) -> Result<(Arc<dyn LanguageModel>, Arc<Index>), Failure> {
    let (model, index) = open(shared, backing)?;
    build(shared, model.as_ref(), &index)?;
    Ok((model, index))
}

/// Builds what is missing. Interrupted, it goes on from there the next time.
pub(crate) fn build(shared: &Shared, model: &dyn LanguageModel, index: &Index) -> Result<(), Failure> {
    let mut progress = Progress::new(shared.quiet);
    let mut each = |done: usize, all: usize, what: &str| {
        progress.at(&format!("{} index", model.info().name), done as u64, all as u64, what);
    };
    Ok(index.build(model, &Cancel::new(), &mut each)?)
}
