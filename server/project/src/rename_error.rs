//! Why a name cannot be changed.

use std::fmt;
use std::path::Path;

/// Why a name cannot be changed: one line that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameError(pub(crate) String);

impl RenameError {
    pub(crate) fn too_many_files(folder: &Path) -> Self {
        let folder = folder.display();
        Self(format!(
            "nothing was renamed: {folder} holds too many files to look at all of them; move the prompts to a folder of \
             their own, with their names file"
        ))
    }

    pub(crate) fn late(folder: &Path) -> Self {
        let folder = folder.display();
        Self(format!(
            "nothing was renamed: the disk of {folder} does not answer; check the disk or mount, then try again"
        ))
    }
}

impl fmt::Display for RenameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RenameError {}
