//! Several editors at once: each has its own text, settings and encoding; models are shared and unloaded.

use std::fs;

use serde_json::{Value, json};
use tests::{Client, Daemon, Folder, run, uri};

use crate::{NOISE, editor, hover, private_hover};

#[test]
fn two_editors_may_hold_different_text_of_one_file() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let file = folder.write("a.prompt", "The history of the");
    let texts = ["The food and the", "The king was a", "The sea of the"];
    let mut clients: Vec<Client> = texts.iter().map(|_| editor(&folder)).collect();
    for (client, text) in clients.iter_mut().zip(texts) {
        client.open(&uri(&file), "The history of the");
        client.change(&uri(&file), text);
    }
    for (client, text) in clients.iter_mut().zip(texts) {
        assert_eq!(hover(client, &uri(&file)), private_hover(&folder, text), "{text}");
    }
    assert_eq!(daemon.status()["models"].as_array().map_or(0, Vec::len), 1, "the model is shared");
    clients.into_iter().for_each(|client| drop(client.shutdown()));
}

#[test]
fn each_editor_has_its_own_settings() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let text = "The food and the";
    let document = uri(&folder.path().join("a.prompt"));
    let rows = |said: &str| said.lines().filter(|line| line.starts_with("| ")).count();
    let with = |layers: usize| {
        let options = json!({"results": true, "hover": {"layers": layers}});
        let mut client = Client::share(folder.path(), options).ignoring(NOISE);
        client.open(&document, text);
        client
    };
    let (mut few, mut many) = (with(1), with(4));
    let (less, more) = (hover(&mut few, &document), hover(&mut many, &document));
    assert_eq!(rows(&more) - rows(&less), 3, "{less}\n{more}");
    assert_eq!(hover(&mut few, &document), less);
    // New settings apply at once.
    few.notify("workspace/didChangeConfiguration", json!({"settings": {"unembed": {"hover": {"layers": 4}}}}));
    assert_eq!(hover(&mut few, &document), more);
    few.shutdown();
    many.shutdown();
}

/// The settings file is that of the editor's workspace, not of the first editor's.
#[test]
fn a_workspaces_settings_are_read_from_its_root() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let mut rows = Vec::new();
    for (name, layers) in [("one", 1), ("two", 3)] {
        folder.write(&format!("{name}/.unembed.toml"), format!("hover.layers = {layers}\n"));
        let root = folder.path().join(name);
        let mut client = Client::spawn_with(folder.path(), &["lsp"]).ignoring(NOISE);
        client.call("initialize", json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}, "rootUri": uri(&root)}));
        let document = uri(&root.join("a.prompt"));
        client.open(&document, "The food and the");
        rows.push(hover(&mut client, &document).lines().filter(|line| line.starts_with("| ")).count());
        client.shutdown();
    }
    assert_eq!(rows[1] - rows[0], 2, "{rows:?}");
}

/// With a memory limit below the size of any model, each model is unloaded when it is no longer in use.
#[test]
fn models_are_unloaded_and_loaded_again() {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let mut client = editor(&folder);
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, "The food and the");
    let said = hover(&mut client, &document);
    assert_eq!(daemon.status()["models"].as_array().map_or(0, Vec::len), 1);
    folder.write(".home/.config/unembed/settings.toml", "models.memory_megabytes = 1\n");
    let mut looks = 0;
    while daemon.status()["models"].as_array().map_or(0, Vec::len) > 0 {
        looks += 1;
        assert!(looks < 10_000, "the model is never unloaded");
    }
    assert_eq!(hover(&mut client, &document), said);
    client.shutdown();
    let log = fs::read_to_string(folder.path().join(".home/.local/share/unembed/log/daemon.log")).expect("a log");
    assert!(log.contains("unloaded "), "{log}");
}

/// The command line asks the daemon that has the index, and prints the same result as its own search.
#[test]
fn a_search_on_the_command_line_goes_through_the_daemon() {
    let folder = Folder::new();
    let search = |flags: &[&str]| run(folder.path(), [&["search", "illness"], flags].concat());
    let (page, document) = (search(&[]), search(&["--json"]).json(0));
    assert_eq!(page.code, 0, "{}", page.stderr);
    let daemon = Daemon(folder.path());
    let mut client = editor(&folder);
    let file = uri(&folder.path().join("a.prompt"));
    client.open(&file, "The history of the");
    let asked = client.execute("unembed.search", json!({"uri": file, "query": "war"}));
    client.answer(asked).expect("an answer");
    assert_eq!(daemon.status()["indexes"].as_array().map_or(0, Vec::len), 1, "the daemon has it");
    assert_eq!(search(&["--json"]).json(0), document);
    assert_eq!(search(&[]).stdout, page.stdout);
    assert_eq!(run(folder.path(), ["search", "qqqq"]).code, 1);
    client.shutdown();
}

/// A command that reads the index's folder works although an editor's search has just opened the index, and the editor
/// can search again.
#[test]
fn a_command_borrows_the_index_of_an_editor() {
    let folder = Folder::new();
    assert_eq!(run(folder.path(), ["index", "build"]).code, 0);
    let daemon = Daemon(folder.path());
    let document = uri(&folder.write("a.prompt", "The history of the war"));
    let mut client = editor(&folder);
    client.open(&document, "The history of the war");
    let mut found = || {
        let search = client.execute("unembed.search", json!({"uri": document, "query": "war"}));
        client.answer(search).expect("an answer")["hits"].clone()
    };
    let hits = found();
    assert_eq!(daemon.status()["indexes"].as_array().map_or(0, Vec::len), 1, "the daemon has it");
    assert_eq!(run(folder.path(), ["index", "status", "--json"]).json(0)["complete"], true);
    assert_eq!(found(), hits);
    let card = run(folder.path(), ["vector", "L5D662", "--json"]);
    assert_eq!(card.stderr, "");
    assert_ne!(card.json(0)["cluster"], Value::Null);
    assert_eq!(found(), hits);
    assert_eq!(run(folder.path(), ["index", "drop", "--json"]).json(0)["dropped"], true);
    // The index is built again.
    found();
    client.shutdown();
}

/// While an editor's search builds the index, `index status` shows the progress.
#[test]
fn index_status_shows_the_progress_of_a_build() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let document = uri(&folder.write("a.prompt", "The history of the war"));
    let mut client = editor(&folder);
    client.open(&document, "The history of the war");
    let search = client.execute("unembed.search", json!({"uri": document, "query": "war"}));
    let mut before = 0;
    for looks in 0.. {
        assert!(looks < 10_000, "it is never built");
        let looked = run(folder.path(), ["index", "status", "--json"]);
        assert_eq!((looked.code, looked.stderr.as_str()), (0, ""));
        let state = looked.json(0);
        let indexed = state["indexed"].as_u64().expect("a number");
        assert!(indexed >= before, "{indexed} after {before}");
        assert_eq!(state["complete"], state["indexed"] == state["all"]);
        if state["building"] == false && state["complete"] == true {
            break;
        }
        before = indexed;
    }
    client.answer(search).expect("an answer");
    client.shutdown();
}
