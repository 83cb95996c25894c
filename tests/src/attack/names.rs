//! Several processes that set names in one workspace at the same time.

use std::fs;
use std::thread;
use std::time::Instant;

use crate::{Folder, run};

const PROCESSES: usize = 8;

/// Sets names by eight processes at once. None is lost, and no temporary file is left.
pub fn attack(sets: usize) -> String {
    let folder = Folder::new();
    let begin = Instant::now();
    thread::scope(|scope| {
        for process in 0..PROCESSES {
            let folder = &folder;
            scope.spawn(move || {
                for n in (process..sets).step_by(PROCESSES) {
                    let (name, id) = (format!("name {n}"), format!("L{}D{}", n % 6, n % 1024));
                    let ended = run(folder.path(), ["names", "set", &name, &id]);
                    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{name}");
                }
            });
        }
    });
    let seconds = begin.elapsed().as_secs_f64();
    let listed = run(folder.path(), ["names", "--json"]).json(0);
    let names = listed["names"].as_array().expect("names");
    let mut found: Vec<String> = names.iter().map(|n| format!("{} {}", n["name"], n["ids"])).collect();
    found.sort_unstable();
    let mut expected: Vec<String> = (0..sets).map(|n| format!("\"name {n}\" [\"L{}D{}\"]", n % 6, n % 1024)).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    let left = fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["unembed.names.yaml"], "nothing is left beside it");
    format!("{sets} sets by {PROCESSES} processes in {seconds:.1} s: {} names, 0 lost, 0 files left over", found.len())
}
