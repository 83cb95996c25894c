//! `unembed.fault`: fails on purpose, for those who test what the others notice of it. Only where the server was started
//! for that.

use std::sync::Arc;

use base::Cancel;
use lm::{Priority, Task};
use serde::Deserialize;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Result;

use crate::service::internal;
use crate::session::Session;

pub(crate) const NAME: &str = "unembed.fault";

/// What panics.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Where {
    /// The handler of the request.
    Handler,
    /// A job on the engine.
    Job,
    /// The engine's thread, between two jobs.
    Engine,
}

#[derive(Deserialize)]
pub(crate) struct Argument {
    r#where: Where,
}

/// Panics where it goes, and tells whoever waits for it.
struct Bomb {
    _told: oneshot::Sender<()>,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("a fault that was asked for, in the engine's thread");
        }
    }
}

pub(crate) async fn fault(session: &Arc<Session>, argument: Argument) -> Result<()> {
    let (told, gone) = oneshot::channel();
    let bomb = Bomb { _told: told };
    let cancel = Cancel::new();
    let job: lm::Job = match argument.r#where {
        Where::Handler => panic!("a fault that was asked for, in a handler"),
        Where::Job => Box::new(move |_| {
            let _bomb = bomb;
            panic!("a fault that was asked for, in a job")
        }),
        Where::Engine => {
            // A task that nobody wants any more is dropped as it is.
            cancel.cancel();
            Box::new(move |_| drop(bomb))
        }
    };
    session.backing.engine.submit(Task { session: session.id(), priority: Priority::Command, cancel, job });
    let _ = gone.await;
    Err(internal("the work failed, as it was asked to".to_owned()))
}
