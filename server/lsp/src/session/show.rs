//! Showing the result of a command to the user of a client that does not show results itself: as a document if the client
//! can open one, else as a message.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::Arc;

use ide::page::PageLine;
use serde_json::json;
use tower_lsp::ls_types::{MessageType, ShowDocumentParams, Uri, request::ShowDocument};
use tracing::warn;

use crate::session::Session;
use crate::state::outbox::Note;
use crate::state::snapshot::Snapshot;

/// The largest number of characters of a message. Longer texts are cut.
const LONGEST_MESSAGE: usize = 2000;

impl Session {
    /// Shows a page, the result of a command on `about`. `what` ends the shown file's name. Does not wait for the client.
    pub(crate) fn show(self: &Arc<Self>, about: &Snapshot, what: &str, page: Vec<PageLine>) {
        let stem = about.uri.to_file_path().and_then(|p| Some(p.file_stem()?.to_string_lossy().into_owned()));
        let name = format!("{}-{what}", stem.unwrap_or_else(|| "prompt".to_owned()));
        let opens = self.state().capabilities.show_document;
        let session = self.clone();
        self.spawn(async move {
            let text = ide::page::text(&page);
            if !(opens && open(&session, name, text.clone()).await) {
                let message = match text.char_indices().nth(LONGEST_MESSAGE) {
                    Some((end, _)) => format!("{}…", &text[..end]),
                    None => text,
                };
                let params = json!({"type": MessageType::INFO, "message": message});
                session.outbox.put(Note::Other("window/showMessage", params));
            }
        });
    }
}

/// Returns whether the client shows it.
async fn open(session: &Arc<Session>, name: String, text: String) -> bool {
    let writer = session.clone();
    let written = session.blocking(move || -> io::Result<_> {
        let path = writer.results_folder()?.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?.write_all(text.as_bytes())?;
        Ok(path)
    });
    let path = match written.await {
        Ok(Ok(path)) => path,
        Ok(Err(error)) => {
            warn!("a result cannot be written to a file, and is shown as a message: {error}");
            return false;
        }
        Err(_) => return false,
    };
    let Some(uri) = Uri::from_file_path(&path) else { return false };
    let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection: None };
    session.client.send_request::<ShowDocument>(params).await.is_ok_and(|answer| answer.success)
}
