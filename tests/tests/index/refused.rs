//! Unusable index folders, and an index in use by another process: the error is one line that says what to do, and
//! everything except search works.

use std::fs;
use std::process::Stdio;

use serde_json::json;
use tests::{Client, Folder, command, run, uri};

/// Checks that a command fails with code 3. Returns its one line on stderr.
#[track_caller]
fn refused(folder: &Folder, args: &[&str]) -> String {
    let ended = run(folder.path(), args);
    assert_eq!(ended.code, 3, "{} {}", ended.stdout, ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    ended.stderr
}

#[test]
fn refuses_a_folder_that_is_a_file() {
    let folder = Folder::new();
    folder.write(".home/.local/share/unembed", "not a folder");
    let said = refused(&folder, &["search", "food"]);
    assert!(said.contains("index.folder") || said.contains("the concept index"), "{said}");
    assert_eq!(run(folder.path(), ["trace", "-p", "The food"]).code, 0);
}

/// The folder exists and belongs to another user. A test that runs as root starts the program as `nobody`.
#[test]
fn refuses_a_read_only_folder() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65534;
    let folder = Folder::new();
    let names = folder.write("unembed.names.yaml", "");
    run(folder.path(), ["names", "set", "illness", "L5D662"]);
    let before = fs::read(&names).expect("it is there");
    let data = folder.path().join(".home/.local/share");
    fs::create_dir_all(&data).expect("a folder");
    let mode = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("change permissions");
    };
    for above in ["", ".home", ".home/.local"] {
        mode(&folder.path().join(above), 0o755);
    }
    mode(&data, 0o555);
    // Other users may not have access to the build folder.
    let program = folder.path().join("program");
    fs::copy(tests::program(), &program).expect("it is copied");
    mode(&program, 0o755);
    let mut child = std::process::Command::new(&program);
    child.args(["search", "food"]).current_dir(folder.path()).env("HOME", folder.path().join(".home"));
    if folder.path().metadata().expect("it is there").uid() == 0 {
        child.uid(NOBODY).gid(NOBODY);
    }
    let ended =
        child.env("NO_COLOR", "1").env_remove("XDG_DATA_HOME").stdin(Stdio::null()).output().expect("it starts");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains("cannot be written") && said.contains("index.folder") && said.lines().count() == 1, "{said}");
    assert_eq!(fs::read(&names).expect("it is there"), before);
}

/// No file may grow beyond a megabyte, which simulates a full disk.
#[test]
fn reports_a_full_disk_and_continues_with_space() {
    let folder = Folder::new();
    run(folder.path(), ["names", "set", "illness", "L5D662"]);
    let names = fs::read(folder.path().join("unembed.names.yaml")).expect("it is there");
    let program = tests::program().display().to_string();
    let limited = format!("trap '' XFSZ; ulimit -f 1024; exec '{program}' index build");
    let template = command(folder.path());
    let mut shell = std::process::Command::new("bash");
    shell.args(["-c", &limited]).current_dir(folder.path()).stdin(Stdio::null());
    shell.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    for (name, value) in template.get_envs().filter_map(|(n, v)| Some((n, v?))) {
        shell.env(name, value);
    }
    let ended = shell.output().expect("bash starts");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains("no space is left"), "{said}");
    assert_eq!(fs::read(folder.path().join("unembed.names.yaml")).expect("it is there"), names);
    // With space again, the build continues.
    let built = run(folder.path(), ["index", "build", "--json"]).json(0);
    assert_eq!(built["complete"], true);
}

/// After an editor's search, its server holds the index. The command line reports that and does the rest.
#[test]
fn reports_an_index_in_use_by_an_editor() {
    let folder = Folder::new();
    let file = folder.write("a.prompt", "The history of the war");
    let mut client = Client::start(folder.path(), json!({"results": true})).ignoring(&[
        "unembed/status",
        "textDocument/publishDiagnostics",
        "$/progress",
    ]);
    let document = uri(&file);
    client.open(&document, "The history of the war");
    let search = client.execute("unembed.search", json!({"uri": document, "query": "war"}));
    client.answer(search).expect("an answer");

    let said = refused(&folder, &["search", "war"]);
    assert!(said.contains("in use by another process"), "{said}");
    let card = run(folder.path(), ["vector", "L5D662", "--json"]);
    assert_eq!(card.code, 0);
    assert!(card.stderr.contains("in use by another process"), "{}", card.stderr);
    assert_eq!(run(folder.path(), ["generate", "a.prompt"]).code, 0);
    client.shutdown();
    assert_eq!(run(folder.path(), ["search", "war"]).code, 0);
}
