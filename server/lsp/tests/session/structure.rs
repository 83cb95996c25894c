//! `unembed.structure`, `unembed.strengths` and `unembed.check_name`: what editors ask in place of parsing files.

use api::StructureDocument;
use serde_json::{Value, json};

use crate::support::{Client, TestLibrary, uri};

async fn start() -> Client {
    let params = json!({"capabilities": {}, "initializationOptions": {"results": true}});
    Client::start(TestLibrary::loaded(), params).await
}

async fn structure(client: &mut Client, source: Value) -> StructureDocument {
    let id = client.command("unembed.structure", source, None).await;
    serde_json::from_value(client.result(id).await).expect("a structure document")
}

/// The text at a range of positions in UTF-16.
fn at(text: &str, range: &api::TextRange) -> String {
    let offset = |position: &api::TextPosition| {
        let line: usize = text.split_inclusive('\n').take(position.line as usize).map(str::len).sum();
        let units = |end: usize| text[line..end].encode_utf16().count();
        (line..=text.len())
            .find(|&end| text.is_char_boundary(end) && units(end) == position.character as usize)
            .expect("a position")
    };
    text[offset(&range.start)..offset(&range.end)].to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_parts_of_a_file_and_its_numbers() {
    let text = "---\nmodel: fake\ninterventions:\n  - L1D2: 3 # é🙂\n  # - tower: { at: 3, scale: -2.50 }\n  - L0D1: off\n\
                runs:\n  both:\n    - L0D3: { add: 1, at: last }\n  none: []\n---\nThe city\n";
    let mut client = start().await;
    client.open("a", text).await;
    let found = structure(&mut client, json!({"uri": uri("a")})).await;
    assert_eq!((found.version, found.model.as_deref()), (Some(1), Some("fake")));
    assert_eq!(at(text, &found.prompt), "The city");
    assert_eq!(at(text, found.front_matter.as_ref().expect("front matter")), &text[..text.find("The").expect("it")]);
    let runs: Vec<_> = found.runs.iter().map(|run| run.as_str()).collect();
    assert_eq!(runs, ["baseline", "intervened", "both", "none"]);
    let lines: Vec<_> = found
        .interventions
        .iter()
        .map(|entry| {
            assert_eq!(at(text, &entry.target_range), entry.target);
            assert_eq!(at(text, &entry.value_range), entry.value);
            let number = entry.number.as_ref().map(|number| {
                assert_eq!(at(text, &number.range), number.text);
                (number.value, number.text.as_str())
            });
            (entry.run.as_str(), entry.line, entry.target.as_str(), entry.enabled, number)
        })
        .collect();
    let expected = [
        ("intervened", 4, "L1D2", true, Some((3.0, "3"))),
        ("intervened", 5, "tower", false, Some((-2.5, "-2.50"))),
        ("intervened", 6, "L0D1", true, None),
        ("both", 9, "L0D3", true, Some((1.0, "1"))),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_prompt_begins_where_the_server_reads_it() {
    let mut client = start().await;
    for (text, prompt, runs) in [
        ("The\r\n", "The", 1),
        ("---\r\nbos: false\r\n---\r\nThe\r\n city\r\n", "The\r\n city", 1),
        // Unclosed front matter ends at the last line that can only be front matter.
        ("---\ninterventions:\n  - L1D2: 3\nThe city", "The city", 2),
        ("---\nHello", "---\nHello", 1),
    ] {
        let found = structure(&mut client, json!({"text": text})).await;
        assert_eq!(
            (at(text, &found.prompt).as_str(), found.runs.len(), found.version),
            (prompt, runs, None),
            "{text:?}"
        );
    }
    let names = "\"fake\":\n  tower: L1D3\n  big: [L0D1, L0D2]\n";
    let source = json!({"uri": "file:///prompts/unembed.names.yaml", "text": names});
    let found = structure(&mut client, source).await;
    let given: Vec<_> = found.names.iter().map(|name| (name.name.as_str(), name.ids.len())).collect();
    assert_eq!((found.kind, given), (api::FileKind::Names, vec![("tower", 1), ("big", 2)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_or_a_text_is_needed() {
    let mut client = start().await;
    for name in ["unembed.structure", "unembed.trace", "unembed.generate", "unembed.interventions"] {
        let id = client.command(name, json!({}), None).await;
        let answer = client.answer(id).await;
        assert_eq!(answer["error"]["code"], -32602, "{name}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strengths_begin_with_the_default() {
    let mut client = start().await;
    let text = "---\ninterventions:\n  - L1D2: 3\n---\nThe city";
    let id = client.command("unembed.strengths", json!({"text": text, "target": "L1D5"}), None).await;
    let offered = client.result(id).await;
    let offered = offered["strengths"].as_array().expect("a list");
    let default = offered[0]["value"].as_f64().expect("a number");
    assert!(default >= 1.0 && (default * 2.0).fract() == 0.0, "to half a unit: {offered:?}");
    assert_eq!(offered[1]["why"], "as it is here");
    let id = client.command("unembed.strengths", json!({"text": text, "target": "L9D9"}), None).await;
    assert!(client.answer(id).await["error"]["message"].as_str().is_some_and(|m| m.contains("L9D9")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_checked_by_the_rule_of_files() {
    let mut client = start().await;
    for (name, is_valid) in [("food", true), ("two words", true), ("L1D2", false), (" ", false), ("a: b", false)] {
        let id = client.command("unembed.check_name", json!({"name": name}), None).await;
        assert_eq!(client.result(id).await["problem"].is_null(), is_valid, "{name:?}");
    }
}
