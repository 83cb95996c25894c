//! The start and the end of the daemon.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use tests::{Client, Daemon, Folder, command, program, run, uri};

use crate::{NOISE, check_works, editor, hover, private_hover, sessions};

#[test]
fn thirty_editors_start_one_daemon() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    // All of them are started before the first one answers.
    let clients: Vec<Client> = (0..30).map(|_| Client::spawn_with(folder.path(), &["lsp"])).collect();
    let mut clients: Vec<Client> = clients
        .into_iter()
        .map(|mut client| {
            client.call(
                "initialize",
                json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}}),
            );
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

/// As when a system empties its folder for temporary files.
#[test]
fn restores_a_removed_runtime_folder() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let client = editor(&folder);
    let pid = daemon.pid();
    let runtime = folder.path().join(".run/unembed");
    let is_socket = |entry: fs::DirEntry| entry.path().extension().is_some_and(|x| x == "sock");
    let has_socket = || fs::read_dir(&runtime).is_ok_and(|mut entries| entries.any(|e| e.is_ok_and(is_socket)));
    assert!(has_socket());
    fs::remove_dir_all(&runtime).expect("it is removed");
    // The daemon looks after its folder every few seconds.
    until(has_socket);
    check_works(&folder);
    assert_eq!(daemon.pid(), pid, "the daemon is the same");
    client.shutdown();
}

/// An editor that starts before the daemon has seen that its folder is gone.
#[test]
fn of_two_daemons_the_second_serves() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let (mut first, document) = (editor(&folder), uri(&folder.path().join("a.prompt")));
    first.open(&document, "The history of the war");
    let expected = hover(&mut first, &document);
    let before = daemon.pid();
    fs::remove_dir_all(folder.path().join(".run/unembed")).expect("it is removed");
    let mut second = editor(&folder);
    second.open(&document, "The history of the war");
    let after = daemon.pid();
    for editor in [&mut first, &mut second] {
        assert_eq!(hover(editor, &document), expected);
    }
    if after != before {
        // The first daemon ends with its session, without taking the socket back.
        first.shutdown();
        until(|| !Path::new("/proc").join(&before).exists());
    } else {
        first.shutdown();
    }
    assert_eq!(daemon.pid(), after);
    assert_eq!(hover(&mut second, &document), expected);
    second.shutdown();
}

/// Waits for a change of the system that nothing announces.
fn until(mut is_so: impl FnMut() -> bool) {
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !is_so() {
        assert!(std::time::Instant::now() < limit, "it does not come about");
        std::thread::yield_now();
    }
}

/// A daemon that stands still, as one that a debugger has stopped, stops no editor from starting.
#[test]
fn an_editor_is_served_beside_a_daemon_that_stands_still() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    check_works(&folder);
    let pid = daemon.pid();
    daemon.signal("STOP");
    let stopped = Stopped(&pid);
    let mut client = editor(&folder).ignoring(&["window/showMessage"]);
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, "The food and the");
    hover(&mut client, &document);
    client.shutdown();
    drop(stopped);
    check_works(&folder);
    assert_eq!(daemon.pid(), pid);
}

/// A process that goes on when this is dropped.
struct Stopped<'a>(&'a str);

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        let _ = std::process::Command::new("kill").args(["-s", "CONT", self.0]).status();
    }
}

/// The status of a daemon is not limited by the length of its sessions' folders.
#[test]
fn a_status_of_many_sessions_is_read() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let deep = (0..10).fold(folder.path().to_owned(), |path, _| path.join("x".repeat(200)));
    fs::create_dir_all(&deep).expect("folders");
    let client = |_| {
        let mut client = Client::run(command(folder.path()).arg("lsp").current_dir(&deep)).ignoring(NOISE);
        client
            .call("initialize", json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}}));
        client
    };
    let clients: Vec<Client> = (0..36).map(client).collect();
    assert!(daemon.status().to_string().len() > 64 << 10);
    assert_eq!(sessions(&daemon), clients.len());
    clients.into_iter().for_each(|client| drop(client.shutdown()));
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
    // Another build: a copy of the same one would share its daemon.
    fs::File::options().append(true).open(&newer).and_then(|mut file| file.write_all(b"newer")).expect("it is changed");
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
    new.call("initialize", json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}, "initializationOptions": {"results": true}}));
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
    assert!(run(&["stop"]).output().expect("it runs").status.success());
    // When the newer one has exited, the old one has the index again.
    let mut tries = 0;
    while let Err(error) = found(&mut old) {
        assert!(error.to_string().contains("another version of unembed"), "{error}");
        tries += 1;
        assert!(tries < 100_000, "the index is never taken back");
    }
    old.shutdown();
}

/// Two installations of one build, such as an editor's and the user's own.
#[test]
fn copies_of_one_build_share_a_daemon() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let first = editor(&folder);
    let copy = folder.path().join("copy");
    fs::copy(program(), &copy).expect("it is copied");
    let template = command(folder.path());
    let mut command = std::process::Command::new(&copy);
    command.arg("lsp").current_dir(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut second = Client::run(&mut command).ignoring(NOISE);
    second.call("initialize", json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}, "initializationOptions": {"results": true}}));
    let document = uri(&folder.path().join("a.prompt"));
    second.open(&document, "The history of the war");
    hover(&mut second, &document);
    assert_eq!(sessions(&daemon), 2);
    second.shutdown();
    first.shutdown();
}

/// Where no shared process is possible, an editor has its own, and one warning.
#[test]
fn an_editor_without_a_daemon_is_served_alone() {
    let folder = Folder::new();
    let document = uri(&folder.path().join("a.prompt"));
    let expected = private_hover(&folder, "The history of");
    let check = |set_up: &dyn Fn(&mut std::process::Command), reason: &str| {
        let mut command = command(folder.path());
        command.arg("lsp");
        set_up(&mut command);
        let mut client = Client::run(&mut command).ignoring(NOISE);
        client
            .call("initialize", json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}}));
        client.notify("initialized", json!({}));
        let told = client.notification("window/showMessage", |_| true);
        let message = told["message"].as_str().expect("a message");
        assert!(message.contains("no process can be shared") && message.contains(reason), "{message}");
        client.open(&document, "The history of");
        assert_eq!(hover(&mut client, &document), expected, "{reason}");
        client.shutdown();
    };
    // Other users can enter the folder.
    let run = folder.path().join(".run/unembed");
    fs::create_dir_all(&run).expect("a folder");
    fs::set_permissions(&run, fs::Permissions::from_mode(0o755)).expect("ours");
    check(&|_| (), "chmod 700");
    fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).expect("ours");
    // A folder that cannot be made, and one that is too long for a socket.
    folder.write("file", "no folder");
    let runtime = |name: &str| folder.path().join(name);
    check(&|command| _ = command.env("XDG_RUNTIME_DIR", runtime("file/run")), "cannot be created");
    check(&|command| _ = command.env("XDG_RUNTIME_DIR", runtime(&"long".repeat(40))), "shorter folder");
    // The data folder cannot be created.
    folder.write(".home/.local/share/unembed", "no folder");
    check(&|_| (), "unembed");
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
