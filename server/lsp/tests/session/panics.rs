//! Panics and work that is lost: one answer each, and the session lives.

use lm::OpenError;
use serde_json::json;

use crate::support::{Client, TestLibrary, uri};

const INTERNAL: i64 = -32603;

/// The request gets one answer, an error that says this, and a good one after it is answered.
async fn check(client: &mut Client, id: i64, says: &str) {
    let (code, message) = client.error(id).await;
    assert_eq!(code, INTERNAL, "{message}");
    assert!(message.contains(says), "{message}");
    client.open("good", "The city of Paris").await;
    let good = client.hover("good", 0, 1).await;
    assert!(client.result(good).await.is_object());
    let late: Vec<_> = client.unclaimed().await.into_iter().filter(|m| m["id"] == id).collect();
    assert!(late.is_empty(), "{late:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_model_panics() {
    let mut client = Client::plain().await;
    client.open("a", "---\nexpect:\n  - next: \" the\"\n---\nBOOM").await;
    let id = client.hover("a", 4, 1).await;
    check(&mut client, id, "the model panicked").await;
    for command in ["unembed.generate", "unembed.trace"] {
        let id = client.command(command, json!({"uri": uri("a")}), Some("t")).await;
        check(&mut client, id, "the model panicked").await;
    }
    assert_eq!(client.leave().await, lsp::Ended::InOrder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_engine_loses_a_task() {
    let mut client = Client::plain().await;
    client.open("a", "The city").await;
    client.engine.lose_next();
    let id = client.hover("a", 0, 1).await;
    check(&mut client, id, "dropped").await;
    client.engine.lose_next();
    let id = client.command("unembed.generate", json!({"uri": uri("a")}), None).await;
    check(&mut client, id, "dropped").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_panics() {
    let mut client = Client::plain().await;
    client.open("a", "The city").await;
    client.engine.panic_on_submit();
    let id = client.hover("a", 0, 1).await;
    check(&mut client, id, "submitting panicked").await;
    client.engine.panic_on_submit();
    let id = client.command("unembed.trace", json!({"uri": uri("a")}), Some("t")).await;
    check(&mut client, id, "submitting panicked").await;
    // Its progress ended, too.
    client.open("b", "The city").await;
    let id = client.command("unembed.trace", json!({"uri": uri("b")}), Some("t")).await;
    client.result(id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_library_panics() {
    let mut client = Client::plain().await;
    client.open("a", "The city").await;
    client.told("textDocument/publishDiagnostics").await;
    client.library.find_panics(true);
    let id = client.hover("a", 0, 1).await;
    let (code, message) = client.error(id).await;
    assert_eq!(code, INTERNAL, "{message}");
    client.change("a", 2, json!([{"text": "The city of"}])).await;
    client.settled().await;
    client.library.find_panics(false);
    client.change("a", 3, json!([{"text": "The city of Paris"}])).await;
    let id = client.hover("a", 0, 1).await;
    assert!(client.result(id).await.is_object());
    client.claim(|m| m["params"]["version"] == 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn loading_panics() {
    let library = TestLibrary::unloaded();
    library.fail(Some(OpenError::new("BOOM")));
    let mut client = Client::start(library, json!({"capabilities": {}})).await;
    client.open("a", "The city").await;
    let told = client.claim(|m| m["params"]["diagnostics"][0]["code"] == "no-model").await;
    assert!(told["params"]["diagnostics"][0]["message"].as_str().unwrap().contains("loading panicked"), "{told}");
    let id = client.command("unembed.generate", json!({"uri": uri("a")}), None).await;
    assert_eq!(client.error(id).await.0, -32803);
    assert_eq!(client.leave().await, lsp::Ended::InOrder);
}
