//! Editors that come, ask and leave must not leak resources. The long version is `cargo bench -p tests --bench soak`.

use std::time::{Duration, Instant};

use tests::traffic::{Editor, schedule};
use tests::{Daemon, Folder, Process};

const EDITORS: usize = 4;
/// Editors that come at once before anything is counted, so that later no more threads are wanted than there are: the server keeps
/// each thread that it has started.
const CROWD: usize = 4 * EDITORS;

/// Editors connect, send requests and disconnect.
fn round(folder: &Folder, number: u64, editors: usize) {
    let text = "---\ninterventions:\n  - L5D662: 8\n---\nThe court heard that the king was".to_owned();
    let mut editors: Vec<Editor> = (0..editors).map(|n| Editor::new(folder, n, text.clone())).collect();
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for (n, editor) in editors.iter_mut().enumerate() {
            let due = schedule(number * CROWD as u64 + n as u64, 0.001, 60_000.0);
            scope.spawn(move || assert!(editor.run(begin, due).len() > 30));
        }
    });
    editors.into_iter().for_each(|editor| drop(editor.client.shutdown()));
}

/// The process at rest: after the threads of disconnected editors have exited.
fn at_rest(pid: &str, threads: u64) -> Process {
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        let now = Process::of(pid);
        if now.own_threads() <= threads {
            return now;
        }
        assert!(Instant::now() < until, "{} threads stay, {threads} were there before", now.own_threads());
        std::thread::yield_now();
    }
}

#[test]
fn disconnected_editors_leak_nothing() {
    let folder = Folder::new();
    // A small cache fills early, so that its growth does not count.
    folder.write(".home/.config/unembed/settings.toml", "cache.megabytes = 1\n");
    let daemon = Daemon(folder.path());
    round(&folder, 0, CROWD);
    (1..8).for_each(|number| round(&folder, number, EDITORS));
    let pid = daemon.pid();
    let before = Process::of(&pid);
    (8..20).for_each(|number| round(&folder, number, EDITORS));
    let after = at_rest(&pid, before.own_threads());
    assert_eq!(after.files, before.files);
    assert_eq!(daemon.pid(), pid);
    let growth = after.kilobytes as f64 / before.kilobytes as f64 - 1.0;
    assert!(growth < 0.02, "{:.1} % more memory: {before:?} {after:?}", growth * 100.0);
}
