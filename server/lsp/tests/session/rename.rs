//! Renaming: one edit of the names file and of every prompt file that uses the name, and of nothing else.

use base::{Edit, Encoding, LineIndex, Position};
use serde_json::{Value, json};

use crate::support::{Client, Project, TestLibrary};

const NAMES: &str =
    "\"fake\": # ours\n  dishes: L1D5\n  tower: L1D3 # tall\n\"second\":\n  ships: L0D1\n  tower: L0D2\n";
/// Unsaved text of `a.prompt`, which is another one on the disk.
const A: &str = "---\r\ninterventions:\r\n  - tower: off # 🙂 tower\r\n  - \"tower\": 2\r\n---\r\nThe tower";

fn project() -> Project {
    Project::of(&[
        ("unembed.names.yaml", NAMES),
        ("a.prompt", "---\ninterventions:\n  - nothing: off\n---\nThe"),
        ("sub/b.prompt", "---\ninterventions:\n  - dishes: off\n  # - tower: 3\n  - L1D3: 1\n---\nThe"),
        ("c.prompt", "---\nmodel: second\ninterventions:\n  - tower: off\n---\nThe"),
        ("gone.prompt", "---\nmodel: nothing\ninterventions:\n  - tower: off\n---\nThe"),
        ("own/unembed.names.yaml", "fake:\n  tower: L2D2\n"),
        ("own/d.prompt", "---\ninterventions:\n  - tower: off\n---\nThe"),
    ])
}

fn versioned() -> Value {
    json!({"workspace": {"workspaceEdit": {"documentChanges": true}}})
}

async fn start(project: &Project, capabilities: Value) -> Client {
    let mut client = Client::start(TestLibrary::loaded(), project.workspace(capabilities)).await;
    client.open_at(&project.uri("a.prompt"), A).await;
    client
}

async fn rename(client: &mut Client, uri: &str, at: (u32, u32), to: &str) -> i64 {
    client.at("rename", uri, at, json!({"newName": to})).await
}

/// The text after the edits that the protocol has.
fn edited(text: &str, edits: &Value) -> String {
    let lines = LineIndex::new(text);
    let offset = |p: &Value| {
        let number = |name: &str| u32::try_from(p[name].as_u64().unwrap()).unwrap();
        lines.offset(text, Position { line: number("line"), column: number("character") }, Encoding::Utf16)
    };
    let edit = |e: &Value| Edit {
        range: offset(&e["range"]["start"])..offset(&e["range"]["end"]),
        text: e["newText"].as_str().unwrap().to_owned(),
    };
    base::apply(text, &edits.as_array().unwrap().iter().map(edit).collect::<Vec<_>>()).unwrap()
}

/// Each file that changes: its version, and its text after the change of the one before.
fn changed(project: &Project, answer: &Value, before: &[(&str, &str)]) -> Vec<(String, Value, String)> {
    let change = |change: &Value| {
        let document = &change["textDocument"];
        let file = document["uri"].as_str().unwrap().strip_prefix(&project.uri("")).unwrap().to_owned();
        let open = before.iter().find(|(name, _)| *name == file).map(|(_, text)| (*text).to_owned());
        let text = edited(&open.or_else(|| project.read(&file)).unwrap(), &change["edits"]);
        (file, document["version"].clone(), text)
    };
    answer["documentChanges"].as_array().unwrap().iter().map(change).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_use_changes_with_the_name() {
    let project = project();
    let mut client = start(&project, versioned()).await;
    let id = rename(&mut client, &project.uri("a.prompt"), (2, 6), "a tower").await;
    let changed = changed(&project, &client.result(id).await, &[("a.prompt", A)]);
    let expected = [
        (
            "unembed.names.yaml",
            Value::Null,
            NAMES.replacen("  tower: L1D3 # tall\n", "", 1).replace("  dishes", "  \"a tower\": L1D3 # tall\n  dishes"),
        ),
        ("a.prompt", json!(1), A.replace("- tower", "- \"a tower\"").replace("- \"tower\"", "- \"a tower\"")),
        (
            "sub/b.prompt",
            Value::Null,
            "---\ninterventions:\n  - dishes: off\n  # - \"a tower\": 3\n  - L1D3: 1\n---\nThe".to_owned(),
        ),
    ];
    assert_eq!(changed, expected.map(|(file, version, text)| (file.to_owned(), version, text)));
    // The other model was loaded to find out that its file means another tower.
    assert_eq!(client.library.loads.now(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_names_file_as_it_is_in_the_editor() {
    let project = project();
    let mut client = start(&project, versioned()).await;
    let names = project.uri("unembed.names.yaml");
    let unsaved = format!("# ours\n{NAMES}");
    client.open_at(&names, "").await;
    client.change_at(&names, 7, &unsaved).await;
    let id = rename(&mut client, &names, (3, 2), "towers").await;
    let answer = client.result(id).await;
    let seen = changed(&project, &answer, &[("a.prompt", A), ("unembed.names.yaml", &unsaved)]);
    let (files, versions): (Vec<_>, Vec<_>) = seen.iter().map(|(file, version, _)| (file.as_str(), version)).unzip();
    assert_eq!(files, ["unembed.names.yaml", "a.prompt", "sub/b.prompt"]);
    assert_eq!(versions, [&json!(7), &json!(1), &Value::Null]);
    assert_eq!(seen[0].2, unsaved.replacen("tower: L1D3", "towers: L1D3", 1));
    // The other model's name, in its own files.
    let id = rename(&mut client, &names, (6, 2), "towers").await;
    let seen = changed(&project, &client.result(id).await, &[("unembed.names.yaml", &unsaved)]);
    let files: Vec<_> = seen.iter().map(|(file, ..)| file.as_str()).collect();
    assert_eq!(files, ["unembed.names.yaml", "c.prompt"]);
    assert_eq!(seen[0].2, unsaved.replace("tower: L0D2", "towers: L0D2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_without_versions_get_plain_changes() {
    let project = project();
    let mut client = start(&project, json!({})).await;
    let id = rename(&mut client, &project.uri("a.prompt"), (2, 6), "spire").await;
    let answer = client.result(id).await;
    assert!(answer.get("documentChanges").is_none());
    let mut files: Vec<_> = answer["changes"].as_object().unwrap().keys().map(String::as_str).collect();
    files.sort_unstable();
    let expected = ["a.prompt", "sub/b.prompt", "unembed.names.yaml"].map(|file| project.uri(file));
    assert_eq!(files, expected);
    assert_eq!(
        edited(A, &answer["changes"][&expected[0]]),
        A.replace("- tower", "- spire").replace("\"tower\"", "spire")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_renamed_is_refused_with_a_reason() {
    let project = project();
    let mut client = start(&project, json!({"textDocument": {"rename": {"prepareSupport": true}}})).await;
    let a = project.uri("a.prompt");
    client.change_at(&a, 2, "---\ninterventions:\n  - tower: off\n  - L1D3: 2\n  - ships: 1\n---\nThe tower").await;
    for (at, to, says) in [
        ((2, 6), "dishes", "is in use"),
        ((2, 6), "L0D0", "value vector's id"),
        ((2, 6), "a: b", "invalid name"),
        ((2, 6), "", "invalid name"),
        ((3, 6), "three", "is an id"),
        ((4, 6), "boats", "unknown name `ships`"),
        ((6, 5), "spire", "no name at the cursor"),
    ] {
        let id = rename(&mut client, &a, at, to).await;
        let (code, message) = client.error(id).await;
        assert!(code == -32803 && message.contains(says), "{to}: {message}");
    }
    let id = rename(&mut client, &a, (2, 6), "tower").await;
    assert_eq!(client.result(id).await, Value::Null);

    let id = client.at("prepareRename", &a, (2, 5), json!({})).await;
    let range = json!({"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 9}});
    assert_eq!(client.result(id).await, json!({"range": range, "placeholder": "tower"}));
    for (at, says) in [((3, 6), "is an id"), ((4, 6), "unknown name `ships`")] {
        let id = client.at("prepareRename", &a, at, json!({})).await;
        let (_, message) = client.error(id).await;
        assert!(message.contains(says), "{message}");
    }
    let id = client.at("prepareRename", &a, (6, 5), json!({})).await;
    assert_eq!(client.result(id).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_is_not_there_is_the_reason() {
    let project = project();
    let library = TestLibrary::unloaded();
    library.loading.close();
    let mut client = Client::start(library, project.workspace(json!({}))).await;
    let a = project.uri("a.prompt");
    client.open_at(&a, A).await;
    let id = rename(&mut client, &a, (2, 6), "spire").await;
    assert!(client.error(id).await.1.contains("still loading"));
    client.change_at(&a, 2, &A.replace("---\r\ninter", "---\r\nmodel: nothing\r\ninter")).await;
    let id = rename(&mut client, &a, (3, 6), "spire").await;
    assert!(client.error(id).await.1.contains("nothing is no model"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_opened_by_itself_is_renamed_with_its_projects_files() {
    let project = project();
    project.write(".git/HEAD", "");
    let mut client = Client::start(TestLibrary::loaded(), json!({"capabilities": versioned()})).await;
    let b = project.uri("sub/b.prompt");
    client.open_at(&b, &project.read("sub/b.prompt").unwrap()).await;
    project.write("a.prompt", A);
    let id = rename(&mut client, &b, (3, 7), "spire").await;
    let seen = changed(&project, &client.result(id).await, &[]);
    let files: Vec<_> = seen.iter().map(|(file, version, _)| (file.as_str(), version.clone())).collect();
    let expected = [("unembed.names.yaml", Value::Null), ("a.prompt", Value::Null), ("sub/b.prompt", json!(1))];
    assert_eq!(files, expected);
}
