//! Starting a daemon: by whoever first needs one, never two at a time. The new process says in one line on its stdout
//! whether it serves.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::socket_path::Place;

/// A daemon that takes longer than this to say whether it serves has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a daemon is started.
#[derive(Clone, Debug)]
pub struct Start {
    /// The program.
    pub program: PathBuf,
    /// What it is told.
    pub args: Vec<OsString>,
}

/// What a daemon says of itself when it is up, or why it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announced {
    /// It serves, or another one does.
    Ready,
    /// One line that says what to do.
    Failed(String),
}

impl Announced {
    /// Tells whoever started this process.
    pub fn announce(&self) {
        if let Ok(line) = serde_json::to_string(self) {
            println!("{line}");
        }
    }
}

impl Start {
    /// Starts a daemon unless somebody else is doing so, or has: whoever calls connects again afterwards. `there` says
    /// whether one can be had by now. Blocks.
    pub(crate) fn start(&self, place: &Place, there: impl Fn() -> bool) -> Result<(), String> {
        let path = place.starting();
        let error = |e: io::Error| format!("{}: {e}", path.display());
        let starting = File::options().create(true).truncate(false).write(true).open(&path).map_err(error)?;
        // Held until it serves: the others wait here and find it.
        starting.lock().map_err(error)?;
        if there() {
            return Ok(());
        }
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Not the editor's folder, which somebody may want to unmount.
        command.current_dir(std::env::temp_dir());
        // Not the editor's group, whose signals are not meant for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, 0x0000_0008 | 0x0000_0200);
        let mut child = command.spawn().map_err(|e| format!("{} does not start: {e}", self.program.display()))?;
        let stdout = child.stdout.take();
        let (send, said) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = stdout.map(|out| BufReader::new(out.take(64 * 1024)).read_line(&mut line));
            let _ = send.send(read.map(|_| line));
            // It outlives us; if it does not, nobody else waits for it.
            let _ = child.wait();
        });
        let line = said.recv_timeout(PATIENCE).map_err(|_| "the daemon does not say whether it serves".to_owned())?;
        match serde_json::from_str(&line.unwrap_or_default()) {
            Ok(Announced::Ready) => Ok(()),
            Ok(Announced::Failed(why)) => Err(why),
            Err(_) => Err("the daemon ended while it started: `unembed daemon` in a terminal says why".to_owned()),
        }
    }
}
