//! Positions of earlier runs, reused by later ones. A position is reused only if its token, its edits and everything
//! before it are the same, so that no answer depends on reuse.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use super::edits::{Edit, Edits};
use super::position::{Position, Positions};

/// Recently used runs, within a budget of positions.
pub(crate) struct Cache {
    kept: Mutex<Kept>,
    budget: usize,
}

/// Positions are counted when runs are added and removed. Counting all of them for each request would take longer than a
/// small model's answer.
#[derive(Default)]
struct Kept {
    /// Latest first.
    runs: VecDeque<Positions>,
    /// By a position's address: how many of the runs hold it.
    held: HashMap<usize, usize>,
}

impl Cache {
    /// At most `budget` positions. The latest run is kept at any length.
    pub(crate) fn new(budget: usize) -> Self {
        Self { kept: Mutex::default(), budget }
    }

    /// The longest cached start of a run of these tokens under these edits.
    pub(crate) fn start(&self, tokens: &[u32], edits: &Edits) -> Positions {
        let wanted: Vec<(u32, Arc<[Edit]>)> = tokens.iter().enumerate().map(|(i, &t)| (t, edits.at(i))).collect();
        let kept = self.kept();
        let shared = |run: &Positions| {
            run.iter().zip(&wanted).take_while(|(p, (token, edits))| p.token == *token && p.edits == *edits).count()
        };
        let best = kept.runs.iter().map(|run| (shared(run), run)).max_by_key(|(shared, _)| *shared);
        best.map_or_else(Vec::new, |(shared, run)| run[..shared].to_vec())
    }

    /// Empties the cache. Returns whether there was anything in it.
    pub(crate) fn clear(&self) -> bool {
        !std::mem::take(&mut *self.kept()).runs.is_empty()
    }

    /// Adds a run and removes the runs that it continues.
    pub(crate) fn keep(&self, run: &Positions) {
        let mut kept = self.kept();
        let Kept { runs, held } = &mut *kept;
        let continued = |old: &Positions| old.len() <= run.len() && old.iter().zip(run).all(|(a, b)| Arc::ptr_eq(a, b));
        runs.retain(|old| {
            let stays = !continued(old);
            if !stays {
                release(held, old);
            }
            stays
        });
        for position in run {
            *held.entry(address(position)).or_default() += 1;
        }
        runs.push_front(run.clone());
        while held.len() > self.budget && runs.len() > 1 {
            let oldest = runs.pop_back().unwrap_or_default();
            release(held, &oldest);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        base::lock(&self.kept)
    }
}

/// Must be called before the run is dropped, because another position may get the same address afterwards.
fn release(held: &mut HashMap<usize, usize>, run: &Positions) {
    for position in run {
        if let Entry::Occupied(mut runs) = held.entry(address(position)) {
            *runs.get_mut() -= 1;
            if *runs.get() == 0 {
                runs.remove();
            }
        }
    }
}

fn address(position: &Arc<Position>) -> usize {
    Arc::as_ptr(position).addr()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::plan::Sizes;

    fn positions(tokens: std::ops::Range<u32>) -> Positions {
        let sizes =
            Sizes { layers: 1, width: 1, ffn: 1, heads: 1, key_heads: 1, head_width: 1, context: 99, vocab: 99 };
        tokens.map(|token| Arc::new(Position::new(token, Arc::default(), sizes))).collect()
    }

    /// How many positions of a run of these tokens are cached.
    fn known(cache: &Cache, tokens: std::ops::Range<u32>) -> usize {
        cache.start(&tokens.collect::<Vec<_>>(), &Edits::default()).len()
    }

    #[test]
    fn shared_positions_count_once_and_the_oldest_run_is_removed_first() {
        let cache = Cache::new(8);
        let long = positions(0..4);
        cache.keep(&long);
        // Two positions shared with the first run, and two more.
        let branch: Positions = long[..2].iter().cloned().chain(positions(10..12)).collect();
        cache.keep(&branch);
        cache.keep(&positions(20..22));
        // Eight positions in all.
        assert_eq!((known(&cache, 0..4), known(&cache, 20..22)), (4, 2));
        // With the ninth, the oldest run is removed, but the positions that the second run shares with it stay.
        cache.keep(&positions(30..31));
        assert_eq!((known(&cache, 0..4), known(&cache, 20..22), known(&cache, 30..31)), (2, 2, 1));
        // Seven positions are cached now, so one more fits.
        cache.keep(&positions(40..41));
        assert_eq!((known(&cache, 0..4), known(&cache, 40..41)), (2, 1));
        cache.keep(&positions(50..51));
        assert_eq!((known(&cache, 0..4), known(&cache, 20..22), known(&cache, 50..51)), (0, 2, 1));
    }

    #[test]
    fn a_run_replaces_the_runs_that_it_continues() {
        let cache = Cache::new(4);
        let (run, other) = (positions(0..3), positions(9..10));
        cache.keep(&other);
        for end in 1..=run.len() {
            cache.keep(&run[..end].to_vec());
        }
        assert_eq!((known(&cache, 0..3), known(&cache, 9..10)), (3, 1));
        assert!(cache.clear());
        assert_eq!(Arc::strong_count(&run[0]), 1);
        assert!(!cache.clear());
    }

    #[test]
    fn the_latest_run_is_kept_at_any_length() {
        let cache = Cache::new(2);
        cache.keep(&positions(0..5));
        assert_eq!(known(&cache, 0..5), 5);
        cache.keep(&positions(5..6));
        assert_eq!((known(&cache, 0..5), known(&cache, 5..6)), (0, 1));
    }
}
