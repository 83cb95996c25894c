//! `unembed.trace`: the FFN trace of every run of a file.

use std::sync::Arc;

use api::TraceDocument;
use api::command::{NamedPositions, TraceArguments, TracePositions};
use ide::TraceOptions;
use ide::page::trace_page;
use lm::{Positions, Priority};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::{Arguments, Command};
use crate::commands::document::snapshot;
use crate::commands::ready::{model_name, ready};
use crate::session::Session;
use crate::session::progress::Running;

pub(crate) struct Trace;

/// What to trace. `top` is the setting `trace.top`.
fn options(arguments: TraceArguments, top: usize) -> TraceOptions {
    let default = TraceOptions::default();
    TraceOptions {
        positions: arguments.positions.map(|positions| match positions {
            TracePositions::Named(NamedPositions::All) => Positions::All,
            TracePositions::Named(NamedPositions::Last) => Positions::Last,
            TracePositions::List(list) => Positions::List(list),
        }),
        layers: arguments.layers,
        top: arguments.top.unwrap_or(top),
        updates: arguments.updates.unwrap_or(default.updates),
        words: arguments.words.unwrap_or(default.words),
        generated: arguments.generated.unwrap_or(default.generated),
    }
}

impl Command for Trace {
    type Api = api::command::Trace;
    const FORM: &'static str = r#"{"uri", "positions"?: "all" | "last" | [n, ...], "layers"?: [n, ...], "top"?: n, "updates"?: n, "words"?: n, "generated"?: n}, or with "text" in place of "uri""#;

    async fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        token: Option<ProgressToken>,
    ) -> Result<TraceDocument> {
        let snapshot = snapshot(arguments.source.clone(), session)?;
        let (results, top) = {
            let state = session.state();
            (state.wishes.results, state.settings.trace_top)
        };
        let options = options(arguments, top);
        let running = Running::start(session, "tracing".to_owned(), token);
        let answer = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let work = session.run(prepared, Priority::Command, move |prepared, control| {
                let name = model_name(prepared, &*model);
                let document = ide::trace(prepared.file(), &name, &*model, &options, control)?;
                let page = (!results).then(|| trace_page(&document, &*model, control)).transpose()?;
                Ok((document, page))
            });
            work.await
        };
        let (document, page) = running.unless_cancelled(answer).await?;
        if let Some(page) = page {
            session.show(&snapshot, "trace.txt", page);
        }
        Ok(document)
    }
}
