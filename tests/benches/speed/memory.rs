//! Peak memory, measured in a separate process: this program again, with a flag.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

use base::{Cancel, Change, RunName, Scope, ValueId};
use kernels::Pool;
use lm::{Experiment, Intervention, LanguageModel, Positions, TraceQuery};
use model::{Model, Options};

/// The second process's first argument; the number of tokens follows.
pub(crate) const FLAG: &str = "--memory";

/// The peak memory in bytes of a process that loads the model and traces a prompt of this many tokens in two runs.
pub(crate) fn peak(tokens: usize) -> u64 {
    let exe = env::current_exe().expect("a running program has a path");
    let output = Command::new(exe).arg(FLAG).arg(tokens.to_string()).output().expect("it starts again");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of bytes")
}

/// The work of the second process.
pub(crate) fn measure(folder: &Path, tokens: usize) {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let model =
        Model::open(folder, Options::named("small", Arc::new(Pool::new(threads)))).expect("the checkpoint opens");
    let intervention = Intervention { target: ValueId::new(3, 77).into(), change: Change::Set(4.0), at: Scope::All };
    let experiment = Experiment::of(&" the".repeat(tokens)).with_run(RunName::intervened(), vec![intervention]);
    let runs = model.trace(&TraceQuery::at(&experiment, Positions::All), &Cancel::new()).expect("a trace");
    assert!(runs.iter().all(|run| run.tokens.len() == tokens), "every word is a token");
    let status = fs::read_to_string("/proc/self/status").expect("Linux says how much memory was used");
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    println!("{}", peak.expect("a number of kB") * 1024);
}
