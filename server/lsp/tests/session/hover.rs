//! Hovers through the transport: the same as `ide` says.

use base::Cancel;
use ide::{File, ModelState, Style};
use serde_json::json;

use crate::support::{Client, TestLibrary, TestModel};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hover_is_what_ide_says() {
    let text = "---\ninterventions:\n  - L1D2: 3\n---\nThe city of Paris";
    let offset = text.find("city").unwrap();
    let expected = ide::hover(
        &File::new(text),
        offset,
        &ModelState::Ready(&TestModel::default(), None),
        &Style::default(),
        &Cancel::new(),
    );
    let expected = expected.unwrap().expect("there is a token");
    let mut client = Client::plain().await;
    client.open("a", text).await;
    let id = client.hover("a", 4, 4).await;
    let hover = client.result(id).await;
    assert_eq!(hover["contents"], json!({"kind": "markdown", "value": expected.markdown}));
    assert_eq!(hover["range"], json!({"start": {"line": 4, "character": 3}, "end": {"line": 4, "character": 8}}));
    assert_eq!(client.leave().await, lsp::Ended::InOrder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_are_linked_to_the_editors_glossary() {
    let options = json!({"results": true, "glossary": "file:///glossary.md"});
    let params = json!({"capabilities": {}, "initializationOptions": options});
    let mut client = Client::start(TestLibrary::loaded(), params).await;
    client.open("a", "The city of Paris").await;
    let id = client.hover("a", 0, 5).await;
    let hover = client.result(id).await;
    let text = hover["contents"]["value"].as_str().expect("a text");
    let line = 1 + lm::GLOSSARY.lines().position(|line| line.starts_with("**KL.**")).expect("an entry");
    assert!(text.contains(&format!("[KL](file:///glossary.md#L{line})")), "{text}");
}

/// Another session's run has the engine; a cached answer does not need it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cached_answer_does_not_wait() {
    let mut client = Client::plain().await;
    client.open("a", "The KNOWN city of Paris").await;
    let first = client.hover("a", 0, 12).await;
    let known = client.result(first).await;
    client.engine.jobs.close();
    let asked = client.engine.submitted.now();
    let again = client.hover("a", 0, 12).await;
    assert_eq!(client.result(again).await, known);
    assert_eq!(client.engine.submitted.now(), asked, "the engine was not asked");
    // Another position is not cached: it waits.
    let other = client.hover("a", 0, 5).await;
    client.engine.submitted.reaches(asked + 1).await;
    client.engine.jobs.open();
    assert_ne!(client.result(other).await, known);
}
