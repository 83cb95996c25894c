//! Names on the command line and in place of ids.

use std::fs;

use tests::{Folder, run};

const FINGERPRINT: &str = "81616562c12cac5a6c99560ff05bdd3b";

#[track_caller]
fn ok(folder: &Folder, args: &[&str]) -> String {
    let ended = run(folder.path(), args);
    assert_eq!(ended.code, 0, "{args:?}: {}", ended.stderr);
    ended.stdout
}

#[test]
fn sets_uses_renames_and_removes_a_name() {
    let folder = Folder::new();
    ok(&folder, &["names", "set", "illness", "L5D662", "L2D343"]);
    ok(&folder, &["names", "set", "brains", "L5D739"]);
    let file = fs::read_to_string(folder.path().join("unembed.names.yaml")).expect("it is there");
    let expected = format!("\"{FINGERPRINT}\": # starter\n  brains: L5D739\n  illness: [L5D662, L2D343]\n");
    assert_eq!(file, expected);

    // A name gives the same bits as the ids that it stands for.
    let prompt = |interventions: &str| format!("---\ninterventions:\n{interventions}---\nThe history of\n");
    let named = folder.write("named.prompt", prompt("  - illness: 8  # both\n  - brains: off\n"));
    let plain = folder.write("plain.prompt", prompt("  - L5D662: 8\n  - L2D343: 8\n  - L5D739: off\n"));
    let generate = |file: &std::path::Path| {
        run(folder.path(), ["generate".as_ref(), file.as_os_str(), "--json".as_ref()]).json(0)["runs"].clone()
    };
    assert_eq!(generate(&named), generate(&plain));
    assert_eq!(run(folder.path(), ["vector", "brains", "--json"]).json(0)["name"], "brains");

    ok(&folder, &["names", "rename", "illness", "sickness"]);
    let after = fs::read_to_string(&named).expect("it is there");
    assert_eq!(after, prompt("  - sickness: 8  # both\n  - brains: off\n"));
    assert_eq!(generate(&named), generate(&plain));
    assert!(ok(&folder, &["names"]).contains("sickness  L5D662 L2D343"));

    ok(&folder, &["names", "remove", "sickness"]);
    let gone = run(folder.path(), ["generate".as_ref(), named.as_os_str()]);
    assert!(gone.code == 2 && gone.stderr.contains("unknown name `sickness`"), "{}", gone.stderr);
}

#[test]
fn reports_a_name_of_another_model() {
    let folder = Folder::new();
    folder.write("unembed.names.yaml", "\"0123\":\n  food: L0D0\n");
    let file = folder.write("a.prompt", "---\ninterventions:\n  - food: off\n---\nThe\n");
    let ended = run(folder.path(), ["trace".as_ref(), file.as_os_str()]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("a.prompt:3: `food` is a name for another model"), "{}", ended.stderr);
}

#[test]
fn refuses_invalid_names_and_changes_nothing() {
    let folder = Folder::new();
    ok(&folder, &["names", "set", "a", "L0D1"]);
    ok(&folder, &["names", "set", "b", "L0D2"]);
    let before = fs::read(folder.path().join("unembed.names.yaml")).expect("it is there");
    for args in [
        &["names", "set", "L1D1", "L0D1"][..],
        &["names", "set", "x:y", "L0D1"],
        &["names", "set", "c", "L9D9"],
        &["names", "rename", "a", "b"],
        &["names", "rename", "none", "c"],
        &["names", "remove", "none"],
    ] {
        let ended = run(folder.path(), args);
        assert!(ended.code == 2 && ended.stderr.lines().count() == 1, "{args:?}: {}", ended.stderr);
    }
    assert_eq!(fs::read(folder.path().join("unembed.names.yaml")).expect("it is there"), before);
}

#[test]
fn reports_invalid_lines_of_the_names_file() {
    let folder = Folder::new();
    let text = format!("\"{FINGERPRINT}\":\n  food: L0D1\n  drink L0D2\n  sleep: 7\n  rest:\n  tea: {{a: b}}\n");
    folder.write("unembed.names.yaml", text);
    let ended = run(folder.path(), ["names"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("food  L0D1") && ended.stdout.lines().count() == 2, "{}", ended.stdout);
    let line = |said: &'static str| move |line: &str| line.contains(said);
    let said = [
        "unembed.names.yaml:3: not a key with a value",
        "unembed.names.yaml:4: `7` is not a value vector's id",
        "unembed.names.yaml:5: `rest` names no value vector",
        "unembed.names.yaml:6: a mapping is not a value vector's id",
    ];
    for said in said {
        assert!(ended.stderr.lines().any(line(said)), "{}", ended.stderr);
    }
    // One warning per line.
    assert!(ended.stderr.lines().count() == 4 && ended.stderr.lines().all(line("warning: ")), "{}", ended.stderr);
    // `--json` prints the same warnings to stderr; `--quiet` prints none.
    let json = run(folder.path(), ["names", "--json"]);
    assert_eq!((json.stderr.as_str(), json.json(0)["names"][0]["name"].as_str()), (&*ended.stderr, Some("food")));
    assert_eq!(run(folder.path(), ["names", "--quiet"]).stderr, "");
}

/// What a cloned folder can hold to make `names` write to a file of the user: the links of a names file, and those that a
/// temporary file could be written through.
#[cfg(unix)]
#[test]
fn no_file_outside_of_the_folder_is_written() {
    use std::os::unix::fs::symlink;
    let (folder, home) = (Folder::new(), Folder::new());
    let profile = home.write("profile", "mine");
    for pid in 1..4000 {
        symlink(&profile, folder.path().join(format!(".unembed.names.yaml.{pid}.new"))).expect("a link");
    }
    ok(&folder, &["names", "set", "a", "L0D1"]);
    fs::remove_file(folder.path().join("unembed.names.yaml")).expect("a file");
    symlink(&profile, folder.path().join("unembed.names.yaml")).expect("a link");
    let refused = run(folder.path(), ["names", "set", "a", "L0D1"]);
    assert!(refused.code == 2 && refused.stderr.contains("it leads out of the workspace"), "{}", refused.stderr);
    assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&profile).expect("a file"), "mine");
}
