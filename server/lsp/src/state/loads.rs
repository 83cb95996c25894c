//! Models that are being loaded, and loads that failed.

use std::collections::HashMap;

use lm::{ModelKey, OpenError};
use tokio::sync::watch;

/// A model that is being loaded.
#[derive(Clone)]
pub(crate) struct Loading {
    /// The name that the user wrote.
    pub(crate) name: String,
    done: watch::Receiver<bool>,
}

impl Loading {
    pub(crate) async fn done(&mut self) {
        // The sender is dropped only when the load is over, too.
        let _ = self.done.wait_for(|done| *done).await;
    }
}

#[derive(Clone)]
pub(crate) enum Load {
    Running(Loading),
    Failed(OpenError),
}

#[derive(Default)]
pub(crate) struct Loads(HashMap<ModelKey, Load>);

impl Loads {
    pub(crate) fn get(&self, key: &ModelKey) -> Option<&Load> {
        self.0.get(key)
    }

    /// Notes the start of a load. The caller sends `true` at its end.
    pub(crate) fn begin(&mut self, key: ModelKey, name: String) -> (Loading, watch::Sender<bool>) {
        let done = watch::Sender::new(false);
        let loading = Loading { name, done: done.subscribe() };
        self.0.insert(key, Load::Running(loading.clone()));
        (loading, done)
    }

    pub(crate) fn end(&mut self, key: ModelKey, failure: Option<OpenError>) {
        match failure {
            None => self.0.remove(&key),
            Some(error) => self.0.insert(key, Load::Failed(error)),
        };
    }

    /// The name of a model that is being loaded.
    pub(crate) fn running(&self) -> Option<&str> {
        self.0.values().find_map(|load| match load {
            Load::Running(loading) => Some(loading.name.as_str()),
            Load::Failed(_) => None,
        })
    }

    /// Failed loads are tried again at the next request.
    pub(crate) fn forget_failures(&mut self) {
        self.0.retain(|_, load| matches!(load, Load::Running(_)));
    }
}
