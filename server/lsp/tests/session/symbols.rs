//! Outlines, and names and concepts from the editor's symbol picker.

use expect_test::expect;
use lm::LanguageModel;
use lm::fake::{FakeConcepts, FakeModel};
use serde_json::{Value, json};

use crate::support::show::range;
use crate::support::{Client, Project, TestLibrary};

const NAMES: &str = "fake:\n  dishes: L1D5\n  tower: L1D3\nsecond:\n  dinghy: L0D1\n";
const TEXT: &str = "---\nmodel: fake\ninterventions:\n  - L1D5: off\n  # - tower: 3\n---\nThe city\n";

fn project() -> Project {
    Project::of(&[("unembed.names.yaml", NAMES), ("b.prompt", "---\ninterventions:\n  - tower: 1\n---\nThe")])
}

async fn outline(client: &mut Client, uri: &str) -> Value {
    let id = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}})).await;
    client.result(id).await
}

/// A line for each symbol, with the whole range and that of its name; what is inside is indented.
fn nested(symbols: &Value, indent: usize) -> String {
    let none = Vec::new();
    let line = |s: &Value| {
        let detail = s["detail"].as_str().unwrap_or_default();
        let (name, places) = (s["name"].as_str().unwrap(), (range(&s["range"]), range(&s["selectionRange"])));
        let line = format!("{}{name} {detail} @ {} {}\n", " ".repeat(indent), places.0, places.1);
        line + &nested(&s["children"], indent + 2)
    };
    symbols.as_array().unwrap_or(&none).iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outline_as_the_client_takes_it() {
    let project = project();
    let nests = json!({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}});
    let mut client = Client::start(TestLibrary::loaded(), project.workspace(nests)).await;
    let (a, names) = (project.uri("a.prompt"), project.uri("unembed.names.yaml"));
    client.open_at(&a, TEXT).await;
    let outlined = outline(&mut client, &a).await;
    expect![[r#"
        model fake @ 1:0-2:0 1:0-5
        interventions  @ 2:0-5:0 2:0-13
          L1D5 dishes off @ 3:0-4:0 3:4-8
          tower 3 (disabled) @ 4:0-5:0 4:6-11
        prompt The city @ 6:0-8 6:0-0
    "#]]
    .assert_eq(&nested(&outlined, 0));
    client.open_at(&names, NAMES).await;
    let outlined = outline(&mut client, &names).await;
    expect![[r#"
        fake  @ 0:0-3:0 0:0-4
          dishes L1D5 @ 1:0-2:0 1:2-8
          tower L1D3 @ 2:0-3:0 2:2-7
        second  @ 3:0-5:0 3:0-6
          dinghy L0D1 @ 4:0-5:0 4:2-8
    "#]]
    .assert_eq(&nested(&outlined, 0));

    let mut client = Client::start(TestLibrary::loaded(), project.workspace(json!({}))).await;
    client.open_at(&a, TEXT).await;
    let outlined = outline(&mut client, &a).await;
    let flat = |s: &Value| {
        let container = s["containerName"].as_str().unwrap_or("nothing");
        format!("{} in {container} @ {}\n", s["name"].as_str().unwrap(), range(&s["location"]["range"]))
    };
    expect![[r#"
        model in nothing @ 1:0-5
        interventions in nothing @ 2:0-13
        L1D5 dishes in interventions @ 3:4-8
        tower in interventions @ 4:6-11
        prompt in nothing @ 6:0-0
    "#]]
    .assert_eq(&outlined.as_array().unwrap().iter().map(flat).collect::<String>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outline_does_not_wait_for_the_model() {
    let project = project();
    let library = TestLibrary::unloaded();
    library.loading.close();
    let mut client = Client::start(library, project.workspace(json!({}))).await;
    let a = project.uri("a.prompt");
    client.open_at(&a, TEXT).await;
    let outlined = outline(&mut client, &a).await;
    assert_eq!(outlined[2]["name"], "L1D5");
}

/// A line each: the name, and where it is.
async fn picked(client: &mut Client, project: &Project, query: &str) -> Vec<String> {
    let id = client.request("workspace/symbol", json!({"query": query})).await;
    let line = |s: &Value| {
        let uri = s["location"]["uri"].as_str().unwrap().strip_prefix(&project.uri("")).unwrap().to_owned();
        format!("{} @ {uri}:{}", s["name"].as_str().unwrap(), s["location"]["range"]["start"]["line"])
    };
    client.result(id).await.as_array().unwrap().iter().map(line).collect()
}

async fn start(project: &Project) -> Client {
    let client = Client::searching(project.workspace(json!({}))).await;
    client.indexes.as_ref().unwrap().put(FakeConcepts::built(FakeModel::default().info()));
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_then_concepts() {
    let project = project();
    let mut client = start(&project).await;
    let a = project.uri("a.prompt");
    client.open_at(&a, TEXT).await;
    expect!["dishes @ unembed.names.yaml:1"].assert_eq(&picked(&mut client, &project, "DISH").await.join("\n"));
    expect![[r#"
        dishes @ unembed.names.yaml:1
        tower @ unembed.names.yaml:2"#]]
    .assert_eq(&picked(&mut client, &project, "").await.join("\n"));
    let found = picked(&mut client, &project, "tower").await;
    assert_eq!(found[0], "tower @ unembed.names.yaml:2");
    // Where it is used by its name, else at the list.
    let by_name = "L1D3 tower: Eiffel, Tower, food, court, house, river @ a.prompt:4".to_owned();
    assert!(found.contains(&by_name), "{found:#?}");
    let unused = "L1D4 Tower, food, court, house, river, a @ a.prompt:2".to_owned();
    assert!(found.contains(&unused), "{found:#?}");
    assert_eq!(
        picked(&mut client, &project, "L1D5").await,
        ["L1D5 dishes: food, court, house, river, a, and @ a.prompt:3"]
    );
    assert_eq!(picked(&mut client, &project, "nonsense: [").await, [""; 0]);
    // Two files for one model and with the same names are asked once.
    client.open_at(&project.uri("b.prompt"), "The").await;
    assert_eq!(picked(&mut client, &project, "dish").await.len(), 1);
    // Names of their own are found beside them.
    client.open_at(&project.uri("own/unembed.names.yaml"), "fake:\n  dishcloth: L0D0\n").await;
    client.open_at(&project.uri("own/c.prompt"), "The").await;
    expect![[r#"
        dishes @ unembed.names.yaml:1
        dishcloth @ own/unembed.names.yaml:1"#]]
    .assert_eq(&picked(&mut client, &project, "dish").await.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_nothing_open_the_default_model_is_asked_if_it_is_loaded() {
    let project = project();
    let mut client = start(&project).await;
    expect!["dishes @ unembed.names.yaml:1"].assert_eq(&picked(&mut client, &project, "dish").await.join("\n"));
    let found = picked(&mut client, &project, "eiffel").await;
    assert_eq!(found[0], "L1D3 tower: Eiffel, Tower, food, court, house, river @ b.prompt:2");
    assert!(found[1].ends_with("@ b.prompt:1"), "{found:#?}");

    let mut client = Client::start(TestLibrary::unloaded(), project.workspace(json!({}))).await;
    assert_eq!(picked(&mut client, &project, "dish").await, [""; 0]);
    assert_eq!(client.library.loads.now(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_models_file_has_its_own_names() {
    let project = project();
    let mut client = start(&project).await;
    client.open_at(&project.uri("c.prompt"), "---\nmodel: second\n---\nThe").await;
    client.loaded(&project.uri("c.prompt")).await;
    expect![[r#"
        dinghy @ unembed.names.yaml:4
        dishes @ unembed.names.yaml:1"#]]
    .assert_eq(&picked(&mut client, &project, "di").await.join("\n"));
}
