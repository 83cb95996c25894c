//! `textDocument/foldingRange`.

use std::ops::Range;
use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use crate::session::Session;

pub(crate) async fn folding_range(
    session: &Arc<Session>,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>> {
    let document = session.document(&params.text_document.uri)?;
    let work = session.on_text(&document, |snapshot| {
        let lines = snapshot.lines();
        let folding = |range: Range<usize>| {
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
    work.await
}
