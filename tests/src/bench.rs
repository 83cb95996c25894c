//! Shared by all benches: the checkpoint of GPT-2 small's size, the Python with the peers installed, and the
//! processor's name.

use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::{env, fs};

use crate::repository;

/// The Python in which the peers are installed. Without it, the bench exits with code 2.
pub fn python() -> PathBuf {
    let ours = repository().join("tests/bench/.venv/bin/python");
    let python = env::var_os("PEERS_PYTHON").map_or(ours, PathBuf::from);
    if !python.exists() {
        eprintln!(
            "the peers are not installed: run tests/bench/setup.sh, or set PEERS_PYTHON to a Python that has them"
        );
        process::exit(2);
    }
    python
}

/// The folder of the checkpoint, which is created if it is missing.
pub fn checkpoint() -> PathBuf {
    let exe = env::current_exe().expect("a running program has a path");
    let target = exe.ancestors().nth(3).expect("a bench is in target/release/deps");
    let folder = target.join("bench-models/small");
    if !folder.join("tokenizer.json").exists() {
        let script = repository().join("tests/bench/make_random_gpt2.py");
        let made = Command::new(python()).arg(script).arg("small").arg(&folder).status().expect("start Python");
        assert!(made.success(), "make_random_gpt2.py creates the checkpoint");
    }
    folder
}

/// The processor's name, or its architecture if the system does not report a name.
pub fn processor() -> String {
    let info = fs::read_to_string(Path::new("/proc/cpuinfo")).unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| env::consts::ARCH.to_owned(), |(_, name)| name.to_owned())
}
