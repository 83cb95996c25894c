//! A file with four runs goes through every feature, and the settings choose the two that are compared.

use serde_json::{Value, json};

use crate::support::{Client, uri};

const TEXT: &str = "---\ninterventions:\n  - L1D2: 3\nruns:\n  both:\n    - L1D2: 3\n    - L0D1: off\n  more:\n    - L2D3: 9\n\
                    track: [\" city\"]\n---\nThe city of";
const RUNS: [&str; 4] = ["baseline", "intervened", "both", "more"];

async fn start(settings: Value) -> Client {
    let mut options = settings;
    options["results"] = json!(true);
    Client::with_file(json!({}), options, TEXT).await
}

async fn hover(client: &mut Client) -> String {
    let params = json!({"textDocument": {"uri": uri("a")}, "position": {"line": 11, "character": 9}});
    let id = client.request("textDocument/hover", params).await;
    client.result(id).await["contents"]["value"].as_str().expect("a hover").to_owned()
}

fn names(runs: &Value, field: &str) -> Vec<String> {
    runs.as_array().expect("runs").iter().map(|run| run[field].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_document_has_all_four() {
    let mut client = start(json!({})).await;
    let about = json!({"uri": uri("a")});
    for (command, list, field) in [
        ("unembed.trace", "runs", "name"),
        ("unembed.generate", "runs", "name"),
        ("unembed.interventions", "next", "run"),
    ] {
        let id = client.command(command, about.clone(), None).await;
        assert_eq!(names(&client.result(id).await[list], field), RUNS, "{command}");
    }
    let id = client.command("unembed.interventions", about, None).await;
    let document = client.result(id).await;
    assert_eq!(names(&document["interventions"], "run"), ["intervened", "both", "both", "more"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hover_compares_two_and_lists_the_others() {
    let mut client = start(json!({})).await;
    let text = hover(&mut client).await;
    for part in ["next in both: ", "next in more: ", "baseline: KL, after"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let mut client = start(json!({"runs": {"shown": "more", "compared": "both"}})).await;
    let text = hover(&mut client).await;
    for part in ["next, both → more: ", "next in baseline: ", "next in intervened: ", "both: KL, after"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_of_one_run_is_changed_alone() {
    let mut client = start(json!({})).await;
    let wish = json!({"uri": uri("a"), "target": "L1D2", "value": 5, "run": "both"});
    let id = client.command("unembed.intervene", wish, None).await;
    let changed = client.result(id).await;
    assert_eq!((&changed["line"], &changed["edits"][0]["range"]["start"]["line"]), (&json!(6), &json!(5)));
}
