//! `unembed.fetch`: downloads a model. The only command that uses the network.

use std::sync::Arc;

use api::command::FetchArguments;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::Command;
use crate::errors::{failed, model_error};
use crate::session::Session;
use crate::session::execution::{CancelOnDrop, on_thread};
use crate::session::progress::Running;

pub(crate) struct Fetch;

impl Command for Fetch {
    type Api = api::command::Fetch;
    const FORM: &'static str = r#"{"id"}, with the Hugging Face id of a model, such as "openai-community/gpt2""#;

    async fn run(
        session: &Arc<Session>,
        FetchArguments { id }: FetchArguments,
        token: Option<ProgressToken>,
    ) -> Result<()> {
        let running = Running::start(session, format!("fetching {id}"), token);
        let (library, progress) = (session.backing.library.clone(), running.progress());
        let asked = CancelOnDrop::default();
        let cancel = asked.cancel();
        let answer = async {
            let fetched = on_thread("fetch", move || {
                library.fetch(&id, &cancel, &mut |done, all| {
                    let percentage = (all > 0).then(|| (done.min(all) as f64 / all as f64 * 100.0) as u32);
                    progress.report(format!("{} of {} MB", done >> 20, all >> 20), percentage);
                })
            });
            let fetched = fetched.await.map_err(|error| failed(error.to_string()))?;
            fetched.map_err(|error| model_error(&error))
        };
        running.unless_cancelled(answer).await?;
        session.state().loads.forget_failures();
        session.models_changed();
        Ok(())
    }
}
