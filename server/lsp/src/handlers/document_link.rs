//! `textDocument/documentLink`.

use std::ops::Range;
use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentLink, DocumentLinkParams};

use crate::session::Session;

pub(crate) async fn document_link(
    session: &Arc<Session>,
    params: DocumentLinkParams,
) -> Result<Option<Vec<DocumentLink>>> {
    let document = session.document(&params.text_document.uri)?;
    let capabilities = session.state().capabilities;
    let work = session.on_text(&document, move |snapshot| {
        let link = |(range, target): (Range<usize>, String)| DocumentLink {
            range: snapshot.range(&range, capabilities.encoding),
            target: target.parse().ok(),
            tooltip: capabilities.link_tooltips.then(|| "the model's page".to_owned()),
            data: None,
        };
        Some(ide::links(snapshot.file()).into_iter().map(link).collect())
    });
    work.await
}
