//! Paths: the repository, the test data, and temporary folders.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The root of the checkout.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository")
}

/// A file or folder under `tests/data`.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// An empty temporary folder, deleted when dropped. Its path is canonical, as the server sees it.
pub struct Folder {
    _temp: TempDir,
    path: PathBuf,
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Folder {
    pub fn new() -> Self {
        let temp = TempDir::new().expect("a temporary folder");
        let path = temp.path().canonicalize().expect("a temporary folder has a path");
        Self { _temp: temp, path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file, creates its parent folders, and returns its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("folders can be made");
        fs::write(&path, content).expect("files can be written");
        path
    }

    /// Copies the files of a folder, without subfolders.
    pub fn copy(&self, name: &str, from: &Path) -> PathBuf {
        for entry in fs::read_dir(from).expect("the folder to copy is there") {
            let entry = entry.expect("its entries can be read");
            if entry.path().is_file() {
                let content = fs::read(entry.path()).expect("its files can be read");
                self.write(&format!("{name}/{}", entry.file_name().to_string_lossy()), content);
            }
        }
        self.path.join(name)
    }
}
