//! Starts a daemon. The first process that needs it starts it, and only one process at a time. The new daemon reports
//! on its stdout, in one line, whether it serves.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::socket_path::SocketPath;

/// The time limit for a new daemon's report.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// The command that starts a daemon.
#[derive(Clone, Debug)]
pub struct Start {
    pub program: PathBuf,
    pub args: Vec<OsString>,
}

/// A new daemon's report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announced {
    /// It serves, or another daemon does.
    Ready,
    /// It failed; one line that says what to do.
    Failed(String),
}

impl Announced {
    /// Prints the report for the process that started this one.
    pub fn announce(&self) {
        if let Ok(line) = serde_json::to_string(self) {
            println!("{line}");
        }
    }
}

/// Waits for a lock, longer than a start takes: its holder may stand still.
fn lock_in_time(file: &File) -> io::Result<()> {
    let until = Instant::now() + START_TIMEOUT + START_TIMEOUT;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(e)) => return Err(e),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "another process starts the daemon and stands still",
                ));
            }
            // There is no notification when a lock becomes free.
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

impl Start {
    /// Starts a daemon unless another process has started one; the caller then connects again. `is_running` checks for
    /// a running daemon. Blocks.
    pub(crate) fn start(&self, socket_path: &SocketPath, is_running: impl Fn() -> bool) -> Result<(), String> {
        let path = socket_path.start_lock();
        let error = |e: io::Error| format!("{}: {e}", path.display());
        let starting = File::options().create(true).truncate(false).write(true).open(&path).map_err(error)?;
        // Held until the daemon serves: other processes wait here and then find it.
        lock_in_time(&starting).map_err(error)?;
        if is_running() {
            return Ok(());
        }
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Do not keep the editor's folder busy: the user may want to unmount it.
        command.current_dir(std::env::temp_dir());
        // Leave the editor's process group, so that its signals do not reach the daemon.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, 0x0000_0008 | 0x0000_0200);
        let mut child = command.spawn().map_err(|e| format!("{} cannot be started: {e}", self.program.display()))?;
        let stdout = child.stdout.take();
        let (send, report) = std::sync::mpsc::channel();
        let waiting = std::thread::Builder::new().spawn(move || {
            let mut line = String::new();
            let read = stdout.map(|out| BufReader::new(out.take(64 * 1024)).read_line(&mut line));
            let _ = send.send(read.map(|_| line));
            // The daemon usually outlives this process. If it does not, reap it here.
            let _ = child.wait();
        });
        waiting.map_err(|e| format!("cannot start a thread: {e}"))?;
        let line = report
            .recv_timeout(START_TIMEOUT)
            .map_err(|_| "the daemon did not report in time whether it serves".to_owned())?;
        match serde_json::from_str(&line.unwrap_or_default()) {
            Ok(Announced::Ready) => Ok(()),
            Ok(Announced::Failed(why)) => Err(why),
            Err(_) => {
                Err("the daemon exited during its start: run `unembed daemon` in a terminal to see why".to_owned())
            }
        }
    }
}
