//! Clients that leave, in every way.

use lsp::Ended;
use serde_json::json;

use crate::support::{Client, uri};

/// In the middle of a generation.
async fn generating() -> Client {
    let mut client = Client::plain().await;
    client.open("a", "The city of Paris").await;
    client.engine.checkpoints.close();
    client.command("unembed.generate", json!({"uri": uri("a")}), Some("t")).await;
    client.engine.reached.reaches(1).await;
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_disappears_stops_its_work() {
    let client = generating().await;
    let engine = client.engine.clone();
    assert_eq!(client.hang_up().await, Ended::Lost);
    engine.checkpoints.open();
    engine.stopped.reaches(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_cannot_be_written_to_is_gone() {
    let mut client = generating().await;
    client.go_deaf().await;
    // Its progress is what cannot be written.
    client.engine.checkpoints.open();
    assert_eq!(client.ended().await, Ended::Lost);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_breaks_off_in_a_message() {
    for bytes in ["Content-Len", "Content-Length: 100\r\n\r\n{\"jsonrpc\":", "Content-Length: 100000000\r\n\r\n{\"js"] {
        let mut client = Client::plain().await;
        client.raw(bytes.as_bytes()).await;
        assert_eq!(client.hang_up().await, Ended::Lost, "{bytes:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_stops_what_runs() {
    let mut client = generating().await;
    let id = client.request("shutdown", serde_json::Value::Null).await;
    client.result(id).await;
    client.send(json!({"jsonrpc": "2.0", "method": "exit"})).await;
    assert_eq!(client.ended().await, Ended::InOrder);
    client.engine.checkpoints.open();
    client.engine.stopped.reaches(1).await;
}
