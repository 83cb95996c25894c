//! `unembed.clusters`: the clusters of a model's value vectors.

use std::sync::Arc;

use api::ClustersDocument;
use api::command::ClustersArguments;
use ide::page::clusters_page;
use lm::{Control, LanguageModel};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::{Arguments, Command};
use crate::commands::model_index::{Needs, Shown, no_index, run_on_index, snapshot_of};
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::prepared::Prepared;

pub(crate) struct Clusters;

impl Command for Clusters {
    type Api = api::command::Clusters;
    const FORM: &'static str =
        r#"{"uri"?, "text"?, "model"?, "cluster"?: n, "id"?}, with a value vector such as "L3D77""#;

    async fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        token: Option<ProgressToken>,
    ) -> Result<ClustersDocument> {
        let ClustersArguments { about, cluster, id } = arguments;
        let shown = Shown::of(session);
        let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn Control| {
            let concepts = prepared.concepts.as_deref().ok_or_else(no_index)?;
            let number = match (cluster, id) {
                (None, Some(id)) => Some(ide::cluster_of(&id, model, concepts, &prepared.file().names, control)?),
                (number, _) => number,
            };
            let all = ide::clusters(number, model, concepts, control)?;
            let page = shown.as_page.then(|| clusters_page(&all, model, control)).transpose()?;
            Ok((all, page))
        };
        let snapshot = snapshot_of(about, session)?;
        let running = Running::start(session, "reading clusters".to_owned(), token);
        let (all, page) = run_on_index(session, &running, &snapshot, Needs::Index, work).await?;
        if let Some(page) = page {
            session.show(&snapshot, "clusters.txt", page);
        }
        Ok(all)
    }
}
