//! The language server protocol at the edge: framing, sessions, dispatch, conversion, one file a request. The only
//! crate with the protocol's types; it sees models through `lm` and knows nothing of how they compute.
//!
//! A request's way: reader, framing, session (state changes there and only there, in the order of arrival), snapshot,
//! `ide` on the engine's thread, answer. Nothing is computed in a handler, so that an editor's next message is always
//! read; no handler waits for the client, so that nobody waits in a circle.
//!
//! What a client may put into `initializationOptions`, besides settings (see `config`):
//!
//! - `"generated": true`: it gets `unembed/generated` while text comes.
//! - `"results": true`: it shows the results of commands itself. Without it the server shows them, as a document or a
//!   message.

mod commands;
mod convert;
mod framing;
mod handlers;
mod recent;
mod router;
mod service;
mod session;
mod state;
mod talk;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use router::Handlers;
use service::Guarded;
use session::Session;
use state::outbox::Outbox;
use tokio::io::{AsyncRead, AsyncWrite, duplex};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tower_lsp::{LspService, Server};

#[doc(hidden)] // for the fuzzing of the wire alone
pub use framing::{End, read as read_messages};
pub use recent::{Answered, Recent};
pub use state::settings::Options;
pub use talk::{ask, refuse};

/// Between framing and library, bytes.
const PIPE: usize = 64 * 1024;
/// So many messages may be at work at a time. More than may wait for answers: a client whose requests all wait is still
/// read, and can cancel them.
const CONCURRENCY: usize = service::MOST + 256;
/// How long the last answers of a session may take to get to a client that has said `exit`.
const GRACE: Duration = Duration::from_secs(2);

/// What a session stands on. Sessions may share all of it.
#[derive(Clone)]
pub struct Backing {
    /// Where models come from.
    pub library: Arc<dyn lm::Library>,
    /// What runs them.
    pub engine: Arc<dyn lm::Engine>,
    /// Where concept indexes are; `None`: there is no search.
    pub indexes: Option<Arc<dyn lm::Indexes>>,
    /// How long requests took lately.
    pub recent: Arc<Recent>,
    /// What was decided beforehand.
    pub options: Options,
    /// The program's, for the client.
    pub version: String,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// `shutdown`, then `exit`: as it should be.
    InOrder,
    /// `exit` without `shutdown`; a process that served only this client exits with 1.
    WithoutShutdown,
    /// The connection broke off.
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
    // Whatever way this future ends, the session ends with it.
    let session = Ending(service.inner().0.clone());

    let (to_library, library_in) = duplex(PIPE);
    let (library_out, from_library) = duplex(PIPE);
    let (refuse, refusals) = mpsc::channel(1);
    let library = Server::new(library_in, library_out, socket)
        .concurrency_level(CONCURRENCY)
        .serve(Guarded::new(service, recent));
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
                if session.0.state().shut_down { Ended::InOrder } else { Ended::WithoutShutdown }
            }
        },
        () = &mut talk => Ended::Lost,
    }
}

struct Ending(Arc<Session>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// A panic elsewhere is reported where it happens; state is only ever replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
