//! The protocol without a session: refusing an editor that cannot be served, and running one command on a server for the
//! command line.

use std::fmt;
use std::path::Path;

use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tower_lsp::ls_types::Uri;

/// The largest size of a message, in bytes. A longer one ends the connection.
const LONGEST: u64 = 64 << 20;

/// Answers every request with an error that says `why`, until the editor disconnects or sends `exit`.
pub async fn refuse(mut input: impl AsyncBufRead + Unpin, mut output: impl AsyncWrite + Unpin, why: &str) {
    while let Some(message) = message(&mut input).await {
        if message["method"] == "exit" {
            return;
        }
        let Some(id) = message.get("id").filter(|_| message.get("method").is_some()) else { continue };
        let error = json!({"code": -32803, "message": format!("unembed: {why}")});
        if send(&mut output, &json!({"jsonrpc": "2.0", "id": id, "error": error})).await.is_err() {
            return;
        }
    }
}

/// Why a command gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskError {
    /// The connection ended first.
    NoAnswer,
    /// The server's error message.
    Refused(String),
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer => f.write_str("the server did not answer"),
            Self::Refused(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for AskError {}

/// Runs one command on a server, as an editor in this folder would, and disconnects.
pub async fn ask(
    mut input: impl AsyncBufRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
    folder: &Path,
    command: &str,
    argument: Value,
) -> Result<Value, AskError> {
    let root = Uri::from_file_path(folder);
    let messages = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "capabilities": {}, "rootUri": root, "initializationOptions": {"results": true},
        }}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "workspace/executeCommand", "params": {
            "command": command, "arguments": [argument],
        }}),
    ];
    for message in &messages {
        send(&mut output, message).await.map_err(|_| AskError::NoAnswer)?;
    }
    let mut answer = loop {
        let answer = message(&mut input).await.ok_or(AskError::NoAnswer)?;
        if answer.get("error").is_some() || answer["id"] == 2 && answer.get("method").is_none() {
            break answer;
        }
    };
    for message in
        [json!({"jsonrpc": "2.0", "id": 3, "method": "shutdown"}), json!({"jsonrpc": "2.0", "method": "exit"})]
    {
        // The answer is there: a failure to shut down cleanly does not matter.
        let _ = send(&mut output, &message).await;
    }
    match answer["error"]["message"].as_str() {
        Some(error) => Err(AskError::Refused(error.to_owned())),
        None => Ok(answer["result"].take()),
    }
}

async fn send(output: &mut (impl AsyncWrite + Unpin), message: &Value) -> std::io::Result<()> {
    let body = message.to_string();
    output.write_all(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
    output.flush().await
}

/// The next message; null if it is not JSON, `None` at the end.
async fn message(input: &mut (impl AsyncBufRead + Unpin)) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if (&mut *input).take(4096).read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        match line.trim_end().split_once(':') {
            None if line.trim_end().is_empty() => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok(),
            _ => {}
        }
    }
    let length: u64 = length.filter(|length| *length <= LONGEST)?;
    let mut body = Vec::new();
    (&mut *input).take(length).read_to_end(&mut body).await.ok()?;
    Some(serde_json::from_slice(&body).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_are_answered_and_notifications_are_not() {
        let frame = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let input = [
            frame(r#"{"id":1,"method":"initialize"}"#),
            frame("no JSON"),
            frame(r#"{"method":"initialized"}"#),
            frame(r#"{"id":5,"result":null}"#),
            frame(r#"{"id":"b","method":"shutdown"}"#),
            frame(r#"{"method":"exit"}"#),
            frame(r#"{"id":2,"method":"initialize"}"#),
        ];
        let mut output = Vec::new();
        refuse(input.concat().as_bytes(), &mut output, "no room; make some").await;
        let mut output = &output[..];
        let mut ids = Vec::new();
        while let Some(answer) = message(&mut output).await {
            assert_eq!(answer["error"]["message"], "unembed: no room; make some");
            ids.push(answer["id"].clone());
        }
        assert_eq!(ids, [json!(1), json!("b")]);
    }
}
