//! A file during its download: appended to, locked against other processes, and renamed when it is complete.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use lm::{Control, Error};
use sha2::{Digest, Sha256};

/// `NAME.incomplete` in a folder.
pub(super) struct Partial {
    path: PathBuf,
    file: File,
    /// Bytes downloaded so far.
    pub(super) done: u64,
}

impl Partial {
    /// Opens the partial file, or creates it.
    pub(super) fn open(folder: &Path, name: &str) -> Result<Self, Error> {
        let path = folder.join(format!("{name}.incomplete"));
        let failed = |e: io::Error| failed(&path, &e);
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = "is being fetched by another program; wait until it is done";
                return Err(Error::Model(format!("{}: {message}", path.display())));
            }
            // Some network file systems have no locks; sizes and hashes are checked anyway.
            Err(TryLockError::Error(e)) => tracing::debug!("{}: {e}", path.display()),
        }
        let done = file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(Self { path, file, done })
    }

    /// Discards the bytes downloaded so far.
    pub(super) fn restart(&mut self) -> Result<(), Error> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        emptied.map_err(|e| failed(&self.path, &e))?;
        self.done = 0;
        Ok(())
    }

    pub(super) fn append(&mut self, data: &[u8]) -> Result<(), Error> {
        self.file.write_all(data).map_err(|e| failed(&self.path, &e))?;
        self.done += data.len() as u64;
        Ok(())
    }

    /// Checks the file against its tag, if that is a hash, and renames it. If it does not match, deletes it and returns
    /// `false`.
    pub(super) fn finish(mut self, blob: &Path, tag: Option<&str>, control: &dyn Control) -> Result<bool, Error> {
        if let Some(tag) = tag.filter(|tag| is_sha256(tag))
            && self.sha256(control)? != tag.to_lowercase()
        {
            self.restart()?;
            return Ok(false);
        }
        let renamed = self.file.sync_all().and_then(|()| fs::rename(&self.path, blob));
        renamed.map_err(|e| failed(&self.path, &e))?;
        Ok(true)
    }

    fn sha256(&mut self, control: &dyn Control) -> Result<String, Error> {
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        self.file.seek(SeekFrom::Start(0)).map_err(|e| failed(&self.path, &e))?;
        loop {
            control.checkpoint()?;
            match self.file.read(&mut buffer).map_err(|e| failed(&self.path, &e))? {
                0 => return Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
                n => hasher.update(&buffer[..n]),
            }
        }
    }
}

/// Whether a tag is the hash of its file.
pub(super) fn is_sha256(tag: &str) -> bool {
    tag.len() == 64 && tag.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The disk failed.
pub(super) fn failed(path: &Path, e: &io::Error) -> Error {
    Error::Model(format!("{}: cannot be written ({e}); free some space or correct the permissions", path.display()))
}
