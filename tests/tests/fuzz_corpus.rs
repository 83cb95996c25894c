//! The inputs that fuzzing kept, each through its check once more, with the compiler of every day. How new ones are found
//! says `tests/fuzz/README.md`.

#[path = "../fuzz/checks/checkpoint.rs"]
mod checkpoint;
#[path = "../fuzz/checks/daemon.rs"]
mod daemon;
#[path = "../fuzz/checks/framing.rs"]
mod framing;
#[path = "../fuzz/checks/memory.rs"]
mod memory;
#[path = "../fuzz/checks/names.rs"]
mod names;
#[path = "../fuzz/checks/prompt.rs"]
mod prompt;

use std::fs;
use std::panic::catch_unwind;

use tests::repository;

#[test]
fn prompt_files() {
    replay("prompt", prompt::check);
}

#[test]
fn names_files() {
    replay("names", names::check);
}

#[test]
fn the_wire() {
    replay("framing", framing::check);
}

#[test]
fn the_socket() {
    replay("daemon", daemon::check);
}

#[test]
fn model_folders() {
    replay("checkpoint", checkpoint::check);
}

/// Every input of a corpus, in the order of their names, and the empty one.
fn replay(target: &str, check: fn(&[u8])) {
    let folder = repository().join("tests/fuzz/corpus").join(target);
    let entries = fs::read_dir(&folder).expect("there is a corpus");
    let mut inputs: Vec<_> = entries.map(|entry| entry.expect("its entries can be read").path()).collect();
    inputs.sort();
    assert!(inputs.len() > 10, "{} holds {} inputs", folder.display(), inputs.len());
    check(b"");
    let fails = |input: &&std::path::PathBuf| {
        let data = fs::read(input).expect("an input can be read");
        catch_unwind(|| check(&data)).is_err()
    };
    let failed: Vec<_> = inputs.iter().filter(fails).collect();
    assert!(failed.is_empty(), "the check `{target}` fails for {failed:#?}");
}
