//! `unembed.strengths`: the coefficients that editors offer for a target.

use std::sync::Arc;

use api::command::{Strength, StrengthsArguments, StrengthsResult};
use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::Command;
use crate::commands::document::snapshot;
use crate::commands::ready::ready;
use crate::session::Session;
use crate::session::progress::Running;

pub(crate) struct Strengths;

impl Command for Strengths {
    type Api = api::command::Strengths;
    const FORM: &'static str = r#"{"uri", "target", "position"?: n}, with a value vector such as "L3D77" or a name; or with "text" in place of "uri""#;

    async fn run(
        session: &Arc<Session>,
        arguments: StrengthsArguments,
        token: Option<ProgressToken>,
    ) -> Result<StrengthsResult> {
        let StrengthsArguments { source, target, position } = arguments;
        let snapshot = snapshot(source, session)?;
        let running = Running::start(session, "computing strengths".to_owned(), token);
        let answer = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let prepared = session.informed(prepared).await?;
            let work = session.run(prepared, Priority::Interactive, move |prepared, control| {
                ide::strengths(prepared.file(), &target, position, &*model, prepared.concepts.as_deref(), control)
            });
            work.await
        };
        let strengths = running.unless_cancelled(answer).await?;
        let strength = |strength: ide::Strength| Strength { value: strength.value, why: strength.why.to_owned() };
        Ok(StrengthsResult { strengths: strengths.into_iter().map(strength).collect() })
    }
}
