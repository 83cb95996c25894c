//! `unembed.trace`: the FFN trace of every run of a file.

use std::sync::Arc;

use api::TraceDocument;
use ide::TraceOptions;
use ide::page::trace_page;
use lm::{Positions, Priority};
use serde::Deserialize;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::Command;
use crate::commands::document::DocumentArgument;
use crate::commands::ready::{model_name, ready};
use crate::session::Session;
use crate::session::progress::Running;

pub(crate) struct Trace;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    document: DocumentArgument,
    #[serde(flatten)]
    parts: Parts,
}

/// What the trace shows; the defaults are the settings' and `TraceOptions`'.
#[derive(Deserialize)]
struct Parts {
    positions: Option<Where>,
    layers: Option<Vec<usize>>,
    top: Option<usize>,
    updates: Option<usize>,
    words: Option<usize>,
    generated: Option<usize>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Where {
    Named(Named),
    List(Vec<usize>),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Named {
    All,
    Last,
}

impl Parts {
    /// `top` is the setting's.
    fn options(self, top: usize) -> TraceOptions {
        let default = TraceOptions::default();
        TraceOptions {
            positions: self.positions.map(|positions| match positions {
                Where::Named(Named::All) => Positions::All,
                Where::Named(Named::Last) => Positions::Last,
                Where::List(list) => Positions::List(list),
            }),
            layers: self.layers,
            top: self.top.unwrap_or(top),
            updates: self.updates.unwrap_or(default.updates),
            words: self.words.unwrap_or(default.words),
            generated: self.generated.unwrap_or(default.generated),
        }
    }
}

impl Command for Trace {
    const NAME: &'static str = "unembed.trace";
    const FORM: &'static str = r#"{"uri", "positions"?: "all" | "last" | [n, ...], "layers"?: [n, ...], "top"?: n, "updates"?: n, "words"?: n, "generated"?: n}, or with "text" in place of "uri""#;
    type Arguments = Arguments;
    type Result = TraceDocument;

    async fn run(session: &Arc<Session>, arguments: Arguments, token: Option<ProgressToken>) -> Result<TraceDocument> {
        let snapshot = arguments.document.snapshot(session)?;
        let (client_options, top) = {
            let state = session.state();
            (state.client_options, state.settings.trace_top)
        };
        let options = arguments.parts.options(top);
        let running = Running::start(session, "tracing".to_owned(), token);
        let answer = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let work = session.run(prepared, Priority::Command, move |prepared, control| {
                let name = model_name(prepared, &*model);
                let document = ide::trace(prepared.file(), &name, &*model, &options, control)?;
                let page = (!client_options.results).then(|| trace_page(&document, &*model, control)).transpose()?;
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
