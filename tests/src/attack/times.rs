//! Times of hovers, and what of them is reported.

use std::fmt;
use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub(super) struct Times(Vec<Duration>);

impl Times {
    pub(super) fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(super) fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    fn milliseconds(&self, quantile: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = (sorted.len().saturating_sub(1) as f64 * quantile).round() as usize;
        sorted.get(at).map_or(0.0, |took| took.as_secs_f64() * 1e3)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, late, worst] = [0.5, 0.99, 1.0].map(|quantile| self.milliseconds(quantile));
        write!(f, "{} hovers, median {median:.1} ms, p99 {late:.1} ms, worst {worst:.1} ms", self.count())
    }
}
