//! `unembed.generate`: the continuation of every run of a file.

use std::sync::Arc;

use ide::page::generate_page;
use lm::{Generated, Priority};
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{ProgressToken, Uri};

use crate::commands::{document, model_name, ready};
use crate::session::Session;
use crate::session::progress::{Progress, Running};
use crate::session::show;
use crate::state::outbox::{Note, Outbox};

pub(crate) const NAME: &str = "unembed.generate";

#[derive(Deserialize)]
pub(crate) struct Argument {
    uri: Uri,
}

pub(crate) async fn generate(
    session: &Arc<Session>,
    argument: Argument,
    token: Option<ProgressToken>,
) -> Result<Value> {
    let opened = session.document(&argument.uri)?;
    let wishes = session.state().wishes;
    let running = Running::start(session, "generating".to_owned(), token.clone());
    let mut stream = Stream {
        outbox: wishes.generated.then(|| session.outbox.clone()),
        progress: running.progress(),
        token,
        uri: argument.uri,
        run: "",
        tokens: 0,
        held: Vec::new(),
    };
    let answer = async {
        let (prepared, model) = ready(session, &opened.snapshot, &running.progress()).await?;
        let work = session.run(prepared, Priority::Command, move |prepared, control| {
            let name = model_name(prepared, &*model);
            let document = ide::generate(prepared.file(), &name, &*model, control, &mut |piece| stream.piece(piece))?;
            stream.finish();
            let page = (!wishes.results).then(|| generate_page(&document, &*model));
            Ok((document, page))
        });
        let (result, page) = work.await?;
        Ok((document(session, result).await?, page))
    };
    let (value, page) = running.unless_cancelled(answer).await?;
    if let Some(page) = page {
        show::show(session, &opened.snapshot, "generated.txt", page);
    }
    Ok(value)
}

/// New tokens on their way to the client: as progress for all, as text for those who asked.
struct Stream {
    outbox: Option<Arc<Outbox>>,
    progress: Progress,
    token: Option<ProgressToken>,
    uri: Uri,
    run: &'static str,
    tokens: usize,
    /// The bytes of a character that is not whole yet.
    held: Vec<u8>,
}

impl Stream {
    fn piece(&mut self, piece: Generated<'_>) {
        if self.run != piece.run.0 {
            self.finish();
            (self.run, self.tokens) = (piece.run.0, 0);
        }
        self.tokens += piece.ids.len();
        self.progress.report(format!("{}: {} tokens", self.run, self.tokens), None);
        if self.outbox.is_some() {
            self.held.extend_from_slice(piece.bytes);
            let text = whole_characters(&mut self.held);
            self.send(piece.ids.to_vec(), text);
        }
    }

    /// A run is over: what is no character now will not become one.
    fn finish(&mut self) {
        if !self.held.is_empty() {
            let text = String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned();
            self.send(Vec::new(), text);
        }
    }

    fn send(&self, ids: Vec<base::TokenId>, text: String) {
        if let Some(outbox) = &self.outbox {
            let (token, uri) = (self.token.clone(), self.uri.clone());
            outbox.put(Note::Generated { token, uri, run: self.run, ids, text });
        }
    }
}

/// Takes what is whole; bytes that can never be UTF-8 as U+FFFD.
fn whole_characters(held: &mut Vec<u8>) -> String {
    let mut text = String::new();
    let mut chunks = held.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        let unfinished = std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        if unfinished && chunks.peek().is_none() {
            *held = chunk.invalid().to_vec();
            return text;
        }
        if !chunk.invalid().is_empty() {
            text.push('\u{fffd}');
        }
    }
    held.clear();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_sent_whole() {
        let check = |pieces: &[&[u8]], expected: &[&str]| {
            let mut held = Vec::new();
            let texts: Vec<_> = pieces
                .iter()
                .map(|piece| {
                    held.extend_from_slice(piece);
                    whole_characters(&mut held)
                })
                .collect();
            assert_eq!(texts, expected, "{pieces:?}");
        };
        check(&[b"a", "é".as_bytes()], &["a", "é"]);
        check(&[b"a\xf0", b"\x9f\x99", b"\x82b"], &["a", "", "🙂b"]);
        check(&[b"\xff", b"\xc3", b"x"], &["\u{fffd}", "", "\u{fffd}x"]);
    }
}
