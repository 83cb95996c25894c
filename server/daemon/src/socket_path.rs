//! Where a daemon's socket and locks are: one place for each version of the program and each home of its data, in a folder
//! that is the user's alone.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// Longer names no socket can have on any Unix; a pipe of Windows has the file's name alone.
const LONGEST: usize = if cfg!(unix) { 100 } else { usize::MAX };
/// The file that tells of a daemon: a pipe of Windows is no file.
const TELLS: &str = if cfg!(unix) { "sock" } else { "lock" };

/// The files of one daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
    /// Of the data.
    home: String,
    version: String,
}

/// Why there can be no daemon; one line that says what to do.
#[derive(Debug)]
pub struct PlaceError(String);

impl fmt::Display for PlaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PlaceError {}

impl Place {
    /// The place of a version for folders of data; `folder` is made if it is not there.
    pub fn new(folder: &Path, version: &str, data: &[&Path]) -> Result<Self, PlaceError> {
        private(folder)?;
        let mut hasher = DefaultHasher::new();
        data.hash(&mut hasher);
        let home = format!("{:08x}", hasher.finish() as u32);
        let place = Self { folder: folder.to_owned(), home, version: version.to_owned() };
        let socket = place.socket();
        if socket.as_os_str().len() > LONGEST {
            let (long, folder) = (socket.as_os_str().len(), folder.display());
            return Err(PlaceError(format!(
                "{folder}: a socket's path of {long} bytes is longer than systems allow ({LONGEST}): set XDG_RUNTIME_DIR \
                 to a shorter folder"
            )));
        }
        Ok(place)
    }

    /// The folder that a user's sockets are in where nobody says otherwise.
    pub fn usual_folder() -> PathBuf {
        match std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|p| p.is_absolute()) {
            Some(runtime) => runtime.join("unembed"),
            None => std::env::temp_dir().join(format!("unembed-{}", whose())),
        }
    }

    /// The version whose place it is.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.file("sock")
    }

    /// Locked while a daemon lives.
    pub(crate) fn lock(&self) -> PathBuf {
        self.file("lock")
    }

    /// Locked while somebody starts one.
    pub(crate) fn starting(&self) -> PathBuf {
        self.file("start")
    }

    fn file(&self, kind: &str) -> PathBuf {
        self.folder.join(format!("{}-{}.{kind}", self.home, self.version))
    }

    /// The places of other versions for the same data that have a socket.
    pub(crate) fn others(&self) -> Vec<Self> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let versions = entries.flatten().filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some(name.strip_suffix(TELLS)?.strip_suffix('.')?.strip_prefix(&format!("{}-", self.home))?.to_owned())
        });
        versions.filter(|v| *v != self.version).map(|version| Self { version, ..self.clone() }).collect()
    }
}

/// Who we are, as far as a name needs it.
fn whose() -> String {
    #[cfg(unix)]
    if let Some(id) = own_id() {
        return id.to_string();
    }
    std::env::var("USERNAME").or_else(|_| std::env::var("USER")).unwrap_or_else(|_| "user".to_owned())
}

/// Our user's number: what the other end of a socket of our own has.
#[cfg(unix)]
pub(crate) fn own_id() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    // A file of our own making is ours; /proc has one without writing, where there is /proc.
    if let Ok(own) = std::fs::metadata("/proc/self") {
        return Some(own.uid());
    }
    let file = std::env::temp_dir().join(format!("unembed-whose-{}", std::process::id()));
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&file).ok()?;
    let id = made.metadata().ok().map(|m| m.uid());
    let _ = std::fs::remove_file(&file);
    id
}

#[cfg(unix)]
fn closed_folder() -> std::fs::DirBuilder {
    let mut builder = std::fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// The folder for temporary files is a user's own there.
#[cfg(windows)]
fn closed_folder() -> std::fs::DirBuilder {
    std::fs::DirBuilder::new()
}

/// Makes a folder that only we may enter, or finds that it is one.
fn private(folder: &Path) -> Result<(), PlaceError> {
    let error = |what: String| PlaceError(format!("{}: {what}", folder.display()));
    let cannot = |e: io::Error| error(format!("cannot be made ({e}): set XDG_RUNTIME_DIR to a folder of your own"));
    if let Some(above) = folder.parent() {
        std::fs::create_dir_all(above).map_err(cannot)?;
    }
    match closed_folder().create(folder) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made.map_err(cannot),
    }
    let found = std::fs::symlink_metadata(folder).map_err(cannot)?;
    if !found.is_dir() {
        return Err(error("is no folder: remove it".to_owned()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if own_id().is_some_and(|own| own != found.uid()) {
            return Err(error("is another user's: set XDG_RUNTIME_DIR to a folder of your own".to_owned()));
        }
        if found.mode() & 0o077 != 0 {
            return Err(error("others may enter it: close it with chmod 700, then try again".to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(folder: &Path, version: &str, data: &str) -> Place {
        Place::new(folder, version, &[Path::new(data)]).expect("a place")
    }

    #[test]
    fn each_version_and_each_home_has_its_own() {
        let temp = tempfile::tempdir().expect("a folder");
        let folder = temp.path().join("run");
        let sockets = [("1", "/a"), ("2", "/a"), ("1", "/b")].map(|(v, d)| place(&folder, v, d).socket());
        assert!(sockets[0] != sockets[1] && sockets[0] != sockets[2] && sockets[1] != sockets[2]);
        assert_eq!(place(&folder, "1", "/a").socket(), sockets[0]);
        for socket in &sockets[1..] {
            std::fs::write(socket.with_extension(TELLS), "").expect("is written");
        }
        assert_eq!(place(&folder, "1", "/a").others(), [place(&folder, "2", "/a")]);
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_that_others_may_enter_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let temp = tempfile::tempdir().expect("a folder");
        let folder = temp.path().join("run");
        place(&folder, "1", "/a");
        let mode = std::fs::metadata(&folder).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("ours");
        let said = Place::new(&folder, "1", &[]).expect_err("is refused").to_string();
        assert!(said.contains("chmod 700"), "{said}");
        let link = temp.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).expect("a link");
        assert!(Place::new(&link, "1", &[]).expect_err("is refused").to_string().contains("no folder"));
    }

    #[test]
    #[cfg(unix)]
    fn a_path_that_no_socket_can_have_is_refused() {
        let temp = tempfile::tempdir().expect("a folder");
        let said = Place::new(&temp.path().join("x".repeat(120)), "1", &[]).expect_err("is refused").to_string();
        assert!(said.contains("XDG_RUNTIME_DIR"), "{said}");
    }
}
