//! The best k of a stream of scored tokens, in any order of arrival.

use std::cmp::Ordering;

/// Keeps the k largest scores; of equal scores the lower id. Never a NaN.
pub(crate) struct Top {
    keep: usize,
    /// Up to `capacity` candidates, all of the best among them.
    candidates: Vec<(u32, f32)>,
}

impl Top {
    pub(crate) fn new(keep: usize) -> Top {
        Top { keep, candidates: Vec::new() }
    }

    /// Adds a candidate. Returns the score below which candidates need not be offered from now on.
    pub(crate) fn offer(&mut self, id: u32, score: f32) -> Option<f32> {
        if score.is_nan() {
            return None;
        }
        self.candidates.push((id, score));
        // full so rarely that cutting back costs a constant for each candidate
        if self.candidates.len() < 2 * self.keep + 16 {
            return None;
        }
        self.cut();
        self.candidates.iter().map(|c| c.1).reduce(f32::min)
    }

    fn cut(&mut self) {
        if self.keep < self.candidates.len() {
            self.candidates.select_nth_unstable_by(self.keep, order);
            self.candidates.truncate(self.keep);
        }
    }

    /// The best, in order.
    pub(crate) fn into_sorted(mut self) -> Vec<(u32, f32)> {
        self.cut();
        self.candidates.sort_unstable_by(order);
        self.candidates
    }
}

fn order(a: &(u32, f32), b: &(u32, f32)) -> Ordering {
    b.1.partial_cmp(&a.1).unwrap_or(Ordering::Equal).then(a.0.cmp(&b.0))
}
