//! `textDocument/semanticTokens/full`: tokens, told apart by how much they surprised the model.

use std::ops::Range;
use std::sync::Arc;

use base::Encoding;
use ide::Surprise;
use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend,
    SemanticTokensParams, SemanticTokensResult,
};

use crate::session::Session;
use crate::state::snapshot::Snapshot;

/// The types of a prompt's tokens.
const KIND: &str = "promptToken";

pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: vec![SemanticTokenType::new(KIND)],
        token_modifiers: Surprise::NAMES.map(SemanticTokenModifier::new).to_vec(),
    }
}

pub(crate) async fn semantic_tokens(
    session: &Arc<Session>,
    params: SemanticTokensParams,
) -> Result<Option<SemanticTokensResult>> {
    let document = session.document(&params.text_document.uri)?;
    let (encoding, wanted) = {
        let state = session.state();
        (state.capabilities.encoding, state.settings.surprise)
    };
    if !wanted {
        return Ok(None);
    }
    let work = session.on_model(&document, Priority::Views, move |prepared, model, control| {
        let surprises = ide::surprises(prepared.file(), model, control)?;
        let data = encoded(&prepared.snapshot, &surprises, encoding);
        Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data })))
    });
    work.await
}

/// Each relative to the one before, none across a line's end.
fn encoded(snapshot: &Snapshot, surprises: &[(Range<usize>, Surprise)], encoding: Encoding) -> Vec<SemanticToken> {
    let (mut line, mut start) = (0, 0);
    let mut data = Vec::with_capacity(surprises.len());
    for (range, surprise) in surprises {
        let mut at = range.start;
        for piece in snapshot.text[range.clone()].split_inclusive('\n') {
            let visible = piece.trim_end_matches(['\n', '\r']);
            let place = snapshot.range(&(at..at + visible.len()), encoding);
            at += piece.len();
            if visible.is_empty() {
                continue;
            }
            let same_line = place.start.line == line;
            data.push(SemanticToken {
                delta_line: place.start.line - line,
                delta_start: if same_line { place.start.character - start } else { place.start.character },
                length: place.end.character - place.start.character,
                token_type: 0,
                token_modifiers_bitset: 1 << *surprise as u32,
            });
            (line, start) = (place.start.line, place.start.character);
        }
    }
    data
}
