//! The concept index in a session: opened when somebody searches, and built in the background when that is the first time.
//! What is searched meanwhile is what is there.

use std::sync::Arc;

use base::Cancel;
use lm::{Concepts, Control, LanguageModel, Priority, Task};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Result;
use tracing::warn;

use crate::commands::Running;
use crate::convert::failed;
use crate::session::{Asked, Session};

impl Session {
    /// The index of a model; it is opened or made, and what is missing of it begins to be built.
    pub(crate) async fn concepts(self: &Arc<Self>, model: &Arc<dyn LanguageModel>) -> Result<Arc<dyn Concepts>> {
        let Some(indexes) = self.backing.indexes.clone() else {
            return Err(failed("there is no folder for concept indexes on this machine: set `index.folder`"));
        };
        let wanted = model.clone();
        let opened = self.blocking(move || indexes.of(&*wanted)).await?;
        let concepts = opened.map_err(failed)?;
        let state = concepts.state();
        if !(state.is_complete() && state.clustered) && !state.building {
            self.build(model.clone(), concepts.clone());
        }
        Ok(concepts)
    }

    /// Builds on the engine, behind everything that somebody waits for. Once for a model, whoever asks first.
    fn build(self: &Arc<Self>, model: Arc<dyn LanguageModel>, concepts: Arc<dyn Concepts>) {
        let fingerprint = model.info().fingerprint.clone();
        if !self.state().building.insert(fingerprint.clone()) {
            return;
        }
        let session = self.clone();
        self.spawn(async move {
            let title = format!("building the concept index of {}", model.info().name);
            let running = Running::start(&session, title, None);
            let progress = running.progress();
            let asked = Asked(Cancel::new());
            let (sender, receiver) = oneshot::channel();
            let job = Box::new(move |control: &dyn Control| {
                let mut each = |done: usize, all: usize, what: &str| {
                    let percentage = (done * 100).checked_div(all).map(|p| p.min(100) as u32);
                    progress.report(format!("{done} of {all} {what}"), percentage);
                };
                let built = base::catch(|| concepts.build(&*model, control, &mut each));
                // Nobody may be listening any more.
                let _ = sender.send(built);
            });
            let task = Task { session: session.id(), priority: Priority::Background, cancel: asked.0.clone(), job };
            session.backing.engine.submit(task);
            let built = running
                .unless_cancelled(async { Ok(receiver.await.map_err(|_| "the build was dropped".to_owned())) })
                .await;
            match built {
                Ok(Ok(Ok(Ok(())))) => {}
                // A cancelled build goes on when somebody searches the next time.
                Err(_) | Ok(Ok(Ok(Err(lm::Error::Cancelled)))) => {}
                Ok(Ok(Ok(Err(error)))) => session.warn(&error.to_string()),
                Ok(Ok(Err(panicked))) => session.warn(&panicked.to_string()),
                Ok(Err(dropped)) => warn!("{dropped}"),
            }
            drop((asked, running));
            session.state().building.remove(&fingerprint);
        });
    }
}
