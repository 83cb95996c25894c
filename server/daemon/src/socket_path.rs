//! The paths of a daemon's socket and locks. There is one set per version of the program and data folder, in a folder
//! that only the user can enter.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// The longest path of a socket on any Unix, in bytes. A Windows pipe uses only the file name.
const MAX_PATH_BYTES: usize = if cfg!(unix) { 100 } else { usize::MAX };
/// The extension of the file that shows that a daemon exists. A Windows pipe is not a file, so there it is the lock.
const MARKER: &str = if cfg!(unix) { "sock" } else { "lock" };

/// The paths of one daemon's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketPath {
    folder: PathBuf,
    /// A hash of the data folders.
    data: String,
    version: String,
}

/// The reason why no daemon is possible; one line that says what to do.
#[derive(Debug)]
pub struct SocketPathError(String);

impl fmt::Display for SocketPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SocketPathError {}

impl SocketPath {
    /// The paths for a version and its data folders. Creates `folder` if it does not exist.
    pub fn new(folder: &Path, version: &str, data: &[&Path]) -> Result<Self, SocketPathError> {
        create_private(folder)?;
        let mut hasher = DefaultHasher::new();
        data.hash(&mut hasher);
        let data = format!("{:08x}", hasher.finish() as u32);
        let socket_path = Self { folder: folder.to_owned(), data, version: version.to_owned() };
        let socket = socket_path.socket();
        if socket.as_os_str().len() > MAX_PATH_BYTES {
            let (long, folder) = (socket.as_os_str().len(), folder.display());
            return Err(SocketPathError(format!(
                "{folder}: the socket's path has {long} bytes, more than the limit of {MAX_PATH_BYTES}: set XDG_RUNTIME_DIR \
                 to a shorter folder"
            )));
        }
        Ok(socket_path)
    }

    /// The default folder of a user's sockets.
    pub fn default_folder() -> PathBuf {
        match std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|p| p.is_absolute()) {
            Some(runtime) => runtime.join("unembed"),
            None => std::env::temp_dir().join(format!("unembed-{}", user_name())),
        }
    }

    /// Creates the folder again, after it was removed.
    pub(crate) fn make_folder(&self) -> Result<(), SocketPathError> {
        create_private(&self.folder)
    }

    /// The version of the program.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.file("sock")
    }

    /// The lock that a running daemon holds.
    pub(crate) fn lock(&self) -> PathBuf {
        self.file("lock")
    }

    /// The lock that a process holds while it starts a daemon.
    pub(crate) fn start_lock(&self) -> PathBuf {
        self.file("start")
    }

    fn file(&self, kind: &str) -> PathBuf {
        self.folder.join(format!("{}-{}.{kind}", self.data, self.version))
    }

    /// The paths of another version with the same data.
    pub(crate) fn of_version(&self, version: &str) -> Self {
        Self { version: version.to_owned(), ..self.clone() }
    }

    /// The paths of other versions with the same data that have a socket.
    pub(crate) fn other_versions(&self) -> Vec<Self> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let versions = entries.flatten().filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some(name.strip_suffix(MARKER)?.strip_suffix('.')?.strip_prefix(&format!("{}-", self.data))?.to_owned())
        });
        versions.filter(|v| *v != self.version).map(|version| Self { version, ..self.clone() }).collect()
    }
}

/// A name for the current user, used in a file name.
fn user_name() -> String {
    #[cfg(unix)]
    if let Some(id) = own_id() {
        return id.to_string();
    }
    std::env::var("USERNAME").or_else(|_| std::env::var("USER")).unwrap_or_else(|_| "user".to_owned())
}

/// The current user's id, to compare with the peer of a socket.
#[cfg(unix)]
pub(crate) fn own_id() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    // /proc/self belongs to this user. Without /proc, create a file and read its owner.
    if let Ok(own) = std::fs::metadata("/proc/self") {
        return Some(own.uid());
    }
    let file = std::env::temp_dir().join(format!("unembed-user-{}", std::process::id()));
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&file).ok()?;
    let id = made.metadata().ok().map(|m| m.uid());
    let _ = std::fs::remove_file(&file);
    id
}

#[cfg(unix)]
fn private_folder() -> std::fs::DirBuilder {
    let mut builder = std::fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// On Windows, the folder for temporary files already belongs to the user.
#[cfg(windows)]
fn private_folder() -> std::fs::DirBuilder {
    std::fs::DirBuilder::new()
}

/// Creates a folder that only this user can enter, or checks that an existing folder is one.
fn create_private(folder: &Path) -> Result<(), SocketPathError> {
    let error = |what: String| SocketPathError(format!("{}: {what}", folder.display()));
    let cannot = |e: io::Error| error(format!("cannot be created ({e}): set XDG_RUNTIME_DIR to a folder of your own"));
    if let Some(above) = folder.parent() {
        std::fs::create_dir_all(above).map_err(cannot)?;
    }
    match private_folder().create(folder) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made.map_err(cannot),
    }
    let found = std::fs::symlink_metadata(folder).map_err(cannot)?;
    if !found.is_dir() {
        return Err(error("is not a folder: remove it".to_owned()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if own_id().is_some_and(|own| own != found.uid()) {
            return Err(error("belongs to another user: set XDG_RUNTIME_DIR to a folder of your own".to_owned()));
        }
        if found.mode() & 0o077 != 0 {
            return Err(error("other users can enter it: run chmod 700 on it, then try again".to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket_path(folder: &Path, version: &str, data: &str) -> SocketPath {
        SocketPath::new(folder, version, &[Path::new(data)]).expect("a socket path")
    }

    #[test]
    fn each_version_and_each_data_folder_has_its_own_socket() {
        let temp = tempfile::tempdir().expect("create a folder");
        let folder = temp.path().join("run");
        let sockets = [("1", "/a"), ("2", "/a"), ("1", "/b")].map(|(v, d)| socket_path(&folder, v, d).socket());
        assert!(sockets[0] != sockets[1] && sockets[0] != sockets[2] && sockets[1] != sockets[2]);
        assert_eq!(socket_path(&folder, "1", "/a").socket(), sockets[0]);
        for socket in &sockets[1..] {
            std::fs::write(socket.with_extension(MARKER), "").expect("write a file");
        }
        assert_eq!(socket_path(&folder, "1", "/a").other_versions(), [socket_path(&folder, "2", "/a")]);
    }

    #[test]
    #[cfg(unix)]
    fn refuses_a_folder_that_other_users_can_enter() {
        use std::os::unix::fs::PermissionsExt;
        let temp = tempfile::tempdir().expect("create a folder");
        let folder = temp.path().join("run");
        socket_path(&folder, "1", "/a");
        let mode = std::fs::metadata(&folder).expect("the folder exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("change permissions");
        let message = SocketPath::new(&folder, "1", &[]).expect_err("refused").to_string();
        assert!(message.contains("chmod 700"), "{message}");
        let link = temp.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).expect("create a link");
        assert!(SocketPath::new(&link, "1", &[]).expect_err("refused").to_string().contains("not a folder"));
    }

    #[test]
    #[cfg(unix)]
    fn refuses_a_path_that_is_too_long_for_a_socket() {
        let temp = tempfile::tempdir().expect("create a folder");
        let message = SocketPath::new(&temp.path().join("x".repeat(120)), "1", &[]).expect_err("refused").to_string();
        assert!(message.contains("XDG_RUNTIME_DIR"), "{message}");
    }
}
