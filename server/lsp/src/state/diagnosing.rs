//! The running rounds of diagnostics.

use std::collections::HashMap;

use tower_lsp::ls_types::Uri;

use crate::state::coalesced::Coalesced;

/// Each document has at most one round of diagnostics at a time.
#[derive(Default)]
pub(crate) struct Diagnosing {
    rounds: HashMap<Uri, Coalesced>,
    /// `workspace/diagnostic/refresh`, for clients that ask for diagnostics themselves.
    pub(crate) refresh: Coalesced,
}

impl Diagnosing {
    /// Requests a round for a document. Returns whether the caller must start it.
    pub(crate) fn request(&mut self, uri: &Uri) -> bool {
        self.rounds.entry(uri.clone()).or_default().request()
    }

    /// Notes the end of a document's round. Returns whether another must run.
    pub(crate) fn end_round(&mut self, uri: &Uri) -> bool {
        let again = self.rounds.get_mut(uri).is_some_and(Coalesced::end_round);
        if !again {
            self.rounds.remove(uri);
        }
        again
    }
}
