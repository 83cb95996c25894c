//! An hour, or as many minutes as are named, of what eight editors ask the process that they share, on a checkpoint of
//! GPT-2 small's size: every answer must come, editors leave and others come, a text is generated and an index is built, and
//! what the process holds in memory, files and threads is looked at once a minute. Ends with 1 where any of it grows:
//!
//!     cargo bench -p tests --bench soak -- 60

use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use serde_json::json;
use tests::bench::checkpoint;
use tests::traffic::{Editor, schedule};
use tests::{Folder, Process, Shared, repository, use_a_copy};

const EDITORS: usize = 8;
const A_SECOND: f64 = 20.0;
const MINUTE: f64 = 60.0;
/// Until then everything is read, built and filled for the first time.
const WARM: usize = 5;
/// Memory may grow by this share of what it is when all is warm.
const GROWTH: f64 = 0.02;

fn main() -> ExitCode {
    let minutes = env::args().find_map(|arg| arg.parse::<usize>().ok()).unwrap_or(60).max(WARM + 2);
    let folder = Folder::new();
    use_a_copy(folder.path());
    let checkpoint = checkpoint().canonicalize().expect("it is there");
    // Room for what is kept of earlier runs that is full within the first minutes.
    let settings =
        format!("cache.megabytes = 100\n[models.configured]\nsmall = {{ path = '{}' }}\n", checkpoint.display());
    folder.write(".home/.config/unembed/settings.toml", settings);
    let shared = Shared(folder.path());
    let passages = fs::read_to_string(repository().join("config/text/passages.txt")).expect("the passages are there");
    let passages: Vec<&str> = passages.split("\n\n").filter(|p| p.len() > 200).collect();
    let text = |n: usize| format!("---\nmodel: small\n---\n{}", passages[n % passages.len()].replace('\n', " ").trim());

    let mut editors: Vec<Editor> = (0..EDITORS).map(|n| Editor::new(&folder, n, text(n))).collect();
    let pid = shared.pid();
    let Editor { client, document, .. } = &mut editors[0];
    let search = client.execute("unembed.search", json!({"uri": document, "query": "food"}));
    client.answer(search).expect("an answer");

    println!("minute  answered  memory, MB  threads  files");
    let mut seen = Vec::new();
    let mut answered = 0;
    for minute in 0..minutes {
        let begin = Instant::now();
        answered += thread::scope(|scope| {
            let running: Vec<_> = editors
                .iter_mut()
                .enumerate()
                .map(|(n, editor)| {
                    let due = schedule((minute * EDITORS + n) as u64, MINUTE, A_SECOND / EDITORS as f64);
                    scope.spawn(move || editor.run(begin, due).len())
                })
                .collect();
            // Meanwhile somebody comes, has a text generated, and leaves.
            let mut writer = Editor::new(&folder, EDITORS + minute, text(EDITORS + minute));
            let generate = writer.client.execute("unembed.generate", json!({"uri": writer.document}));
            writer.client.answer(generate).expect("a text");
            writer.client.shutdown();
            running.into_iter().map(|thread| thread.join().expect("no panic")).sum::<usize>()
        });
        // One of the eight is closed and opened again, on another file.
        let at = minute % EDITORS;
        let anew = Editor::new(&folder, 1000 + minute, text(minute));
        std::mem::replace(&mut editors[at], anew).client.shutdown();
        thread::sleep(Duration::from_secs_f64(MINUTE).saturating_sub(begin.elapsed()));
        let now = Process::of(&pid);
        println!(
            "{minute:>6}  {answered:>8}  {:>10.1}  {:>7}  {:>5}",
            now.kilobytes as f64 / 1e3,
            now.threads,
            now.files
        );
        seen.push(now);
    }
    assert_eq!(shared.pid(), pid, "it is the same process");
    editors.into_iter().for_each(|editor| drop(editor.client.shutdown()));

    // Of both ends a few minutes: what is looked at may be in the middle of something.
    let (warm, late) = (&seen[WARM - 1..WARM + 1], &seen[seen.len() - 2..]);
    let least = |of: &[Process], what: &dyn Fn(&Process) -> u64| of.iter().map(what).min().unwrap_or(0);
    let mut grown = false;
    let mut compare = |name: &str, allowed: f64, what: &dyn Fn(&Process) -> u64| {
        let (before, after) = (least(warm, what) as f64, least(late, what) as f64);
        let growth = after / before - 1.0;
        println!("{name}: {before} after {WARM} minutes, {after} after {minutes}: {:+.1} %", growth * 100.0);
        grown |= growth > allowed;
    };
    compare("memory, kB", GROWTH, &|p| p.kilobytes);
    compare("threads", 0.0, &|p| p.threads);
    compare("files", 0.0, &|p| p.files as u64);
    if grown { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
