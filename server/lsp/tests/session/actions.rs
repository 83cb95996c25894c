//! Code actions: listed, resolved, filtered, as edits that the client can apply.

use serde_json::{Value, json};

use crate::support::{Client, TestLibrary, uri};

const TEXT: &str = "---\ninterventions:\n  - L1D2: 3\n---\nThe city of Paris";

async fn start(lazy: bool, versioned: bool) -> Client {
    let mut actions = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    if lazy {
        actions["dataSupport"] = json!(true);
        actions["resolveSupport"] = json!({"properties": ["edit"]});
    }
    let workspace = json!({"workspaceEdit": {"documentChanges": versioned}});
    let capabilities = json!({"textDocument": {"codeAction": actions}, "workspace": workspace});
    let mut client = Client::start(TestLibrary::loaded(), json!({"capabilities": capabilities})).await;
    client.open("a", TEXT).await;
    client
}

async fn list(client: &mut Client, line: u32, only: Value) -> Vec<Value> {
    let at = json!({"line": line, "character": 5});
    let context = json!({"diagnostics": [], "only": only});
    let params = json!({"textDocument": {"uri": uri("a")}, "range": {"start": at, "end": at}, "context": context});
    let id = client.request("textDocument/codeAction", params).await;
    client.result(id).await.as_array().unwrap().clone()
}

fn kinds(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|a| a["kind"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_come_at_once_where_the_client_cannot_ask_for_them() {
    let mut client = start(false, false).await;
    let actions = list(&mut client, 2, Value::Null).await;
    let disable = actions.iter().find(|a| a["title"].as_str().unwrap().starts_with("Disable")).unwrap();
    let edits = &disable["edit"]["changes"][uri("a")];
    assert_eq!(edits[0]["range"]["start"]["line"], 2, "{edits}");
    assert!(actions.iter().all(|a| a.get("data").is_none()));
    assert!(actions.iter().all(|a| a["edit"].is_object() != a["command"].is_object()), "{actions:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_are_asked_for_where_the_client_can() {
    let mut client = start(true, true).await;
    let actions = list(&mut client, 2, Value::Null).await;
    let remove = actions.iter().find(|a| a["title"].as_str().unwrap().starts_with("Remove")).unwrap();
    assert!(remove.get("edit").is_none(), "{remove}");
    let id = client.request("codeAction/resolve", remove.clone()).await;
    let resolved = client.result(id).await;
    let change = &resolved["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": uri("a"), "version": 1}));
    assert_eq!(change["edits"][0]["newText"], "", "{change}");
    // The line is gone; then there is nothing to remove.
    client.change("a", 2, json!([{"text": "The city"}])).await;
    let id = client.request("codeAction/resolve", remove.clone()).await;
    assert_eq!(client.error(id).await.0, -32801);
    let id = client.request("codeAction/resolve", json!({"title": "mine", "data": 3})).await;
    assert_eq!(client.error(id).await.0, -32602);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_kinds_that_are_asked_for() {
    let mut client = start(false, false).await;
    let all = list(&mut client, 4, Value::Null).await;
    for kind in ["suppress", "amplify", "set", "track"].map(|k| format!("refactor.unembed.{k}")) {
        assert!(kinds(&all).contains(&kind.as_str()), "{kind}: {:?}", kinds(&all));
    }
    let some = list(&mut client, 4, json!(["refactor.unembed.set"])).await;
    assert!(!some.is_empty() && kinds(&some).iter().all(|k| *k == "refactor.unembed.set"));
    let some = list(&mut client, 4, json!(["refactor"])).await;
    assert!(!some.is_empty() && kinds(&some).iter().all(|k| k.starts_with("refactor.")));
    assert_eq!(list(&mut client, 4, json!(["refactor.unembed.se", "sourc"])).await, [Value::Null; 0]);
}
