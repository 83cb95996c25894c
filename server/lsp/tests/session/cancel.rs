//! Cancelling and superseding: the asker gets its one answer at once, and the engine stops.

use serde_json::{Value, json};

use crate::support::{Client, uri};

const CANCELLED: i64 = -32800;
const MODIFIED: i64 = -32801;

/// A client whose engine stops at every checkpoint until it may go on.
async fn held() -> Client {
    let mut client = Client::plain().await;
    client.open("a", "The city of Paris").await;
    client.engine.checkpoints.close();
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_command_stops() {
    let mut client = held().await;
    let id = client.command("unembed.generate", json!({"uri": uri("a")}), None).await;
    client.engine.checkpoints.let_through(5);
    client.engine.reached.reaches(6).await;
    client.cancel(id).await;
    // Answered while the engine still stands at its checkpoint.
    assert_eq!(client.error(id).await.0, CANCELLED);
    assert_eq!(client.engine.stopped.now(), 0);
    client.engine.checkpoints.open();
    client.engine.stopped.reaches(1).await;
    assert_eq!(client.engine.reached.now(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_cancelled_by_its_progress() {
    let mut client = held().await;
    let id = client.command("unembed.generate", json!({"uri": uri("a")}), Some("mine")).await;
    client.engine.reached.reaches(1).await;
    for token in ["other", "mine"] {
        client.notify("window/workDoneProgress/cancel", json!({"token": token})).await;
    }
    assert_eq!(client.error(id).await.0, CANCELLED);
    client.engine.checkpoints.open();
    client.engine.stopped.reaches(1).await;
    let kinds: Vec<_> = client.unclaimed().await.iter().map(|m| m["params"]["value"]["kind"].clone()).collect();
    let kinds: Vec<_> = kinds.iter().filter_map(Value::as_str).collect();
    assert_eq!(kinds, ["begin", "end"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_is_cancelled_before_it_starts_never_does() {
    let mut client = Client::plain().await;
    client.open("a", "The city of Paris").await;
    client.engine.jobs.close();
    let id = client.hover("a", 0, 1).await;
    client.engine.submitted.reaches(1).await;
    client.cancel(id).await;
    assert_eq!(client.error(id).await.0, CANCELLED);
    client.engine.jobs.open();
    client.engine.dropped.reaches(1).await;
    assert_eq!(client.engine.reached.now(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_supersedes_hovers_of_its_document_alone() {
    let mut client = held().await;
    client.open("b", "The river").await;
    let a = client.hover("a", 0, 1).await;
    client.engine.reached.reaches(1).await;
    let b = client.hover("b", 0, 1).await;
    client.change("a", 2, json!([{"text": "The food"}])).await;
    assert_eq!(client.error(a).await.0, MODIFIED);
    client.engine.checkpoints.open();
    client.engine.stopped.reaches(1).await;
    assert!(client.result(b).await.is_object());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_supersedes_no_command_and_closing_supersedes_nothing() {
    let mut client = held().await;
    let generate = client.command("unembed.generate", json!({"uri": uri("a")}), None).await;
    client.engine.reached.reaches(1).await;
    client.change("a", 2, json!([{"text": "The food"}])).await;
    let hover = client.hover("a", 0, 1).await;
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri("a")}})).await;
    client.open("a", "The river").await;
    client.settled().await;
    client.engine.checkpoints.open();
    let ids = client.result(generate).await["prompt_ids"].clone();
    assert_eq!(ids, json!([257, 258, 259, 260]), "of the text as it was: The| city| of| Paris");
    assert!(client.result(hover).await.is_object());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancels_that_come_too_late_or_mean_nothing() {
    let mut client = Client::plain().await;
    client.open("a", "The city of Paris").await;
    let id = client.hover("a", 0, 1).await;
    client.result(id).await;
    client.cancel(id).await;
    client.cancel(12345).await;
    client.notify("$/cancelRequest", json!({"id": {}})).await;
    client.notify("$/cancelRequest", json!({})).await;
    let id = client.hover("a", 0, 1).await;
    assert!(client.result(id).await.is_object());
    let answers: Vec<_> = client.unclaimed().await.into_iter().filter(|m| m.get("method").is_none()).collect();
    assert!(answers.is_empty(), "{answers:?}");
}
