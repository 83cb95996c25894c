//! Builds the missing segments, one after the other, and merges their lists. If the process is killed, the segment in
//! progress is lost; the next build continues from there.

use std::thread::ScopedJoinHandle;

use lm::{CARD_WORDS, Control, Error, LanguageModel};

use super::segment;
use super::segments::Segments;
use crate::store::StoreError;

/// Vectors that are projected together: enough for one pass over the vocabulary's matrix, few enough to show progress.
const TOGETHER: usize = 768;

/// Builds what is missing. `progress` gets the done part, the whole, and the phase.
pub(crate) fn build(
    segments: &Segments,
    model: &dyn LanguageModel,
    control: &dyn Control,
    progress: &mut dyn FnMut(usize, usize, &str),
) -> Result<(), Error> {
    let vocabulary = segments.vocabulary(model);
    let all = segments.vectors();
    let mut done = segments.indexed_vectors();
    // Writes one segment while it computes the next.
    std::thread::scope(|scope| -> Result<(), Error> {
        let mut writing: Option<ScopedJoinHandle<'_, Result<(), StoreError>>> = None;
        for segment in segments.missing() {
            let range = segments.range(segment);
            let mut cards = Vec::with_capacity(range.len());
            for first in range.clone().step_by(TOGETHER) {
                let numbers = first..(first + TOGETHER).min(range.end);
                progress(done, all, "value vectors");
                done += numbers.len();
                cards.extend(model.weights().cards(numbers, CARD_WORDS, control)?);
            }
            control.checkpoint()?;
            // One at a time, so that segments are finished in order.
            writing.take().map_or(Ok(()), written)?;
            let write = move || {
                segment::write(&segments.store, segment, range.start, &cards, vocabulary)?;
                segments.mark_done(segment)
            };
            writing = Some(scope.spawn(write));
        }
        Ok(writing.take().map_or(Ok(()), written)?)
    })?;
    segments.lists.merge(&segments.store, control, progress)
}

/// The result of writing; resumes a panic.
fn written(thread: ScopedJoinHandle<'_, Result<(), StoreError>>) -> Result<(), StoreError> {
    thread.join().unwrap_or_else(|panicked| std::panic::resume_unwind(panicked))
}
