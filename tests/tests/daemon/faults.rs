//! Faults: in each case the other editors are not affected, nothing is lost, and the next request is answered.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Child;

use serde_json::json;
use tests::{Client, Daemon, Folder, command, command_after, run, uri};

use crate::{NOISE, check_works, editor, hover, private_hover, sessions};

const TEXT: &str = "The food and the";

/// An editor that a fault must not affect, and its answer before the fault.
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
        assert_eq!(said, private_hover(folder, TEXT));
        Self { client, document, said }
    }

    #[track_caller]
    fn check_unaffected(mut self) {
        assert_eq!(hover(&mut self.client, &self.document), self.said);
        self.client.shutdown();
    }
}

#[test]
fn survives_a_client_killed_in_the_middle_of_a_message() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let other = Other::new(&folder);
    let mut client = editor(&folder);
    client.open(&uri(&folder.path().join("a.prompt")), TEXT);
    client.raw(b"Content-Length: 5000\r\n\r\n{\"jsonrpc\": \"2.0\", \"id\": 7, \"meth");
    client.kill();
    check_works(&folder);
    other.check_unaffected();
    assert_eq!(sessions(&daemon), 0);
}

#[test]
fn survives_a_client_killed_during_generation() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let other = Other::new(&folder);
    let mut client = editor(&folder);
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, "---\nconfig: { maxOutputTokens: 400 }\n---\nThe history of the");
    client.execute("unembed.generate", json!({"uri": document}));
    client.kill();
    other.check_unaffected();
    check_works(&folder);
    let queue = daemon.status()["queue"].clone();
    assert_eq!(queue, json!({"running": 0, "waiting": 0}));
}

#[test]
fn survives_a_client_that_stops_reading() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let other = Other::new(&folder);
    let mut client = editor(&folder);
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, TEXT);
    let reading = client.stop_reading();
    let position = json!({"line": 0, "character": 5});
    for _ in 0..200 {
        client.request("textDocument/hover", json!({"textDocument": {"uri": document}, "position": position}));
    }
    other.check_unaffected();
    check_works(&folder);
    drop(reading);
    // No answer is lost.
    for n in 0..200 {
        let answer = client.claim(|m| m.get("id").is_some() && m.get("method").is_none());
        assert!(answer["result"]["contents"]["value"].is_string(), "{n}: {answer}");
    }
    client.shutdown();
}

#[test]
fn survives_an_exit_without_a_shutdown() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let other = Other::new(&folder);
    let mut client = editor(&folder);
    client.notify("exit", json!(null));
    assert_eq!(client.ended().0, 1);
    other.check_unaffected();
    check_works(&folder);
}

/// A daemon with injected faults.
struct Faulty<'a> {
    child: Child,
    daemon: Daemon<'a>,
}

impl<'a> Faulty<'a> {
    fn start(folder: &'a Folder) -> Self {
        let mut child = command(folder.path()).args(["daemon", "--faults", "--announce"]).spawn().expect("it starts");
        let mut said = String::new();
        let stdout = child.stdout.as_mut().expect("stdout is a pipe");
        BufReader::new(stdout).read_line(&mut said).expect("it says whether it serves");
        Self { child, daemon: Daemon(folder.path()) }
    }

    /// Stops the daemon. Returns how often the log contains `message`.
    fn end(mut self, message: &str) -> usize {
        assert_eq!(self.daemon.status()["queue"], json!({"running": 0, "waiting": 0}));
        let log = run(self.daemon.0, ["report", "--json"]).json(0).to_string();
        drop(self.daemon);
        assert!(self.child.wait().expect("it can be waited for").success());
        log.matches(message).count()
    }
}

#[test]
fn a_panic_ends_one_answer() {
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
        // Requests before and after the fault are answered as usual.
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
        other.check_unaffected();
        check_works(&folder);
        assert!(faulty.end(message) >= 1, "{place}: the log does not mention it");
    }
}

#[test]
fn faults_need_the_faults_flag() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let mut client = editor(&folder);
    let fault = client.execute("unembed.fault", json!({"where": "handler"}));
    assert_eq!(client.answer(fault).expect_err("no such command")["code"], -32602);
    client.shutdown();
}

#[test]
fn survives_a_killed_daemon_with_four_editors() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    run(folder.path(), ["names", "set", "illness", "L5D662"]);
    let names = fs::read(folder.path().join("unembed.names.yaml")).expect("is there");
    let clients: Vec<Client> = (0..4).map(|_| editor(&folder)).collect();
    daemon.signal("KILL");
    for client in clients {
        let (code, said) = client.ended();
        assert_eq!(code, 3);
        assert!(said.lines().count() == 1 && said.contains("restart"), "{said}");
    }
    check_works(&folder);
    assert_eq!(fs::read(folder.path().join("unembed.names.yaml")).expect("is there"), names);
}

#[test]
fn continues_a_build_after_a_signal() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let mut client = editor(&folder);
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, TEXT);
    let search = client.execute("unembed.search", json!({"uri": document, "query": "food"}));
    let found = client.answer(search).expect("an answer");
    assert!(found["notes"].to_string().contains("so far"), "{found}");
    daemon.signal("TERM");
    assert_eq!(client.ended().0, 3);
    // The build continues and gives the same result as an uninterrupted one.
    let built = run(folder.path(), ["index", "build", "--json"]).json(0);
    assert_eq!((&built["complete"], &built["clustered"]), (&json!(true), &json!(true)));
    let mut client = editor(&folder);
    client.open(&document, TEXT);
    let search = client.execute("unembed.search", json!({"uri": document, "query": "food"}));
    let found = client.answer(search).expect("an answer");
    assert!(found["notes"] == json!([]) && found["hits"].as_array().is_some_and(|hits| hits.len() == 20), "{found}");
    client.shutdown();
}

/// No file may grow beyond a megabyte, which simulates a full disk: there is no index and no log, and the rest works.
#[test]
fn works_without_index_and_log_on_a_full_disk() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let mut limited = command_after(folder.path(), "trap '' XFSZ; ulimit -f 1024");
    let mut client = Client::run(limited.arg("lsp")).ignoring(NOISE);
    let options = json!({"results": true});
    let full = client.call("initialize", json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}, "initializationOptions": options}));
    assert_eq!(full["serverInfo"]["name"], "unembed");
    client.notify("initialized", json!({}));
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, TEXT);
    let search = client.execute("unembed.search", json!({"uri": document, "query": "food"}));
    let _ = client.answer(search);
    client.notification("window/showMessage", |said| said.to_string().contains("no space is left"));
    assert_eq!(hover(&mut client, &document), private_hover(&folder, TEXT));
    check_works(&folder);
    client.shutdown();
}
