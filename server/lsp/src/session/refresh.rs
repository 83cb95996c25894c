//! Telling the client to ask again for what it shows by itself: lenses, hints, colours. One round at a time, however
//! often something changes.

use std::sync::Arc;

use tracing::debug;

use crate::session::Session;

/// What the client shows by itself and is willing to ask for again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Views {
    pub(crate) lenses: bool,
    pub(crate) hints: bool,
    pub(crate) colours: bool,
}

impl Session {
    /// A model, an index or a setting changed: there may be other things to show.
    pub(crate) fn views_changed(self: &Arc<Self>) {
        {
            let mut state = self.state();
            if !state.initialized || state.abilities.views == Views::default() {
                return;
            }
            if let Some(again) = &mut state.refreshing_views {
                *again = true;
                return;
            }
            state.refreshing_views = Some(false);
        }
        let session = self.clone();
        self.spawn(async move {
            loop {
                session.refresh_views().await;
                let mut state = session.state();
                match &mut state.refreshing_views {
                    Some(again) if *again => *again = false,
                    refreshing => {
                        *refreshing = None;
                        return;
                    }
                }
            }
        });
    }

    async fn refresh_views(&self) {
        let Views { lenses, hints, colours } = self.state().abilities.views;
        let mut refused = Vec::new();
        if lenses {
            refused.extend(self.client.code_lens_refresh().await.err());
        }
        if hints {
            refused.extend(self.client.inlay_hint_refresh().await.err());
        }
        if colours {
            refused.extend(self.client.semantic_tokens_refresh().await.err());
        }
        refused.iter().for_each(|error| debug!("the client does not ask again: {error}"));
    }
}
