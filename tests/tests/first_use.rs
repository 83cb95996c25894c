//! The first steps of a new user: the program alone, in an empty folder, with an empty home and no network.

use std::fs;

use tests::{Folder, run};

#[test]
fn a_lone_binary_traces_a_prompt() {
    let folder = Folder::new();
    let document = run(folder.path(), ["trace", "--json", "-p", "The structure of the human heart and the"]).json(0);
    assert_eq!(document["model"]["name"], "starter");
    assert_eq!(document["runs"][0]["tokens"].as_array().map(Vec::len), Some(8));
}

#[test]
fn a_lone_binary_generates_text() {
    let folder = Folder::new();
    let finished = run(folder.path(), ["generate", "-p", "The history of"]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert!(finished.stdout.contains("the United States"), "{}", finished.stdout);
}

#[test]
fn a_trace_creates_no_files_in_the_folder() {
    let folder = Folder::new();
    run(folder.path(), ["trace", "-p", "The"]);
    let left: Vec<_> =
        fs::read_dir(folder.path()).expect("readable").map(|e| e.expect("readable").file_name()).collect();
    let ours: Vec<_> = left.iter().filter(|name| *name != ".home").collect();
    assert!(ours.is_empty(), "{ours:?}");
}
