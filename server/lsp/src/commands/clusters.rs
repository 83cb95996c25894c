//! `unembed.clusters`: the clusters of a model's value vectors.

use std::sync::Arc;

use api::ClustersDocument;
use ide::page::clusters_page;
use lm::{Control, LanguageModel};
use serde::Deserialize;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::Command;
use crate::commands::model_index::{ModelArgument, Needs, Shown, no_index, run_on_index};
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::prepared::Prepared;

pub(crate) struct Clusters;

/// All clusters, if neither `cluster` nor `id` says which.
#[derive(Deserialize)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    model: ModelArgument,
    /// By its number.
    cluster: Option<usize>,
    /// The one that this vector is in.
    id: Option<String>,
}

impl Command for Clusters {
    const NAME: &'static str = "unembed.clusters";
    const FORM: &'static str =
        r#"{"uri"?, "text"?, "model"?, "cluster"?: n, "id"?}, with a value vector such as "L3D77""#;
    type Arguments = Arguments;
    type Result = ClustersDocument;

    async fn run(
        session: &Arc<Session>,
        arguments: Arguments,
        token: Option<ProgressToken>,
    ) -> Result<ClustersDocument> {
        let Arguments { model, cluster, id } = arguments;
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
        let snapshot = model.snapshot(session)?;
        let running = Running::start(session, "looking at clusters".to_owned(), token);
        let (all, page) = run_on_index(session, &running, &snapshot, Needs::Index, work).await?;
        if let Some(page) = page {
            session.show(&snapshot, "clusters.txt", page);
        }
        Ok(all)
    }
}
