//! Lenses, hints, colours, folds, selections and links through the transport, and that the client is told to ask again.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Client, TestLibrary, show, uri};

const TEXT: &str = "---\nmodel: openai-community/gpt2\ntrack: [\" city\"]\n---\nThe city of\nParis 🙂 city";

fn asks_again() -> Value {
    let refreshes = json!({"refreshSupport": true});
    json!({
        "capabilities": {"workspace": {
            "codeLens": refreshes, "inlayHint": refreshes, "semanticTokens": refreshes,
        }},
        "initializationOptions": {"results": true, "inlay": {"tokens": "logprob"}},
    })
}

async fn ask(client: &mut Client, method: &str, more: Value) -> Value {
    let mut params = more;
    params["textDocument"] = json!({"uri": uri("a")});
    let id = client.request(&format!("textDocument/{method}"), params).await;
    client.result(id).await
}

fn whole() -> Value {
    json!({"range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_empty_while_a_model_loads_is_asked_for_again() {
    let library = TestLibrary::unloaded();
    library.loading.close();
    let mut client = Client::start(library, asks_again()).await;
    client.open("a", TEXT).await;
    client.library.loads.reaches(1).await;
    assert_eq!(ask(&mut client, "codeLens", json!({})).await, json!([]));
    assert_eq!(ask(&mut client, "inlayHint", whole()).await, json!(null));
    assert_eq!(ask(&mut client, "semanticTokens/full", json!({})).await, json!(null));
    client.library.loading.open();
    for method in ["codeLens", "inlayHint", "semanticTokens"] {
        client.asked(&format!("workspace/{method}/refresh"), json!(null)).await;
    }
    client.loaded(&uri("a")).await;
    let lenses = ask(&mut client, "codeLens", json!({})).await;
    assert_eq!(
        lenses[0]["command"],
        json!({
            "title": "Generate", "command": "unembed.generate", "arguments": [{"uri": uri("a")}],
        })
    );
    let hints = ask(&mut client, "inlayHint", whole()).await;
    let hints = hints.as_array().unwrap();
    assert!(hints.len() > 3, "{hints:?}");
    assert!(hints.last().unwrap()["label"].as_str().unwrap().starts_with("␣city "), "{hints:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn colours_count_in_the_clients_encoding() {
    for (encoding, smile) in [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)] {
        let params = json!({
            "capabilities": {"general": {"positionEncodings": [encoding]}},
            "initializationOptions": {"results": true},
        });
        let mut client = Client::start(TestLibrary::loaded(), params).await;
        client.open("a", TEXT).await;
        let colours = ask(&mut client, "semanticTokens/full", json!({})).await;
        let data: Vec<u64> = colours["data"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
        let (mut line, mut start, mut seen) = (0, 0, Vec::new());
        for token in data.chunks(5) {
            let [delta_line, delta_start, length, kind, modifiers] = token else { panic!("{token:?}") };
            (line, start) =
                if *delta_line > 0 { (line + delta_line, *delta_start) } else { (line, start + delta_start) };
            assert_eq!((*kind, modifiers.count_ones()), (0, 1));
            seen.push((line, start, *length));
        }
        // The prompt begins on line 4 with a token that nothing was expected of.
        assert_eq!(seen[0], (4, 3, 5), "{encoding}: {seen:?}");
        assert!(seen.contains(&(5, 6, smile)), "{encoding}: {seen:?}");
        assert_eq!(seen.last(), Some(&(5, 6 + smile, 5)), "{encoding}: {seen:?}");
        client.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_fold_grow_and_lead_somewhere() {
    let mut client = Client::plain().await;
    client.open("a", TEXT).await;
    let folds = ask(&mut client, "foldingRange", json!({})).await;
    assert_eq!(folds, json!([{"startLine": 0, "endLine": 3, "kind": "region"}]));
    let links = ask(&mut client, "documentLink", json!({})).await;
    assert_eq!(links[0]["target"], "https://huggingface.co/openai-community/gpt2");
    let positions = json!({"positions": [{"line": 4, "character": 5}, {"line": 1, "character": 2}]});
    let grown = ask(&mut client, "selectionRange", positions).await;
    let mut seen = String::new();
    for mut at in grown.as_array().unwrap() {
        let mut ranges = Vec::new();
        while at.is_object() {
            ranges.push(show::range(&at["range"]));
            at = &at["parent"];
        }
        seen += &(ranges.join(" in ") + "\n");
    }
    expect![[r#"
        4:3-8 in 4:0-11 in 4:0-5:13 in 0:0-5:13
        1:0-28 in 1:0-2:0 in 1:0-3:0 in 0:0-5:13
    "#]]
    .assert_eq(&seen);
}
