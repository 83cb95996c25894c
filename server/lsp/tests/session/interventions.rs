//! `unembed.intervene` and `unembed.interventions`: lines changed by their value vector, and what each does.

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Client, show, uri};

const TEXT: &str = "---\ninterventions:\n  - L1D2: 3 # é\n---\nThe city";

async fn start(capabilities: Value, options: Value) -> Client {
    Client::with_file(capabilities, options, TEXT).await
}

fn wish(target: &str, value: &Value) -> Value {
    json!({"uri": uri("a"), "target": target, "value": value})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_shows_results_gets_the_edits() {
    let mut client = start(json!({}), json!({"results": true})).await;
    let line =
        |line, from, to| json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
    let id = client.command("unembed.intervene", wish("L1D2", &json!(4.5)), None).await;
    let edits = json!([{"range": line(2, 10, 11), "newText": "4.5"}]);
    assert_eq!(client.result(id).await, json!({"version": 1, "line": 3, "edits": edits}));
    let id = client.command("unembed.intervene", wish("L1D5", &json!({"scale": 2})), None).await;
    let added = client.result(id).await;
    let text = added["edits"][0]["newText"].as_str().unwrap();
    assert!(text.starts_with("  - L1D5: { scale: 2 }  # ") && text.len() > 28, "{text:?}");
    assert_eq!(added["line"], 4);
    // Each value with the words that it makes the vector promote.
    for (value, expected) in [(3, "  - L0D6: 3  # is, in, Eiffel\n"), (-3, "  - L0D6: -3  # two, wife, doctor\n")] {
        let id = client.command("unembed.intervene", wish("L0D6", &json!(value)), None).await;
        assert_eq!(client.result(id).await["edits"][0]["newText"], expected);
    }
    let id = client.command("unembed.intervene", wish("L1D2", &json!("enable")), None).await;
    assert_eq!(client.result(id).await, json!({"version": 1, "line": 3, "edits": []}));
    let asked = client.unclaimed().await;
    assert!(asked.iter().all(|m| m["method"] != "workspace/applyEdit"), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_client_is_asked_to_apply_them() {
    let mut client =
        start(json!({"workspace": {"applyEdit": true, "workspaceEdit": {"documentChanges": true}}}), json!({})).await;
    let id = client.command("unembed.intervene", wish("L1D2", &json!("toggle")), None).await;
    client.result(id).await;
    let asked = client.asked("workspace/applyEdit", json!({"applied": true})).await;
    let change = &asked["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": uri("a"), "version": 1}));
    expect![[r##"2:2-2 "# ""##]].assert_eq(&show::edit(&change["edits"][0]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_is_said() {
    let mut client = start(json!({}), json!({"results": true})).await;
    let mut refused = String::new();
    for (target, value) in [
        ("L1D2", json!("lots")),
        ("L1D2", json!({"scale": 2, "at": "noon"})),
        ("L1D5", json!("toggle")),
        ("", json!(1)),
    ] {
        let id = client.command("unembed.intervene", wish(target, &value), None).await;
        refused += &format!("{target} {value}: {}\n", client.refused(id).await);
    }
    expect![[r#"
        L1D2 "lots": -32602 invalid intervention `lots`: invalid value `lots`: write `off`, `boost`, a number, or { set, scale or add: number }
        L1D2 {"at":"noon","scale":2}: -32602 invalid intervention `{"at":"noon","scale":2}`: unknown position `noon`: write all, prompt, last, generated, a number, or { text: "..." }
        L1D5 "toggle": -32803 this file has no intervention on L1D5
         1: -32803 no value vector given: write an id, such as L0D7, or a name
    "#]].assert_eq(&refused);
    // A vector that the model does not have: the line is added, without words, and the file says what is wrong.
    let id = client.command("unembed.intervene", wish("L9D9", &json!("off")), None).await;
    let result = client.result(id).await;
    expect![[r#"3:0-0 "  - L9D9: off\n""#]].assert_eq(&show::edit(&result["edits"][0]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_has_its_state() {
    let mut client = start(json!({}), json!({"results": true})).await;
    let id = client.command("unembed.interventions", json!({"uri": uri("a")}), None).await;
    let result = client.result(id).await;
    let line = &result["interventions"][0];
    assert_eq!((&line["line"], &line["target"], &line["effect"]), (&json!(3), &json!("L1D2"), &json!("on")));
    assert_eq!((&line["value"], &line["enabled"], &result["version"]), (&json!("3"), &json!(true), &json!(1)));
    let runs: Vec<_> = result["next"].as_array().unwrap().iter().map(|n| n["run"].as_str().unwrap()).collect();
    assert_eq!(runs, ["baseline", "intervened"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sub_updates_have_words_on_request() {
    let mut client = start(json!({}), json!({"results": true})).await;
    for (more, words, updates) in [(json!({}), None, None), (json!({"words": 2, "updates": 3}), Some(2), Some(3))] {
        let mut argument = json!({"uri": uri("a"), "positions": "last"});
        argument.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let id = client.command("unembed.trace", argument, None).await;
        let result = client.result(id).await;
        let layer = &result["runs"][0]["positions"][0]["layers"][0]["updates"];
        assert_eq!(layer[0]["words"].as_array().map(Vec::len), words);
        assert_eq!(layer[0].get("name").is_some(), words.is_some());
        assert!(updates.is_none_or(|updates| layer.as_array().unwrap().len() == updates), "{layer}");
    }
}
