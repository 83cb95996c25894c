//! Names in the editor: where they are given and used, and what is said when they change.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::show::range;
use crate::support::{Client, Project, TestLibrary};

const NAMES: &str = "\"fake\": # ours\n  dishes: L1D5\n  tower: L1D3\n\"second\":\n  ships: L0D1\n  tower: L0D2\n";

/// A project with names, prompts of both models, and a part of it with names of its own.
fn project() -> Project {
    Project::of(&[
        ("unembed.names.yaml", NAMES),
        ("a.prompt", "---\ninterventions:\n  - nothing: off\n---\nThe"),
        ("sub/b.prompt", "---\ninterventions:\n  - dishes: off\n  # - tower: 3\n---\nThe"),
        ("c.prompt", "---\nmodel: second\ninterventions:\n  - tower: off\n---\nThe"),
        ("own/unembed.names.yaml", "fake:\n  tower: L2D2\n"),
        ("own/d.prompt", "---\ninterventions:\n  - tower: off\n---\nThe"),
        ("e.txt", "---\ninterventions:\n  - tower: off\n---\nThe"),
    ])
}

/// Unsaved text of `a.prompt`.
const A: &str = "---\ninterventions:\n  - tower: off\n  - L1D3: 2\n  - L1D5: 1\n---\nThe tower";

async fn start(project: &Project) -> Client {
    let mut client = Client::start(TestLibrary::loaded(), project.workspace(json!({}))).await;
    client.open_at(&project.uri("a.prompt"), A).await;
    client
}

/// A line for each place: its file, and where in it.
fn places(project: &Project, answer: &Value) -> String {
    let place = |l: &Value| {
        let file = l["uri"].as_str().unwrap().strip_prefix(&project.uri("")).unwrap().to_owned();
        format!("{file} {}", range(&l["range"]))
    };
    answer.as_array().map_or_else(String::new, |all| all.iter().map(place).collect::<Vec<_>>().join("\n"))
}

async fn defined(client: &mut Client, project: &Project, file: &str, at: (u32, u32)) -> String {
    let id = client.at("definition", &project.uri(file), at, json!({})).await;
    places(project, &client.result(id).await)
}

async fn used(client: &mut Client, project: &Project, file: &str, at: (u32, u32), declared: bool) -> String {
    let context = json!({"context": {"includeDeclaration": declared}});
    let id = client.at("references", &project.uri(file), at, context).await;
    places(project, &client.result(id).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_given_in_the_names_file() {
    let project = project();
    let mut client = start(&project).await;
    expect!["unembed.names.yaml 2:2-7"].assert_eq(&defined(&mut client, &project, "a.prompt", (2, 6)).await);
    // An id's names, and nothing where there is none or no model.
    expect!["unembed.names.yaml 1:2-8"].assert_eq(&defined(&mut client, &project, "a.prompt", (4, 6)).await);
    for at in [(2, 12), (6, 5), (0, 0)] {
        assert_eq!(defined(&mut client, &project, "a.prompt", at).await, "", "{at:?}");
    }
    // The nearest names count.
    client.open_at(&project.uri("own/d.prompt"), "---\ninterventions:\n  - tower: off\n---\nThe").await;
    expect!["own/unembed.names.yaml 1:2-7"].assert_eq(&defined(&mut client, &project, "own/d.prompt", (2, 6)).await);
    // The names as they are in the editor, saved or not.
    let names = project.uri("unembed.names.yaml");
    client.open_at(&names, &format!("# one line more\n{NAMES}")).await;
    expect!["unembed.names.yaml 3:2-7"].assert_eq(&defined(&mut client, &project, "a.prompt", (2, 6)).await);
    expect!["unembed.names.yaml 3:2-7"].assert_eq(&defined(&mut client, &project, "unembed.names.yaml", (3, 2)).await);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": names}})).await;
    expect!["unembed.names.yaml 2:2-7"].assert_eq(&defined(&mut client, &project, "a.prompt", (2, 6)).await);
    assert_eq!(client.library.loads.now(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_used_in_prompt_files_open_or_not() {
    let project = project();
    let mut client = start(&project).await;
    let everywhere = used(&mut client, &project, "a.prompt", (2, 6), true).await;
    expect![[r#"
        unembed.names.yaml 2:2-7
        a.prompt 2:4-9
        a.prompt 3:4-8
        sub/b.prompt 3:6-11"#]]
    .assert_eq(&everywhere);
    expect![[r#"
        a.prompt 2:4-9
        a.prompt 3:4-8
        sub/b.prompt 3:6-11"#]]
    .assert_eq(&used(&mut client, &project, "a.prompt", (2, 6), false).await);
    // The id means its name as well.
    assert_eq!(used(&mut client, &project, "a.prompt", (3, 6), true).await, everywhere);
    expect![[r#"
        a.prompt 4:4-8
        sub/b.prompt 2:4-10"#]]
    .assert_eq(&used(&mut client, &project, "a.prompt", (4, 6), false).await);
    assert_eq!(used(&mut client, &project, "a.prompt", (6, 5), true).await, "");
    client.open_at(&project.uri("unembed.names.yaml"), NAMES).await;
    assert_eq!(used(&mut client, &project, "unembed.names.yaml", (2, 3), true).await, everywhere);
    // Those of a model that is not loaded are not looked at, and it is not loaded for them.
    expect!["unembed.names.yaml 5:2-7"]
        .assert_eq(&used(&mut client, &project, "unembed.names.yaml", (5, 3), true).await);
    assert_eq!(client.library.loads.now(), 0);
    client.open_at(&project.uri("c.prompt"), &project.read("c.prompt").unwrap()).await;
    client.loaded(&project.uri("c.prompt")).await;
    expect![[r#"
        unembed.names.yaml 5:2-7
        c.prompt 3:4-9"#]]
    .assert_eq(&used(&mut client, &project, "unembed.names.yaml", (5, 3), true).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_uri_written_in_another_way_is_the_same_file() {
    let project = project();
    let mut client = start(&project).await;
    let odd = project.uri("unembed.names.yaml").replace("names.yaml", "n%61mes.yaml");
    client.open_at(&odd, &format!("# one line more\n{NAMES}")).await;
    let id = client.at("definition", &project.uri("a.prompt"), (2, 6), json!({})).await;
    let answer = client.result(id).await;
    assert_eq!((&answer[0]["uri"], &answer[0]["range"]["start"]["line"]), (&json!(odd), &json!(3)));
}

fn codes(told: &Value) -> Vec<&str> {
    told["diagnostics"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap()).collect()
}

/// The diagnostics of a file, once they are these.
async fn diagnosed(client: &mut Client, uri: &str, expected: &[&str]) {
    let meant = |m: &Value| {
        let is_it = m["method"] == "textDocument/publishDiagnostics" && m["params"]["uri"] == *uri;
        is_it && codes(&m["params"]) == expected
    };
    client.claim(meant).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_names_is_a_change_of_the_prompts_that_use_them() {
    let project = Project::of(&[]);
    let mut client = Client::start(TestLibrary::loaded(), project.workspace(json!({}))).await;
    let (a, names) = (project.uri("a.prompt"), project.uri("unembed.names.yaml"));
    client.open_at(&a, "---\ninterventions:\n  - food: off\n---\nThe").await;
    diagnosed(&mut client, &a, &["unknown-name"]).await;
    // Typed and not saved.
    client.open_at(&names, "").await;
    diagnosed(&mut client, &names, &[]).await;
    client.change_at(&names, 2, "fake:\n  food: L1D5\n").await;
    diagnosed(&mut client, &a, &[]).await;
    client.change_at(&names, 3, "fake:\n  food: L9D9\n").await;
    diagnosed(&mut client, &a, &["no-such-vector"]).await;
    client.change_at(&names, 4, "second:\n  food: L1D5\n").await;
    diagnosed(&mut client, &a, &["other-models-name"]).await;
    // A name that cannot be read names nothing, and its file says why.
    client.change_at(&names, 5, "fake:\n  food: L1\n").await;
    diagnosed(&mut client, &a, &["unknown-name"]).await;
    client
        .claim(|m| m["params"]["uri"] == *names && m["params"]["version"] == 5 && !codes(&m["params"]).is_empty())
        .await;
    // Closed without saving, then written by another program.
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": names}})).await;
    diagnosed(&mut client, &a, &["unknown-name"]).await;
    project.write("unembed.names.yaml", "fake:\n  food: L1D5\n");
    let changed = json!({"changes": [{"uri": names, "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", changed).await;
    diagnosed(&mut client, &a, &[]).await;
    // As long, and at once.
    project.write("unembed.names.yaml", "fake:\n  fish: L1D5\n");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": names}})).await;
    diagnosed(&mut client, &a, &["unknown-name"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_can_are_asked_to_watch_names_and_to_ask_again() {
    let project = Project::of(&[]);
    let capabilities = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {
            "diagnostics": {"refreshSupport": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
    });
    let mut client = Client::start(TestLibrary::loaded(), project.workspace(capabilities)).await;
    let asked = client.asked("client/registerCapability", Value::Null).await;
    assert!(asked.to_string().contains("**/unembed.names.yaml"), "{asked}");
    let (a, names) = (project.uri("a.prompt"), project.uri("unembed.names.yaml"));
    client.open_at(&a, "---\ninterventions:\n  - food: off\n---\nThe").await;
    // However often it changes, the client is told once, and once more when it has asked again.
    client.open_at(&names, "").await;
    let refresh = client.claim(|m| m["method"] == "workspace/diagnostic/refresh").await;
    for version in 2..20 {
        client.change_at(&names, version, &format!("fake:\n  food: L1D{}\n", version % 8)).await;
    }
    let id = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": a}})).await;
    assert_eq!(client.result(id).await["items"], json!([]));
    client.send(json!({"jsonrpc": "2.0", "id": refresh["id"], "result": null})).await;
    client.asked("workspace/diagnostic/refresh", Value::Null).await;
    let id = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": names}})).await;
    assert_eq!(client.result(id).await["items"], json!([]));
    let late: Vec<_> =
        client.unclaimed().await.into_iter().filter(|m| m["method"] == "workspace/diagnostic/refresh").collect();
    assert!(late.len() <= 1, "{late:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_names_file_is_no_prompt() {
    let project = project();
    let mut client = start(&project).await;
    let names = project.uri("unembed.names.yaml");
    client.open_at(&names, NAMES).await;
    for method in ["hover", "completion"] {
        let id = client.at(method, &names, (1, 3), json!({})).await;
        assert_eq!(client.result(id).await, Value::Null, "{method}");
    }
    let at = json!({"line": 1, "character": 3});
    let range = json!({"range": {"start": at, "end": at}, "context": {"diagnostics": []}});
    let id = client.at("codeAction", &names, (1, 3), range).await;
    assert_eq!(client.result(id).await, Value::Null);
    let mut refused = String::new();
    for command in ["unembed.generate", "unembed.trace"] {
        let id = client.command(command, json!({"uri": names}), None).await;
        refused += &(client.refused(id).await + "\n");
    }
    expect![[r#"
        -32803 this file holds names and no prompt: run the command on a prompt file
        -32803 this file holds names and no prompt: run the command on a prompt file
    "#]]
    .assert_eq(&refused);
}
