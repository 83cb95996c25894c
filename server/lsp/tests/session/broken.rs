//! Broken messages between good ones: each is answered, and so is the good one behind it.

use serde_json::{Value, json};

use crate::support::{Client, TestLibrary, uri};

const PARSE: i64 = -32700;
const INVALID: i64 = -32600;

fn framed(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

/// Sends the bytes, expects this answer to them and nothing else, and that the session goes on.
async fn check(client: &mut Client, bytes: &str, code: i64, id: Value) {
    client.raw(bytes.as_bytes()).await;
    let good = client.hover("a", 0, 1).await;
    let hover = client.result(good).await;
    assert!(hover["contents"]["value"].is_string(), "{hover}");
    let answers: Vec<_> = client.unclaimed().await.into_iter().filter(|m| m.get("method").is_none()).collect();
    let seen: Vec<_> = answers.iter().map(|m| (m["error"]["code"].as_i64(), m["id"].clone())).collect();
    assert_eq!(seen, [(Some(code), id)], "{bytes:?}: {answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_broken_message() {
    let mut client = Client::plain().await;
    client.open("a", "The city of Paris").await;
    let good = framed(r#"{"jsonrpc":"2.0","method":"$/nothing"}"#);
    let null = Value::Null;
    // No JSON.
    check(&mut client, &framed("nonsense"), PARSE, null.clone()).await;
    check(&mut client, &framed(""), PARSE, null.clone()).await;
    check(&mut client, &framed("{\"jsonrpc\": \"2.0\", \"id\": 1"), PARSE, null.clone()).await;
    check(&mut client, &framed(&"[".repeat(50_000)), PARSE, null.clone()).await;
    // JSON, but no message.
    check(&mut client, &framed("[]"), INVALID, null.clone()).await;
    check(&mut client, &framed(r#"[{"jsonrpc":"2.0","id":900,"method":"shutdown"}]"#), INVALID, null.clone()).await;
    check(&mut client, &framed(r#"{"id":901,"method":"shutdown"}"#), INVALID, json!(901)).await;
    check(&mut client, &framed(r#"{"jsonrpc":"3","id":902,"method":"shutdown"}"#), INVALID, json!(902)).await;
    check(&mut client, &framed(r#"{"jsonrpc":"2.0","id":903,"method":7}"#), INVALID, json!(903)).await;
    check(&mut client, &framed(r#"{"jsonrpc":"2.0","id":[],"method":"shutdown"}"#), INVALID, null.clone()).await;
    check(&mut client, &framed(r#"{"jsonrpc":"2.0","id":"x","method":"m","params":3}"#), INVALID, json!("x")).await;
    check(&mut client, &framed(r#"{"jsonrpc":"2.0","id":904}"#), INVALID, json!(904)).await;
    // Broken headers.
    check(&mut client, "what is this?\r\n\r\n", PARSE, null.clone()).await;
    check(&mut client, "Content-Type: text/plain\r\n\r\n{}", PARSE, null.clone()).await;
    check(&mut client, "Content-Length: many\r\n\r\n{}", PARSE, null.clone()).await;
    check(&mut client, "Content-Length: 99999999999999999999999999\r\n\r\n{}", PARSE, null.clone()).await;
    // Wrong lengths: too long by more than the next message, by less than its header, and too short.
    let body = r#"{"jsonrpc":"2.0","id":905,"method":"shut"#;
    check(&mut client, &format!("Content-Length: 1000000\r\n\r\n{body}"), PARSE, null.clone()).await;
    for more in 1..good.len() {
        check(&mut client, &format!("Content-Length: {}\r\n\r\n{body}{good}", body.len() + more), PARSE, null.clone())
            .await;
    }
    check(&mut client, &format!("Content-Length: 10\r\n\r\n{body}"), PARSE, null.clone()).await;
    // Too long to take: its length, and nothing of it, is kept.
    let huge = format!("Content-Length: {}\r\n\r\n", (64 << 20) + 1);
    check(&mut client, &huge, INVALID, null).await;
    assert_eq!(client.leave().await, lsp::Ended::InOrder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_too_long_is_passed_over_whole() {
    let options = lsp::Options { message_limit: 1000, ..Default::default() };
    let mut client = Client::connect(TestLibrary::loaded(), options);
    client.initialize(json!({"capabilities": {}})).await;
    client.open("a", "The city").await;
    let text = "The city of Paris ".repeat(10_000);
    client.open("b", &text).await;
    let refused = client.answer(Value::Null).await;
    assert_eq!(refused["error"]["code"], INVALID);
    assert!(refused["error"]["message"].as_str().unwrap().contains("at most 1000"), "{refused}");
    let id = client.hover("a", 0, 1).await;
    client.result(id).await;
    assert_eq!(client.leave().await, lsp::Ended::InOrder);
}

/// The editor assumes that the server has its edit, so the user must be warned.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_possibly_lost_edit_is_reported_once_until_a_file_is_opened() {
    let options = lsp::Options { message_limit: 1000, ..Default::default() };
    let mut client = Client::connect(TestLibrary::loaded(), options);
    client.initialize(json!({"capabilities": {}, "initializationOptions": {"results": true}})).await;
    client.open("a", "The city").await;
    let huge = json!([{"text": "The city of Paris ".repeat(100)}]);
    let lost = framed(r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":7}"#);
    for _ in 0..2 {
        client.change("a", 2, huge.clone()).await;
        client.raw(lost.as_bytes()).await;
        client.raw(framed("nonsense").as_bytes()).await;
        let said = client.told("window/showMessage").await;
        let said = said["message"].as_str().unwrap();
        assert!(said.contains("at most 1000") && said.contains("close the file and open it again"), "{said}");
        let others = client.unclaimed().await;
        assert!(others.iter().all(|m| m["method"] != "window/showMessage"), "{others:?}");
        // A request that is refused is answered, and so is known to have failed.
        client.raw(framed(r#"{"jsonrpc":"2.0","id":7000,"method":"shutdown","params":7}"#).as_bytes()).await;
        client.error(7000).await;
        client.open("a", "The city").await;
    }
    client.raw(framed(r#"{"jsonrpc":"2.0","id":7001,"method":"shutdown","params":7}"#).as_bytes()).await;
    client.error(7001).await;
    let others = client.unclaimed().await;
    assert!(others.iter().all(|m| m["method"] != "window/showMessage"), "{others:?}");
    assert_eq!(client.leave().await, lsp::Ended::InOrder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_is_in_use_is_refused() {
    let mut client = Client::plain().await;
    client.open("a", "The city of Paris").await;
    client.engine.jobs.close();
    let id = client.hover("a", 0, 1).await;
    let at = json!({"textDocument": {"uri": uri("a")}, "position": {"line": 0, "character": 1}});
    client.send(json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": at})).await;
    assert_eq!(client.error(id).await.0, INVALID);
    client.engine.jobs.open();
    assert!(client.result(id).await["contents"].is_object());
    // And free again.
    client.send(json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": at})).await;
    assert!(client.result(id).await["contents"].is_object());
}

/// Also if its name starts with `$/`: only such notifications may be ignored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_request_is_answered() {
    let mut client = Client::plain().await;
    for method in ["$/nothing", "$/cancelRequest", "$/", "", "nothing", "textDocument/didOpen", "exit/"] {
        let id = client.request(method, json!({"id": 1})).await;
        let (code, message) = client.error(id).await;
        let expected = if ["$/cancelRequest", "textDocument/didOpen"].contains(&method) { INVALID } else { -32601 };
        assert_eq!(code, expected, "{method}: {message}");
    }
    client.notify("$/nothing", json!({})).await;
    assert!(client.unclaimed().await.iter().all(|m| m.get("method").is_some()));
    assert_eq!(client.leave().await, lsp::Ended::InOrder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_that_make_no_sense_are_survived() {
    let mut client = Client::plain().await;
    let range = |a: [u32; 2], b: [u32; 2]| json!({"start": {"line": a[0], "character": a[1]}, "end": {"line": b[0], "character": b[1]}});
    client.change("nowhere", 2, json!([{"text": "x"}])).await;
    client.open("a", "The city").await;
    // Beyond the line, beyond the text, the wrong way round, an older version.
    client.change("a", 2, json!([{"range": range([0, 100], [0, 200]), "text": " of"}])).await;
    client.change("a", 3, json!([{"range": range([7, 0], [9, 9]), "text": " Rome"}])).await;
    client.change("a", 4, json!([{"range": range([0, 16], [0, 12]), "text": "Paris"}])).await;
    client.change("a", 1, json!([{"range": range([0, 0], [0, 0]), "text": "x"}])).await;
    client.open("a", "The city of Paris").await;
    client.change("a", 5, json!([])).await;
    let id = client.command("unembed.trace", json!({"uri": uri("a"), "top": 1}), None).await;
    let tokens = client.result(id).await["runs"][0]["tokens"].clone();
    let texts: String = tokens.as_array().unwrap().iter().map(|t| t["text"].as_str().unwrap()).collect();
    assert_eq!(texts, "The city of Paris");
    assert_eq!(client.leave().await, lsp::Ended::InOrder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_initialize_and_after_shutdown() {
    let mut client = Client::connect(TestLibrary::loaded(), lsp::Options::default());
    client.open("a", "The city").await;
    let early = client.hover("a", 0, 1).await;
    assert_eq!(client.error(early).await.0, -32002);
    client.initialize(json!({"capabilities": {}})).await;
    let twice = client.request("initialize", json!({"capabilities": {}})).await;
    assert_eq!(client.error(twice).await.0, INVALID);
    let id = client.request("shutdown", Value::Null).await;
    assert_eq!(client.result(id).await, Value::Null);
    let late = client.hover("a", 0, 1).await;
    assert_eq!(client.error(late).await.0, INVALID);
    client.send(json!({"jsonrpc": "2.0", "method": "exit"})).await;
    assert_eq!(client.ended().await, lsp::Ended::InOrder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_without_shutdown() {
    let mut client = Client::plain().await;
    client.send(json!({"jsonrpc": "2.0", "method": "exit"})).await;
    assert_eq!(client.ended().await, lsp::Ended::WithoutShutdown);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_open_files_are_refused_and_the_rest_works() {
    let mut client = Client::plain().await;
    for n in 0..1001 {
        client.open(&format!("{n}"), "The city").await;
    }
    let told = client.claim(|m| m["method"] == "window/showMessage").await;
    assert!(told["params"]["message"].as_str().unwrap().contains("close some"), "{told}");
    let late = client.hover("1000", 0, 5).await;
    assert!(client.error(late).await.1.contains("is not open"));
    let early = client.hover("999", 0, 5).await;
    assert!(client.result(early).await["contents"]["value"].as_str().unwrap().contains("city"));
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": crate::support::uri("7")}})).await;
    client.open("1000", "The river").await;
    let again = client.hover("1000", 0, 5).await;
    assert!(client.result(again).await["contents"]["value"].as_str().unwrap().contains("river"));
}

/// An edit whose frame is right and whose params are not: later answers must not be about the text before it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreadable_edit_loses_the_text_and_not_silently() {
    let mut client = Client::plain().await;
    client.open("a", "The city of Paris").await;
    let broken = json!({"textDocument": {"uri": uri("a"), "version": 2}, "contentChanges": [{"range": "no range", "text": "x"}]});
    client.notify("textDocument/didChange", broken).await;
    let said = client.told("window/showMessage").await;
    assert!(said["message"].as_str().unwrap().contains("close the file and open it again"), "{said}");
    let id = client.hover("a", 0, 5).await;
    let refused = client.error(id).await;
    assert!(refused.0 == -32803 && refused.1.contains("open it again"), "{refused:?}");
    // A later edit of a part does not make the text known; one of the whole does.
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    client.change("a", 3, json!([{"range": range, "text": "x"}])).await;
    let id = client.hover("a", 0, 5).await;
    assert_eq!(client.error(id).await.0, -32803);
    client.change("a", 4, json!([{"text": "The city of London"}])).await;
    let id = client.hover("a", 0, 5).await;
    assert!(client.result(id).await.is_object());
}
