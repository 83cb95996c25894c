//! Diagnostics, pushed and pulled: of the current text alone, with its version.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Client, TestLibrary, show, uri};

const FAILING: &str = "---\nexpect:\n  - contains: nowhere at all\n---\nThe city";

fn codes(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap().to_owned()).collect()
}

async fn told(client: &mut Client) -> (Value, Vec<String>) {
    let told = client.told("textDocument/publishDiagnostics").await;
    (told["version"].clone(), codes(&told["diagnostics"]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_text_says_comes_at_once_and_what_must_be_run_later() {
    let mut client = Client::plain().await;
    client.engine.jobs.close();
    client.open("a", &FAILING.replace("expect", "colour: red\nexpect")).await;
    assert_eq!(told(&mut client).await, (json!(1), vec!["unknown-key".into()]));
    client.engine.jobs.open();
    assert_eq!(told(&mut client).await, (json!(1), vec!["unknown-key".into(), "expectation-failed".into()]));
    client.change("a", 2, json!([{"text": "The city"}])).await;
    assert_eq!(told(&mut client).await, (json!(2), vec![]));
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri("a")}})).await;
    assert_eq!(told(&mut client).await, (Value::Null, vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_said_of_a_text_that_is_gone() {
    let mut client = Client::plain().await;
    client.engine.checkpoints.close();
    client.open("a", FAILING).await;
    assert_eq!(told(&mut client).await, (json!(1), vec![]));
    client.engine.reached.reaches(1).await;
    client.change("a", 2, json!([{"text": "The city"}])).await;
    assert_eq!(told(&mut client).await, (json!(2), vec![]));
    client.engine.checkpoints.open();
    client.engine.stopped.reaches(1).await;
    let late: Vec<_> = client.unclaimed().await;
    assert!(late.iter().all(|m| m["method"] != "textDocument/publishDiagnostics"), "{late:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ranges_are_exact() {
    let mut client = Client::plain().await;
    client.open("a", "---\ninterventions:\n  - L9D9: off\n---\nThe city").await;
    let told = client.told("textDocument/publishDiagnostics").await;
    let diagnostics = told["diagnostics"].as_array().unwrap();
    expect!["2:4-8 1 unembed no-such-vector: L9D9 is not in fake: its value vectors are L0D0 to L2D7"]
        .assert_eq(&diagnostics.iter().map(show::diagnostic).collect::<Vec<_>>().join("\n"));
}

fn pulling() -> Value {
    json!({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": true}}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_asks_gets_all_and_is_told_to_ask_again() {
    let library = TestLibrary::unloaded();
    library.loading.close();
    let mut client = Client::connect(library, lsp::Options::default());
    let answer = client.initialize(json!({"capabilities": pulling()})).await;
    assert_eq!(answer["capabilities"]["diagnosticProvider"]["identifier"], "unembed");
    client.open("a", FAILING).await;
    let params = json!({"textDocument": {"uri": uri("a")}});
    let id = client.request("textDocument/diagnostic", params.clone()).await;
    assert_eq!(client.result(id).await, json!({"kind": "full", "items": []}));
    client.library.loading.open();
    client.asked("workspace/diagnostic/refresh", Value::Null).await;
    let id = client.request("textDocument/diagnostic", params.clone()).await;
    assert_eq!(codes(&client.result(id).await["items"]), ["expectation-failed"]);
    // Superseded like any other request.
    client.engine.checkpoints.close();
    let id = client.request("textDocument/diagnostic", params).await;
    client.change("a", 2, json!([{"text": "The city"}])).await;
    assert_eq!(client.error(id).await.0, -32801);
    assert!(client.unclaimed().await.iter().all(|m| m["method"] != "textDocument/publishDiagnostics"));
}
