//! Reading and replacing files that a stranger may have made: a cloned workspace can hold a link to a device, a pipe
//! without a writer, or a file of a terabyte. A read here ends within a deadline, is bounded, and takes regular files only;
//! a replacement leaves the old text or the new one, and never follows a link out of the workspace.

mod deadline;
mod exclusive;
mod read;
mod replace;

pub use deadline::{DEADLINE, NotDone, canonical, stat, stream_within_deadline, within_deadline};
pub use exclusive::Exclusive;
pub use read::{FileError, Reading, read_bytes, read_text};
pub use replace::replace;

use std::path::{Path, PathBuf};

/// The file that a path leads to, all links followed, if it is in one of `roots` or if there are no roots. A link that leads
/// to no file is outside, wherever it points.
fn inside(path: &Path, roots: &[PathBuf]) -> Result<PathBuf, FileError> {
    let real = match std::fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) => {
            let target = std::fs::read_link(path).ok().filter(|_| error.kind() == std::io::ErrorKind::NotFound);
            return Err(target.map_or_else(|| error.into(), FileError::Outside));
        }
    };
    let holds = |root: &PathBuf| std::fs::canonicalize(root).is_ok_and(|root| real.starts_with(root));
    if roots.is_empty() || roots.iter().any(holds) { Ok(real) } else { Err(FileError::Outside(real)) }
}
