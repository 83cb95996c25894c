//! Applies changed settings.

use std::sync::Arc;

use api::notification::Wishes;
use serde_json::Value;
use tokio::runtime::RuntimeFlavor;

use crate::session::Session;
use crate::state::settings::Settings;

impl Session {
    /// Takes the editor's layer. The user gets one warning for each problem in any layer.
    pub(crate) fn set(self: &Arc<Self>, mut client: Option<Value>) {
        if let Some(Value::Object(members)) = &mut client {
            members.retain(|name, _| !Wishes::NAMES.contains(&name.as_str()));
        }
        self.state().client_settings = client;
        self.read_settings();
    }

    /// Reads all layers again, as files may have changed.
    pub(crate) fn read_settings(self: &Arc<Self>) {
        let (roots, client) = {
            let state = self.state();
            (state.roots.clone(), state.client_settings.clone())
        };
        // In the order of the client's messages, but the disk may be slow: other sessions' work moves to other threads.
        let read = || Settings::of(&self.backing.options, &roots, client);
        let (settings, problems) = match self.runtime.runtime_flavor() {
            RuntimeFlavor::MultiThread => tokio::task::block_in_place(read),
            _ => read(),
        };
        self.state().settings = settings;
        self.views_changed();
        problems.iter().for_each(|problem| self.warn_once(&problem.to_string()));
    }
}
