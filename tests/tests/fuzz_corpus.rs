//! Runs the checks of the fuzzers on the kept inputs with the stable compiler. `tests/fuzz/README.md` describes how to
//! find new inputs.

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
fn replays_prompt_files() {
    replay("prompt", prompt::check);
}

#[test]
fn replays_names_files() {
    replay("names", names::check);
}

#[test]
fn replays_framing() {
    replay("framing", framing::check);
}

#[test]
fn replays_daemon() {
    replay("daemon", daemon::check);
}

#[test]
fn replays_model_folders() {
    replay("checkpoint", checkpoint::check);
}

/// Checks every input of a corpus, in order of file names, and the empty input.
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
