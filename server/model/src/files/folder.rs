//! Where a checkpoint's files are: in a folder, in the program itself, or in one GGUF file.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use base::files::{DEADLINE, stat, within_deadline};
use lm::OpenError;

use super::bytes::{Bytes, pointer};
use super::gguf::{self, Gguf};

/// The most bytes of a tokenizer or of an index. The largest tokenizers have 40 MB.
const LARGEST: u64 = 64 << 20;

/// The most bytes of a file of settings. Read, JSON can take 16 times its length in memory.
const LARGEST_SETTINGS: u64 = 16 << 20;

/// The most names of a folder that are looked at.
const MOST_NAMES: usize = 4096;

/// What a text file is that Git LFS has not replaced by its content.
const POINTER: &[u8] = b"version https://git-lfs";

/// The weights in one file.
pub(super) const ONE: &str = "model.safetensors";
/// Which of several files has which weights.
pub(super) const INDEX: &str = "model.safetensors.index.json";

/// The files of a checkpoint, by name.
pub(crate) enum Files {
    Folder(PathBuf),
    Embedded(&'static [(&'static str, &'static [u8])]),
    /// A file that holds everything. Its folder may have a tokenizer, which then counts.
    Gguf(Box<Gguf>),
}

impl Files {
    /// A folder, or a GGUF file; a folder may hold one.
    pub(crate) fn of(path: &Path) -> Result<Self, OpenError> {
        if is_gguf(path) && stat(path).is_ok_and(|found| !found.is_dir()) {
            return Self::one_file(path);
        }
        let files = Self::folder(path)?;
        match files.with_ends(gguf::END).as_slice() {
            [only] if !files.has(ONE) && !files.has(INDEX) => Self::one_file(&path.join(only)),
            _ => Ok(files),
        }
    }

    fn one_file(path: &Path) -> Result<Self, OpenError> {
        let folder = Self::Folder(path.parent().unwrap_or(Path::new("")).to_owned());
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let missing = || OpenError::new(format!("{}: not found; correct the path", path.display()));
        let bytes = folder.open(&name)?.ok_or_else(missing)?;
        Gguf::open(path, bytes).map(|gguf| Self::Gguf(Box::new(gguf)))
    }

    /// The GGUF file that holds everything, if it is one.
    pub(crate) fn gguf(&self) -> Option<&Gguf> {
        match self {
            Self::Gguf(gguf) => Some(gguf),
            _ => None,
        }
    }

    /// Files in a folder, which must exist.
    pub(crate) fn folder(folder: &Path) -> Result<Self, OpenError> {
        match stat(folder) {
            Ok(found) if found.is_dir() => Ok(Self::Folder(folder.to_owned())),
            Ok(_) => Err(is_a_file(folder)),
            Err(e) => Err(OpenError::new(format!("{}: no such folder ({e}); correct the path", folder.display()))),
        }
    }

    /// Files compiled into the program.
    pub(crate) fn embedded(files: &'static [(&'static str, &'static [u8])]) -> Self {
        Self::Embedded(files)
    }

    /// A file's name in errors; "" means the folder.
    pub(crate) fn shown(&self, name: &str) -> String {
        match self {
            Self::Folder(folder) if name.is_empty() => folder.display().to_string(),
            Self::Folder(folder) => folder.join(name).display().to_string(),
            Self::Embedded(_) => format!("starter/{name}"),
            Self::Gguf(gguf) if beside(name) => gguf.folder().join(name).display().to_string(),
            Self::Gguf(gguf) => gguf.shown(),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder(folder) => stat(&folder.join(name)).is_ok_and(|found| found.is_file()),
            Self::Embedded(files) => files.iter().any(|(n, _)| *n == name),
            Self::Gguf(gguf) => beside(name) && stat(&gguf.folder().join(name)).is_ok_and(|found| found.is_file()),
        }
    }

    /// The name of a file that ends like this, to say what a folder has instead of a checkpoint.
    pub(crate) fn with_end(&self, end: &str) -> Option<String> {
        self.with_ends(end).into_iter().next()
    }

    /// The names of all files that end like this, in order.
    pub(crate) fn with_ends(&self, end: &str) -> Vec<String> {
        let Self::Folder(folder) = self else { return Vec::new() };
        let own = folder.clone();
        let names = within_deadline(folder, DEADLINE, move || {
            let entries = std::fs::read_dir(own).into_iter().flatten().flatten().take(MOST_NAMES);
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect::<Vec<_>>()
        });
        let mut names = names.unwrap_or_default();
        names.retain(|name| name.ends_with(end));
        names.sort_unstable();
        names
    }

    /// The whole of a small file; `None` if it does not exist. A large one is refused: its length can be made up.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Cow<'static, [u8]>>, OpenError> {
        if let (Self::Gguf(gguf), "config.json") = (self, name) {
            return Ok(Some(Cow::Owned(gguf.config().to_vec())));
        }
        let Some(bytes) = self.open(name)? else { return Ok(None) };
        match &bytes {
            Bytes::Memory(whole) => Ok(Some(Cow::Borrowed(whole))),
            Bytes::File(_, len) => {
                let failed = |e: io::Error| self.failed(name, &e);
                if *len > largest(name) {
                    let (shown, most) = (self.shown(name), largest(name) >> 20);
                    let what = format!("{shown}: is larger than {most} MB; replace it with the model's own");
                    return Err(OpenError::new(what));
                }
                let mut whole = vec![0; *len as usize];
                bytes.read_at(0, &mut whole).map_err(failed)?;
                match whole.starts_with(POINTER) {
                    true => Err(pointer(&self.shown(name))),
                    false => Ok(Some(Cow::Owned(whole))),
                }
            }
        }
    }

    /// A large file, to be read in pieces; `None` if it does not exist.
    pub(crate) fn open(&self, name: &str) -> Result<Option<Bytes>, OpenError> {
        let folder = match self {
            Self::Embedded(files) => {
                return Ok(files.iter().find(|(n, _)| *n == name).map(|(_, bytes)| Bytes::Memory(bytes)));
            }
            Self::Folder(folder) => folder.as_path(),
            Self::Gguf(gguf) if beside(name) => gguf.folder(),
            Self::Gguf(_) => return Ok(None),
        };
        let path = folder.join(name);
        let failed = |e: io::Error| self.failed(name, &e);
        let found = match stat(&path) {
            Err(e) if e.kind() == ErrorKind::NotFound && is_link(&path) => {
                let message = "is a link to a file that is gone; fetch the model again, or correct the link";
                return Err(OpenError::new(format!("{}: {message}", path.display())));
            }
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            other => other.map_err(failed)?,
        };
        // Never a pipe or a device: opening one could block forever.
        if !found.is_file() {
            return Err(OpenError::new(format!(
                "{}: is not a regular file; replace it with the model's own",
                path.display()
            )));
        }
        let file = File::open(&path).map_err(failed)?;
        let len = file.metadata().map_err(failed)?.len();
        Ok(Some(Bytes::File(Mutex::new(file), len)))
    }

    fn failed(&self, name: &str, e: &io::Error) -> OpenError {
        OpenError::new(format!("{}: cannot be read ({e}); check the file and its permissions", self.shown(name)))
    }
}

/// Whether a path is named as a GGUF file is.
pub(crate) fn is_gguf(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(gguf::END))
}

/// Whether a file beside a GGUF file counts instead of what that one says: its tokenizer.
fn beside(name: &str) -> bool {
    ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"].contains(&name)
}

/// The most bytes of a file that is read whole.
pub(crate) fn largest(name: &str) -> u64 {
    match name {
        "config.json" | "generation_config.json" | "tokenizer_config.json" | "special_tokens_map.json" => {
            LARGEST_SETTINGS
        }
        _ => LARGEST,
    }
}

/// The error for a file in place of a model's folder.
pub(crate) fn is_a_file(path: &Path) -> OpenError {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    OpenError::new(format!("{}: is a file; name the folder that holds it, {}", path.display(), folder.display()))
}

/// Whether a path is a link, wherever that leads.
pub(crate) fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}
