//! Running commands, loads and builds with progress.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;
use tower_lsp::ls_types::ProgressToken;

/// In the order in which they started.
#[derive(Default)]
pub(crate) struct RunningCommands {
    next: u64,
    running: BTreeMap<u64, RunningCommand>,
}

struct RunningCommand {
    title: String,
    token: Option<ProgressToken>,
    cancelled: Arc<Notify>,
}

/// A command that was registered.
pub(crate) struct Registered {
    pub(crate) number: u64,
    /// The token that the server chose, if the client gave none and takes one.
    pub(crate) own_token: Option<ProgressToken>,
    pub(crate) cancelled: Arc<Notify>,
}

impl RunningCommands {
    /// `token` is the client's. Without one the server chooses one if `takes_ours`.
    pub(crate) fn register(&mut self, title: String, token: Option<ProgressToken>, takes_ours: bool) -> Registered {
        let (number, cancelled) = (self.next, Arc::new(Notify::new()));
        self.next += 1;
        let own_token = (token.is_none() && takes_ours).then(|| ProgressToken::String(format!("unembed/{number}")));
        let command =
            RunningCommand { title, token: token.or_else(|| own_token.clone()), cancelled: cancelled.clone() };
        self.running.insert(number, command);
        Registered { number, own_token, cancelled }
    }

    pub(crate) fn remove(&mut self, number: u64) {
        self.running.remove(&number);
    }

    /// The title of the oldest.
    pub(crate) fn title(&self) -> Option<String> {
        self.running.values().next().map(|command| command.title.clone())
    }

    /// `window/workDoneProgress/cancel`.
    pub(crate) fn cancel(&self, token: &ProgressToken) {
        for command in self.running.values().filter(|c| c.token.as_ref() == Some(token)) {
            command.cancelled.notify_one();
        }
    }
}
