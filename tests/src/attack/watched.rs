//! Runs the program with a limit of memory, and measures its time and its memory.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use crate::program::{DEADLINE, collect};
use crate::{Finished, Process, command_after};

/// Between two looks at the memory.
const LOOK: Duration = Duration::from_millis(2);
/// The most address space of a process, in kilobytes. Beyond it an allocation fails, and the process is aborted.
const LIMIT: u64 = 8 << 20;

/// A finished run.
pub(super) struct Watched {
    pub(super) finished: Finished,
    pub(super) took: Duration,
    /// The most resident memory at a look, in kilobytes.
    pub(super) kilobytes: u64,
}

/// A command for the program with the settings, the data and the daemon of a folder.
pub(super) fn limited(folder: &Path) -> Command {
    command_after(folder, &format!("ulimit -v {LIMIT}"))
}

/// Runs a command to its end.
pub(super) fn watch(command: &mut Command) -> Watched {
    let begin = Instant::now();
    let mut child = command.spawn().expect("unembed starts");
    drop(child.stdin.take());
    let stdout = collect(child.stdout.take().expect("stdout is a pipe"));
    let stderr = collect(child.stderr.take().expect("stderr is a pipe"));
    let pid = child.id().to_string();
    let mut kilobytes = 0;
    let stdout = loop {
        match stdout.recv_timeout(LOOK) {
            Ok(bytes) => break bytes,
            Err(RecvTimeoutError::Disconnected) => break Vec::new(),
            Err(RecvTimeoutError::Timeout) => kilobytes = Process::peak(&pid).unwrap_or(0).max(kilobytes),
        }
        if begin.elapsed() > DEADLINE {
            let _ = child.kill();
            panic!("{command:?} did not end within {DEADLINE:?}");
        }
    };
    let code = child.wait().expect("unembed can be waited for").code().unwrap_or(-1);
    let took = begin.elapsed();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("unembed writes UTF-8");
    let stderr = text(stderr.recv_timeout(DEADLINE).unwrap_or_default());
    Watched { finished: Finished { code, stdout: text(stdout), stderr }, took, kilobytes }
}
