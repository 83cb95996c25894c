//! Notifications on their way to the client, in order. A newer one replaces an older one that it supersedes, so
//! that the memory for a client that does not read is bounded by its documents and commands.

use std::collections::VecDeque;
use std::sync::Mutex;

use api::notification::{Generated, GeneratedParams, Notification, Status, StatusParams};
use base::lock;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tower_lsp::ls_types::{ProgressToken, PublishDiagnosticsParams, WorkDoneProgress};

/// A notification.
#[derive(Clone, Debug)]
pub(crate) enum Note {
    /// `unembed/status`; only the newest is kept.
    Status(StatusParams),
    /// Only the newest of a document is kept.
    Diagnostics(PublishDiagnosticsParams),
    /// Only the newest report of a token is kept.
    Progress(ProgressToken, WorkDoneProgress),
    /// `unembed/generated`; pieces of one run are joined.
    Generated(GeneratedParams),
    /// Anything else.
    Other(&'static str, Value),
}

impl Note {
    /// Merges a newer note that supersedes or continues this one; otherwise returns it.
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
            (Self::Generated(old), Self::Generated(new))
                if (&old.token, &old.uri, &old.run) == (&new.token, &new.uri, &new.run) =>
            {
                old.ids.extend(new.ids);
                old.text.push_str(&new.text);
            }
            (_, newer) => return Some(newer),
        }
        None
    }

    fn into_body(self) -> Vec<u8> {
        let (method, params) = match self {
            Self::Status(params) => (Status::NAME, json!(params)),
            Self::Diagnostics(params) => ("textDocument/publishDiagnostics", json!(params)),
            Self::Progress(token, value) => ("$/progress", json!({"token": token, "value": value})),
            Self::Generated(params) => (Generated::NAME, json!(params)),
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
    /// Queues a note, or merges it into a queued one.
    pub(crate) fn put(&self, note: Note) {
        let mut queue = lock(&self.queue);
        // Nothing takes in any other note, so the queue is not searched for it.
        let left = match note {
            Note::Other(..) => Some(note),
            note => queue.iter_mut().rev().try_fold(note, |note, old| old.absorb(note)),
        };
        queue.extend(left);
        self.filled.notify_one();
    }

    /// The next message's body.
    pub(crate) fn take(&self) -> Option<Vec<u8>> {
        let note = lock(&self.queue).pop_front();
        note.map(Note::into_body)
    }

    /// Waits until there may be a message.
    pub(crate) async fn filled(&self) {
        self.filled.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use api::notification::{Health, Phase};
    use base::{RunName, TokenId};
    use tower_lsp::ls_types::{WorkDoneProgressEnd, WorkDoneProgressReport};

    use super::*;

    fn told(notes: impl IntoIterator<Item = Note>) -> Vec<Value> {
        let outbox = Outbox::default();
        notes.into_iter().for_each(|note| outbox.put(note));
        std::iter::from_fn(|| outbox.take()).map(|body| serde_json::from_slice(&body).unwrap()).collect()
    }

    fn diagnostics(uri: &str, version: i32) -> Note {
        let uri = format!("file:///{uri}").parse().unwrap();
        Note::Diagnostics(PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: Some(version) })
    }

    fn status(n: i32) -> Note {
        let (health, phase, builds) = (Health::Ok, Phase::Ready, Vec::new());
        let (subject, done, all) = (None, None, None);
        Note::Status(StatusParams { health, busy: false, message: n.to_string(), phase, subject, done, all, builds })
    }

    fn report(token: i32, message: &str) -> Note {
        let report = WorkDoneProgressReport { message: Some(message.into()), ..Default::default() };
        Note::Progress(ProgressToken::Number(token), WorkDoneProgress::Report(report))
    }

    fn end(token: i32) -> Note {
        Note::Progress(ProgressToken::Number(token), WorkDoneProgress::End(WorkDoneProgressEnd { message: None }))
    }

    fn generated(run: &str, id: u32, text: &str) -> Note {
        let (uri, run, ids) = ("file:///a".to_owned(), RunName::new(run), vec![TokenId(id)]);
        Note::Generated(GeneratedParams { token: None, uri, run, ids, text: text.into() })
    }

    #[test]
    fn a_client_that_does_not_read_gets_what_counts_now() {
        let notes = (0..1000).flat_map(|n| {
            let other = if n % 2 == 0 { "a" } else { "b" };
            [diagnostics(other, n), status(n), report(1, &n.to_string())]
        });
        let seen = told(notes);
        assert_eq!(seen.len(), 4, "{seen:?}");
        assert_eq!(seen[0]["params"]["version"], 998);
        assert_eq!(seen[1]["params"]["message"], "999");
        assert_eq!(seen[2]["params"]["value"]["message"], "999");
        assert_eq!(seen[3]["params"]["version"], 999);
    }

    #[test]
    fn text_is_joined_run_by_run() {
        let seen =
            told([generated("a", 1, "x"), generated("a", 2, "y"), generated("b", 3, "z"), generated("b", 4, "")]);
        let seen: Vec<_> =
            seen.iter().map(|n| (&n["params"]["run"], &n["params"]["ids"], &n["params"]["text"])).collect();
        let (a, b) = ((json!("a"), json!([1, 2]), json!("xy")), (json!("b"), json!([3, 4]), json!("z")));
        assert_eq!(seen, [(&a.0, &a.1, &a.2), (&b.0, &b.1, &b.2)]);
    }

    #[test]
    fn what_differs_stays_and_stays_in_order() {
        let other = |n| Note::Other("window/showMessage", json!({"message": n}));
        let seen = told([report(1, "a"), report(2, "b"), other(1), other(2), end(1), end(2)]);
        assert_eq!(seen.len(), 6, "{seen:?}");
        assert_eq!((&seen[2]["params"]["message"], &seen[4]["params"]["token"]), (&json!(1), &json!(1)));
    }
}
