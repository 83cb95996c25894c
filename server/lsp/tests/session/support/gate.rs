//! Gates and counters: how a test holds work and sees that it happened, without sleeping.

use std::sync::{Condvar, Mutex};

use tokio::sync::watch;
use tokio::time::timeout;

use super::DEADLINE;

/// Blocks threads until it is opened, or lets some of them pass. Open at first.
pub(crate) struct Gate {
    /// Number of threads that may pass; `None` means all.
    passes: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Default for Gate {
    fn default() -> Self {
        Self { passes: Mutex::new(None), changed: Condvar::new() }
    }
}

impl Gate {
    pub(crate) fn close(&self) {
        *self.passes.lock().unwrap() = Some(0);
    }

    pub(crate) fn open(&self) {
        *self.passes.lock().unwrap() = None;
        self.changed.notify_all();
    }

    /// Lets more threads pass.
    pub(crate) fn let_through(&self, more: usize) {
        if let Some(passes) = &mut *self.passes.lock().unwrap() {
            *passes += more;
        }
        self.changed.notify_all();
    }

    /// Blocks until this thread may pass.
    pub(crate) fn pass(&self) {
        let passes = self.passes.lock().unwrap();
        let (mut passes, hung) =
            self.changed.wait_timeout_while(passes, DEADLINE, |passes| *passes == Some(0)).unwrap();
        assert!(!hung.timed_out(), "the gate was not opened");
        if let Some(passes) = &mut *passes {
            *passes -= 1;
        }
    }
}

/// How often something happened.
pub(crate) struct Count(watch::Sender<usize>);

impl Default for Count {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Count {
    pub(crate) fn up(&self) {
        self.0.send_modify(|n| *n += 1);
    }

    pub(crate) fn now(&self) -> usize {
        *self.0.borrow()
    }

    /// Waits until the count is reached.
    pub(crate) async fn reaches(&self, n: usize) {
        let mut seen = self.0.subscribe();
        timeout(DEADLINE, seen.wait_for(|now| *now >= n)).await.expect("it did not happen").unwrap();
    }
}
