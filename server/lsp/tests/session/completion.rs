//! Completion through the transport: where editors ask, what they get, and what is left alone for it.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Client, Project, TestLibrary, show, uri};

const LIST: &str = "---\ninterventions:\n  - fo\n---\nThe city";

async fn complete(client: &mut Client, uri: &str, at: (u32, u32)) -> Value {
    let id = client.at("completion", uri, at, json!({})).await;
    client.result(id).await
}

fn labels(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|i| i["label"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vectors_by_what_is_typed_once_the_index_is_there() {
    let mut client = Client::searching(json!({"capabilities": {}})).await;
    client.index().hold_after(0);
    client.open("a", LIST).await;
    // The first word typed begins the build, and is answered from what is there.
    let list = complete(&mut client, &uri("a"), (2, 6)).await;
    assert_eq!((&list["isIncomplete"], labels(&list).len()), (&json!(true), 0));
    client.index().let_go();
    while !lm::Concepts::state(&*client.index()).clustered {
        tokio::task::yield_now().await;
    }
    let list = complete(&mut client, &uri("a"), (2, 6)).await;
    assert_eq!(&labels(&list)[..2], ["L1D5", "L2D0"]);
    let first = &list["items"][0];
    let at = |character: u32| json!({"line": 2, "character": character});
    assert_eq!(first["textEdit"], json!({"range": {"start": at(4), "end": at(6)}, "newText": "L1D5: "}));
    assert_eq!(first["filterText"], "fo food, court, house, river, a, and");
    assert_eq!(first["detail"], "food, court, house, river, a, and");
    let order: Vec<_> = list["items"].as_array().unwrap().iter().map(|i| i["sortText"].as_str().unwrap()).collect();
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(client.index().builds(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn elsewhere_no_model_is_loaded_and_no_index_opened() {
    let mut client = Client::searching(json!({"capabilities": {}})).await;
    client.open("a", "---\ninterventions:\n  - L1D5: off # a b\n---\nThe city ").await;
    client.told("textDocument/publishDiagnostics").await;
    let finds = client.library.finds.now();
    for at in [(0, 0), (1, 5), (2, 16), (3, 3), (4, 4), (4, 9), (9, 9)] {
        assert_eq!(complete(&mut client, &uri("a"), at).await, Value::Null, "{at:?}");
    }
    assert_eq!((client.library.finds.now(), client.engine.submitted.now()), (finds, 0));
    // Values need the model, and no index.
    let list = complete(&mut client, &uri("a"), (2, 10)).await;
    assert_eq!(&labels(&list)[..2], ["off", "14"]);
    let off = json!({"range": {"start": {"line": 2, "character": 10}, "end": {"line": 2, "character": 13}}, "newText": "off"});
    assert_eq!(list["items"][0]["textEdit"], off);
    assert_eq!(client.indexes.as_ref().unwrap().opened(), 0);
    // A dash alone is no search yet.
    client.change("a", 2, json!([{"text": "---\ninterventions:\n  - \n---\nThe"}])).await;
    assert_eq!(complete(&mut client, &uri("a"), (2, 4)).await["items"], json!([]));
    assert_eq!(client.indexes.as_ref().unwrap().opened(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_is_loading_is_waited_for_only_so_long() {
    let library = TestLibrary::unloaded();
    library.loading.close();
    let mut client = Client::start(library, json!({"capabilities": {}})).await;
    client.open("a", LIST).await;
    let list = complete(&mut client, &uri("a"), (2, 6)).await;
    assert_eq!((&list["isIncomplete"], &list["items"]), (&json!(true), &json!([])));
}

/// `é` is 2, 1, 1 and `🙂` 4, 2, 1 units of UTF-8, UTF-16, UTF-32.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_is_replaced_in_every_encoding() {
    let names = "fake:\n  é🙂food: L1D5\n";
    let text = "---\r\ninterventions: # 🙂\r\n  - é🙂fo # why\r\n---\r\nThe";
    let mut replaced = String::new();
    for (encoding, end) in [("utf-8", 12), ("utf-16", 9), ("utf-32", 8)] {
        let project = Project::of(&[("unembed.names.yaml", names)]);
        let general = json!({"positionEncodings": [encoding]});
        let mut client = Client::searching(project.workspace(json!({"general": general}))).await;
        let at = project.uri("a.prompt");
        client.open_at(&at, text).await;
        let list = complete(&mut client, &at, (2, end)).await;
        let items = list["items"].as_array().unwrap().iter();
        let line = |i: &Value| format!("{} {} filter {}", i["label"], show::edit(&i["textEdit"]), i["filterText"]);
        replaced += &format!("{encoding} {}\n", items.map(line).collect::<Vec<_>>().join("; "));
    }
    expect![[r#"
        utf-8 "é🙂food" 2:4-12 "\"é🙂food\": " filter "é🙂fo é🙂food"
        utf-16 "é🙂food" 2:4-9 "\"é🙂food\": " filter "é🙂fo é🙂food"
        utf-32 "é🙂food" 2:4-8 "\"é🙂food\": " filter "é🙂fo é🙂food"
    "#]]
    .assert_eq(&replaced);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_index_is_reported_once() {
    let project = Project::of(&[("unembed.names.yaml", "fake:\n  foods: L1D5\n")]);
    let mut client = Client::searching(project.workspace(json!({}))).await;
    client.indexes.as_ref().unwrap().refuse(Some("the concept index is in use by another process"));
    let at = project.uri("a.prompt");
    client.open_at(&at, LIST).await;
    for _ in 0..3 {
        assert_eq!(labels(&complete(&mut client, &at, (2, 6)).await), ["foods"]);
    }
    let said = client.unclaimed().await;
    let said: Vec<_> = said.iter().filter(|m| m["method"] == "window/showMessage").collect();
    assert!(matches!(&said[..], [one] if one["params"]["message"].as_str().unwrap().contains("another process")));
    // Without a place for indexes there is nothing to say.
    let mut client = Client::start(TestLibrary::loaded(), project.workspace(json!({}))).await;
    client.open_at(&at, LIST).await;
    assert_eq!(labels(&complete(&mut client, &at, (2, 6)).await), ["foods"]);
    assert!(client.unclaimed().await.iter().all(|m| m["method"] != "window/showMessage"));
}
