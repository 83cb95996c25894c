//! Building: the segments that are missing, one after the other, their lists merged, the clusters, and the text that comes
//! with the model. A build that is killed loses the segment that it was at; whoever builds next goes on from there.

use std::thread::ScopedJoinHandle;

use lm::{Control, Error, LanguageModel};

use crate::index::Index;
use crate::lists::segment;
use crate::store::StoreError;

/// Vectors that are projected together: enough for each reading of the vocabulary's matrix, few enough to show progress.
const TOGETHER: usize = 768;

/// Builds what is missing; `progress` gets what is done, of how many, and what is being done.
pub(crate) fn build(
    index: &Index,
    model: &dyn LanguageModel,
    control: &dyn Control,
    progress: &mut dyn FnMut(usize, usize, &str),
) -> Result<(), Error> {
    let Some(_building) = index.start_building() else { return Ok(()) };
    let vocabulary = index.vocabulary(model);
    let all = index.vectors();
    let mut done: usize = index.segments().into_iter().map(|s| index.range(s).len()).sum();
    // One segment is written while the next one is computed.
    std::thread::scope(|scope| -> Result<(), Error> {
        let mut writing: Option<ScopedJoinHandle<'_, Result<(), StoreError>>> = None;
        for segment in index.missing() {
            let range = index.range(segment);
            let mut cards = Vec::with_capacity(range.len());
            for first in range.clone().step_by(TOGETHER) {
                let numbers = first..(first + TOGETHER).min(range.end);
                progress(done, all, "value vectors");
                done += numbers.len();
                cards.extend(model.weights().cards(numbers, segment::WORDS, control)?);
            }
            control.checkpoint()?;
            // One at a time: what is said to be done was done in order.
            writing.take().map_or(Ok(()), written)?;
            let write = move || {
                segment::write(&index.store, segment, range.start, &cards, vocabulary)?;
                index.mark_done(segment)
            };
            writing = Some(scope.spawn(write));
        }
        Ok(writing.take().map_or(Ok(()), written)?)
    })?;
    index.parts.merge(&index.store, control, progress)?;
    if !index.browse.is_there() {
        index.browse.build(index, model, control, progress)?;
    }
    if let Some(sample) = index.sample.filter(|_| index.examples.passages() == 0) {
        index.examples.add(&index.store, &[sample.to_owned()], model, control, progress)?;
    }
    Ok(())
}

/// What came of writing; a panic goes on.
fn written(thread: ScopedJoinHandle<'_, Result<(), StoreError>>) -> Result<(), StoreError> {
    thread.join().unwrap_or_else(|panicked| std::panic::resume_unwind(panicked))
}
