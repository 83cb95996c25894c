//! `textDocument/foldingRange`, `textDocument/selectionRange` and `textDocument/documentLink`: places, by what stands there.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentLink, DocumentLinkParams, FoldingRange, FoldingRangeKind, FoldingRangeParams, SelectionRange,
    SelectionRangeParams,
};

use crate::convert;
use crate::session::Session;

pub(crate) async fn folding_range(
    session: &Arc<Session>,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>> {
    let document = session.document(&params.text_document.uri)?;
    let snapshot = document.snapshot.clone();
    let work = session.blocking(move || {
        if snapshot.is_names() {
            return None;
        }
        let lines = snapshot.lines();
        let folding = |range: std::ops::Range<usize>| {
            let text = snapshot.text[range.clone()].trim_end();
            FoldingRange {
                start_line: lines.line_of(range.start) as u32,
                end_line: lines.line_of(range.start + text.len()) as u32,
                kind: Some(FoldingRangeKind::Region),
                ..FoldingRange::default()
            }
        };
        Some(ide::foldings(snapshot.file()).into_iter().map(folding).collect())
    });
    document.unless_edited(work).await
}

pub(crate) async fn selection_range(
    session: &Arc<Session>,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>> {
    let document = session.document(&params.text_document.uri)?;
    let encoding = session.state().abilities.encoding;
    let (own, snapshot) = (session.clone(), document.snapshot.clone());
    let work = session.blocking(move || {
        if snapshot.is_names() {
            return None;
        }
        let model = own.loaded_model(&snapshot);
        let at = |position| {
            let offset = convert::offset(snapshot.lines(), &snapshot.text, position, encoding);
            let ranges = ide::selections(snapshot.file(), offset, model.as_deref());
            let outward = ranges.into_iter().rev().fold(None, |parent: Option<Box<SelectionRange>>, range| {
                Some(Box::new(SelectionRange { range: convert::range(&snapshot, &range, encoding), parent }))
            });
            // An empty file: the place itself.
            let nothing =
                || SelectionRange { range: convert::range(&snapshot, &(offset..offset), encoding), parent: None };
            outward.map_or_else(nothing, |range| *range)
        };
        Some(params.positions.into_iter().map(at).collect())
    });
    document.unless_edited(work).await
}

pub(crate) async fn document_link(
    session: &Arc<Session>,
    params: DocumentLinkParams,
) -> Result<Option<Vec<DocumentLink>>> {
    let document = session.document(&params.text_document.uri)?;
    let encoding = session.state().abilities.encoding;
    let snapshot = document.snapshot.clone();
    let work = session.blocking(move || {
        if snapshot.is_names() {
            return None;
        }
        let link = |(range, target): (std::ops::Range<usize>, String)| DocumentLink {
            range: convert::range(&snapshot, &range, encoding),
            target: target.parse().ok(),
            tooltip: Some("the model's page".to_owned()),
            data: None,
        };
        Some(ide::links(snapshot.file()).into_iter().map(link).collect())
    });
    document.unless_edited(work).await
}
