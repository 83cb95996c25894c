//! Which build of the program this is: a hash of the program's file, so that two copies of one build are the same. The hash
//! of 60 MB takes longer than the rest of a start, so it is kept in the user's cache, by the file's place, size and time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base::files::{Reading, read_text, replace};

/// Hexadecimal digits of an id.
const DIGITS: usize = 12;
/// Files in the cache.
const MOST_KEPT: usize = 64;

/// The id of this program's build; `None` if its file cannot be read.
pub(crate) fn id() -> Option<String> {
    of(&std::env::current_exe().ok()?, dirs::cache_dir().map(|cache| cache.join("unembed").join("builds")).as_deref())
}

/// The id of a file, from `cache` if it is there and the file has not changed.
fn of(program: &Path, cache: Option<&Path>) -> Option<String> {
    let known = cache.and_then(|cache| Some(cache.join(key(program).ok()?)));
    let is_id = |text: &String| text.len() == DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(id) = known.as_ref().and_then(|file| read_text(file, &Reading::of(64)).ok()).filter(is_id) {
        return Some(id);
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(fs::File::open(program).ok()?).ok()?;
    let id = hasher.finalize().to_hex()[..DIGITS].to_owned();
    if let Some(file) = known {
        // Without a cache the next start hashes again.
        let _ = keep(&file, &id);
    }
    Some(id)
}

/// A name for the file as it is now.
fn key(program: &Path) -> io::Result<String> {
    let found = fs::metadata(program)?;
    let since = found.modified()?.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let place: PathBuf = fs::canonicalize(program)?;
    let key = format!("{}\0{}\0{}", place.display(), found.len(), since.as_nanos());
    Ok(blake3::hash(key.as_bytes()).to_hex()[..32].to_owned())
}

fn keep(file: &Path, id: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // One file a build: those of builds that are gone are of no use.
    if fs::read_dir(folder)?.count() >= MOST_KEPT {
        fs::remove_dir_all(folder)?;
        fs::create_dir_all(folder)?;
    }
    replace(file, id, &[]).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_a_build_are_the_same_and_other_builds_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = folder.path().join("cache");
        let file = |name: &str, content: &str| {
            let path = folder.path().join(name);
            fs::write(&path, content).expect("a file");
            of(&path, Some(&cache)).expect("an id")
        };
        let first = file("a", "one build");
        assert_eq!(file("b", "one build"), first);
        assert_ne!(file("c", "another build"), first);
        // From the cache, and without one.
        assert_eq!(of(&folder.path().join("a"), Some(&cache)), Some(first.clone()));
        assert_eq!(of(&folder.path().join("a"), None), Some(first.clone()));
        // What is broken in the cache is not believed.
        for entry in fs::read_dir(&cache).expect("a cache").flatten() {
            fs::write(entry.path(), "nonsense").expect("a file");
        }
        assert_eq!(of(&folder.path().join("a"), Some(&cache)), Some(first));
    }
}
