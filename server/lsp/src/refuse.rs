//! What an editor hears where there is no server: an answer to each of its requests that says why.

use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Longer messages are not read: nobody is there to make sense of them.
const LONGEST: u64 = 64 << 20;

/// Answers every request with an error that says `why`, until the editor leaves or says `exit`.
pub async fn refuse(mut input: impl AsyncBufRead + Unpin, mut output: impl AsyncWrite + Unpin, why: &str) {
    while let Some(message) = message(&mut input).await {
        if message["method"] == "exit" {
            return;
        }
        let Some(id) = message.get("id").filter(|_| message.get("method").is_some()) else { continue };
        let error = json!({"code": -32803, "message": format!("unembed: {why}")});
        let answer = json!({"jsonrpc": "2.0", "id": id, "error": error}).to_string();
        let framed = format!("Content-Length: {}\r\n\r\n{answer}", answer.len());
        if output.write_all(framed.as_bytes()).await.is_err() || output.flush().await.is_err() {
            return;
        }
    }
}

/// The next message; null where it is no JSON, `None` where there are no more.
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
