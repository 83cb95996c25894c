//! Replacing a file as a whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{FileError, inside};

/// Left-overs of a killed process that are younger than this may belong to one that still writes.
const SETTLED: Duration = Duration::from_secs(60 * 10);

/// Replaces a file's text, or creates the file. After a kill or a full disk at any moment either the old or the new text is
/// there, complete. A link stays a link: the file that it leads to is replaced, if it is in one of `roots` (with no roots,
/// anywhere). The new text is written to a file with a random name in the same folder, which did not exist before.
pub fn replace(path: &Path, text: &str, roots: &[PathBuf]) -> Result<(), FileError> {
    let path = match inside(path, roots) {
        Err(FileError::NotFound) => new_file(path, roots)?,
        found => found?,
    };
    let there = fs::metadata(&path).ok();
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        return Err(FileError::NotRegular);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    remove_left_overs(folder, &name);
    let mut new = tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".new").tempfile_in(folder)?;
    let permissions = match there {
        Some(there) => there.permissions(),
        None => usual_permissions(folder)?,
    };
    new.as_file().set_permissions(permissions)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(&path).map_err(|error| error.error)?;
    // So that the new directory entry survives a crash of the machine, where folders can be synchronised.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// The place of a file that does not exist yet, its folder's links followed.
fn new_file(path: &Path, roots: &[PathBuf]) -> Result<PathBuf, FileError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().ok_or(FileError::NotRegular)?;
    Ok(inside(folder, roots)?.join(name))
}

/// What a new file of the user may be, which a temporary file is not: readable by those whom the umask allows.
#[cfg(unix)]
fn usual_permissions(folder: &Path) -> io::Result<fs::Permissions> {
    use std::os::unix::fs::OpenOptionsExt;
    // A file without a name would need another system call; this one is deleted at once.
    let probe = tempfile::Builder::new()
        .prefix(".")
        .suffix(".new")
        .make_in(folder, |path| File::options().write(true).create_new(true).mode(0o666).open(path))?;
    Ok(probe.as_file().metadata()?.permissions())
}

#[cfg(not(unix))]
fn usual_permissions(folder: &Path) -> io::Result<fs::Permissions> {
    Ok(tempfile::NamedTempFile::new_in(folder)?.as_file().metadata()?.permissions())
}

/// Removes what a process that was killed while it wrote this file has left.
fn remove_left_overs(folder: &Path, name: &str) {
    let prefix = format!(".{name}.");
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let left = entry.file_name().to_str().is_some_and(|n| n.starts_with(&prefix) && n.ends_with(".new"));
        // Of the entry itself, not of what it leads to.
        let found = left.then(|| entry.metadata().ok()).flatten();
        let old = found.filter(fs::Metadata::is_file).and_then(|found| found.modified().ok());
        if old.is_some_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > SETTLED)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        let mut names: Vec<_> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_new_text_is_there_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("names.yaml");
        for text in ["one", "two"] {
            replace(&path, text, &[folder.path().to_owned()]).expect("it is written");
            assert_eq!(fs::read_to_string(&path).expect("a file"), text);
        }
        // What was killed long ago, and what may still be written.
        let old = folder.path().join(".names.yaml.12.new");
        fs::write(&old, "half").expect("a file");
        let long_ago = SystemTime::now() - SETTLED * 2;
        File::options().write(true).open(&old).expect("a file").set_modified(long_ago).expect("a time");
        fs::write(folder.path().join(".names.yaml.34.new"), "half").expect("a file");
        replace(&path, "three", &[]).expect("it is written");
        assert_eq!(names_in(folder.path()), [".names.yaml.34.new", "names.yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_are_the_usual_ones_at_first() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let mode = |name: &str| fs::metadata(folder.path().join(name)).expect("a file").permissions().mode();
        replace(&folder.path().join("a"), "x", &[]).expect("it is written");
        fs::write(folder.path().join("usual"), "x").expect("a file");
        assert_eq!(mode("a"), mode("usual"));
        fs::set_permissions(folder.path().join("a"), fs::Permissions::from_mode(0o640)).expect("permissions");
        replace(&folder.path().join("a"), "y", &[]).expect("it is written");
        assert_eq!(mode("a") & 0o777, 0o640);
    }

    /// A cloned folder has links with the names that a temporary file could have, and its file is a link itself.
    #[cfg(unix)]
    #[test]
    fn no_link_is_followed_out_of_the_workspace() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let (workspace, profile) = (folder.path().join("workspace"), folder.path().join("profile"));
        fs::create_dir(&workspace).expect("a folder");
        fs::write(&profile, "mine").expect("a file");
        let path = workspace.join("names.yaml");
        for pid in 0..200 {
            symlink(&profile, workspace.join(format!(".names.yaml.{pid}.new"))).expect("a link");
        }
        let roots = [workspace.clone()];
        replace(&path, "payload", &roots).expect("it is written");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "payload");
        for target in [profile.clone(), folder.path().join("new")] {
            fs::remove_file(&path).expect("a file");
            symlink(&target, &path).expect("a link");
            let refused = replace(&path, "payload", &roots).expect_err("it leads out");
            assert!(refused.to_string().starts_with("it leads out of the workspace"), "{refused}");
            assert!(!folder.path().join("new").exists());
        }
        assert_eq!(fs::read_to_string(&profile).expect("a file"), "mine");
        // One that stays inside is followed.
        fs::write(workspace.join("real.yaml"), "old").expect("a file");
        fs::remove_file(&path).expect("a link");
        symlink("real.yaml", &path).expect("a link");
        replace(&path, "new", &roots).expect("it is written");
        assert_eq!(fs::read_to_string(workspace.join("real.yaml")).expect("a file"), "new");
        assert!(fs::symlink_metadata(&path).expect("a link").is_symlink());
    }
}
