//! The death of the editor. An editor that is killed may leave its connection open: a process that it had started can hold
//! the other end.

use std::sync::Arc;
use std::time::Duration;

use tracing::info;

use crate::session::Session;

impl Session {
    /// Ends the session once the client's process, which it names in `initialize`, has ended. A process that cannot be seen
    /// now, such as one outside of this container, is not watched.
    pub(crate) fn watch_client(self: &Arc<Self>, id: u32) {
        let every = self.backing.options.client_check;
        if !is_alive(id) {
            return;
        }
        let own = self.clone();
        self.spawn(async move {
            ended(id, every).await;
            info!("process {id} of the editor has ended: its session ends");
            own.client_ended.notify_one();
        });
    }
}

async fn ended(id: u32, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while is_alive(id) {
        ticks.tick().await;
    }
}

#[cfg(unix)]
fn is_alive(id: u32) -> bool {
    let id = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
    // A process of another user is alive too, and may not be signalled.
    id.is_some_and(|id| rustix::process::test_kill_process(id) != Err(rustix::io::Errno::SRCH))
}

/// There an editor's death closes the connection.
#[cfg(not(unix))]
fn is_alive(_: u32) -> bool {
    false
}
