//! The daemon's log: a file that is rotated when it is full. It never has text of editors or prompts.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The size of a full file, bytes.
const FULL: u64 = 2 << 20;
/// Rotated files that are kept.
const KEPT: usize = 2;

/// A file that is rotated when it is full.
pub(crate) struct RollingFile {
    path: PathBuf,
    file: File,
    written: u64,
    full: u64,
}

/// The log's path; `None` if there is no data folder.
pub(crate) fn path() -> Option<PathBuf> {
    Some(config::data_folder()?.join("log").join("daemon.log"))
}

/// The log file, then the rotated ones, newest first.
pub(crate) fn files(path: &Path) -> Vec<PathBuf> {
    [path.to_owned()].into_iter().chain((1..=KEPT).map(|n| aside(path, n))).collect()
}

fn aside(path: &Path, n: usize) -> PathBuf {
    path.with_extension(format!("log.{n}"))
}

impl RollingFile {
    /// Opens a log to append to it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Self::with(path, FULL)
    }

    fn with(path: &Path, full: u64) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = open(path)?;
        let written = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, written, full })
    }

    fn roll(&mut self) -> io::Result<()> {
        for n in (1..KEPT).rev() {
            match std::fs::rename(aside(&self.path, n), aside(&self.path, n + 1)) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        std::fs::rename(&self.path, aside(&self.path, 1))?;
        self.file = open(&self.path)?;
        self.written = 0;
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    // A user's work is private.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl Write for RollingFile {
    /// Each call has a whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.written > 0 && self.written + line.len() as u64 > self.full {
            // If rotating fails, the file grows, so that no line is lost.
            let _ = self.roll();
        }
        self.file.write_all(line)?;
        self.written += line.len() as u64;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_is_rotated_and_the_oldest_is_removed() {
        let folder = std::env::temp_dir().join(format!("unembed-log-{}", std::process::id()));
        let path = folder.join("daemon.log");
        let mut log = RollingFile::with(&path, 20).expect("opens");
        for n in 0..8 {
            writeln!(log, "line {n}..").expect("is written");
        }
        drop(log);
        let mut log = RollingFile::with(&path, 20).expect("opens again");
        writeln!(log, "line 8..").expect("is written");
        let read = |path: &PathBuf| std::fs::read_to_string(path).expect("is there");
        let seen: Vec<String> = files(&path).iter().map(read).collect();
        assert_eq!(seen, ["line 8..\n", "line 6..\nline 7..\n", "line 4..\nline 5..\n"]);
        assert_eq!(std::fs::read_dir(&folder).expect("is there").count(), 3);
        let _ = std::fs::remove_dir_all(&folder);
    }
}
