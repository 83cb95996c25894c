//! The cost of an idle daemon: memory in relation to its model's weights, and wake-ups per second. Uses a checkpoint of
//! GPT-2 small's size with its concept index and one connected editor, after a trace and a search.

use std::time::{Duration, Instant};
use std::{fs, thread};

use serde_json::json;
use tests::bench::checkpoint;
use tests::traffic::Editor;
use tests::{Daemon, Folder, Process};

/// The time after which an idle daemon has released its unused resources.
const REST: Duration = Duration::from_secs(60);
const WATCHED: Duration = Duration::from_secs(60);

fn main() {
    let folder = Folder::new();
    let checkpoint = checkpoint().canonicalize().expect("it is there");
    let weights = fs::metadata(checkpoint.join("model.safetensors")).expect("it is there").len();
    let settings = format!("[models.configured]\nsmall = {{ path = '{}' }}\n", checkpoint.display());
    folder.write(".home/.config/unembed/settings.toml", settings);
    let daemon = Daemon(folder.path());
    let mut editor = Editor::new(&folder, 0, "---\nmodel: small\n---\nThe history of the world is".to_owned());
    // The first search starts the build of the index, which is complete when the queue is empty.
    for _ in 0..2 {
        let search = editor.client.execute("unembed.search", json!({"uri": editor.document, "query": "food"}));
        editor.client.answer(search).expect("an answer");
        let until = Instant::now() + Duration::from_secs(600);
        while daemon.status()["queue"] != json!({"running": 0, "waiting": 0}) {
            assert!(Instant::now() < until, "the index takes too long");
            thread::sleep(Duration::from_secs(1));
        }
    }
    let pid = daemon.pid();
    let report = |when: &str, process: &Process| {
        let bytes = process.kilobytes as f64 * 1024.0;
        let (megabytes, share) = (bytes / 1e6, bytes / weights as f64);
        println!("{when}: {megabytes:.0} MB, {share:.3} of the weights; {} threads", process.threads);
    };
    println!("weights: {} MB", weights / 1_000_000);
    report("right after a search", &Process::of(&pid));
    thread::sleep(REST);
    let before = Process::of(&pid);
    report("idle for a minute (bound: 1.15)", &before);
    thread::sleep(WATCHED);
    let after = Process::of(&pid);
    // Report sled's threads separately: its seven threads each wake once a second, from the first index opened until the
    // process exits.
    let (sled, own): (Vec<_>, Vec<_>) = after.waits.iter().partition(|(name, _)| name.starts_with("sled"));
    let waits = [own, sled].map(|waits| {
        let gone = waits.iter().map(|(name, now)| now.saturating_sub(before.waits.get(*name).copied().unwrap_or(0)));
        gone.sum::<u64>() as f64 / WATCHED.as_secs_f64()
    });
    println!("wake-ups (bound: 1): {:.2} a second; of sled's threads (bound: 9): {:.2} a second", waits[0], waits[1]);
    let worked = (after.worked.saturating_sub(before.worked)).as_secs_f64();
    println!("processor: {:.0} ms in {:.0} s", worked * 1e3, WATCHED.as_secs_f64());
    editor.client.shutdown();
}
