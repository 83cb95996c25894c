//! Commands: their results, their progress, and how clients that only know the protocol see them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Client, TestLibrary, uri};

const TEXT: &str = "---\nconfig: { maxOutputTokens: 3 }\ninterventions:\n  - L1D2: 3\n---\nThe city";

async fn start(capabilities: Value, options: Value) -> Client {
    Client::with_file(capabilities, options, TEXT).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_text_comes_in_order_before_the_answer() {
    let mut client = start(json!({}), json!({"generated": true, "results": true})).await;
    let id = client.command("unembed.generate", json!({"uri": uri("a")}), Some("t")).await;
    let (mut texts, mut kinds) = (Vec::<(String, String)>::new(), Vec::new());
    let result = loop {
        let message = client.message().await;
        let params = &message["params"];
        match message["method"].as_str() {
            Some("unembed/generated") => {
                assert_eq!((&params["token"], &params["uri"]), (&json!("t"), &json!(uri("a"))));
                let run = params["run"].as_str().unwrap().to_owned();
                let text = params["text"].as_str().unwrap();
                match texts.last_mut() {
                    Some((last, all)) if *last == run => all.push_str(text),
                    _ => texts.push((run, text.to_owned())),
                }
            }
            Some("$/progress") => kinds.push(params["value"]["kind"].as_str().unwrap().to_owned()),
            Some(_) => {}
            None => {
                assert_eq!(message["id"], id);
                break message["result"].clone();
            }
        }
    };
    let runs = result["runs"].as_array().unwrap().iter();
    let expected = runs.map(|r| (r["name"].as_str().unwrap().to_owned(), r["text"].as_str().unwrap().to_owned()));
    assert_eq!(texts, expected.collect::<Vec<_>>());
    assert_eq!((kinds.first().unwrap().as_str(), kinds.last().unwrap().as_str()), ("begin", "end"));
    assert!(kinds.len() > 2 && kinds[1..kinds.len() - 1].iter().all(|k| k == "report"), "{kinds:?}");
    let late = client.unclaimed().await;
    assert!(late.iter().all(|m| m["method"] == "unembed/status"), "{late:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_of_what_is_asked_for() {
    let mut client = start(json!({}), json!({"results": true, "trace": {"top": 4}})).await;
    for (argument, positions, layers, top) in [
        (json!({}), 2, 3, 4),
        (json!({"positions": "all", "top": 2}), 2, 3, 2),
        (json!({"positions": "last", "layers": [1]}), 1, 1, 4),
        (json!({"positions": [0, 1], "generated": 2}), 2, 3, 4),
    ] {
        let mut whole = argument.clone();
        whole["uri"] = json!(uri("a"));
        let id = client.command("unembed.trace", whole, None).await;
        let result = client.result(id).await;
        let shown = result["runs"][0]["positions"].as_array().unwrap();
        let first = &shown[0]["layers"];
        let seen = (shown.len(), first.as_array().unwrap().len(), first[0]["before"].as_array().unwrap().len());
        assert_eq!(seen, (positions, layers, top), "{argument}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn float32_is_written_as_float32() {
    let mut client = start(json!({}), json!({"results": true})).await;
    let id = client.command("unembed.trace", json!({"uri": uri("a"), "positions": "last"}), None).await;
    let result = client.result(id).await;
    let p = result["runs"][0]["positions"][0]["next"][0]["p"].as_f64().unwrap();
    assert_eq!(p.to_string(), (p as f32).to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_is_said() {
    let mut client = start(json!({}), json!({})).await;
    let mut refused = String::new();
    for (command, argument) in [
        ("unembed.dance", json!({})),
        ("unembed.generate", json!({})),
        ("unembed.generate", json!("a")),
        ("unembed.trace", json!({"uri": uri("a"), "positions": "first"})),
        ("unembed.trace", json!({"uri": uri("a"), "top": -1})),
        ("unembed.trace", json!({"uri": uri("a"), "layers": "x"})),
        ("unembed.fetch", json!({})),
        ("unembed.name", json!({"uri": uri("a"), "name": "x"})),
        ("unembed.trace", json!({"uri": uri("a"), "positions": [99]})),
        ("unembed.generate", json!({"uri": uri("elsewhere")})),
    ] {
        let id = client.command(command, argument.clone(), None).await;
        refused += &format!("{command} {argument}\n  {}\n", client.refused(id).await);
    }
    for word in ["missing field", "variant", "untagged", "invalid type", "enum"] {
        assert!(!refused.contains(word), "{refused}");
    }
    expect![[r#"
        unembed.dance {}
          -32602 no command `unembed.dance`; there are unembed.generate, unembed.trace, unembed.fetch, unembed.search, unembed.vector, unembed.clusters, unembed.name, unembed.intervene, unembed.interventions, unembed.structure, unembed.strengths, unembed.check_name, unembed.choose
        unembed.generate {}
          -32602 `uri` or `text` is missing: name an open document, or give its text
        unembed.generate "a"
          -32602 unembed.generate takes one object, {"uri"}, with an open prompt file, or {"text"}
        unembed.trace {"positions":"first","uri":"file:///prompts/a.prompt"}
          -32602 unembed.trace takes one object, {"uri", "positions"?: "all" | "last" | [n, ...], "layers"?: [n, ...], "top"?: n, "updates"?: n, "words"?: n, "generated"?: n}, or with "text" in place of "uri"; "positions" cannot be "first"
        unembed.trace {"top":-1,"uri":"file:///prompts/a.prompt"}
          -32602 unembed.trace takes one object, {"uri", "positions"?: "all" | "last" | [n, ...], "layers"?: [n, ...], "top"?: n, "updates"?: n, "words"?: n, "generated"?: n}, or with "text" in place of "uri"; "top" cannot be -1
        unembed.trace {"layers":"x","uri":"file:///prompts/a.prompt"}
          -32602 unembed.trace takes one object, {"uri", "positions"?: "all" | "last" | [n, ...], "layers"?: [n, ...], "top"?: n, "updates"?: n, "words"?: n, "generated"?: n}, or with "text" in place of "uri"; "layers" cannot be "x"
        unembed.fetch {}
          -32602 unembed.fetch takes one object, {"id"}, with the Hugging Face id of a model, such as "openai-community/gpt2"
        unembed.name {"name":"x","uri":"file:///prompts/a.prompt"}
          -32602 unembed.name takes one object, {"uri", "name", "ids", "existing"?: "add" or "replace"}, with value vectors such as ["L3D77"]; or with "text" in place of "uri"
        unembed.trace {"positions":[99],"uri":"file:///prompts/a.prompt"}
          -32803 position 99 is not in the run: its positions are 0 to 1
        unembed.generate {"uri":"file:///prompts/elsewhere.prompt"}
          -32803 file:///prompts/elsewhere.prompt is not open in this editor; open it first
    "#]].assert_eq(&refused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_of_our_own_where_the_client_takes_it() {
    for taken in [true, false] {
        let mut client = start(json!({"window": {"workDoneProgress": true}}), json!({"results": true})).await;
        client.engine.checkpoints.close();
        let id = client.command("unembed.generate", json!({"uri": uri("a")}), None).await;
        let request = client.claim(|m| m["method"] == "window/workDoneProgress/create").await;
        let token = request["params"]["token"].clone();
        let mut answer = json!({"jsonrpc": "2.0", "id": request["id"]});
        match taken {
            true => answer["result"] = Value::Null,
            false => answer["error"] = json!({"code": -32603, "message": "no", "stack": "an extra member"}),
        }
        client.send(answer).await;
        if taken {
            let begun = client.told("$/progress").await;
            assert_eq!((&begun["token"], &begun["value"]["kind"]), (&token, &json!("begin")));
        }
        client.engine.checkpoints.open();
        client.result(id).await;
        let ends = client.unclaimed().await.iter().filter(|m| m["params"]["value"]["kind"] == "end").count();
        assert_eq!(ends, usize::from(taken));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_client_sees_results_as_documents() {
    let mut client = start(json!({"window": {"showDocument": {"support": true}}}), json!({})).await;
    for (command, name, part) in
        [("generate", "a-generated.txt", "│ intervened"), ("trace", "a-trace.txt", "dominant sub-updates")]
    {
        let id = client.command(&format!("unembed.{command}"), json!({"uri": uri("a")}), None).await;
        client.result(id).await;
        let shown = client.asked("window/showDocument", json!({"success": true})).await;
        let path = PathBuf::from(shown["uri"].as_str().unwrap().strip_prefix("file://").unwrap());
        assert_eq!(path.file_name().unwrap(), name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(part), "{text}");
        #[cfg(unix)]
        for (path, only_its_owner) in [(path.as_path(), 0o600), (path.parent().unwrap(), 0o700)] {
            let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, only_its_owner, "{}", path.display());
        }
        if command == "trace" {
            assert_eq!(client.leave().await, lsp::Ended::InOrder);
            assert!(!path.exists(), "it is gone with the session");
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plainer_client_sees_them_as_messages() {
    let mut client = start(json!({}), json!({})).await;
    let id = client.command("unembed.generate", json!({"uri": uri("a")}), None).await;
    let runs = client.result(id).await["runs"].clone();
    let message = client.told("window/showMessage").await["message"].as_str().unwrap().to_owned();
    for run in runs.as_array().unwrap() {
        let head = format!(
            "{} ({}, {} tokens)",
            run["name"].as_str().unwrap(),
            run["stopped"].as_str().unwrap(),
            run["ids"].as_array().unwrap().len()
        );
        assert!(message.contains(&head), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_make_no_sense_are_said() {
    let mut client = start(json!({}), json!({"hover": {"layers": "all"}, "results": true})).await;
    let said = client.told("window/showMessage").await;
    expect![[r#"unembed: editor: hover.layers: is "all", but must be a whole number from 0 to 200"#]]
        .assert_eq(said["message"].as_str().unwrap());
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"unembed": {"hovers": 3}}})).await;
    let said = client.told("window/showMessage").await;
    expect!["unembed: editor: hovers: unknown setting; the nearest is hover.words"]
        .assert_eq(said["message"].as_str().unwrap());
}

/// A command that is declared and not in the registry, or the other way round, is half made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_announced_commands_are_the_declared_ones() {
    let mut client = Client::connect(TestLibrary::loaded(), lsp::Options::default());
    let answer = client.initialize(json!({"capabilities": {}})).await;
    let announced = answer["capabilities"]["executeCommandProvider"]["commands"].as_array().unwrap();
    let announced: BTreeSet<&str> = announced.iter().map(|name| name.as_str().unwrap()).collect();
    let schema = api::schema::schema();
    let declared: BTreeSet<&str> = schema["commands"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(announced, declared);
}
