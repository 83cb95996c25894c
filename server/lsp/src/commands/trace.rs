//! `unembed.trace`: the FFN trace of every run of a file.

use std::sync::Arc;

use ide::TraceOptions;
use ide::page::trace_page;
use lm::{Positions, Priority};
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{ProgressToken, Uri};

use crate::commands::{document, model_name, ready};
use crate::session::Session;
use crate::session::progress::Running;
use crate::session::show;

pub(crate) const NAME: &str = "unembed.trace";

#[derive(Deserialize)]
pub(crate) struct Argument {
    uri: Uri,
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

impl Argument {
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

pub(crate) async fn trace(session: &Arc<Session>, argument: Argument, token: Option<ProgressToken>) -> Result<Value> {
    let opened = session.document(&argument.uri)?;
    let (wishes, top) = {
        let state = session.state();
        (state.wishes, state.settings.trace_top)
    };
    let options = argument.options(top);
    let running = Running::start(session, "tracing".to_owned(), token);
    let answer = async {
        let (prepared, model) = ready(session, &opened.snapshot, &running.progress()).await?;
        let work = session.run(prepared, Priority::Command, move |prepared, control| {
            let document = ide::trace(prepared.file(), &model_name(prepared, &*model), &*model, &options, control)?;
            let page = (!wishes.results).then(|| trace_page(&document, &*model, control)).transpose()?;
            Ok((document, page))
        });
        let (result, page) = work.await?;
        Ok((document(session, result).await?, page))
    };
    let (value, page) = running.unless_cancelled(answer).await?;
    if let Some(page) = page {
        show::show(session, &opened.snapshot, "trace.txt", page);
    }
    Ok(value)
}
