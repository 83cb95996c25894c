//! What is left over when many editors have come, asked and gone: nothing. The hour of it is `cargo bench -p tests --bench
//! soak`.

use std::time::{Duration, Instant};

use tests::traffic::{Editor, schedule};
use tests::{Folder, Process, Shared};

const EDITORS: usize = 4;

/// Editors come, ask, and leave.
fn round(folder: &Folder, number: u64) {
    let text = "---\ninterventions:\n  - L5D662: 8\n---\nThe court heard that the king was".to_owned();
    let mut editors: Vec<Editor> = (0..EDITORS).map(|n| Editor::new(folder, n, text.clone())).collect();
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for (n, editor) in editors.iter_mut().enumerate() {
            let due = schedule(number * EDITORS as u64 + n as u64, 0.001, 60_000.0);
            scope.spawn(move || assert!(editor.run(begin, due).len() > 30));
        }
    });
    editors.into_iter().for_each(|editor| drop(editor.client.shutdown()));
}

/// The process when it is at rest: its helpers' threads end by themselves.
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
fn nothing_is_left_of_editors_that_have_gone() {
    let folder = Folder::new();
    // What is kept of earlier runs grows to what it may have, which is not what this is about.
    folder.write(".home/.config/unembed/settings.toml", "cache.megabytes = 1\n");
    let shared = Shared(folder.path());
    // Until then each thread that will be needed has been.
    (0..8).for_each(|number| round(&folder, number));
    let pid = shared.pid();
    let before = Process::of(&pid);
    (8..20).for_each(|number| round(&folder, number));
    let after = at_rest(&pid, before.own_threads());
    assert_eq!(after.files, before.files);
    assert_eq!(shared.pid(), pid);
    let growth = after.kilobytes as f64 / before.kilobytes as f64 - 1.0;
    assert!(growth < 0.02, "{:.1} % more memory: {before:?} {after:?}", growth * 100.0);
}
