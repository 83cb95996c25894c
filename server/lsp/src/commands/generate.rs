//! `unembed.generate`: the continuation of every run of a file.

use std::sync::Arc;

use api::GenerateDocument;
use api::notification::{self, GeneratedParams};
use base::RunName;
use ide::page::generate_page;
use lm::{Generated, Priority};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::{Arguments, Command};
use crate::commands::document::snapshot;
use crate::commands::ready::{model_name, ready};
use crate::session::Session;
use crate::session::progress::{Progress, Running};
use crate::state::outbox::{Note, Outbox};

pub(crate) struct Generate;

impl Command for Generate {
    type Api = api::command::Generate;
    const FORM: &'static str = r#"{"uri"}, with an open prompt file, or {"text"}"#;

    async fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        token: Option<ProgressToken>,
    ) -> Result<GenerateDocument> {
        let snapshot = snapshot(arguments.source, session)?;
        let wishes = session.state().wishes.clone();
        let running = Running::start(session, "generating".to_owned(), token.clone());
        let mut stream = Stream {
            outbox: wishes.generated.then(|| session.outbox.clone()),
            progress: running.progress(),
            token,
            uri: snapshot.uri.as_str().to_owned(),
            run: RunName::baseline(),
            tokens: 0,
            held: Vec::new(),
        };
        let answer = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let work = session.run(prepared, Priority::Command, move |prepared, control| {
                let name = model_name(prepared, &*model);
                let mut each = |piece: Generated<'_>| stream.piece(piece);
                let document = ide::generate(prepared.file(), &name, &*model, control, &mut each)?;
                stream.finish();
                let page = (!wishes.results).then(|| generate_page(&document, &*model));
                Ok((document, page))
            });
            work.await
        };
        let (document, page) = running.unless_cancelled(answer).await?;
        if let Some(page) = page {
            session.show(&snapshot, "generated.txt", page);
        }
        Ok(document)
    }
}

/// Sends new tokens to the client: as progress, and as text if the client asked for it.
struct Stream {
    outbox: Option<Arc<Outbox>>,
    progress: Progress,
    token: Option<ProgressToken>,
    uri: String,
    run: RunName,
    tokens: usize,
    /// The bytes of an incomplete character.
    held: Vec<u8>,
}

impl Stream {
    fn piece(&mut self, piece: Generated<'_>) {
        if self.run != *piece.run {
            self.finish();
            (self.run, self.tokens) = (piece.run.clone(), 0);
        }
        self.tokens += piece.ids.len();
        self.progress.report(format!("{}: {} tokens", self.run, self.tokens), None);
        if self.outbox.is_some() {
            self.held.extend_from_slice(piece.bytes);
            let text = whole_characters(&mut self.held);
            self.send(piece.ids.to_vec(), text);
        }
    }

    /// Ends a run: the bytes of an incomplete character become U+FFFD.
    fn finish(&mut self) {
        if !self.held.is_empty() {
            let text = String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned();
            self.send(Vec::new(), text);
        }
    }

    fn send(&self, ids: Vec<base::TokenId>, text: String) {
        if let Some(outbox) = &self.outbox {
            let token = self.token.clone().map(|token| match token {
                ProgressToken::Number(number) => notification::ProgressToken::Number(number),
                ProgressToken::String(text) => notification::ProgressToken::Text(text),
            });
            let (uri, run) = (self.uri.clone(), self.run.clone());
            outbox.put(Note::Generated(GeneratedParams { token, uri, run, ids, text }));
        }
    }
}

/// Takes the complete characters; bytes that can never be UTF-8 become U+FFFD.
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
