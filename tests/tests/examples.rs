//! Each example prompt parses, and each for the starter model meets its expectations.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tests::{Folder, repository, run};

fn examples() -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join("config/examples")).expect("the examples are there");
    let mut files: Vec<_> = entries.map(|e| e.expect("readable").path()).collect();
    files.sort();
    files
}

#[test]
fn examples_have_no_errors_and_meet_their_expectations() {
    let folder = Folder::new();
    for file in examples() {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let mut args = vec![OsStr::new("generate"), file.as_os_str(), OsStr::new("--json")];
        if text.contains("\nmodel:") {
            // An example for another model: here, check only that it parses.
            args.extend([OsStr::new("--model"), OsStr::new("starter")]);
        } else {
            assert!(text.contains("\nexpect:"), "{}", file.display());
        }
        let document = run(folder.path(), args).json(0);
        let expected = document["expect"].as_array().expect("a list");
        assert!(expected.iter().all(|e| e["ok"] == Value::Bool(true)), "{}: {expected:?}", file.display());
    }
}
