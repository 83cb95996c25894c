//! Names files on disk: read whole, and replaced whole, so that a kill or a full disk never leaves half of one. `syntax`
//! parses them. They are never in the store.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Why a names file was not read or written.
#[derive(Debug)]
pub enum NamesFileError {
    /// The file is not UTF-8.
    NotUtf8(PathBuf),
    /// The file, and the system's error.
    Unreadable(PathBuf, io::Error),
    /// The file, which is unchanged, and the system's error.
    Unwritable(PathBuf, io::Error),
}

impl fmt::Display for NamesFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8(path) => write!(f, "{} is not UTF-8: save it as UTF-8", path.display()),
            Self::Unreadable(path, e) => write!(f, "cannot read {}: {e}", path.display()),
            Self::Unwritable(path, e) => write!(f, "cannot write {}: {e}; the file is unchanged", path.display()),
        }
    }
}

impl std::error::Error for NamesFileError {}

/// A names file's text; empty if there is no file.
pub fn read_names(path: &Path) -> Result<String, NamesFileError> {
    match fs::read_to_string(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(e) if e.kind() == ErrorKind::InvalidData => Err(NamesFileError::NotUtf8(path.to_owned())),
        other => other.map_err(|e| NamesFileError::Unreadable(path.to_owned(), e)),
    }
}

/// Replaces a file with `text`. After a kill at any time, the file has either the old text or the new one.
pub fn replace_file(path: &Path, text: &str) -> Result<(), NamesFileError> {
    // Follows a link and replaces its target.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let write = || -> io::Result<()> {
        let mut file = File::create(&beside)?;
        if let Ok(there) = fs::metadata(path) {
            file.set_permissions(there.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        // So that the rename survives a crash of the machine, if folders can be synchronised.
        if let Some(folder) = path.parent().and_then(|f| File::open(f).ok()) {
            let _ = folder.sync_all();
        }
        Ok(())
    };
    write().map_err(|e| {
        let _ = fs::remove_file(&beside);
        NamesFileError::Unwritable(path.to_owned(), e)
    })
}
