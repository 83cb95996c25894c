//! Models that are loading, cannot be loaded, or have to be fetched first.

use std::path::PathBuf;

use lm::{ModelRequest, OpenError};
use serde_json::{Value, json};

use crate::support::{Client, DEADLINE, TestLibrary, uri};

/// `L9D9` is out of range, which only the model knows.
const TEXT: &str = "---\ninterventions:\n  - L9D9: off\n---\nThe city";

fn quiet() -> Value {
    json!({"capabilities": {}, "initializationOptions": {"results": true}})
}

async fn diagnostics(client: &mut Client, name: &str) -> Vec<String> {
    let document = uri(name);
    let about = |m: &Value| m["method"] == "textDocument/publishDiagnostics" && m["params"]["uri"] == document.as_str();
    let told = client.claim(about).await;
    let list = told["params"]["diagnostics"].as_array().unwrap();
    list.iter().map(|d| d["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_is_answered_while_a_model_loads() {
    let library = TestLibrary::unloaded();
    library.loading.close();
    let mut client = Client::start(library, quiet()).await;
    let ready = json!({"health": "ok", "busy": false, "message": "ready", "phase": "ready"});
    assert_eq!(client.told("unembed/status").await, ready);
    client.open("a", TEXT).await;
    client.open("b", "The river").await;
    client.library.loads.reaches(1).await;
    let loading = json!({
        "health": "ok", "busy": true, "message": "loading the default model",
        "phase": "loading", "subject": "the default model",
    });
    assert_eq!(client.told("unembed/status").await, loading);
    assert_eq!(diagnostics(&mut client, "a").await, [""; 0]);
    for _ in 0..5 {
        let id = client.hover("b", 0, 5).await;
        let hover = client.result(id).await;
        assert!(hover["contents"]["value"].as_str().unwrap().contains("loading"), "{hover}");
    }
    let generate = client.command("unembed.generate", json!({"uri": uri("b")}), Some("t")).await;
    for value in [
        json!({"kind": "begin", "title": "generating", "cancellable": true}),
        json!({"kind": "report", "message": "loading the default model", "cancellable": true}),
    ] {
        assert_eq!(client.told("$/progress").await, json!({"token": "t", "value": value}));
    }
    client.library.loading.open();
    assert_eq!(client.result(generate).await["runs"][0]["name"], "baseline");
    // What only the model knows is said now.
    let found = diagnostics(&mut client, "a").await;
    assert!(found[0].contains("L9D9"), "{found:?}");
    let id = client.hover("b", 0, 5).await;
    let hover = client.result(id).await;
    assert!(hover["contents"]["value"].as_str().unwrap().contains("river"), "{hover}");
    assert_eq!(client.library.loads.now(), 1);
    client.claim(|m| m["method"] == "unembed/status" && m["params"]["busy"] == false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_hover_waits_for_the_model() {
    let library = TestLibrary::unloaded();
    library.loading.close();
    let mut client = Client::connect(library, lsp::Options { patience: DEADLINE, ..Default::default() });
    client.initialize(quiet()).await;
    client.open("b", "The river").await;
    let id = client.hover("b", 0, 5).await;
    client.settled().await;
    client.library.loading.open();
    let hover = client.result(id).await;
    assert!(hover["contents"]["value"].as_str().unwrap().contains("river"), "{hover}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_that_takes_its_time_has_a_progress_that_can_be_cancelled() {
    let library = TestLibrary::unloaded();
    library.loading.close();
    let params = json!({"capabilities": {"window": {"workDoneProgress": true}}});
    let mut client = Client::connect(library, lsp::Options { patience: Default::default(), ..Default::default() });
    client.initialize(params).await;
    client.open("b", "The river").await;
    let asked = client.asked("window/workDoneProgress/create", Value::Null).await;
    let token = asked["token"].clone();
    let begun = client.told("$/progress").await;
    let title = json!({"kind": "begin", "title": "loading the default model", "cancellable": true});
    assert_eq!(begun, json!({"token": token, "value": title}));
    client.notify("window/workDoneProgress/cancel", json!({"token": token})).await;
    assert_eq!(client.told("$/progress").await, json!({"token": token, "value": {"kind": "end"}}));
    let why = "loading the default model was cancelled: save the file to load it";
    let told = client.claim(|m| m["params"]["diagnostics"][0]["code"] == "no-model").await;
    assert_eq!(told["params"]["diagnostics"][0]["message"], why);
    // Saved, it is loaded.
    client.library.loading.open();
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri("b")}})).await;
    client.loaded(&uri("b")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_waits_for_a_model_can_be_cancelled() {
    let library = TestLibrary::unloaded();
    library.loading.close();
    let mut client = Client::start(library, quiet()).await;
    client.open("b", "The river").await;
    let generate = client.command("unembed.generate", json!({"uri": uri("b")}), None).await;
    client.library.loads.reaches(1).await;
    client.cancel(generate).await;
    assert_eq!(client.error(generate).await.0, -32800);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_that_fails_is_said_and_tried_again_when_the_file_is_saved() {
    let library = TestLibrary::unloaded();
    let why = "model.safetensors ends early; fetch it again";
    library.fail(Some(OpenError::new(why)));
    let mut client = Client::start(library, quiet()).await;
    client.open("b", "The river").await;
    let told = client.claim(|m| m["params"]["diagnostics"][0]["code"] == "no-model").await;
    assert_eq!(told["params"]["diagnostics"][0]["message"], why);
    let failed = json!({"health": "error", "busy": false, "message": why, "phase": "failed"});
    client.claim(|m| m["params"] == failed).await;
    let generate = client.command("unembed.generate", json!({"uri": uri("b")}), None).await;
    assert_eq!(client.error(generate).await, (-32803, why.to_owned()));
    let id = client.hover("b", 0, 5).await;
    assert!(client.result(id).await["contents"]["value"].as_str().unwrap().contains(why));
    assert_eq!(client.library.loads.now(), 1);
    client.library.fail(None);
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri("b")}})).await;
    client.claim(|m| m["method"] == "unembed/status" && m["params"]["message"] == "ready").await;
    let generate = client.command("unembed.generate", json!({"uri": uri("b")}), None).await;
    client.result(generate).await;
    assert_eq!(client.library.loads.now(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_is_fetched_when_the_user_says_so() {
    let actions = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let capabilities = json!({"textDocument": {"codeAction": actions}, "window": {"workDoneProgress": true}});
    let params = json!({"capabilities": capabilities, "initializationOptions": {"results": true}});
    let mut client = Client::start(TestLibrary::loaded(), params).await;
    client.open("b", "---\nmodel: somebody/something\n---\nThe river").await;
    let told = client.told("textDocument/publishDiagnostics").await;
    let diagnostic = told["diagnostics"][0].clone();
    let message = "somebody/something is not here; fetch it";
    assert_eq!(diagnostic["message"], message);
    let missing = json!({
        "health": "warning", "busy": false, "message": message, "phase": "missing", "subject": "somebody/something",
    });
    client.claim(|m| m["params"] == missing).await;
    let asked = json!({"textDocument": {"uri": uri("b")}, "range": diagnostic["range"], "context": {"diagnostics": [diagnostic]}});
    let id = client.request("textDocument/codeAction", asked).await;
    let actions = client.result(id).await;
    let action = actions.as_array().unwrap().iter().find(|a| a["command"]["command"] == "unembed.fetch");
    let action = action.unwrap_or_else(|| panic!("{actions}"));
    assert_eq!((&action["kind"], &action["diagnostics"][0]), (&json!("quickfix"), &diagnostic));
    assert_eq!(action["command"]["arguments"], json!([{"id": "somebody/something"}]));

    client.library.loading.close();
    let arguments = action["command"]["arguments"].clone();
    let id =
        client.request("workspace/executeCommand", json!({"command": "unembed.fetch", "arguments": arguments})).await;
    let token = client.asked("window/workDoneProgress/create", Value::Null).await["token"].clone();
    let begun = client.told("$/progress").await;
    assert_eq!((&begun["token"], &begun["value"]["title"]), (&token, &json!("fetching somebody/something")));
    client.library.loading.open();
    assert_eq!(client.result(id).await, Value::Null);
    client.claim(|m| m["method"] == "textDocument/publishDiagnostics" && m["params"]["diagnostics"] == json!([])).await;
    let ready = json!({"health": "ok", "busy": false, "message": "ready", "phase": "ready"});
    client.claim(|m| m["params"] == ready).await;

    let id = client.command("unembed.fetch", json!({"id": "nobody/nothing"}), None).await;
    assert_eq!(client.error(id).await, (-32803, "there is no nobody/nothing; check its name".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_model_may_lie() {
    let folder = |name: &str| json!({"uri": format!("file:///{name}"), "name": name});
    let mut client =
        Client::start(TestLibrary::loaded(), json!({"capabilities": {}, "workspaceFolders": [folder("w%20s")]})).await;
    let request = |reference: Option<&str>, folder: Option<&str>, roots: &[&str]| ModelRequest {
        reference: reference.map(Into::into),
        folder: folder.map(PathBuf::from),
        roots: roots.iter().map(PathBuf::from).collect(),
        consent: false,
    };
    let last = |client: &Client| client.library.requests.lock().unwrap().last().cloned().unwrap();
    client.open("a", "---\nmodel: ../mine\n---\nx").await;
    client.told("textDocument/publishDiagnostics").await;
    assert_eq!(last(&client), request(Some("../mine"), Some("/prompts"), &["/w s"]));

    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri("a")}})).await;
    client.told("textDocument/publishDiagnostics").await;
    let event = json!({"added": [folder("more")], "removed": [folder("w%20s")]});
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": event})).await;
    let settings = json!({"unembed": {"models": {"default": "other"}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings})).await;
    let document = json!({"uri": "untitled:Untitled-1", "languageId": "lmprompt", "version": 1, "text": "x"});
    client.notify("textDocument/didOpen", json!({"textDocument": document})).await;
    client.told("textDocument/publishDiagnostics").await;
    assert_eq!(last(&client), request(Some("other"), None, &["/more"]));

    // Without a workspace a file's folder is its workspace.
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": "untitled:Untitled-1"}})).await;
    client.told("textDocument/publishDiagnostics").await;
    let event = json!({"added": [], "removed": [folder("more")]});
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": event})).await;
    client.open("b", "---\nmodel: ./mine\n---\nx").await;
    client.told("textDocument/publishDiagnostics").await;
    assert_eq!(last(&client), request(Some("./mine"), Some("/prompts"), &["/prompts"]));
}
