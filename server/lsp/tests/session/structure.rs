//! `unembed.structure`, `unembed.strengths` and `unembed.check_name`: what editors ask in place of parsing files.

use api::StructureDocument;
use expect_test::expect;
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
    let keys: Vec<_> = found.keys.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(keys, ["model", "interventions", "runs"]);
    assert_eq!(
        (at(text, &found.keys[0].value_range), at(text, &found.keys[0].range)),
        ("fake".into(), "model: fake\n".into())
    );
    assert_eq!(at(text, found.front_matter.as_ref().expect("front matter")), &text[..text.find("The").expect("it")]);
    let runs: Vec<_> = found.runs.iter().map(|run| run.as_str()).collect();
    assert_eq!(runs, ["baseline", "intervened", "both", "none"]);
    let mut lines = String::new();
    for entry in &found.interventions {
        assert_eq!(at(text, &entry.target_range), entry.target);
        assert_eq!(at(text, &entry.value_range), entry.value);
        let number = entry.number.as_ref().map_or_else(String::new, |number| {
            assert_eq!(at(text, &number.range), number.text);
            format!(" {} = {:?}", number.text, number.value)
        });
        let mark = if entry.enabled { "" } else { "#" };
        lines += &format!("{}: {mark}{} {} {}{number}\n", entry.run, entry.line, entry.target, entry.value);
    }
    expect![[r#"
        intervened: 4 L1D2 3 3 = 3.0
        intervened: #5 tower { at: 3, scale: -2.50 } -2.50 = -2.5
        intervened: 6 L0D1 off
        both: 9 L0D3 { add: 1, at: last } 1 = 1.0
    "#]]
    .assert_eq(&lines);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_prompt_begins_where_the_server_reads_it() {
    let mut client = start().await;
    let mut prompts = String::new();
    for text in [
        "The\r\n",
        "---\r\nbos: false\r\n---\r\nThe\r\n city\r\n",
        // Unclosed front matter ends at the last line that can only be front matter.
        "---\ninterventions:\n  - L1D2: 3\nThe city",
        "---\nHello",
    ] {
        let found = structure(&mut client, json!({"text": text})).await;
        assert_eq!(found.version, None);
        prompts += &format!("{text:?}\n  {:?}, {} runs\n", at(text, &found.prompt), found.runs.len());
    }
    expect![[r#"
        "The\r\n"
          "The", 1 runs
        "---\r\nbos: false\r\n---\r\nThe\r\n city\r\n"
          "The\r\n city", 1 runs
        "---\ninterventions:\n  - L1D2: 3\nThe city"
          "The city", 2 runs
        "---\nHello"
          "---\nHello", 1 runs
    "#]]
    .assert_eq(&prompts);
    let names = "\"fake\":\n  tower: L1D3\n  big: [L0D1, L0D2]\n";
    let source = json!({"uri": "file:///prompts/unembed.names.yaml", "text": names});
    let found = structure(&mut client, source).await;
    let given: Vec<_> = found.names.iter().map(|name| (name.name.as_str(), name.ids.len())).collect();
    assert_eq!((found.kind, given), (api::FileKind::Names, vec![("tower", 1), ("big", 2)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_or_a_text_is_needed() {
    let mut client = start().await;
    let mut refused = String::new();
    for name in ["unembed.structure", "unembed.trace", "unembed.generate", "unembed.interventions"] {
        let id = client.command(name, json!({}), None).await;
        refused += &(client.refused(id).await + "\n");
    }
    expect![[r#"
        -32602 `uri` or `text` is missing: name an open document, or give its text
        -32602 `uri` or `text` is missing: name an open document, or give its text
        -32602 `uri` or `text` is missing: name an open document, or give its text
        -32602 `uri` or `text` is missing: name an open document, or give its text
    "#]]
    .assert_eq(&refused);
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
    expect!["-32803 L9D9 is not in fake: its value vectors are L0D0 to L2D7"].assert_eq(&client.refused(id).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_checked_by_the_rule_of_files() {
    let mut client = start().await;
    let mut problems = String::new();
    for name in ["food", "two words", "L1D2", " ", "a: b"] {
        let id = client.command("unembed.check_name", json!({"name": name}), None).await;
        problems += &format!("{name:?}: {}\n", client.result(id).await["problem"]);
    }
    expect![[r#"
        "food": null
        "two words": null
        "L1D2": "invalid name `L1D2`: a value vector's id cannot be a name"
        " ": "invalid name ` `: write a word without spaces around it"
        "a: b": "invalid name `a: b`: use at most 64 letters, digits, spaces, - _ . or /"
    "#]]
    .assert_eq(&problems);
}
