//! Whether a model's weights fit into memory and on the disk. Asked before they are read: a process that runs out of memory is
//! killed, with every editor's session in it. And before they are downloaded.

use std::path::Path;

use lm::OpenError;

/// An error if the weights, in bytes, are more than the machine has free. Where that is not known, `budget` is the limit.
pub(super) fn check(model: &str, weights: u64, budget: u64) -> Result<(), OpenError> {
    check_free(model, weights, budget, free())
}

fn check_free(model: &str, weights: u64, budget: u64, free: Option<u64>) -> Result<(), OpenError> {
    let (most, why) = match free {
        Some(free) => (free, "are free: close other programs"),
        None => (budget, "are allowed by the setting `models.memory_megabytes`: raise it"),
    };
    if weights <= most {
        return Ok(());
    }
    Err(OpenError::new(format!(
        "{model}: its weights take {} of memory, and {} {why}, or quantise the model (`quantize` in `models.configured`)",
        gigabytes(weights),
        gigabytes(most)
    )))
}

/// An error if the disk of `folder`, which may not exist yet, has less room than these bytes. Where the room is not known,
/// there is no error.
pub(super) fn check_disk(model: &str, missing: u64, folder: &Path) -> Result<(), OpenError> {
    let free = folder.ancestors().find_map(|folder| fs2::available_space(folder).ok());
    check_disk_free(model, missing, folder, free)
}

fn check_disk_free(model: &str, missing: u64, folder: &Path, free: Option<u64>) -> Result<(), OpenError> {
    let Some(free) = free.filter(|free| *free < missing) else { return Ok(()) };
    Err(OpenError::new(format!(
        "{model}: {} are to be downloaded to {}, and {} are free on that disk; free some space, or set HF_HUB_CACHE to a folder \
         on another disk",
        gigabytes(missing),
        folder.display(),
        gigabytes(free)
    )))
}

fn gigabytes(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{} MB", bytes.div_ceil(1_000_000)),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// Free memory in bytes, on Linux: what the system says that programs can get, and what is left of the limit that a
/// container has.
fn free() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let number = |path: &str| read(path)?.trim().parse::<u64>().ok();
    let info = read("/proc/meminfo")?;
    let line = info.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let free = line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.saturating_mul(1024);
    let group = || {
        let (most, used) = (number("/sys/fs/cgroup/memory.max")?, number("/sys/fs/cgroup/memory.current")?);
        Some(most.saturating_sub(used.saturating_sub(cached_files(&read("/sys/fs/cgroup/memory.stat")?)?)))
    };
    Some(group().map_or(free, |left| left.min(free)))
}

/// The bytes of files that a group has in memory: the system drops them when a program needs the room.
fn cached_files(stat: &str) -> Option<u64> {
    let of = |name: &str| stat.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
    Some(of("inactive_file ")? + of("active_file ")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_memory_are_no_use_of_memory() {
        let stat = "anon 5\nfile 90\ninactive_anon 1\nactive_anon 4\ninactive_file 60\nactive_file 30\n";
        assert_eq!(cached_files(stat), Some(90));
        assert_eq!(cached_files("anon 5\n"), None);
    }

    #[test]
    fn a_disk_without_room_is_refused_in_words() {
        let said = |missing, free| check_disk_free("a/b", missing, Path::new("/c"), free).err().map(|e| e.to_string());
        assert_eq!(said(5, Some(5)), None);
        assert_eq!(said(5, None), None);
        let message = said(8_000_000_000, Some(900_000_000)).expect("no room");
        let wanted = "a/b: 8.0 GB are to be downloaded to /c, and 900 MB are free on that disk; free some space";
        assert!(message.starts_with(wanted), "{message}");
        assert!(check_disk("a/b", u64::MAX, Path::new("/no/such/folder")).is_err());
        assert_eq!(check_disk("a/b", 1, &std::env::temp_dir().join("not-there-yet")), Ok(()));
    }

    #[test]
    fn weights_that_do_not_fit_are_refused_in_words() {
        let said = |weights, budget, free| check_free("/m", weights, budget, free).err().map(|e| e.to_string());
        // The budget alone is no reason: models that are not in use are unloaded for it.
        assert_eq!(said(5_000_000, 1_000_000, Some(1 << 30)), None);
        assert_eq!(said(5_000_000, 8 << 30, None), None);
        let message = said(40_000_000_000, 8_192_000_000, None).expect("too large");
        assert!(message.contains("take 40.0 GB of memory, and 8.2 GB are allowed"), "{message}");
        let message = said(6_000_000_000, 8_192_000_000, Some(900_000_000)).expect("too large");
        assert!(message.contains("take 6.0 GB of memory, and 900 MB are free"), "{message}");
    }
}
