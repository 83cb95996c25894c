//! Kills the program or the daemon at random moments of real work, over one folder of data. After each kill the next
//! commands work, nothing is lost, and every answer is the same as before.

mod data;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use self::data::{Data, GENERATE, TRACE};
use crate::client::NOISE;
use crate::program::signal;
use crate::{Client, Daemon, Folder, Seeded, kill_after, uri};

/// Generates long enough for a moment to fall into the work.
const PROMPT: &str =
    "---\nconfig: { maxOutputTokens: 200 }\ninterventions:\n  - L5D662: 8\n---\nThe court heard that the";
/// A kill that comes after the work's end is tried again, so often for each kill.
const MOST_TRIES: usize = 4;

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    Build,
    Examples,
    Names,
    Search,
    Trace,
    Generate,
    /// The daemon, when an editor's search builds the index.
    DaemonSearch,
    DaemonTrace,
    DaemonGenerate,
}

const WORKS: [Work; 9] = [
    Work::Build,
    Work::Trace,
    Work::Examples,
    Work::DaemonSearch,
    Work::Names,
    Work::Generate,
    Work::Search,
    Work::DaemonTrace,
    Work::DaemonGenerate,
];

/// Kills so often, each kind of work in turn.
pub fn attack(kills: usize) -> String {
    let begin = Instant::now();
    let mut data = Data::new(PROMPT);
    let mut random = Seeded::new(5);
    let mut longest: BTreeMap<Work, Duration> = BTreeMap::new();
    let mut tries = 0;
    for n in 0..kills {
        let work = WORKS[n % WORKS.len()];
        while !kill(work, &mut data, &mut longest, &mut random) {
            tries += 1;
            assert!(tries < kills * MOST_TRIES, "{work:?} ends before each kill");
        }
        data.check(&format!("kill {n}, of {work:?}"));
        if (n + 1) % WORKS.len() == 0 {
            data.finish();
        }
    }
    data.finish();
    let seconds = begin.elapsed().as_secs_f64();
    format!(
        "{kills} kills within work in {seconds:.0} s ({tries} more came after its end)\n  \
         {} answers compared, 0 differ; {} names and {} passages there, 0 lost; {} files of killed writers left over",
        data.compared,
        data.names.len(),
        data.passages(),
        data.left_over(),
    )
}

/// Does the work and kills it at a random moment. Returns false if it had ended before.
fn kill(work: Work, data: &mut Data, longest: &mut BTreeMap<Work, Duration>, random: &mut Seeded) -> bool {
    data.prepare(matches!(work, Work::Build | Work::DaemonSearch));
    let longest = longest.entry(work).or_insert_with(|| data.built_in.min(Duration::from_secs(1)));
    let moment = longest.mul_f64(random.below(1000) as f64 / 1000.0);
    let killed = match work {
        Work::Build => kill_after(data.folder.path(), ["index", "build"], moment),
        Work::Search => kill_after(data.folder.path(), ["search", "war", "--json"], moment),
        Work::Trace => kill_after(data.folder.path(), TRACE, moment),
        Work::Generate => kill_after(data.folder.path(), GENERATE, moment),
        Work::Examples => data.kill_examples(moment),
        Work::Names => data.kill_names(moment),
        Work::DaemonSearch => kill_daemon(&data.folder, "unembed.search", moment),
        Work::DaemonTrace => kill_daemon(&data.folder, "unembed.trace", moment),
        Work::DaemonGenerate => kill_daemon(&data.folder, "unembed.generate", moment),
    };
    if !killed {
        // The work is shorter.
        *longest = moment.mul_f64(0.9);
    }
    killed
}

fn kill_daemon(folder: &Folder, command: &str, moment: Duration) -> bool {
    let daemon = Daemon(folder.path());
    let mut client = Client::share(folder.path(), json!({"results": true})).ignoring(NOISE);
    let pid = daemon.pid();
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, PROMPT);
    let asked = client.execute(command, json!({"uri": document, "query": "war"}));
    client.receive_for(moment);
    let killed = command == "unembed.search" || !client.is_answered(asked);
    signal(&pid, "KILL");
    let (code, said) = client.ended();
    assert!(code == 3 && said.lines().count() == 1 && said.contains("restart"), "{code}: {said}");
    killed
}
