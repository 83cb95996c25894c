//! Notifications on their way to the client, in order. A newer one takes the place of an older one that it makes
//! pointless, so that a client that does not read costs no more memory than it has documents and commands.

use std::collections::VecDeque;
use std::sync::Mutex;

use base::TokenId;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tower_lsp::ls_types::{ProgressToken, PublishDiagnosticsParams, Uri, WorkDoneProgress};

use crate::lock;

/// A notification.
#[derive(Clone, Debug)]
pub(crate) enum Note {
    /// `unembed/status`; the newest counts.
    Status(Value),
    /// Of a document the newest counts.
    Diagnostics(PublishDiagnosticsParams),
    /// Of reports of one token the newest counts.
    Progress(ProgressToken, WorkDoneProgress),
    /// `unembed/generated`; pieces of one run are joined.
    Generated { token: Option<ProgressToken>, uri: Uri, run: &'static str, ids: Vec<TokenId>, text: String },
    /// Anything else.
    Other(&'static str, Value),
}

impl Note {
    /// Takes in a newer note that makes this one pointless or goes on where it ends; gives it back otherwise.
    fn absorb(&mut self, newer: Self) -> Option<Self> {
        match (&mut *self, newer) {
            (Self::Status(old), Self::Status(new)) => *old = new,
            (Self::Diagnostics(old), Self::Diagnostics(new)) if old.uri == new.uri => *old = new,
            (
                Self::Progress(token, WorkDoneProgress::Report(old)),
                Self::Progress(same, WorkDoneProgress::Report(new)),
            ) if *token == same => {
                *old = new;
            }
            (
                Self::Generated { token, uri, run, ids, text },
                Self::Generated { token: t, uri: u, run: r, ids: more, text: rest },
            ) if (&*token, &*uri, *run) == (&t, &u, r) => {
                ids.extend(more);
                text.push_str(&rest);
            }
            (_, newer) => return Some(newer),
        }
        None
    }

    fn into_body(self) -> Vec<u8> {
        let (method, params) = match self {
            Self::Status(params) => ("unembed/status", params),
            Self::Diagnostics(params) => ("textDocument/publishDiagnostics", json!(params)),
            Self::Progress(token, value) => ("$/progress", json!({"token": token, "value": value})),
            Self::Generated { token, uri, run, ids, text } => {
                ("unembed/generated", json!({"token": token, "uri": uri, "run": run, "ids": ids, "text": text}))
            }
            Self::Other(method, params) => (method, params),
        };
        json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string().into_bytes()
    }
}

/// The queue. Putting never waits.
#[derive(Default)]
pub(crate) struct Outbox {
    queue: Mutex<VecDeque<Note>>,
    filled: Notify,
}

impl Outbox {
    /// Puts a note behind those that wait, or into one of them.
    pub(crate) fn put(&self, note: Note) {
        let mut queue = lock(&self.queue);
        let left = queue.iter_mut().rev().fold(Some(note), |note, old| note.and_then(|note| old.absorb(note)));
        queue.extend(left);
        self.filled.notify_one();
    }

    /// The next message's body.
    pub(crate) fn take(&self) -> Option<Vec<u8>> {
        let note = lock(&self.queue).pop_front();
        note.map(Note::into_body)
    }

    /// Waits until there may be something to take.
    pub(crate) async fn filled(&self) {
        self.filled.notified().await;
    }
}
