//! `unembed.fault`: panics on purpose, for tests. The server has it only if its options allow it.

use std::sync::Arc;

use base::Cancel;
use lm::{Priority, Task};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::Command;
use crate::errors::internal;
use crate::session::Session;

pub(crate) struct Fault;

/// Where the panic happens.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Where {
    /// The handler of the request.
    Handler,
    /// A job on the engine.
    Job,
    /// The engine's thread, between two jobs.
    Engine,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    r#where: Where,
}

/// The command's declaration. It is not in the schema, which is for users.
pub(crate) struct Declared;

impl api::command::Command for Declared {
    const NAME: &'static str = "unembed.fault";
    const ABOUT: &'static str = "Panic on purpose, for tests.";
    type Arguments = Arguments;
    type Result = ();
}

/// Panics when it is dropped, and closes its channel.
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

impl Command for Fault {
    type Api = Declared;
    const FORM: &'static str = r#"{"where": "handler" | "job" | "engine"}"#;

    async fn run(session: &Arc<Session>, arguments: Arguments, _: Option<ProgressToken>) -> Result<()> {
        let (told, gone) = oneshot::channel();
        let bomb = Bomb { _told: told };
        let cancel = Cancel::new();
        let job: lm::Job = match arguments.r#where {
            Where::Handler => panic!("a fault that was asked for, in a handler"),
            Where::Job => Box::new(move |_| {
                let _bomb = bomb;
                panic!("a fault that was asked for, in a job")
            }),
            Where::Engine => {
                // A cancelled task is dropped without running.
                cancel.cancel();
                Box::new(move |_| drop(bomb))
            }
        };
        session.backing.engine.submit(Task { session: session.id(), priority: Priority::Command, cancel, job });
        let _ = gone.await;
        Err(internal("the work failed, as it was asked to".to_owned()))
    }
}
