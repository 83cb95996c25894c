//! The concept index as commands: what is found while it is built, whose build it is, and what a plain client sees.

use std::path::PathBuf;

use base::Cancel;
use expect_test::expect;
use lm::fake::{FakeConcepts, FakeModel};
use lm::{Concepts, LanguageModel};
use serde_json::{Value, json};

use crate::support::{Client, Project, TestLibrary, uri};

fn progress() -> Value {
    json!({"capabilities": {"window": {"workDoneProgress": true}}, "initializationOptions": {"results": true}})
}

async fn search(client: &mut Client, query: &str) -> Value {
    let id = client.command("unembed.search", json!({"uri": uri("a"), "query": query}), Some("search")).await;
    client.result(id).await
}

fn notes(found: &Value) -> Vec<&str> {
    found["notes"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect()
}

fn layers(found: &Value) -> Vec<u64> {
    let mut layers: Vec<_> = found["hits"].as_array().unwrap().iter().map(|h| h["layer"].as_u64().unwrap()).collect();
    layers.sort_unstable();
    layers.dedup();
    layers
}

/// A client whose search has begun a build that stands after the first layer, and the token of its progress.
async fn building() -> (Client, Value) {
    let mut client = Client::searching(progress()).await;
    client.index().hold_after(1);
    client.open("a", "The city").await;
    let found = search(&mut client, "food").await;
    assert_eq!(notes(&found).len(), 1, "{found}");
    let token = client.asked("window/workDoneProgress/create", Value::Null).await["token"].clone();
    client.claim(|m| m["params"]["token"] == token && told(m) == "8 of 24 value vectors").await;
    (client, token)
}

fn told(message: &Value) -> &str {
    message["params"]["value"]["message"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_begins_the_build_and_finds_what_is_there() {
    let (mut client, token) = building().await;
    let found = search(&mut client, "food").await;
    assert_eq!((notes(&found), layers(&found)), (vec!["8 of 24 value vectors are indexed so far"], vec![0]));
    // The status shows the build, and other requests are answered.
    client.claim(|m| m["params"]["message"] == "building the concept index of fake").await;
    let id = client.hover("a", 0, 5).await;
    assert!(client.result(id).await.is_object());
    client.index().let_go();
    client.claim(|m| m["params"]["token"] == token && m["params"]["value"]["kind"] == "end").await;
    let found = search(&mut client, "food").await;
    assert_eq!((notes(&found).len(), layers(&found)), (0, vec![0, 1, 2]));
    assert_eq!(client.index().builds(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_has_the_counts_of_a_build() {
    let (mut client, token) = building().await;
    let build = json!({"model": "fake", "done": 8, "all": 24});
    let status = json!({
        "health": "ok", "busy": true, "message": "building the concept index of fake",
        "phase": "indexing", "subject": "fake", "done": 8, "all": 24, "builds": [build],
    });
    client.claim(|m| m["params"] == status).await;
    client.unclaimed().await;
    // A command does not hide the build.
    client.engine.checkpoints.close();
    let id = client.command("unembed.generate", json!({"uri": uri("a")}), None).await;
    client.settled().await;
    client.engine.checkpoints.open();
    client.result(id).await;
    client.index().let_go();
    client.claim(|m| m["params"]["token"] == token && m["params"]["value"]["kind"] == "end").await;
    client.claim(|m| m["params"]["phase"] == "ready" && m["params"]["message"] == "ready").await;
    let phases: Vec<_> = client.unclaimed().await.iter().filter_map(|m| m["params"].get("phase").cloned()).collect();
    assert!(phases.iter().all(|phase| phase != "working" && phase != "failed"), "{phases:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_build_continues_at_the_next_search() {
    let (mut client, token) = building().await;
    let stopped = client.engine.stopped.now();
    client.notify("window/workDoneProgress/cancel", json!({"token": token})).await;
    client.claim(|m| m["params"]["token"] == token && m["params"]["value"]["kind"] == "end").await;
    client.engine.stopped.reaches(stopped + 1).await;
    // Typing does not continue it.
    client.index().let_go();
    client.change("a", 2, json!([{"text": "---\ninterventions:\n  - food\n---\nThe"}])).await;
    let id = client.at("completion", &uri("a"), (2, 8), json!({})).await;
    assert!(!client.result(id).await["items"].as_array().unwrap().is_empty());
    client.settled().await;
    assert_eq!((client.index().builds(), client.index().state().indexed), (1, 8));
    client.index().hold_after(2);
    search(&mut client, "food").await;
    let token = client.asked("window/workDoneProgress/create", Value::Null).await["token"].clone();
    client.claim(|m| m["params"]["token"] == token && told(m) == "16 of 24 value vectors").await;
    client.index().let_go();
    client.claim(|m| m["params"]["token"] == token && m["params"]["value"]["kind"] == "end").await;
    assert_eq!((client.index().builds(), client.index().state().indexed), (2, 24));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_build_is_reported_and_not_started_again_by_typing() {
    let mut client = Client::searching(progress()).await;
    client.index().hold_after(0);
    client.open("a", "---\ninterventions:\n  - food\n---\nThe").await;
    let complete = async |client: &mut Client| {
        let id = client.at("completion", &uri("a"), (2, 8), json!({})).await;
        client.result(id).await
    };
    complete(&mut client).await;
    let token = client.asked("window/workDoneProgress/create", Value::Null).await["token"].clone();
    client.claim(|m| m["params"]["token"] == token && m["params"]["value"]["kind"] == "begin").await;
    client.index().fail(Some("no space is left for the concept index"));
    let said = client.told("window/showMessage").await;
    expect!["unembed: no space is left for the concept index"].assert_eq(said["message"].as_str().unwrap());
    client.claim(|m| m["params"]["token"] == token && m["params"]["value"]["kind"] == "end").await;
    for _ in 0..3 {
        complete(&mut client).await;
    }
    assert_eq!(client.index().builds(), 1);
    assert!(client.unclaimed().await.iter().all(|m| m["method"] != "window/showMessage"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_session_searches_the_same_build() {
    let (mut first, token) = building().await;
    let mut second = first.beside(progress()).await;
    second.open("a", "The river").await;
    let found = search(&mut second, "food").await;
    assert_eq!((notes(&found).len(), layers(&found)), (1, vec![0]));
    let found = search(&mut first, "food").await;
    assert_eq!(layers(&found), [0]);
    assert_eq!(first.index().builds(), 1);
    assert!(second.unclaimed().await.iter().all(|m| m["method"] != "window/workDoneProgress/create"));
    // The build ends with the session that started it; the next search continues it.
    first.index().let_go();
    first.claim(|m| m["params"]["token"] == token && m["params"]["value"]["kind"] == "end").await;
    assert_eq!(layers(&search(&mut second, "food").await), [0, 1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_ends_with_its_session_and_another_continues_it() {
    let (first, _) = building().await;
    let mut second = first.beside(progress()).await;
    second.open("a", "The river").await;
    let (engine, index) = (first.engine.clone(), first.index());
    let stopped = engine.stopped.now();
    // The second session uses the same engine, so it must not close.
    first.leave_behind().await;
    engine.stopped.reaches(stopped + 1).await;
    index.let_go();
    while !index.state().clustered {
        search(&mut second, "food").await;
    }
    assert_eq!(index.builds(), 2);
}

async fn started(capabilities: Value, project: &Project) -> Client {
    let mut params = project.workspace(capabilities);
    params["initializationOptions"] = json!({});
    let client = Client::searching(params).await;
    client.indexes.as_ref().unwrap().put(FakeConcepts::built(FakeModel::default().info()));
    client
}

fn project() -> Project {
    Project::of(&[
        ("unembed.names.yaml", "fake:\n  dishes: L1D5\n  meals: [L1D5, L2D0]\n"),
        ("a.prompt", "The city of Paris"),
        ("b.prompt", "---\nmodel: second\n---\nThe city of London"),
        ("c.prompt", "The"),
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_with_what_the_project_knows() {
    let project = project();
    let mut client = started(json!({}), &project).await;
    let a = project.uri("a.prompt");
    // Not saved: what is open counts.
    client.open_at(&a, "The city of London and of Paris").await;
    let id = client.command("unembed.vector", json!({"uri": a, "id": "dishes"}), None).await;
    let card = client.result(id).await;
    assert_eq!((&card["id"], &card["name"], &card["cluster"]), (&json!("L1D5"), &json!("dishes"), &json!(1)));
    assert_eq!(card["activation"]["count"], 12_345);
    let prompts = card["prompts"].as_array().unwrap();
    assert_eq!(prompts.len(), 1, "{prompts:?}");
    let file = prompts[0]["file"].as_str().unwrap();
    assert!(file.ends_with("a.prompt"), "{file}");
    // The other model is not loaded to find out whether its file is meant.
    assert_eq!(client.library.loads.now(), 0);
    let page = client.told("window/showMessage").await["message"].as_str().unwrap().to_owned();
    assert!(page.starts_with("L1D5  dishes  norm 1.5 on fake\n"), "{page}");

    let mut refused = String::new();
    for id in ["meals", "L9D9", "nobody"] {
        let id = client.command("unembed.vector", json!({"uri": a, "id": id}), None).await;
        refused += &(client.refused(id).await + "\n");
    }
    expect![[r#"
        -32803 `meals` is a group of 2 value vectors, and one is needed: write one of L1D5, L2D0
        -32803 L9D9 is not in fake: its value vectors are L0D0 to L2D7
        -32803 unknown name `nobody`: write a value vector's id, such as L0D7, or define the name
    "#]]
    .assert_eq(&refused);
}

/// The command line asks the same functions about the files of the disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_strongest_prompts_are_those_of_the_command_line() {
    let project = Project::of(&[
        ("b/z.prompt", "The river"),
        ("b.prompt", "---\nmodel: second\n---\nThe city of London"),
        ("a.prompt", "The city of Paris"),
        ("c.prompt", "The court of London"),
        ("d.prompt", "The doctor and the nurse"),
        ("e.prompt", "The house"),
        ("f.prompt", "The food"),
        ("notes.txt", "The city"),
    ]);
    let root = PathBuf::from(project.uri("").strip_prefix("file://").unwrap());
    let saved = project::prompts_of_model(project::saved_prompts(&root), |prompt| prompt.file.parsed.model.is_none());
    let (id, model) = ("L1D5".parse().unwrap(), FakeModel::default().hashed());
    let shown = |prompt: &project::SavedPrompt| prompt.path.display().to_string();
    let expected = project::strongest(&saved.files, shown, id, &model, &Cancel::new()).unwrap();
    assert_eq!(expected.len(), 5);

    let mut client = started(json!({}), &project).await;
    let a = project.uri("a.prompt");
    client.open_at(&a, "The city of Paris").await;
    let id = client.command("unembed.vector", json!({"uri": a, "id": "L1D5"}), None).await;
    let card: api::VectorDocument = serde_json::from_value(client.result(id).await).unwrap();
    assert_eq!(format!("{:?}", card.prompts), format!("{expected:?}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clusters_by_number_and_by_vector() {
    let project = project();
    let mut client = started(json!({}), &project).await;
    let a = project.uri("a.prompt");
    client.open_at(&a, "The").await;
    for (argument, numbers, line) in [
        (json!({}), vec![0, 1], "cluster  vectors  cohesion  words\n"),
        (json!({"cluster": 1}), vec![1], "cluster 1: wife, doctor, nurse"),
        (json!({"id": "L0D0"}), vec![0], "cluster 0: food, court, house"),
        (json!({"id": "dishes"}), vec![1], "cluster 1: wife, doctor, nurse"),
    ] {
        let mut whole = argument.clone();
        whole["uri"] = json!(a);
        let id = client.command("unembed.clusters", whole, None).await;
        let found = client.result(id).await;
        let seen: Vec<_> = found["clusters"].as_array().unwrap().iter().map(|c| c["cluster"].clone()).collect();
        assert_eq!(seen, numbers, "{argument}");
        let page = client.told("window/showMessage").await["message"].as_str().unwrap().to_owned();
        assert!(page.starts_with(line), "{page}");
    }
    let id = client.command("unembed.clusters", json!({"uri": a, "cluster": 2}), None).await;
    expect!["-32803 fake has no cluster 2: its clusters are 0 to 1"].assert_eq(&client.refused(id).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_client_sees_what_was_found() {
    let project = project();
    let mut client = started(json!({"window": {"showDocument": {"support": true}}}), &project).await;
    // Nothing is open: the model is named, or the default is meant. The names are the workspace's.
    for (argument, name) in [
        (json!({"query": "food", "limit": 2}), "unembed-search.txt"),
        (json!({"query": "food", "limit": 2, "model": "fake"}), "unembed-search.txt"),
        (json!({"query": "food", "limit": 2, "model": "fake", "uri": project.uri("z.prompt")}), "z-search.txt"),
        (json!({"query": "food", "limit": 2, "uri": project.uri("unembed.names.yaml")}), "unembed-search.txt"),
    ] {
        let id = client.command("unembed.search", argument, None).await;
        let found = client.result(id).await;
        assert_eq!((found["hits"].as_array().unwrap().len(), &found["hits"][0]["name"]), (2, &json!("dishes")));
        let shown = client.asked("window/showDocument", json!({"success": true})).await;
        let path = PathBuf::from(shown["uri"].as_str().unwrap().strip_prefix("file://").unwrap());
        assert_eq!(path.file_name().unwrap(), name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("relevance  id    name    end  words\n"), "{text}");
    }
    let mut refused = String::new();
    for argument in [
        json!({"query": "food", "model": "nothing"}),
        json!({"query": "food", "uri": project.uri("z.prompt")}),
        json!({"query": " "}),
    ] {
        let id = client.command("unembed.search", argument, None).await;
        refused += &(client.refused(id).await + "\n");
    }
    expect![[r#"
        -32803 nothing is no model; name one that is here
        -32803 PROJECT/z.prompt is not open in this editor; open it first
        -32803 nothing to search for: write a word, such as food
    "#]]
    .assert_eq(&refused.replace(&project.uri(""), "PROJECT/"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_index_there_is_a_card_and_no_search() {
    let project = project();
    let mut client = started(json!({}), &project).await;
    client.indexes.as_ref().unwrap().refuse(Some("the concept index is in use by another process"));
    let a = project.uri("a.prompt");
    client.open_at(&a, "The city").await;
    let mut refused = String::new();
    for command in ["unembed.search", "unembed.clusters"] {
        let id = client.command(command, json!({"uri": a, "query": "food"}), None).await;
        refused += &(client.refused(id).await + "\n");
    }
    expect![[r#"
        -32803 the concept index is in use by another process
        -32803 the concept index is in use by another process
    "#]]
    .assert_eq(&refused);
    let id = client.command("unembed.vector", json!({"uri": a, "id": "L1D5"}), None).await;
    let card = client.result(id).await;
    assert_eq!((&card["id"], &card["cluster"], &card["similar"]), (&json!("L1D5"), &Value::Null, &json!([])));
    let said = client.told("window/showMessage").await;
    expect!["unembed: the concept index is in use by another process"].assert_eq(said["message"].as_str().unwrap());
    // Hovers are still answered.
    let id = client.at("hover", &a, (0, 5), json!({})).await;
    assert!(client.result(id).await.is_object());

    let mut client = Client::start(TestLibrary::loaded(), project.workspace(json!({}))).await;
    client.open_at(&a, "The city").await;
    let id = client.command("unembed.search", json!({"uri": a, "query": "food"}), None).await;
    expect!["-32803 there is no folder for concept indexes on this machine: set `index.folder`"]
        .assert_eq(&client.refused(id).await);
    let id = client.command("unembed.vector", json!({"uri": a, "id": "L1D5"}), None).await;
    assert_eq!(client.result(id).await["id"], "L1D5");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hovers_and_actions_show_what_an_index_knows_and_make_none() {
    let project = project();
    let literals = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let mut client = started(json!({"textDocument": {"codeAction": literals}}), &project).await;
    let a = project.uri("a.prompt");
    client.open_at(&a, "---\ninterventions:\n  - dishes: off\n---\nThe city").await;
    let id = client.at("hover", &a, (2, 6), json!({})).await;
    let hover = client.result(id).await["contents"]["value"].as_str().unwrap().to_owned();
    assert!(hover.contains("cluster 1 (9 vectors): wife, doctor, nurse") && hover.contains("They ate"), "{hover}");
    let range = json!({"start": {"line": 2, "character": 6}, "end": {"line": 2, "character": 6}});
    let params = json!({"range": range, "context": {"diagnostics": []}});
    let id = client.at("codeAction", &a, (2, 6), params).await;
    let actions = client.result(id).await.to_string();
    assert!(actions.contains("its 99th percentile"), "{actions}");

    let mut client = Client::searching(project.workspace(json!({}))).await;
    client.open_at(&a, "---\ninterventions:\n  - dishes: off\n---\nThe city").await;
    let id = client.at("hover", &a, (2, 6), json!({})).await;
    let hover = client.result(id).await["contents"]["value"].as_str().unwrap().to_owned();
    assert!(hover.contains("**dishes**") && !hover.contains("nearest"), "{hover}");
    assert_eq!(client.indexes.as_ref().unwrap().opened(), 0);
}

/// Which words count is the client's setting.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undertrained_words_are_the_clients_choice() {
    let project = project();
    for (options, hides) in [(json!({}), true), (json!({"words": {"undertrained": true}}), false)] {
        let mut params = project.workspace(json!({}));
        params["initializationOptions"] = options;
        let library = TestLibrary::with(FakeModel::default().hardly_trained(" court"));
        let mut client = Client::start(library, params).await;
        let a = project.uri("a.prompt");
        client.open_at(&a, "The").await;
        let id = client.command("unembed.vector", json!({"uri": a, "id": "L1D5"}), None).await;
        client.result(id).await;
        let page = client.told("window/showMessage").await["message"].as_str().unwrap().to_owned();
        assert_eq!(page.contains("court"), !hides, "{page}");
        assert_eq!(page.contains("words.undertrained shows them"), hides, "{page}");
    }
}
