//! Positions of earlier runs, kept for the next question. A position is taken over only where its token, the edits on
//! it and everything before it are the same, so that no answer can tell whether it was.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::edits::{Edit, Edits};
use crate::forward::Positions;

/// Recently used runs, the latest first, within a budget.
pub(crate) struct Cache {
    runs: Mutex<VecDeque<Positions>>,
    budget: usize,
}

impl Cache {
    /// At most `budget` positions; the latest run is kept whatever its length.
    pub(crate) fn new(budget: usize) -> Self {
        Self { runs: Mutex::new(VecDeque::new()), budget }
    }

    /// The longest known start of a run of these tokens under these edits.
    pub(crate) fn start(&self, tokens: &[u32], edits: &Edits) -> Positions {
        let wanted: Vec<(u32, Arc<[Edit]>)> = tokens.iter().enumerate().map(|(i, &t)| (t, edits.at(i))).collect();
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = |run: &Positions| {
            run.iter().zip(&wanted).take_while(|(p, (token, edits))| p.token == *token && p.edits == *edits).count()
        };
        let best = runs.iter().map(|run| (shared(run), run)).max_by_key(|(shared, _)| *shared);
        best.map_or_else(Vec::new, |(shared, run)| run[..shared].to_vec())
    }

    /// Lets go of all of them; whether there were any.
    pub(crate) fn clear(&self) -> bool {
        !std::mem::take(&mut *self.runs.lock().unwrap_or_else(PoisonError::into_inner)).is_empty()
    }

    /// Keeps a run, in place of those that it continues.
    pub(crate) fn keep(&self, run: &Positions) {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let continued = |old: &Positions| old.len() <= run.len() && old.iter().zip(run).all(|(a, b)| Arc::ptr_eq(a, b));
        runs.retain(|old| !continued(old));
        runs.push_front(run.clone());
        let mut held = HashSet::new();
        let mut fits = |run: &Positions| {
            held.extend(run.iter().map(Arc::as_ptr));
            held.len() <= self.budget
        };
        let kept = runs.iter().take_while(|run| fits(run)).count();
        runs.truncate(kept.max(1));
    }
}
