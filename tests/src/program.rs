//! Builds the program under test, once per process and always from the current sources, and runs it.

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

/// The time limit for any wait; exceeding it kills the process and fails the test. No test measures time with it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(300);

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// The path of `unembed`, built from the current sources.
pub fn program() -> &'static Path {
    PROGRAM.get_or_init(build)
}

/// Uses a copy of the program in this folder, so that a run of hours is not affected by changes of the sources.
pub fn use_a_copy(folder: &Path) {
    let copy = folder.join("unembed");
    std::fs::copy(build(), &copy).expect("copy the program");
    PROGRAM.set(copy).expect("no program was used before");
}

fn build() -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--package", "cli", "--message-format", "json-render-diagnostics"]);
    // Cargo's variables for this test would make some build scripts run again, and rebuild everything that depends on
    // them.
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|p| name.to_string_lossy().starts_with(p)) {
            command.env_remove(name);
        }
    }
    let output = command.current_dir(repository()).stdin(Stdio::null()).output().expect("start cargo");
    assert!(output.status.success(), "cargo build: {}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let mut executable = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let ours = message["target"]["name"] == "unembed" && message["target"]["kind"][0] == "bin";
        message["executable"].as_str().filter(|_| ours).map(PathBuf::from)
    });
    executable.next_back().expect("cargo reports the executable")
}

/// The result of a finished run of the program.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; -1 after a signal.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    /// The JSON document on stdout. Checks the exit code.
    #[track_caller]
    pub fn json(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{}\n{}", self.stderr, self.stdout);
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("stdout is not JSON ({e}): {}", self.stdout))
    }
}

/// Runs `unembed` in a folder with empty stdin.
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
    // The program may exit before it has read all of stdin.
    thread::spawn(move || pipe.write_all(&stdin));
    let stdout = collect(child.stdout.take().expect("stdout is a pipe"));
    let stderr = collect(child.stderr.take().expect("stderr is a pipe"));
    let stdout = within_deadline(&mut child, &stdout);
    let stderr = within_deadline(&mut child, &stderr);
    let code = child.wait().expect("unembed can be waited for").code().unwrap_or(-1);
    let text = |bytes| String::from_utf8(bytes).expect("unembed writes UTF-8");
    Finished { code, stdout: text(stdout), stderr: text(stderr) }
}

/// Starts `unembed` in a folder and kills it after `moment`, unless it exits before. Returns true if it was killed.
pub fn kill_after<A: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = A>, moment: Duration) -> bool {
    let mut child = command(folder).args(args).spawn().expect("unembed starts");
    drop(child.stdin.take());
    let ended = collect(child.stdout.take().expect("stdout is a pipe"));
    // Stdout closes when the program exits, so this waits for `moment` or for the exit.
    let killed = ended.recv_timeout(moment).is_err();
    if killed {
        child.kill().expect("it can be killed");
    }
    child.wait().expect("unembed can be waited for");
    killed
}

/// A command for the program in a folder, with pipes, and without the user's settings, caches and colours.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(program());
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if ["XDG_", "HF_", "HUGGINGFACE_", "UNEMBED_", "RUST_LOG"].iter().any(|p| name.starts_with(p)) {
            command.env_remove(&*name);
        }
    }
    command.env("HOME", folder.join(".home")).env("NO_COLOR", "1").current_dir(folder);
    // This folder has its own daemon.
    command.env("XDG_RUNTIME_DIR", folder.join(".run"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The same command behind a shell's line, such as `ulimit -f 1024`.
pub fn command_after(folder: &Path, line: &str) -> Command {
    let plain = command(folder);
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("{line}; exec \"$0\" \"$@\"")]).arg(plain.get_program()).current_dir(folder);
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// Sends a signal to a process.
#[track_caller]
pub(crate) fn signal(pid: &str, name: &str) {
    let sent = Command::new("kill").args(["-s", name, pid]).status().expect("kill starts");
    assert!(sent.success());
}

/// The daemon of a folder. Dropping it stops the daemon.
pub struct Daemon<'a>(pub &'a Path);

impl Daemon<'_> {
    /// The daemon's status; `Null` if no daemon is running.
    pub fn status(&self) -> Value {
        let status = run(self.0, ["status", "--json"]);
        if status.code == 0 { status.json(0) } else { Value::Null }
    }

    /// The daemon's process id.
    #[track_caller]
    pub fn pid(&self) -> String {
        self.status()["pid"].as_u64().expect("a daemon is running").to_string()
    }

    /// Sends a signal to the daemon.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        signal(&self.pid(), name);
    }
}

impl Drop for Daemon<'_> {
    fn drop(&mut self) {
        let _ = command(self.0).arg("stop").output();
    }
}

/// A snapshot of a process's resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Resident memory in kilobytes.
    pub kilobytes: u64,
    pub threads: u64,
    /// The number of threads by name, without trailing numbers.
    pub named: BTreeMap<String, usize>,
    /// The number of open files.
    pub files: usize,
    /// Voluntary context switches, by thread name.
    pub waits: BTreeMap<String, u64>,
    /// CPU time of all threads.
    pub worked: Duration,
}

impl Process {
    /// The number of threads without sled's: sled starts some under load and ends few of them.
    pub fn own_threads(&self) -> u64 {
        self.threads.saturating_sub(self.named.get("sled-io").map_or(0, |&sled| sled as u64))
    }

    /// The most resident memory so far, in kilobytes; `None` if the process has ended.
    pub fn peak(pid: &str) -> Option<u64> {
        let status = std::fs::read_to_string(Path::new("/proc").join(pid).join("status")).ok()?;
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok())
    }

    #[track_caller]
    pub fn of(pid: &str) -> Self {
        let number = |status: &str, name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).expect("the field exists")
        };
        let folder = Path::new("/proc").join(pid);
        let status = std::fs::read_to_string(folder.join("status")).expect("the process exists");
        let files = std::fs::read_dir(folder.join("fd")).expect("the process is ours").count();
        let (mut named, mut waits, mut worked) = (BTreeMap::new(), BTreeMap::new(), Duration::ZERO);
        for task in std::fs::read_dir(folder.join("task")).expect("the process is ours").flatten() {
            // A thread may exit in between.
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

/// Reads a pipe to its end on its own thread.
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
