//! A file's bytes, read in pieces.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::sync::Mutex;

use lm::OpenError;

/// A file's bytes. The file stays open, so that the checked file is the one that is read.
pub(crate) enum Bytes {
    File(Mutex<File>, u64),
    Memory(&'static [u8]),
}

impl Bytes {
    /// How many bytes it had when it was opened.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::File(_, len) => *len,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// Fills `out` from byte `at` on; an error if the file ends before.
    pub(crate) fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        match self {
            Self::File(file, _) => {
                let mut file = base::lock(file);
                file.seek(SeekFrom::Start(at))?;
                file.read_exact(out)
            }
            Self::Memory(bytes) => {
                let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
                let from = rest.get(..out.len()).ok_or(ErrorKind::UnexpectedEof)?;
                out.copy_from_slice(from);
                Ok(())
            }
        }
    }
}

/// The error for a file that Git LFS has not replaced by its content.
pub(super) fn pointer(file: &str) -> OpenError {
    OpenError::new(format!("{file}: is a Git LFS pointer and not the file; run `git lfs pull` in its folder"))
}
