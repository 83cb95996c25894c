//! Peak memory, in a process of its own: this program again, with a flag.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

use base::{Cancel, Change, Scope, ValueId};
use kernels::Pool;
use lm::{Experiment, Intervention, LanguageModel, Positions, Target, TraceQuery};
use model::{Model, Options};

/// What the second process is started with, before the number of tokens.
pub(crate) const FLAG: &str = "--memory";

/// The most bytes that were in memory while a prompt of so many tokens was loaded for, and traced in two runs.
pub(crate) fn peak(tokens: usize) -> u64 {
    let exe = env::current_exe().expect("a running program has a path");
    let output = Command::new(exe).arg(FLAG).arg(tokens.to_string()).output().expect("it starts again");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of bytes")
}

/// What the second process does.
pub(crate) fn measure(folder: &Path, tokens: usize) {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let model =
        Model::open(folder, Options::named("small", Arc::new(Pool::new(threads)))).expect("the checkpoint opens");
    let mut experiment = Experiment::of(&" the".repeat(tokens));
    let target = Target::Value(ValueId::new(3, 77));
    experiment.interventions.push(Intervention { target, change: Change::Set(4.0), at: Scope::All });
    let runs = model.trace(&TraceQuery::at(&experiment, Positions::All), &Cancel::new()).expect("a trace");
    assert!(runs.iter().all(|run| run.tokens.len() == tokens), "every word is a token");
    let status = fs::read_to_string("/proc/self/status").expect("Linux says how much memory was used");
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    println!("{}", peak.expect("a number of kB") * 1024);
}
