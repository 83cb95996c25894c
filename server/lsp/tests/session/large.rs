//! Much at once: ten megabytes in a file, more requests than are handled at a time, a client that does not read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::task::yield_now;

use crate::support::{Client, TestEngine, TestLibrary};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_megabytes_are_pasted() {
    let mut client = Client::plain().await;
    client.open("a", "---\ninterventions:\n  - L1D2: 3\n---\nThe city").await;
    let paste = " of the 🙂 river\n".repeat(600_000);
    assert!(paste.len() > 10 << 20);
    let at = |line: u32, character: u32| json!({"line": line, "character": character});
    let range = json!({"start": at(4, 8), "end": at(4, 8)});
    client.change("a", 2, json!([{"range": range, "text": paste}])).await;
    let id = client.hover("a", 4, 5).await;
    let hover = client.result(id).await;
    assert_eq!(hover["range"], json!({"start": at(4, 3), "end": at(4, 8)}));
    // Typed at the end, and before it.
    let range = json!({"start": at(600_004, 0), "end": at(600_004, 0)});
    client.change("a", 3, json!([{"range": range, "text": "x"}])).await;
    let range = json!({"start": at(4, 0), "end": at(4, 3)});
    client.change("a", 4, json!([{"range": range, "text": ""}])).await;
    let id = client.hover("a", 4, 1).await;
    assert_eq!(client.result(id).await["range"], json!({"start": at(4, 0), "end": at(4, 5)}));
    client.claim(|m| m["params"]["version"] == 4 && m["params"]["diagnostics"][0]["message"].is_string()).await;
    assert_eq!(client.leave().await, lsp::Ended::InOrder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_answered_whole() {
    const REQUESTS: i64 = 2000;
    let mut client = Client::plain().await;
    client.open("a", "The city of Paris").await;
    client.engine.jobs.close();
    let mut sent = Vec::new();
    for i in 0..REQUESTS {
        if i == 200 {
            client.engine.jobs.open();
        }
        sent.push(client.hover("a", 0, (i % 17) as u32).await);
    }
    for id in sent {
        client.answer(id).await;
    }
    assert!(client.unclaimed().await.iter().all(|m| m.get("method").is_some()));
}

/// On one thread, with nothing running beside it, what can be done is done after enough turns: what is not read by then
/// is not read before the client reads.
#[tokio::test]
async fn a_client_that_does_not_read_is_not_read() {
    let (mut input, server_input) = duplex(1 << 12);
    let (server_output, mut output) = duplex(1 << 12);
    let backing = lsp::Backing {
        library: TestLibrary::loaded(),
        indexes: None,
        engine: TestEngine::start(),
        recent: Arc::default(),
        options: lsp::Options::default(),
        version: String::new(),
    };
    let session = tokio::spawn(lsp::serve(server_input, server_output, backing));
    let taken = Arc::new(AtomicUsize::new(0));
    let count = taken.clone();
    // Asks for what is refused at once, and sends what is no message.
    let flood = tokio::spawn(async move {
        loop {
            let body = json!({"jsonrpc": "2.0", "id": 1, "method": "x".repeat(500)}).to_string();
            let message = format!("Content-Length: {}\r\n\r\n{body}Content-Length: 2\r\n\r\n[]", body.len());
            if input.write_all(message.as_bytes()).await.is_err() {
                return;
            }
            count.fetch_add(message.len(), Ordering::Relaxed);
        }
    });
    let turns = async || {
        for _ in 0..50_000 {
            yield_now().await;
        }
        taken.load(Ordering::Relaxed)
    };
    let first = turns().await;
    assert_eq!(turns().await, first, "it is read although it does not read");
    assert!(first < 1 << 20, "{first} bytes are somewhere");
    // It goes on when the client reads.
    let (mut read, mut buffer) = (0, vec![0; 1 << 16]);
    while read < 1 << 21 {
        read += output.read(&mut buffer).await.unwrap();
    }
    assert!(turns().await > first + (1 << 20));
    drop(output);
    assert_eq!(session.await.unwrap(), lsp::Ended::Lost);
    flood.await.unwrap();
}
