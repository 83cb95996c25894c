//! The editor's process: its death ends the session, although the connection stays open.

use std::process::Command;
use std::time::Duration;

use lsp::{Ended, Options};
use serde_json::json;

use crate::support::{Client, TestLibrary};

fn options() -> Options {
    Options { client_check: Duration::from_millis(5), ..Options::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_with_its_editors_process() {
    let mut editor = Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut client = Client::connect(TestLibrary::loaded(), options());
    client.initialize(json!({"processId": editor.id(), "capabilities": {}})).await;
    client.open("a", "The city").await;
    client.settled().await;
    editor.kill().unwrap();
    editor.wait().unwrap();
    assert_eq!(client.ended().await, Ended::Lost);
}

/// Its number belongs to another machine or container.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_cannot_be_seen_is_not_watched() {
    let mut gone = Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    for process in [json!(gone.id()), json!(null), json!(0)] {
        let mut client = Client::connect(TestLibrary::loaded(), options());
        client.initialize(json!({"processId": process, "capabilities": {}})).await;
        client.settled().await;
        assert_eq!(client.leave().await, Ended::InOrder);
    }
}
