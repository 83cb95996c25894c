//! An hour, or as many minutes as are named, of what eight editors ask the process that they share, on a checkpoint of
//! GPT-2 small's size: every answer must come, editors leave and others come, a text is generated and an index is built, and
//! what the process holds in memory, files and threads is looked at once a minute. Ends with 1 where memory grows while they
//! ask, or any of it is more when nobody does:
//!
//!     cargo bench -p tests --bench soak -- 60        (takes twelve minutes more)

use std::collections::BTreeMap;
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
/// What is being worked on makes memory go up and down by some percent from second to second. What is compared is the average
/// of so many minutes' medians, right before a rest each time, since what is let go at rest comes back over a quarter of an
/// hour.
const AVERAGED: usize = 3;
/// A thread that helped out ends when there was nothing for it for ten seconds, the index is closed after fifteen, and what
/// is kept of earlier runs, which is more or less from one minute to the next, goes after five minutes; what was freed is
/// given back then. All of it is looked at every fifteen seconds.
const REST: Duration = Duration::from_secs(5 * 60 + 45);
/// The thread that looks around lives on for ten of those fifteen seconds, so one more or one less is there at a time: of so
/// many looks, a second apart, the one with the fewest counts.
const LOOKS: usize = 20;

fn main() -> ExitCode {
    let minutes = env::args().find_map(|arg| arg.parse::<usize>().ok()).unwrap_or(60).max(WARM + AVERAGED);
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

    println!("minute  answered  memory, MB: least  median    most  threads  files");
    let tell = |when: &str, answered: usize, [least, median, most]: [u64; 3], now: &Process| {
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
            let looks = scope.spawn(|| {
                let look = |second| {
                    thread::sleep((begin + Duration::from_secs(second)).saturating_duration_since(Instant::now()));
                    Process::of(&pid).kilobytes
                };
                (1..60).map(look).collect::<Vec<_>>()
            });
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
            memory = looks.join().expect("no panic");
            running.into_iter().map(|thread| thread.join().expect("no panic")).sum::<usize>()
        });
        // One of the eight is closed and opened again, on another file.
        let at = minute % EDITORS;
        let anew = Editor::new(&folder, 1000 + minute, text(minute));
        std::mem::replace(&mut editors[at], anew).client.shutdown();
        thread::sleep(Duration::from_secs_f64(MINUTE).saturating_sub(begin.elapsed()));
        let now = Process::of(&pid);
        memory.sort_unstable();
        let median = memory[memory.len() / 2];
        tell(&minute.to_string(), answered, [memory[0], median, memory[memory.len() - 1]], &now);
        if named != now.named {
            println!("        threads: {:?}", now.named);
            named = now.named;
        }
        medians.push(median as f64);
        if [WARM, minutes].contains(&(minute + 1)) {
            thread::sleep(REST);
            let look = |_| {
                thread::sleep(Duration::from_secs(1));
                Process::of(&pid)
            };
            let now = (0..LOOKS).map(look).min_by_key(Process::own_threads).expect("there are looks");
            tell("rest", answered, [now.kilobytes; 3], &now);
            println!("        threads: {:?}", now.named);
            at_rest.push(now);
        }
    }
    assert_eq!(shared.pid(), pid, "it is the same process");
    editors.into_iter().for_each(|editor| drop(editor.client.shutdown()));

    let average = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let (warm, late) = (&medians[WARM - AVERAGED..WARM], &medians[medians.len() - AVERAGED..]);
    let (first, last) = (&at_rest[0], &at_rest[1]);
    let mut grown = false;
    let mut compare = |name: &str, allowed: f64, before: f64, after: f64| {
        let growth = after / before - 1.0;
        println!("{name}: {before:.0} after {WARM} minutes, {after:.0} after {minutes}: {:+.1} %", growth * 100.0);
        grown |= growth > allowed;
    };
    compare("memory while they ask, kB, averages of three minutes' medians", GROWTH, average(warm), average(late));
    compare("memory at rest, kB", GROWTH, first.kilobytes as f64, last.kilobytes as f64);
    compare("threads at rest, sled's aside", 0.0, first.own_threads() as f64, last.own_threads() as f64);
    compare("files at rest", 0.0, first.files as f64, last.files as f64);
    if grown { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
