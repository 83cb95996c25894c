//! Faults, each with the same end: the others notice nothing, nothing is lost, and the next request is answered.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use tests::{Client, Folder, Shared, command, program, run, uri};

use crate::{NOISE, alone, editor, hover, sessions, works};

const TEXT: &str = "The food and the";

/// An editor that must notice nothing, and what it was told before the fault.
struct Other {
    client: Client,
    document: String,
    said: String,
}

impl Other {
    fn new(folder: &Folder) -> Self {
        let mut client = editor(folder);
        let document = uri(&folder.path().join("other.prompt"));
        client.open(&document, TEXT);
        let said = hover(&mut client, &document);
        assert_eq!(said, alone(folder, TEXT));
        Self { client, document, said }
    }

    #[track_caller]
    fn noticed_nothing(mut self) {
        assert_eq!(hover(&mut self.client, &self.document), self.said);
        self.client.shutdown();
    }
}

#[test]
fn a_client_killed_in_the_middle_of_a_message() {
    let folder = Folder::new();
    let shared = Shared(folder.path());
    let other = Other::new(&folder);
    let mut client = editor(&folder);
    client.open(&uri(&folder.path().join("a.prompt")), TEXT);
    client.raw(b"Content-Length: 5000\r\n\r\n{\"jsonrpc\": \"2.0\", \"id\": 7, \"meth");
    client.kill();
    works(&folder);
    other.noticed_nothing();
    assert_eq!(sessions(&shared), 0);
}

#[test]
fn a_client_killed_while_it_generates() {
    let folder = Folder::new();
    let shared = Shared(folder.path());
    let other = Other::new(&folder);
    let mut client = editor(&folder);
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, "---\nconfig: { maxOutputTokens: 400 }\n---\nThe history of the");
    client.execute("unembed.generate", json!({"uri": document}));
    client.kill();
    other.noticed_nothing();
    works(&folder);
    let queue = shared.status()["queue"].clone();
    assert_eq!(queue, json!({"running": 0, "waiting": 0}));
}

#[test]
fn a_client_that_stops_reading() {
    let folder = Folder::new();
    let _shared = Shared(folder.path());
    let other = Other::new(&folder);
    let mut client = editor(&folder);
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, TEXT);
    let reading = client.stop_reading();
    let position = json!({"line": 0, "character": 5});
    for _ in 0..200 {
        client.request("textDocument/hover", json!({"textDocument": {"uri": document}, "position": position}));
    }
    other.noticed_nothing();
    works(&folder);
    drop(reading);
    // Every answer is still there.
    for n in 0..200 {
        let answer = client.claim(|m| m.get("id").is_some() && m.get("method").is_none());
        assert!(answer["result"]["contents"]["value"].is_string(), "{n}: {answer}");
    }
    client.shutdown();
}

#[test]
fn an_exit_without_a_shutdown() {
    let folder = Folder::new();
    let _shared = Shared(folder.path());
    let other = Other::new(&folder);
    let mut client = editor(&folder);
    client.notify("exit", json!(null));
    assert_eq!(client.ended().0, 1);
    other.noticed_nothing();
    works(&folder);
}

/// A shared process whose editors may make it fail.
struct Faulty<'a> {
    child: Child,
    shared: Shared<'a>,
}

impl<'a> Faulty<'a> {
    fn start(folder: &'a Folder) -> Self {
        let mut child = command(folder.path()).args(["daemon", "--faults", "--announce"]).spawn().expect("it starts");
        let mut said = String::new();
        let stdout = child.stdout.as_mut().expect("stdout is a pipe");
        BufReader::new(stdout).read_line(&mut said).expect("it says whether it serves");
        Self { child, shared: Shared(folder.path()) }
    }

    /// What goes wrong, how often it was said in the log.
    fn end(mut self, said: &str) -> usize {
        assert_eq!(self.shared.status()["queue"], json!({"running": 0, "waiting": 0}));
        let log = run(self.shared.0, ["report", "--json"]).json(0).to_string();
        drop(self.shared);
        assert!(self.child.wait().expect("it can be waited for").success());
        log.matches(said).count()
    }
}

#[test]
fn what_panics_ends_one_answer() {
    for (place, message) in [
        ("handler", "a fault that was asked for, in a handler"),
        ("job", "a fault that was asked for, in a job"),
        ("engine", "a fault that was asked for, in the engine's thread"),
    ] {
        let folder = Folder::new();
        let faulty = Faulty::start(&folder);
        let other = Other::new(&folder);
        let mut client = editor(&folder);
        let document = uri(&folder.path().join("a.prompt"));
        client.open(&document, TEXT);
        // Questions before and behind it are answered as ever.
        let asked: Vec<_> = (0..5)
            .map(|_| {
                let params = json!({"textDocument": {"uri": document}, "position": {"line": 0, "character": 5}});
                let hover = client.request("textDocument/hover", params);
                (hover, client.execute("unembed.fault", json!({"where": place})))
            })
            .collect();
        for (hover, fault) in asked {
            assert_eq!(client.answer(fault).expect_err("it fails")["code"], -32603, "{place}");
            assert_eq!(client.answer(hover).expect("a hover")["contents"]["value"], other.said.as_str(), "{place}");
        }
        client.shutdown();
        other.noticed_nothing();
        works(&folder);
        assert!(faulty.end(message) >= 1, "{place}: the log says nothing of it");
    }
}

#[test]
fn nobody_makes_a_shared_process_fail_that_was_not_started_for_it() {
    let folder = Folder::new();
    let _shared = Shared(folder.path());
    let mut client = editor(&folder);
    let fault = client.execute("unembed.fault", json!({"where": "handler"}));
    assert_eq!(client.answer(fault).expect_err("no such command")["code"], -32602);
    client.shutdown();
}

#[test]
fn the_shared_process_killed_under_four_editors() {
    let folder = Folder::new();
    let shared = Shared(folder.path());
    run(folder.path(), ["names", "set", "illness", "L5D662"]);
    let names = fs::read(folder.path().join("unembed.names.yaml")).expect("is there");
    let clients: Vec<Client> = (0..4).map(|_| editor(&folder)).collect();
    shared.signal("KILL");
    for client in clients {
        let (code, said) = client.ended();
        assert_eq!(code, 3);
        assert!(said.lines().count() == 1 && said.contains("start this again"), "{said}");
    }
    works(&folder);
    assert_eq!(fs::read(folder.path().join("unembed.names.yaml")).expect("is there"), names);
}

#[test]
fn told_to_end_by_a_signal_during_a_build() {
    let folder = Folder::new();
    let shared = Shared(folder.path());
    let mut client = editor(&folder);
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, TEXT);
    let search = client.execute("unembed.search", json!({"uri": document, "query": "food"}));
    let found = client.answer(search).expect("an answer");
    assert!(found["notes"].to_string().contains("so far"), "{found}");
    shared.signal("TERM");
    assert_eq!(client.ended().0, 3);
    // The build goes on, and ends as one that was not interrupted.
    let built = run(folder.path(), ["index", "build", "--json"]).json(0);
    assert_eq!((&built["complete"], &built["clustered"]), (&json!(true), &json!(true)));
    let mut client = editor(&folder);
    client.open(&document, TEXT);
    let search = client.execute("unembed.search", json!({"uri": document, "query": "food"}));
    let found = client.answer(search).expect("an answer");
    assert!(found["notes"] == json!([]) && found["hits"].as_array().is_some_and(|hits| hits.len() == 20), "{found}");
    client.shutdown();
}

/// No file may grow beyond a megabyte, as on a full disk: there is no index and no log, and all the rest works.
#[test]
fn a_full_disk() {
    let folder = Folder::new();
    let _shared = Shared(folder.path());
    let mut shell = Command::new("bash");
    let limited = format!("trap '' XFSZ; ulimit -f 1024; exec '{}' lsp", program().display());
    shell.args(["-c", &limited]).current_dir(folder.path());
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for (name, value) in command(folder.path()).get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let mut client = Client::run(&mut shell).ignoring(NOISE);
    let options = json!({"results": true});
    let full = client.call("initialize", json!({"capabilities": {}, "initializationOptions": options}));
    assert_eq!(full["serverInfo"]["name"], "unembed");
    client.notify("initialized", json!({}));
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, TEXT);
    let search = client.execute("unembed.search", json!({"uri": document, "query": "food"}));
    let _ = client.answer(search);
    client.notification("window/showMessage", |said| said.to_string().contains("no space is left"));
    assert_eq!(hover(&mut client, &document), alone(&folder, TEXT));
    works(&folder);
    client.shutdown();
}
