//! The durations of recent requests, for `unembed status`. It keeps methods and times only, never a request's content.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use base::lock;

/// Number of requests to keep.
const REMEMBERED: usize = 1000;

/// The latest requests of all sessions.
#[derive(Default)]
pub struct Recent(Mutex<Log>);

#[derive(Default)]
struct Log {
    answered: u64,
    latest: VecDeque<Answered>,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The LSP method, or the name of the command.
    pub method: String,
    /// From the request's arrival to its answer.
    pub took: Duration,
    /// When the answer was given.
    pub at: Instant,
}

impl Recent {
    pub(crate) fn add(&self, method: String, took: Duration) {
        let mut log = lock(&self.0);
        log.answered += 1;
        if log.latest.len() == REMEMBERED {
            log.latest.pop_front();
        }
        log.latest.push_back(Answered { method, took, at: Instant::now() });
    }

    /// Number of requests that were answered since the process began.
    pub fn answered(&self) -> u64 {
        lock(&self.0).answered
    }

    /// The slowest of the latest requests, the slowest first.
    pub fn slowest(&self, count: usize) -> Vec<Answered> {
        let mut all: Vec<Answered> = lock(&self.0).latest.iter().cloned().collect();
        all.sort_by_key(|answered| std::cmp::Reverse(answered.took));
        all.truncate(count);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_of_the_latest() {
        let recent = Recent::default();
        recent.add("old".into(), Duration::from_secs(9));
        for n in 0..REMEMBERED as u64 {
            recent.add(format!("m{n}"), Duration::from_millis(n % 700));
        }
        assert_eq!(recent.answered(), REMEMBERED as u64 + 1);
        let slowest: Vec<_> = recent.slowest(2).into_iter().map(|a| a.method).collect();
        assert_eq!(slowest, ["m699", "m698"]);
    }
}
