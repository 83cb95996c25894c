//! The remaining time of a build.

use std::time::{Duration, Instant};

/// How fast a part of a build goes, measured from its first report: what was there before took no time.
#[derive(Default)]
pub(super) struct Pace {
    what: String,
    first: Option<(Instant, usize)>,
}

impl Pace {
    /// A shorter measurement predicts nothing.
    const ENOUGH: Duration = Duration::from_secs(2);

    /// The remaining time of this part at its mean speed so far.
    pub(super) fn left(&mut self, now: Instant, done: usize, all: usize, what: &str) -> Option<Duration> {
        if self.what != what {
            (self.what, self.first) = (what.to_owned(), None);
        }
        let (start, before) = *self.first.get_or_insert((now, done));
        let (spent, gone) = (now.duration_since(start), done.checked_sub(before).filter(|gone| *gone > 0)?);
        let rest = all.saturating_sub(done) as f64 / gone as f64;
        (spent >= Self::ENOUGH).then(|| spent.mul_f64(rest))
    }
}

/// `, 40 s left`, in steps, so that it does not flicker.
pub(super) fn shown(left: Duration) -> String {
    match left.as_secs() {
        0 => String::new(),
        s @ 1..=9 => format!(", {s} s left"),
        s @ 10..=119 => format!(", {} s left", s.next_multiple_of(5)),
        s => format!(", {} min left", s.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_what_was_done() {
        let start = Instant::now();
        let mut pace = Pace::default();
        let mut left = |seconds: u64, done: usize, what: &str| {
            pace.left(start + Duration::from_secs(seconds), done, 100, what).map(|d| d.as_secs())
        };
        // What an earlier build left behind is not counted as done.
        assert_eq!(left(0, 50, "vectors"), None);
        assert_eq!(left(1, 60, "vectors"), None, "too early to tell");
        assert_eq!(left(4, 60, "vectors"), Some(16));
        assert_eq!(left(8, 90, "vectors"), Some(2));
        assert_eq!(left(9, 100, "vectors"), Some(0));
        // The next part goes at its own pace.
        assert_eq!(left(10, 1, "clusters"), None);
        assert_eq!(left(13, 1, "clusters"), None, "nothing was done");
        assert_eq!(left(13, 4, "clusters"), Some(96));
    }

    #[test]
    fn what_is_left_in_words() {
        let cases = [(0, ""), (7, ", 7 s left"), (12, ", 15 s left"), (119, ", 120 s left"), (121, ", 3 min left")];
        for (seconds, expected) in cases {
            assert_eq!(shown(Duration::from_secs(seconds)), expected);
        }
    }
}
