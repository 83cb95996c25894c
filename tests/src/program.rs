//! The program under test: built by cargo, once a process, so that a stale one never runs; and runs of it that end.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::repository;

/// What hangs is killed and fails the test; no test is timed by it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(300);

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// The path of `unembed`, built from the sources as they are.
pub fn program() -> &'static Path {
    PROGRAM.get_or_init(build)
}

/// From now on a copy in this folder is the program, so that hours of it can be watched while its sources change.
pub fn use_a_copy(folder: &Path) {
    let copy = folder.join("unembed");
    std::fs::copy(build(), &copy).expect("it can be copied");
    PROGRAM.set(copy).expect("no program ran before");
}

fn build() -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--package", "cli", "--message-format", "json-render-diagnostics"]);
    // What cargo told this test of itself would make build scripts that look at it run again, and all above them.
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|p| name.to_string_lossy().starts_with(p)) {
            command.env_remove(name);
        }
    }
    let output = command.current_dir(repository()).stdin(Stdio::null()).output().expect("cargo starts");
    assert!(output.status.success(), "cargo build: {}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let mut executable = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let ours = message["target"]["name"] == "unembed" && message["target"]["kind"][0] == "bin";
        message["executable"].as_str().filter(|_| ours).map(PathBuf::from)
    });
    executable.next_back().expect("cargo says where it put unembed")
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; -1 for a signal.
    pub code: i32,
    /// All it wrote there.
    pub stdout: String,
    /// All it wrote there.
    pub stderr: String,
}

impl Finished {
    /// The JSON document on stdout of a run that ended with this code.
    #[track_caller]
    pub fn json(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{}\n{}", self.stderr, self.stdout);
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("stdout is no JSON ({e}): {}", self.stdout))
    }
}

/// Runs `unembed` in a folder with nothing on stdin.
pub fn run<A: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = A>) -> Finished {
    run_with(folder, args, b"")
}

/// Runs `unembed` in a folder with this on stdin.
pub fn run_with<A: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = A>, stdin: &[u8]) -> Finished {
    let mut command = command(folder);
    command.args(args);
    let mut child = command.spawn().expect("unembed starts");
    let mut pipe = child.stdin.take().expect("stdin is a pipe");
    let stdin = stdin.to_vec();
    // A program that ends before it has read everything is free to.
    thread::spawn(move || pipe.write_all(&stdin));
    let stdout = collect(child.stdout.take().expect("stdout is a pipe"));
    let stderr = collect(child.stderr.take().expect("stderr is a pipe"));
    let stdout = within_deadline(&mut child, &stdout);
    let stderr = within_deadline(&mut child, &stderr);
    let code = child.wait().expect("unembed can be waited for").code().unwrap_or(-1);
    let text = |bytes| String::from_utf8(bytes).expect("unembed writes UTF-8");
    Finished { code, stdout: text(stdout), stderr: text(stderr) }
}

/// Starts `unembed` in a folder and kills it at a moment, unless it ends before; whether it was killed.
pub fn kill_after<A: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = A>, moment: Duration) -> bool {
    let mut child = command(folder).args(args).spawn().expect("unembed starts");
    drop(child.stdin.take());
    let ended = collect(child.stdout.take().expect("stdout is a pipe"));
    // Its output ends when it does: the moment comes first, or the end.
    let killed = ended.recv_timeout(moment).is_err();
    if killed {
        child.kill().expect("it can be killed");
    }
    child.wait().expect("unembed can be waited for");
    killed
}

/// The program in a folder, with pipes, and with nothing of the user's: no settings, no caches, no colours.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(program());
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if ["XDG_", "HF_", "HUGGINGFACE_", "UNEMBED_", "RUST_LOG"].iter().any(|p| name.starts_with(p)) {
            command.env_remove(&*name);
        }
    }
    command.env("HOME", folder.join(".home")).env("NO_COLOR", "1").current_dir(folder);
    // The shared process of the folder, and of nobody else.
    command.env("XDG_RUNTIME_DIR", folder.join(".run"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Ends the shared process of a folder when it is dropped.
pub struct Shared<'a>(pub &'a Path);

impl Shared<'_> {
    /// How it does; `Null` where there is none.
    pub fn status(&self) -> Value {
        let status = run(self.0, ["status", "--json"]);
        if status.code == 0 { status.json(0) } else { Value::Null }
    }

    /// Its process.
    #[track_caller]
    pub fn pid(&self) -> String {
        self.status()["pid"].as_u64().expect("a shared process runs").to_string()
    }

    /// Sends it a signal.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.pid()]).status().expect("kill starts");
        assert!(sent.success());
    }
}

impl Drop for Shared<'_> {
    fn drop(&mut self) {
        let _ = command(self.0).arg("stop").output();
    }
}

/// What the system says of a process at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Resident memory, kilobytes.
    pub kilobytes: u64,
    /// Its threads.
    pub threads: u64,
    /// How many of them have each name; those that are numbered have one.
    pub named: BTreeMap<String, usize>,
    /// Its open files.
    pub files: usize,
    /// How often its threads gave the processor up to wait, by their names.
    pub waits: BTreeMap<String, u64>,
    /// How long they had the processor.
    pub worked: Duration,
}

impl Process {
    /// Its threads without sled's, which starts some in a busy time and ends few of them.
    pub fn own_threads(&self) -> u64 {
        self.threads.saturating_sub(self.named.get("sled-io").map_or(0, |&sled| sled as u64))
    }

    /// As it is now.
    #[track_caller]
    pub fn of(pid: &str) -> Self {
        let number = |status: &str, name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).expect("the system says so")
        };
        let folder = Path::new("/proc").join(pid);
        let status = std::fs::read_to_string(folder.join("status")).expect("the process is there");
        let files = std::fs::read_dir(folder.join("fd")).expect("it is ours").count();
        let (mut named, mut waits, mut worked) = (BTreeMap::new(), BTreeMap::new(), Duration::ZERO);
        for task in std::fs::read_dir(folder.join("task")).expect("it is ours").flatten() {
            // A thread may end meanwhile.
            let read = |file: &str| std::fs::read_to_string(task.path().join(file)).ok();
            let (Some(name), Some(status), Some(times)) = (read("comm"), read("status"), read("schedstat")) else {
                continue;
            };
            let name = name.trim().trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
            *named.entry(name.clone()).or_default() += 1;
            *waits.entry(name).or_default() += number(&status, "voluntary_ctxt_switches:");
            worked += Duration::from_nanos(number(&times, ""));
        }
        let (kilobytes, threads) = (number(&status, "VmRSS:"), number(&status, "Threads:"));
        Self { kilobytes, threads, named, files, waits, worked }
    }
}

/// Everything that a pipe will bring, read on a thread of its own.
pub(crate) fn collect(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        let _ = send.send(bytes);
    });
    receive
}

fn within_deadline(child: &mut Child, pipe: &Receiver<Vec<u8>>) -> Vec<u8> {
    pipe.recv_timeout(DEADLINE).unwrap_or_else(|_| {
        let _ = child.kill();
        panic!("unembed did not end within {DEADLINE:?}")
    })
}
