//! Commands on a text that comes with them, in place of an open document.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Client, Project, TestLibrary, uri};

const TEXT: &str = "---\ninterventions:\n  - L1D2: 3\n---\nThe city";

async fn result(client: &mut Client, command: &str, argument: &Value) -> Value {
    let id = client.command(command, argument.clone(), None).await;
    client.result(id).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_gives_what_an_open_document_gives() {
    let mut client = Client::plain().await;
    client.open("a", TEXT).await;
    for command in ["unembed.generate", "unembed.trace", "unembed.interventions"] {
        let mut expected = result(&mut client, command, &json!({"uri": uri("a")})).await;
        if command == "unembed.interventions" {
            assert_eq!(expected["version"].take(), 1);
        }
        for argument in [json!({"text": TEXT}), json!({"text": TEXT, "uri": uri("not-open")})] {
            assert_eq!(result(&mut client, command, &argument).await, expected, "{command} {argument}");
        }
        // The text counts, and the open document stays what it is.
        let other = result(&mut client, command, &json!({"text": "The river", "uri": uri("a")})).await;
        assert_ne!(other, expected, "{command}");
    }
    let again = result(&mut client, "unembed.interventions", &json!({"uri": uri("a")})).await;
    assert_eq!((&again["version"], &again["interventions"][0]["target"]), (&json!(1), &json!("L1D2")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_is_not_a_document() {
    let mut client = Client::plain().await;
    let argument = json!({"text": TEXT, "uri": uri("a")});
    result(&mut client, "unembed.trace", &argument).await;
    let id = client.hover("a", 4, 5).await;
    expect!["-32803 file:///prompts/a.prompt is not open in this editor; open it first"]
        .assert_eq(&client.refused(id).await);
    let published = client.unclaimed().await;
    assert!(published.iter().all(|m| m["method"] != "textDocument/publishDiagnostics"), "{published:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_of_a_text_are_returned_and_not_applied() {
    let project = Project::of(&[]);
    let capabilities = json!({"workspace": {"workspaceEdit": {"documentChanges": true}, "applyEdit": true}});
    // This client does not show results itself: for an open document it would be asked to apply the edits.
    let mut params = project.workspace(capabilities);
    params["initializationOptions"] = json!({});
    let mut client = Client::start(TestLibrary::loaded(), params).await;
    let argument = json!({"text": TEXT, "target": "L1D2", "value": 4.5});
    let changed = result(&mut client, "unembed.intervene", &argument).await;
    let range = json!({"start": {"line": 2, "character": 10}, "end": {"line": 2, "character": 11}});
    assert_eq!(changed, json!({"version": null, "line": 3, "edits": [{"range": range, "newText": "4.5"}]}));

    let argument = json!({"text": TEXT, "uri": project.uri("sub/a.prompt"), "name": "food", "ids": ["L1D5"]});
    let named = result(&mut client, "unembed.name", &argument).await;
    let start = json!({"line": 0, "character": 0});
    let edits = json!([{"range": {"start": start, "end": start}, "newText": "\"fake\": # fake\n  food: L1D5\n"}]);
    let names = project.uri("unembed.names.yaml");
    assert_eq!(named, json!({"uri": names, "version": null, "create": true, "edits": edits}));
    assert_eq!(project.read("unembed.names.yaml"), None);
    let asked = client.unclaimed().await;
    assert!(asked.iter().all(|m| m["method"] != "workspace/applyEdit"), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_says_which_model_and_which_names_are_meant() {
    let project = Project::of(&[("unembed.names.yaml", "fake:\n  dishes: L1D5\n")]);
    let mut client = Client::start(TestLibrary::loaded(), project.workspace(json!({}))).await;
    // Without a place, the names are the workspace's.
    for argument in [json!({"text": "The", "id": "dishes"}), json!({"text": "The", "id": "dishes", "model": "fake"})] {
        let card = result(&mut client, "unembed.vector", &argument).await;
        assert_eq!((&card["id"], &card["name"]), (&json!("L1D5"), &json!("dishes")), "{argument}");
    }
    let argument = json!({"text": "---\nmodel: nothing\n---\nThe", "id": "L1D5"});
    let id = client.command("unembed.vector", argument, None).await;
    expect!["-32803 nothing is no model; name one that is here"].assert_eq(&client.refused(id).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_text_cannot_be_is_said() {
    let mut client = Client::plain().await;
    let mut refused = String::new();
    for (command, argument) in [
        ("unembed.trace", json!({"text": 3, "uri": uri("a")})),
        ("unembed.trace", json!({"positions": "all"})),
        ("unembed.generate", json!({"text": "x", "uri": "file:///unembed.names.yaml"})),
    ] {
        let id = client.command(command, argument.clone(), None).await;
        refused += &format!("{command} {argument}\n  {}\n", client.refused(id).await);
    }
    expect![[r#"
        unembed.trace {"text":3,"uri":"file:///prompts/a.prompt"}
          -32602 unembed.trace takes one object, {"uri", "positions"?: "all" | "last" | [n, ...], "layers"?: [n, ...], "top"?: n, "updates"?: n, "words"?: n, "generated"?: n}, or with "text" in place of "uri"; "text" cannot be 3
        unembed.trace {"positions":"all"}
          -32602 `uri` or `text` is missing: name an open document, or give its text
        unembed.generate {"text":"x","uri":"file:///unembed.names.yaml"}
          -32803 this file holds names and no prompt: run the command on a prompt file
    "#]].assert_eq(&refused);
}
