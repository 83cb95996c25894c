//! The language server protocol: framing, sessions, handlers, commands. The only crate with the protocol's types. It sees
//! models through `lm` and knows nothing of how they compute.
//!
//! From the bottom up, and each imports only what stands before it:
//!
//! - `state/`: what a session knows, as plain data.
//! - `session/`: one editor's session, which changes its state and runs its work.
//! - `commands/` and `handlers/`: one file for each command, request and notification.
//! - `router` and `service`: which handler answers a message, in the order of arrival.
//!
//! A request goes from the reader through the framing to the router and its handler, which takes a snapshot of the
//! session's state; `ide` answers on the engine's thread. Handlers compute nothing, so that the next message is always
//! read. They do not wait for the client, which may be waiting for them.
//!
//! What a client can put into `initializationOptions`, besides settings (see `config`):
//!
//! - `"generated": true`: the server sends `unembed/generated` while text is generated.
//! - `"results": true`: the client shows the results of commands itself. Without it the server shows them, as a document
//!   or a message.

mod backing;
mod commands;
mod convert;
mod errors;
mod framing;
mod handlers;
mod positions;
mod recent;
mod router;
mod service;
mod session;
mod state;
mod talk;
mod uri;

use std::sync::Arc;
use std::time::Duration;

use handlers::did_change;
use router::Handlers;
use service::Guarded;
use session::Session;
use state::outbox::Outbox;
use tokio::io::{AsyncRead, AsyncWrite, duplex};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tower_lsp::{LspService, Server};

pub use backing::Backing;
#[doc(hidden)] // for the fuzzing of the wire alone
pub use framing::{End, read as read_messages};
pub use recent::{Answered, Recent};
pub use state::settings::Options;
pub use talk::{AskError, ask, refuse};

/// The size of the pipes between framing and library, in bytes.
const PIPE: usize = 64 * 1024;
/// Number of messages that are handled at a time. It is larger than the number of requests that may wait for answers, so
/// that a client whose requests all wait can still cancel them.
const CONCURRENCY: usize = service::MOST + 256;
/// How long the server tries to send the last answers to a client that has sent `exit`.
const GRACE: Duration = Duration::from_secs(2);

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// `shutdown`, then `exit`, as the protocol asks.
    InOrder,
    /// `exit` without `shutdown`; a process that served only this client exits with 1.
    WithoutShutdown,
    /// The connection was lost.
    Lost,
}

/// Serves one client until it leaves. Must run on a tokio runtime with time enabled.
pub async fn serve<I, O>(input: I, output: O, backing: Backing) -> Ended
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let limit = backing.options.message_limit;
    let (outbox, recent) = (Arc::new(Outbox::default()), backing.recent.clone());
    let (service, socket) = LspService::build(|client| Handlers(Session::new(backing, client, outbox.clone())))
        .custom_method("window/workDoneProgress/cancel", Handlers::work_done_progress_cancel)
        .finish();
    // The session ends with this future, also if the future is dropped.
    let session = Ending(service.inner().0.clone());

    let (to_library, library_in) = duplex(PIPE);
    let (library_out, from_library) = duplex(PIPE);
    let (refuse, refusals) = mpsc::channel(1);
    let looking = session.0.clone();
    let service = Guarded::new(service, recent, commands::names().collect()).preparing(move |request| {
        let request = uri::with_valid_uris(request);
        did_change::look(&looking, &request);
        request
    });
    let library = Server::new(library_in, library_out, socket).concurrency_level(CONCURRENCY).serve(service);
    let writing = framing::write(from_library, output, refusals, &outbox);
    let talk = async {
        let library = async {
            library.await;
            Ok(())
        };
        let _ = tokio::try_join!(library, writing);
    };
    tokio::pin!(talk);
    tokio::select! {
        end = framing::read(input, to_library, limit, refuse) => match end {
            End::Lost => Ended::Lost,
            End::Exit => {
                let _ = timeout(GRACE, talk).await;
                if session.0.state().is_shut_down { Ended::InOrder } else { Ended::WithoutShutdown }
            }
        },
        () = &mut talk => Ended::Lost,
        () = session.0.client_ended.notified() => Ended::Lost,
    }
}

struct Ending(Arc<Session>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end();
    }
}
