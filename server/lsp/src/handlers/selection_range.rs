//! `textDocument/selectionRange`.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{SelectionRange, SelectionRangeParams};

use crate::session::Session;

pub(crate) async fn selection_range(
    session: &Arc<Session>,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>> {
    let document = session.document(&params.text_document.uri)?;
    let encoding = session.state().capabilities.encoding;
    let own = session.clone();
    let work = session.on_text(&document, move |snapshot| {
        let model = own.loaded_model(snapshot);
        let at = |position| {
            let offset = snapshot.offset(position, encoding);
            let ranges = ide::selections(snapshot.file(), offset, model.as_deref());
            let outward = ranges.into_iter().rev().fold(None, |parent: Option<Box<SelectionRange>>, range| {
                Some(Box::new(SelectionRange { range: snapshot.range(&range, encoding), parent }))
            });
            // In an empty file, the position itself.
            let nothing = || SelectionRange { range: snapshot.range(&(offset..offset), encoding), parent: None };
            outward.map_or_else(nothing, |range| *range)
        };
        Some(params.positions.into_iter().map(at).collect())
    });
    work.await
}
