//! A progress line on stderr for work that takes longer than a second, on a terminal only.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// A progress line, erased when dropped.
pub(crate) struct Progress {
    started: Instant,
    shown: Option<Instant>,
    on: bool,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { started: Instant::now(), shown: None, on: !quiet && std::io::stderr().is_terminal() }
    }

    /// Shows `done` of `all` in `unit`s, at most ten times a second.
    pub(crate) fn at(&mut self, what: &str, done: u64, all: u64, unit: &str) {
        let due = self.shown.map_or(self.started + Duration::from_secs(1), |s| s + Duration::from_millis(100));
        if !self.on || Instant::now() < due {
            return;
        }
        self.shown = Some(Instant::now());
        let filled = (done * 24).checked_div(all).unwrap_or(0).min(24) as usize;
        let bar = format!("{}{}", "━".repeat(filled), "┄".repeat(24 - filled));
        let _ = write!(anstream::stderr(), "\r\x1b[K{what} {bar} {done} of {all} {unit}");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = write!(anstream::stderr(), "\r\x1b[K");
        }
    }
}
