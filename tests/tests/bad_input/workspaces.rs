//! Workspaces with hostile files where settings and names are read: links to devices, pipes without a writer, files of a
//! terabyte. Each costs one line, and no other editor waits.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use serde_json::json;
use tests::spoil::{KINDS, put};
use tests::{Client, Daemon, Folder, run, uri};

/// The settings are left out, with a warning; the names are an error of the command line.
#[test]
fn the_command_line_says_one_line() {
    for kind in KINDS {
        for (name, code) in [(".unembed.toml", 0), ("unembed.names.yaml", 2)] {
            let folder = Folder::new();
            let outside = folder.write("outside", "hover.layers = 3\n");
            folder.write("workspace/a.prompt", "The history of");
            let workspace = folder.path().join("workspace");
            put(kind, &workspace.join(name), &outside);
            let ended = run(&workspace, ["generate", "a.prompt", "--json"]);
            assert_eq!(ended.code, code, "{kind} as {name}: {}", ended.stderr);
            assert!(ended.stderr.lines().count() == 1 && ended.stderr.contains(name), "{kind}: {}", ended.stderr);
        }
    }
}

/// One daemon, an editor in each hostile workspace, and one in a good one: every hover is answered.
#[test]
fn no_editor_waits_for_a_hostile_workspace() {
    let folder = Folder::new();
    let _daemon = Daemon(folder.path());
    let outside = folder.write("outside", "tower: L0D0\n");
    let ignored = &["unembed/status", "textDocument/publishDiagnostics", "$/progress", "window/showMessage"];
    let session = |root: &Path| {
        let mut client = Client::spawn_with(folder.path(), &["lsp"]).ignoring(ignored);
        client.call(
            "initialize",
            json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}, "rootUri": uri(root)}),
        );
        client.notify("initialized", json!({}));
        let document = uri(&root.join("a.prompt"));
        client.open(&document, "The history of");
        (client, document)
    };
    let ask = |client: &mut Client, document: &str| {
        let at = json!({"textDocument": {"uri": document}, "position": {"line": 0, "character": 5}});
        client.call("textDocument/hover", at)
    };
    let good = folder.path().join("good");
    fs::create_dir(&good).expect("a folder");
    let (mut other, document) = session(&good);
    let expected = ask(&mut other, &document);
    assert!(expected["contents"]["value"].is_string() || expected["contents"].is_string(), "{expected}");
    for (n, kind) in KINDS.iter().enumerate() {
        let root = folder.path().join(format!("hostile {n}"));
        fs::create_dir(&root).expect("a folder");
        for name in [".unembed.toml", "unembed.names.yaml"] {
            put(kind, &root.join(name), &outside);
        }
        let (mut client, own) = session(&root);
        assert_eq!(ask(&mut client, &own)["contents"], expected["contents"], "{kind}");
        assert_eq!(ask(&mut other, &document), expected, "{kind}");
        client.shutdown();
    }
    other.shutdown();
}
