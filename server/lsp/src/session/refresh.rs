//! Asks the client to request lenses, hints and colours again.

use std::sync::Arc;

use tracing::debug;

use crate::session::Session;
use crate::state::capabilities::Views;

impl Session {
    /// Call it when a model, an index or a setting has changed.
    pub(crate) fn views_changed(self: &Arc<Self>) {
        {
            let mut state = self.state();
            let has_views = state.is_initialized && state.capabilities.views != Views::default();
            if !has_views || !state.views_refresh.request() {
                return;
            }
        }
        let session = self.clone();
        self.spawn(async move {
            loop {
                session.refresh_views().await;
                if !session.state().views_refresh.end_round() {
                    return;
                }
            }
        });
    }

    async fn refresh_views(&self) {
        let Views { lenses, hints, colours } = self.state().capabilities.views;
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
        refused.iter().for_each(|error| debug!("the client refused to refresh: {error}"));
    }
}
