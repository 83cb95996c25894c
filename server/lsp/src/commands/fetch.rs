//! `unembed.fetch`: brings a model here, when its user says so.

use std::sync::Arc;

use base::Cancel;
use serde::Deserialize;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::convert::{failed, model_error};
use crate::session::models::on_thread;
use crate::session::progress::Running;
use crate::session::{Asked, Session};

pub(crate) const NAME: &str = "unembed.fetch";

#[derive(Deserialize)]
pub(crate) struct Argument {
    /// A Hugging Face id.
    id: String,
}

pub(crate) async fn fetch(session: &Arc<Session>, argument: Argument, token: Option<ProgressToken>) -> Result<()> {
    let id = argument.id;
    let running = Running::start(session, format!("fetching {id}"), token);
    let (library, progress) = (session.backing.library.clone(), running.progress());
    let asked = Asked(Cancel::new());
    let cancel = asked.0.clone();
    let answer = async {
        let fetched = on_thread("fetch", move || {
            library.fetch(&id, &cancel, &mut |done, all| {
                let percentage = (all > 0).then(|| (done.min(all) as f64 / all as f64 * 100.0) as u32);
                progress.report(format!("{} of {} MB", done >> 20, all >> 20), percentage);
            })
        });
        fetched.await.map_err(failed)?.map_err(|error| model_error(&error))
    };
    running.unless_cancelled(answer).await?;
    session.state().loads.forget_failures();
    session.models_changed();
    Ok(())
}
