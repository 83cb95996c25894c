//! The user's own passages in a text file beside the store. A store holds only what can be computed again; these texts
//! cannot, so they survive a store that is moved aside or removed, and the next build counts them again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::store::{StoreError, of_disk};

/// The file of one index. Passages are separated by blank lines, as in the texts that they come from.
pub(crate) struct KeptPassages(PathBuf);

impl KeptPassages {
    /// Those of the index in a folder. Nothing is read or made.
    pub(crate) fn of(folder: &Path) -> Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        Self(folder.with_file_name(format!("{name}.examples.txt")))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A number that changes when passages are added: the file's length.
    pub(crate) fn check(&self) -> u32 {
        fs::metadata(&self.0).map_or(0, |found| found.len() as u32)
    }

    /// All texts; empty if there are none.
    pub(crate) fn read(&self) -> Result<String, StoreError> {
        match fs::read(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            // What a kill cut off in the middle of a character is left out.
            read => Ok(String::from_utf8_lossy(&read.map_err(|e| self.failed(&e))?).into_owned()),
        }
    }

    /// Adds passages. They are safe on disk when this returns.
    pub(crate) fn append(&self, passages: &[&str]) -> Result<(), StoreError> {
        let append = || -> io::Result<()> {
            let mut file = File::options().create(true).append(true).open(&self.0)?;
            // A blank line in front: a kill may have cut off the one behind the passage before.
            let text: String = passages.iter().map(|passage| format!("\n\n{passage}\n")).collect();
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        append().map_err(|e| self.failed(&e))
    }

    fn failed(&self, error: &io::Error) -> StoreError {
        of_disk(&self.0, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activations::passages;

    #[test]
    fn passages_come_back_as_they_were() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = KeptPassages::of(&folder.path().join("index"));
        assert_eq!(kept.read().expect("no file"), "");
        kept.append(&["one\ntwo", "three"]).expect("is written");
        // Cut off by a kill.
        fs::write(kept.path(), [fs::read(kept.path()).expect("a file"), b"\n\nhal\xc3".to_vec()].concat())
            .expect("a file");
        kept.append(&["four"]).expect("is written");
        let text = kept.read().expect("is read");
        assert_eq!(passages(&text).collect::<Vec<_>>(), ["one\ntwo", "three", "hal\u{fffd}", "four"]);
    }
}
