//! `unembed.name`: an edit that the client applies, and the file that it may have to make.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Client, Project, TestLibrary, show};

const TEXT: &str = "---\ninterventions:\n  - L1D5: off\n---\nThe";

async fn start(project: &Project, edit: Value) -> Client {
    let capabilities = json!({"workspace": {"workspaceEdit": edit, "applyEdit": true}});
    let mut client = Client::start(TestLibrary::loaded(), project.workspace(capabilities)).await;
    client.open_at(&project.uri("sub/a.prompt"), TEXT).await;
    client
}

async fn name(client: &mut Client, project: &Project, name: &str, ids: &[&str]) -> i64 {
    let argument = json!({"uri": project.uri("sub/a.prompt"), "name": name, "ids": ids});
    client.command("unembed.name", argument, None).await
}

/// The edit that the client is asked to apply; the command does not wait for it.
async fn edit(client: &mut Client, id: i64) -> Value {
    assert_eq!(client.result(id).await, Value::Null);
    client.asked("workspace/applyEdit", json!({"applied": true})).await["edit"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_makes_files_makes_the_names_file() {
    let project = Project::of(&[]);
    let mut client = start(&project, json!({"documentChanges": true, "resourceOperations": ["create"]})).await;
    let id = name(&mut client, &project, "food", &["L1D5", "L2D0"]).await;
    let edit = edit(&mut client, id).await;
    let uri = project.uri("unembed.names.yaml");
    assert_eq!(edit["documentChanges"][0], json!({"kind": "create", "uri": uri, "options": {"ignoreIfExists": true}}));
    assert_eq!(edit["documentChanges"][1]["textDocument"], json!({"uri": uri, "version": null}));
    expect![[r#"0:0-0 "\"fake\": # fake\n  food: [L1D5, L2D0]\n""#]]
        .assert_eq(&show::edit(&edit["documentChanges"][1]["edits"][0]));
    assert_eq!(project.read("unembed.names.yaml"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn for_other_clients_an_empty_one_is_made() {
    for abilities in [json!({"documentChanges": true}), json!({"resourceOperations": ["create"]}), json!({})] {
        let project = Project::of(&[]);
        let mut client = start(&project, abilities).await;
        let id = name(&mut client, &project, "food", &["L1D5"]).await;
        let edit = edit(&mut client, id).await;
        assert!(edit.to_string().contains("food: L1D5") && !edit.to_string().contains("create"), "{edit}");
        assert_eq!(project.read("unembed.names.yaml").as_deref(), Some(""));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_are_there_stay() {
    let names = "fake:\n  dishes: L1D5 # ours\n";
    let project = Project::of(&[("unembed.names.yaml", names)]);
    let mut client = start(&project, json!({"documentChanges": true, "resourceOperations": ["create"]})).await;
    let uri = project.uri("unembed.names.yaml");
    let id = name(&mut client, &project, "a tower", &["L1D3"]).await;
    let at = json!({"line": 1, "character": 0});
    let expected = json!({"documentChanges": [{
        "textDocument": {"uri": uri, "version": null},
        "edits": [{"range": {"start": at, "end": at}, "newText": "  \"a tower\": L1D3\n"}],
    }]});
    assert_eq!(edit(&mut client, id).await, expected);
    // As it is in the editor.
    client.open_at(&uri, &format!("# ours\n{names}")).await;
    let id = name(&mut client, &project, "a tower", &["L1D3"]).await;
    let edit = edit(&mut client, id).await;
    assert_eq!(edit["documentChanges"][0]["textDocument"], json!({"uri": uri, "version": 1}));
    expect![[r#"2:0-0 "  \"a tower\": L1D3\n""#]].assert_eq(&show::edit(&edit["documentChanges"][0]["edits"][0]));
}

/// The names file is not changed until the client says what happens to the vectors of the name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_never_loses_its_vectors_silently() {
    let names = "fake:\n  dishes: L1D5 # ours\n";
    let project = Project::of(&[("unembed.names.yaml", names)]);
    let mut client = start(&project, json!({"documentChanges": true})).await;
    let uri = project.uri("sub/a.prompt");
    let check = json!({"name": "dishes", "uri": uri});
    let id = client.command("unembed.check_name", check, None).await;
    assert_eq!(client.result(id).await, json!({"problem": null, "vectors": ["L1D5"]}));
    let id = client.command("unembed.check_name", json!({"name": "dishes"}), None).await;
    assert_eq!(client.result(id).await, json!({"problem": null, "vectors": []}));
    let id = name(&mut client, &project, "dishes", &["L2D0"]).await;
    expect!["-32803 `dishes` stands for L1D5: add to the name, replace it, or choose another one"]
        .assert_eq(&client.refused(id).await);
    let mut edits = String::new();
    for existing in ["add", "replace"] {
        let argument = json!({"uri": uri, "name": "dishes", "ids": ["L2D0"], "existing": existing});
        let id = client.command("unembed.name", argument, None).await;
        let edit = edit(&mut client, id).await;
        edits += &format!("{existing}: {}\n", show::edit(&edit["documentChanges"][0]["edits"][0]));
    }
    // All of its vectors and one more: nothing is lost.
    let id = name(&mut client, &project, "dishes", &["L2D1", "L1D5"]).await;
    let edit = edit(&mut client, id).await;
    edits += &format!("more: {}\n", show::edit(&edit["documentChanges"][0]["edits"][0]));
    expect![[r#"
        add: 1:0-2:0 "  dishes: [L1D5, L2D0]\n"
        replace: 1:0-2:0 "  dishes: L2D0\n"
        more: 1:0-2:0 "  dishes: [L2D1, L1D5]\n"
    "#]]
    .assert_eq(&edits);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_applies_no_edits_gets_them() {
    let project = Project::of(&[("unembed.names.yaml", "")]);
    let mut client = Client::start(TestLibrary::loaded(), project.workspace(json!({}))).await;
    client.open_at(&project.uri("sub/a.prompt"), TEXT).await;
    let id = name(&mut client, &project, "food", &["L1D5"]).await;
    let answer = client.result(id).await;
    assert_eq!(answer["uri"], project.uri("unembed.names.yaml"));
    expect![[r#"0:0-0 "\"fake\": # fake\n  food: L1D5\n""#]].assert_eq(&show::edit(&answer["edits"][0]));
    let rest = client.unclaimed().await;
    assert!(rest.iter().all(|message| message["method"] != "workspace/applyEdit"), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_named_says_why() {
    let project = Project::of(&[]);
    let mut client = start(&project, json!({})).await;
    let mut refused = String::new();
    for (called, ids) in
        [("food", vec!["L9D9"]), ("food", vec!["x"]), ("food", vec![]), ("L1D1", vec!["L0D0"]), ("a: b", vec!["L0D0"])]
    {
        let id = name(&mut client, &project, called, &ids).await;
        refused += &format!("{called:?} {ids:?}: {}\n", client.refused(id).await);
    }
    expect![[r#"
        "food" ["L9D9"]: -32803 L9D9 is not in fake: its value vectors are L0D0 to L2D7
        "food" ["x"]: -32803 x is not a value vector's id: write layer and dim, such as L3D77
        "food" []: -32803 `food` needs a value vector: write an id, such as L0D7, or several
        "L1D1" ["L0D0"]: -32803 invalid name `L1D1`: a value vector's id cannot be a name
        "a: b" ["L0D0"]: -32803 invalid name `a: b`: use at most 64 letters, digits, spaces, - _ . or /
    "#]]
    .assert_eq(&refused);
    assert_eq!(project.read("unembed.names.yaml"), None);
    // A file that is not saved, in no folder.
    let mut client = Client::plain().await;
    client.open_at("untitled:Untitled-1", TEXT).await;
    let argument = json!({"uri": "untitled:Untitled-1", "name": "food", "ids": ["L1D5"]});
    let id = client.command("unembed.name", argument, None).await;
    expect!["-32803 a file that is not saved has no project that names could be kept in: save it first"]
        .assert_eq(&client.refused(id).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_cannot_be_read_are_not_written_over() {
    let project = Project::of(&[]);
    let path = project.uri("unembed.names.yaml").replacen("file://", "", 1);
    std::fs::write(path, b"fake:\n  caf\xe9: L1D5\n").unwrap();
    let mut client = start(&project, json!({})).await;
    let id = name(&mut client, &project, "food", &["L1D5"]).await;
    let (_, message) = client.error(id).await;
    assert!(message.contains("cannot be read") && message.contains("UTF-8"), "{message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_that_is_refused_is_said() {
    let project = Project::of(&[("unembed.names.yaml", "")]);
    let mut client = start(&project, json!({})).await;
    let id = name(&mut client, &project, "food", &["L1D5"]).await;
    assert_eq!(client.result(id).await, Value::Null);
    client.asked("workspace/applyEdit", json!({"applied": false, "failureReason": "the file is locked"})).await;
    let said = client.told("window/showMessage").await;
    expect!["unembed: no name was given: the file is locked"].assert_eq(said["message"].as_str().unwrap());
}
