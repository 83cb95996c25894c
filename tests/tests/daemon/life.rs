//! The start and the end of the daemon.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::json;
use tests::{Client, Daemon, Folder, command, program, run, uri};

use crate::{NOISE, check_works, editor, hover, sessions};

#[test]
fn thirty_editors_start_one_daemon() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    // All of them are started before the first one answers.
    let clients: Vec<Client> = (0..30).map(|_| Client::spawn_with(folder.path(), &["lsp"])).collect();
    let mut clients: Vec<Client> = clients
        .into_iter()
        .map(|mut client| {
            client.call("initialize", json!({"capabilities": {}}));
            client.ignoring(NOISE)
        })
        .collect();
    assert_eq!(sessions(&daemon), 30);
    let sockets = fs::read_dir(folder.path().join(".run/unembed")).expect("the folder is there");
    let sockets = sockets.filter(|e| e.as_ref().is_ok_and(|e| e.path().extension().is_some_and(|x| x == "sock")));
    assert_eq!(sockets.count(), 1);
    clients.drain(..).for_each(|client| drop(client.shutdown()));
    assert_eq!(sessions(&daemon), 0);
}

#[test]
fn stop_ends_the_daemon() {
    let folder = Folder::new();
    assert_eq!(run(folder.path(), ["stop", "--json"]).json(0)["stopped"], false);
    assert_eq!(run(folder.path(), ["status"]).code, 1);
    let client = editor(&folder);
    assert_eq!(run(folder.path(), ["stop", "--json"]).json(0)["stopped"], true);
    let (code, said) = client.ended();
    assert_eq!(code, 3);
    assert!(said.lines().count() == 1 && said.contains("lost the daemon"), "{said}");
    // The next daemon starts without a wait.
    let _daemon = Daemon(folder.path());
    check_works(&folder);
}

#[test]
fn refuses_a_second_daemon() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    check_works(&folder);
    let pid = daemon.pid();
    let second = run(folder.path(), ["daemon"]);
    assert_eq!(second.code, 3);
    assert!(second.stderr.contains("already runs"), "{}", second.stderr);
    assert_eq!(daemon.pid(), pid);
}

#[test]
fn replaces_a_stale_socket() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    check_works(&folder);
    let before = daemon.pid();
    daemon.signal("KILL");
    check_works(&folder);
    assert_ne!(daemon.pid(), before);
}

#[test]
fn restores_a_removed_socket() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let mut client = editor(&folder);
    let pid = daemon.pid();
    for entry in fs::read_dir(folder.path().join(".run/unembed")).expect("is there").flatten() {
        if entry.path().extension().is_some_and(|x| x == "sock") {
            fs::remove_file(entry.path()).expect("is removed");
        }
    }
    check_works(&folder);
    assert_eq!(daemon.pid(), pid, "the daemon is the same");
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, "The food and the");
    hover(&mut client, &document);
    client.shutdown();
}

/// A daemon of another build, as after an update, takes over the index.
#[test]
fn an_older_daemon_releases_the_index_and_keeps_its_sessions() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let mut old = editor(&folder);
    let document = uri(&folder.path().join("a.prompt"));
    old.open(&document, "The history of the war");
    let search = old.execute("unembed.search", json!({"uri": document, "query": "war"}));
    old.answer(search).expect("an answer");

    let newer = folder.path().join("newer");
    fs::copy(program(), &newer).expect("it is copied");
    let template = command(folder.path());
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(&newer);
        command.args(args).current_dir(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::piped());
        for (name, value) in template.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    };
    let mut new = Client::run(&mut run(&["lsp"])).ignoring(NOISE);
    new.call("initialize", json!({"capabilities": {}, "initializationOptions": {"results": true}}));
    new.open(&document, "The history of the war");
    let found = |client: &mut Client| {
        let search = client.execute("unembed.search", json!({"uri": document, "query": "war"}));
        client.answer(search)
    };
    // The new daemon asked for the index when it started; the old one releases it after its pending answers.
    let mut tries = 0;
    loop {
        match found(&mut new) {
            Ok(_) => break,
            Err(error) => assert!(error.to_string().contains("in use by another process"), "{error}"),
        }
        tries += 1;
        assert!(tries < 10_000, "the index is never released");
    }
    // The old daemon continues without search, and says so.
    hover(&mut old, &document);
    let refused = found(&mut old).expect_err("the index is released");
    assert!(refused.to_string().contains("another version of unembed"), "{refused}");
    assert_eq!(sessions(&daemon), 1);
    new.shutdown();
    old.shutdown();
    assert!(run(&["stop"]).output().expect("it runs").status.success());
}

#[test]
fn an_editor_without_a_daemon_gets_the_reason() {
    let folder = Folder::new();
    let check = |expected: &str| {
        let mut client = Client::spawn_with(folder.path(), &["lsp"]);
        let request = client.request("initialize", json!({"capabilities": {}}));
        let error = client.answer(request).expect_err("there is no server");
        let message = error["message"].as_str().expect("a message");
        assert!(message.contains(expected) && !message.contains('\n'), "{message}");
        client.notify("exit", json!(null));
        let (code, said) = client.ended();
        assert_eq!(code, 3);
        assert!(said.contains(expected), "{said}");
    };
    // Other users can enter the folder.
    let run = folder.path().join(".run/unembed");
    fs::create_dir_all(&run).expect("a folder");
    fs::set_permissions(&run, fs::Permissions::from_mode(0o755)).expect("ours");
    check("chmod 700");
    fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).expect("ours");
    // The data folder cannot be created.
    folder.write(".home/.local/share/unembed", "no folder");
    check("unembed");
}

#[test]
fn only_the_user_can_access_the_socket() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let client = editor(&folder);
    let run = folder.path().join(".run/unembed");
    let mode = |path: &std::path::Path| fs::symlink_metadata(path).expect("is there").permissions().mode() & 0o777;
    assert_eq!(mode(&run), 0o700);
    for entry in fs::read_dir(&run).expect("is there").flatten() {
        if entry.path().extension().is_some_and(|x| x == "sock") {
            assert_eq!(mode(&entry.path()), 0o600);
        }
    }
    client.shutdown();
}

#[test]
fn a_report_contains_prompts_only_on_request() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let secret = "The treasure of the duchess";
    let file = folder.write("secret.prompt", secret);
    let mut client = editor(&folder);
    client.open(&uri(&file), secret);
    hover(&mut client, &uri(&file));
    let report = run(folder.path(), ["report"]);
    assert_eq!(report.code, 0, "{}", report.stderr);
    assert!(report.stdout.contains("serves, process") && report.stdout.contains("textDocument/hover"));
    assert!(!report.stdout.contains("duchess"), "{}", report.stdout);
    let report = run(folder.path(), ["report", "--json", "--prompts", "secret.prompt"]).json(0);
    assert_eq!(report["prompts"][0]["text"], secret);
    client.shutdown();
}
