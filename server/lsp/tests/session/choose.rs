//! `unembed.choose`: the short menu of code actions, asked by the server or by the client.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Client, TestLibrary, show, uri};

const TEXT: &str = "---\ninterventions:\n  - L1D2: 3\n---\nThe city of Paris";

async fn start(applies: bool) -> Client {
    let actions = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let workspace = json!({"applyEdit": applies, "workspaceEdit": {"documentChanges": true}});
    let capabilities = json!({"textDocument": {"codeAction": actions}, "workspace": workspace});
    let mut client = Client::start(TestLibrary::loaded(), json!({"capabilities": capabilities})).await;
    client.open("a", TEXT).await;
    client
}

async fn list(client: &mut Client, line: u32) -> Vec<Value> {
    let at = json!({"line": line, "character": 5});
    let context = json!({"diagnostics": []});
    let params = json!({"textDocument": {"uri": uri("a")}, "range": {"start": at, "end": at}, "context": context});
    let id = client.request("textDocument/codeAction", params).await;
    client.result(id).await.as_array().unwrap().clone()
}

fn titles(actions: &[Value]) -> String {
    actions.iter().map(|a| format!("{}: {}\n", a["kind"].as_str().unwrap(), a["title"].as_str().unwrap())).collect()
}

/// The argument of the entry with this title.
async fn entry(client: &mut Client, line: u32, title: &str) -> Value {
    let actions = list(client, line).await;
    let entry = actions.iter().find(|a| a["title"].as_str().unwrap().starts_with(title)).unwrap();
    assert_eq!(entry["command"]["command"], "unembed.choose", "{entry}");
    entry["command"]["arguments"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bare_request_has_one_entry_for_each_thing() {
    let mut client = start(true).await;
    expect![[r#"
        refactor.unembed: Change L0D6: is, in, Eiffel (+6.4 here)…
        refactor.unembed: Change L0D5: London, is, in (+6.8 here)…
        refactor.unembed: Change L1D7: house, river, a (+5.5 here)…
        refactor.unembed: Change L2D6: |, `, two (+4.9 here)…
        refactor.unembed: Track a token…
        refactor.unembed.generate: Generate
    "#]]
    .assert_eq(&titles(&list(&mut client, 4).await));
    expect![[r#"
        refactor.rewrite: Disable L1D2
        refactor.unembed: Change L1D2…
        refactor.rewrite: Remove L1D2
    "#]]
    .assert_eq(&titles(&list(&mut client, 2).await));
}

/// The choice is an edit that comes later, which such a client would not apply.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_applies_no_edits_has_all_actions() {
    let mut client = start(false).await;
    let actions = list(&mut client, 4).await;
    assert!(actions.iter().all(|a| a["command"]["command"] != "unembed.choose"), "{actions:?}");
    assert!(actions.iter().any(|a| a["kind"] == "refactor.unembed.suppress"));
    let argument = json!({"uri": uri("a"), "title": "", "choices": [], "choice": 0});
    let id = client.command("unembed.choose", argument, None).await;
    expect!["-32803 the editor does not apply edits: change the file by hand"].assert_eq(&client.refused(id).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_asks_and_applies_the_choice_to_the_present_text() {
    let mut client = start(true).await;
    let argument = entry(&mut client, 2, "Change").await;
    let id = client.command("unembed.choose", argument.clone(), None).await;
    assert_eq!(client.result(id).await, Value::Null);
    client.change("a", 2, json!([{"text": format!("---\n# a note{}", &TEXT[3..])}])).await;
    let asked = client.asked("window/showMessageRequest", json!({"title": "to boost"})).await;
    expect!["Change L1D2…"].assert_eq(asked["message"].as_str().unwrap());
    let edit = client.asked("workspace/applyEdit", json!({"applied": true})).await["edit"].clone();
    let change = &edit["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": uri("a"), "version": 2}));
    expect![[r#"3:10-11 "boost""#]].assert_eq(&show::edit(&change["edits"][0]));
    // The user closes the question.
    let id = client.command("unembed.choose", argument, None).await;
    assert_eq!(client.result(id).await, Value::Null);
    client.asked("window/showMessageRequest", Value::Null).await;
    let rest = client.unclaimed().await;
    assert!(
        rest.iter().all(|m| m["method"] != "workspace/applyEdit" && m["method"] != "window/showMessage"),
        "{rest:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_a_picker_sends_the_choice() {
    let mut client = start(true).await;
    let mut argument = entry(&mut client, 4, "Track").await;
    argument["choice"] = json!(1);
    let id = client.command("unembed.choose", argument.clone(), None).await;
    assert_eq!(client.result(id).await, Value::Null);
    let edit = client.asked("workspace/applyEdit", json!({"applied": true})).await["edit"].clone();
    expect![[r#"3:0-0 "track: [\"\\n\"]\n""#]].assert_eq(&show::edit(&edit["documentChanges"][0]["edits"][0]));
    let mut refused = String::new();
    argument["choice"] = json!(99);
    let id = client.command("unembed.choose", argument.clone(), None).await;
    refused += &format!("{}\n", client.refused(id).await);
    argument["choice"] = Value::Null;
    argument["choices"][0]["action"] = json!("mine");
    let id = client.command("unembed.choose", argument, None).await;
    refused += &format!("{}\n", client.refused(id).await);
    // The line is gone.
    let mut argument = entry(&mut client, 2, "Change").await;
    argument["choice"] = json!(0);
    client.change("a", 2, json!([{"text": "The city"}])).await;
    let id = client.command("unembed.choose", argument, None).await;
    refused += &format!("{}\n", client.refused(id).await);
    expect![[r#"
        -32602 choice 99 does not exist: there are 4 choices
        -32602 an action is not this server's: invalid type: string "mine", expected internally tagged enum Pending
        -32803 the file has changed since the actions were listed: list them again
    "#]]
    .assert_eq(&refused);
}
