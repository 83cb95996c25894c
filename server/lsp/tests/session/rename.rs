//! Renaming: one edit of the names file and of every prompt file that uses the name, and of nothing else.

use base::{Edit, Encoding, LineIndex, Position};
use expect_test::expect;
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

/// The lines of a text below its name; a `␍` ends the lines that do in CRLF.
fn indented(text: &str) -> String {
    let lines: String = text.replace('\r', "␍").lines().map(|line| format!("  {line}\n")).collect();
    let end = if text.ends_with('\n') { "" } else { "  (no line break at the end)\n" };
    lines + end
}

/// Each file that changes: its version, and its text after the change of the one before.
fn changed(project: &Project, answer: &Value, before: &[(&str, &str)]) -> String {
    let change = |change: &Value| {
        let document = &change["textDocument"];
        let file = document["uri"].as_str().unwrap().strip_prefix(&project.uri("")).unwrap().to_owned();
        let open = before.iter().find(|(name, _)| *name == file).map(|(_, text)| (*text).to_owned());
        let text = edited(&open.or_else(|| project.read(&file)).unwrap(), &change["edits"]);
        format!("{file}, version {}\n{}", document["version"], indented(&text))
    };
    answer["documentChanges"].as_array().unwrap().iter().map(change).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_use_changes_with_the_name() {
    let project = project();
    let mut client = start(&project, versioned()).await;
    let id = rename(&mut client, &project.uri("a.prompt"), (2, 6), "a tower").await;
    let changed = changed(&project, &client.result(id).await, &[("a.prompt", A)]);
    expect![[r#"
        unembed.names.yaml, version null
          "fake": # ours
            "a tower": L1D3 # tall
            dishes: L1D5
          "second":
            ships: L0D1
            tower: L0D2
        a.prompt, version 1
          ---␍
          interventions:␍
            - "a tower": off # 🙂 tower␍
            - "a tower": 2␍
          ---␍
          The tower
          (no line break at the end)
        sub/b.prompt, version null
          ---
          interventions:
            - dishes: off
            # - "a tower": 3
            - L1D3: 1
          ---
          The
          (no line break at the end)
    "#]]
    .assert_eq(&changed);
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
    expect![[r#"
        unembed.names.yaml, version 7
          # ours
          "fake": # ours
            dishes: L1D5
            towers: L1D3 # tall
          "second":
            ships: L0D1
            tower: L0D2
        a.prompt, version 1
          ---␍
          interventions:␍
            - towers: off # 🙂 tower␍
            - towers: 2␍
          ---␍
          The tower
          (no line break at the end)
        sub/b.prompt, version null
          ---
          interventions:
            - dishes: off
            # - towers: 3
            - L1D3: 1
          ---
          The
          (no line break at the end)
    "#]]
    .assert_eq(&changed(&project, &answer, &[("a.prompt", A), ("unembed.names.yaml", &unsaved)]));
    // The other model's name, in its own files.
    let id = rename(&mut client, &names, (6, 2), "towers").await;
    let answer = client.result(id).await;
    expect![[r#"
        unembed.names.yaml, version 7
          # ours
          "fake": # ours
            dishes: L1D5
            tower: L1D3 # tall
          "second":
            ships: L0D1
            towers: L0D2
        c.prompt, version null
          ---
          model: second
          interventions:
            - towers: off
          ---
          The
          (no line break at the end)
    "#]]
    .assert_eq(&changed(&project, &answer, &[("unembed.names.yaml", &unsaved)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_without_versions_get_plain_changes() {
    let project = project();
    let mut client = start(&project, json!({})).await;
    let id = rename(&mut client, &project.uri("a.prompt"), (2, 6), "spire").await;
    let answer = client.result(id).await;
    assert!(answer.get("documentChanges").is_none());
    let mut seen: Vec<_> = answer["changes"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(uri, edits)| {
            let file = uri.strip_prefix(&project.uri("")).unwrap();
            let before = if file == "a.prompt" { A.to_owned() } else { project.read(file).unwrap() };
            format!("{file}\n{}", indented(&edited(&before, edits)))
        })
        .collect();
    seen.sort_unstable();
    expect![[r#"
        a.prompt
          ---␍
          interventions:␍
            - spire: off # 🙂 tower␍
            - spire: 2␍
          ---␍
          The tower
          (no line break at the end)
        sub/b.prompt
          ---
          interventions:
            - dishes: off
            # - spire: 3
            - L1D3: 1
          ---
          The
          (no line break at the end)
        unembed.names.yaml
          "fake": # ours
            dishes: L1D5
            spire: L1D3 # tall
          "second":
            ships: L0D1
            tower: L0D2
    "#]]
    .assert_eq(&seen.concat());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_renamed_is_refused_with_a_reason() {
    let project = project();
    let mut client = start(&project, json!({"textDocument": {"rename": {"prepareSupport": true}}})).await;
    let a = project.uri("a.prompt");
    client.change_at(&a, 2, "---\ninterventions:\n  - tower: off\n  - L1D3: 2\n  - ships: 1\n---\nThe tower").await;
    let mut refused = String::new();
    for (at, to) in [
        ((2, 6), "dishes"),
        ((2, 6), "L0D0"),
        ((2, 6), "a: b"),
        ((2, 6), ""),
        ((3, 6), "three"),
        ((4, 6), "boats"),
        ((6, 5), "spire"),
    ] {
        let id = rename(&mut client, &a, at, to).await;
        refused += &format!("{at:?} {to:?}: {}\n", client.refused(id).await);
    }
    expect![[r#"
        (2, 6) "dishes": -32803 the name `dishes` is in use: choose another one
        (2, 6) "L0D0": -32803 invalid name `L0D0`: a value vector's id cannot be a name
        (2, 6) "a: b": -32803 invalid name `a: b`: use at most 64 letters, digits, spaces, - _ . or /
        (2, 6) "": -32803 invalid name ``: write a word without spaces around it
        (3, 6) "three": -32803 L1D3 is an id, and ids cannot change: give the value vector a name
        (4, 6) "boats": -32803 unknown name `ships`: unembed.names.yaml does not have it
        (6, 5) "spire": -32803 no name at the cursor: put the cursor on one below `interventions:` or in the names file
    "#]]
    .assert_eq(&refused);
    let id = rename(&mut client, &a, (2, 6), "tower").await;
    assert_eq!(client.result(id).await, Value::Null);

    let id = client.at("prepareRename", &a, (2, 5), json!({})).await;
    let range = json!({"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 9}});
    assert_eq!(client.result(id).await, json!({"range": range, "placeholder": "tower"}));
    let mut refused = String::new();
    for at in [(3, 6), (4, 6)] {
        let id = client.at("prepareRename", &a, at, json!({})).await;
        refused += &(client.refused(id).await + "\n");
    }
    expect![[r#"
        -32803 L1D3 is an id, and ids cannot change: give the value vector a name
        -32803 unknown name `ships`: unembed.names.yaml does not have it
    "#]]
    .assert_eq(&refused);
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
    expect!["-32803 the default model is still loading: try again"].assert_eq(&client.refused(id).await);
    client.change_at(&a, 2, &A.replace("---\r\ninter", "---\r\nmodel: nothing\r\ninter")).await;
    let id = rename(&mut client, &a, (3, 6), "spire").await;
    expect!["-32803 nothing is no model; name one that is here"].assert_eq(&client.refused(id).await);
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
    expect![[r#"
        unembed.names.yaml, version null
          "fake": # ours
            dishes: L1D5
            spire: L1D3 # tall
          "second":
            ships: L0D1
            tower: L0D2
        a.prompt, version null
          ---␍
          interventions:␍
            - spire: off # 🙂 tower␍
            - spire: 2␍
          ---␍
          The tower
          (no line break at the end)
        sub/b.prompt, version 1
          ---
          interventions:
            - dishes: off
            # - spire: 3
            - L1D3: 1
          ---
          The
          (no line break at the end)
    "#]]
    .assert_eq(&changed(&project, &client.result(id).await, &[]));
}
