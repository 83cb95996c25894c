//! A load test of an hour, or of the given number of minutes: eight editors use the daemon on a checkpoint of GPT-2
//! small's size. Every request must be answered; editors leave and others come; a text is generated and an index is
//! built. Once a minute, the bench reports the daemon's memory, threads and files. It exits with 1 if memory grows
//! under load, or if memory, threads or files grow at rest:
//!
//!     cargo bench -p tests --bench soak -- 60        (takes twelve minutes more)

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use serde_json::json;
use tests::bench::checkpoint;
use tests::traffic::{Editor, schedule};
use tests::{Daemon, Folder, Process, repository, use_a_copy};

const EDITORS: usize = 8;
const REQUESTS_PER_SECOND: f64 = 20.0;
const MINUTE: f64 = 60.0;
/// Minutes until everything has been read, built and cached for the first time.
const WARM_UP_MINUTES: usize = 5;
/// The largest allowed growth of memory, as a share of the memory after the warm-up.
const MAX_GROWTH: f64 = 0.02;
/// Memory under load varies by some percent from second to second, so the bench compares averages of this many minutes'
/// medians. Both averages are taken directly before a rest, because caches released at rest take a quarter of an hour
/// to fill again.
const AVERAGED_MINUTES: usize = 3;
/// The rest: helper threads exit after ten idle seconds, the index is closed after fifteen seconds, and cached runs,
/// whose size varies from minute to minute, are dropped after five minutes; freed memory is then returned to the
/// system. The daemon checks all of this every fifteen seconds.
const REST: Duration = Duration::from_secs(5 * 60 + 45);
/// The daemon's check uses a helper thread that lives for ten of those fifteen seconds, so the thread count varies by
/// one. The bench takes this many samples, one second apart, and counts the one with the fewest threads.
const SAMPLES: usize = 20;

fn main() -> ExitCode {
    let minutes =
        env::args().find_map(|arg| arg.parse::<usize>().ok()).unwrap_or(60).max(WARM_UP_MINUTES + AVERAGED_MINUTES);
    let folder = Folder::new();
    use_a_copy(folder.path());
    let checkpoint = checkpoint().canonicalize().expect("it is there");
    // A cache that is full within the first minutes.
    let settings =
        format!("cache.megabytes = 100\n[models.configured]\nsmall = {{ path = '{}' }}\n", checkpoint.display());
    folder.write(".home/.config/unembed/settings.toml", settings);
    let daemon = Daemon(folder.path());
    let passages = fs::read_to_string(repository().join("config/text/passages.txt")).expect("the passages are there");
    let passages: Vec<&str> = passages.split("\n\n").filter(|p| p.len() > 200).collect();
    let text = |n: usize| format!("---\nmodel: small\n---\n{}", passages[n % passages.len()].replace('\n', " ").trim());

    let mut editors: Vec<Editor> = (0..EDITORS).map(|n| Editor::new(&folder, n, text(n))).collect();
    let pid = daemon.pid();
    let Editor { client, document, .. } = &mut editors[0];
    let search = client.execute("unembed.search", json!({"uri": document, "query": "food"}));
    client.answer(search).expect("an answer");

    println!("minute  answered  memory, MB: least  median    most  threads  files");
    let report = |when: &str, answered: usize, [least, median, most]: [u64; 3], now: &Process| {
        let [least, median, most] = [least, median, most].map(|kilobytes| kilobytes as f64 / 1e3);
        println!(
            "{when:>6}  {answered:>8}  {least:>17.1}  {median:>6.1}  {most:>6.1}  {:>7}  {:>5}",
            now.threads, now.files
        );
    };
    let mut medians = Vec::new();
    let mut named = BTreeMap::new();
    let mut at_rest = Vec::new();
    let mut answered = 0;
    for minute in 0..minutes {
        let begin = Instant::now();
        let mut memory = Vec::new();
        answered += thread::scope(|scope| {
            let samples = scope.spawn(|| {
                let sample = |second| {
                    thread::sleep((begin + Duration::from_secs(second)).saturating_duration_since(Instant::now()));
                    Process::of(&pid).kilobytes
                };
                (1..60).map(sample).collect::<Vec<_>>()
            });
            let running: Vec<_> = editors
                .iter_mut()
                .enumerate()
                .map(|(n, editor)| {
                    let due = schedule((minute * EDITORS + n) as u64, MINUTE, REQUESTS_PER_SECOND / EDITORS as f64);
                    scope.spawn(move || editor.run(begin, due).len())
                })
                .collect();
            // Meanwhile another editor connects, generates a text and leaves.
            let mut writer = Editor::new(&folder, EDITORS + minute, text(EDITORS + minute));
            let generate = writer.client.execute("unembed.generate", json!({"uri": writer.document}));
            writer.client.answer(generate).expect("a text");
            writer.client.shutdown();
            memory = samples.join().expect("no panic");
            running.into_iter().map(|thread| thread.join().expect("no panic")).sum::<usize>()
        });
        // One of the eight editors leaves and another one comes, with another file.
        let at = minute % EDITORS;
        let anew = Editor::new(&folder, 1000 + minute, text(minute));
        std::mem::replace(&mut editors[at], anew).client.shutdown();
        thread::sleep(Duration::from_secs_f64(MINUTE).saturating_sub(begin.elapsed()));
        let now = Process::of(&pid);
        memory.sort_unstable();
        let median = memory[memory.len() / 2];
        report(&minute.to_string(), answered, [memory[0], median, memory[memory.len() - 1]], &now);
        if named != now.named {
            println!("        threads: {:?}", now.named);
            named = now.named;
        }
        medians.push(median as f64);
        if [WARM_UP_MINUTES, minutes].contains(&(minute + 1)) {
            thread::sleep(REST);
            let sample = |_| {
                thread::sleep(Duration::from_secs(1));
                Process::of(&pid)
            };
            let now = (0..SAMPLES).map(sample).min_by_key(Process::own_threads).expect("there are samples");
            report("rest", answered, [now.kilobytes; 3], &now);
            println!("        threads: {:?}", now.named);
            at_rest.push(now);
        }
    }
    assert_eq!(daemon.pid(), pid, "it is the same process");
    editors.into_iter().for_each(|editor| drop(editor.client.shutdown()));

    let average = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let (warm, late) =
        (&medians[WARM_UP_MINUTES - AVERAGED_MINUTES..WARM_UP_MINUTES], &medians[medians.len() - AVERAGED_MINUTES..]);
    let (first, last) = (&at_rest[0], &at_rest[1]);
    let mut grown = false;
    let mut compare = |name: &str, allowed: f64, before: f64, after: f64| {
        let growth = after / before - 1.0;
        println!(
            "{name}: {before:.0} after {WARM_UP_MINUTES} minutes, {after:.0} after {minutes}: {:+.1} %",
            growth * 100.0
        );
        grown |= growth > allowed;
    };
    compare("memory under load, kB, averages of three minutes' medians", MAX_GROWTH, average(warm), average(late));
    compare("memory at rest, kB", MAX_GROWTH, first.kilobytes as f64, last.kilobytes as f64);
    compare("threads at rest, without sled's", 0.0, first.own_threads() as f64, last.own_threads() as f64);
    compare("files at rest", 0.0, first.files as f64, last.files as f64);
    if grown { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
