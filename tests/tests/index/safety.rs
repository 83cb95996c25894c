//! Kills the program at random moments during builds, example counts and renames. Afterwards no answer is wrong, no
//! name is lost, and the work continues.

use std::fs;
use std::time::{Duration, Instant};

use tests::{Folder, Seeded, kill_after, run};

use crate::{found, status};

/// The number of kills for each kind of work.
const BUILD_KILLS: usize = 20;
const EXAMPLE_KILLS: usize = 10;
const RENAME_KILLS: usize = 20;

/// A random moment within the duration of the work.
fn moment(random: &mut Seeded, longest: Duration) -> Duration {
    longest.mul_f64(random.below(1000) as f64 / 1000.0)
}

#[test]
fn a_killed_build_continues() {
    let (whole, folder) = (Folder::new(), Folder::new());
    let started = Instant::now();
    run(whole.path(), ["index", "build"]);
    let duration = started.elapsed();
    let mut random = Seeded::new(1);
    let mut killed = 0;
    let mut before = 0;
    for _ in 0..BUILD_KILLS {
        // Short intervals, so that many kills fall into one build.
        killed += usize::from(kill_after(folder.path(), ["index", "build"], moment(&mut random, duration / 6)));
        let indexed = status(&folder)["indexed"].as_u64().expect("a number");
        assert!(indexed >= before, "{indexed} after {before}");
        before = indexed;
    }
    assert!(killed > BUILD_KILLS / 3, "{killed} kills");
    let built = run(folder.path(), ["index", "build", "--json"]).json(0);
    assert_eq!((&built["complete"], &built["clustered"]), (&true.into(), &true.into()));
    for query in ["food", "war end:both", "psych*", "+milk +sugar"] {
        assert_eq!(found(&folder, query), found(&whole, query), "{query}");
    }
    let card = |folder: &Folder| run(folder.path(), ["vector", "L4D397", "--json"]).json(0);
    assert_eq!(card(&folder), card(&whole));
}

#[test]
fn killed_example_counts_count_each_passage_once() {
    let folder = Folder::new();
    let text: Vec<String> =
        (0..60).map(|n| format!("On day {n} the doctor saw {n} patients in the old town.")).collect();
    let file = folder.write("notes.txt", text.join("\n\n"));
    let args = ["index".as_ref(), "examples".as_ref(), file.as_os_str()];
    let mut random = Seeded::new(2);
    for _ in 0..EXAMPLE_KILLS {
        kill_after(folder.path(), args, moment(&mut random, Duration::from_millis(1200)));
        let passages = status(&folder)["passages"].as_u64().expect("a number");
        assert!(passages <= 60);
    }
    assert_eq!(run(folder.path(), args).code, 0);
    assert_eq!(status(&folder)["passages"], 60);
    let other = Folder::new();
    let file = other.write("notes.txt", text.join("\n\n"));
    run(other.path(), ["index".as_ref(), "examples".as_ref(), file.as_os_str()]);
    for id in ["L5D662", "L0D3", "L3D77"] {
        let seen = |folder: &Folder| {
            let card = run(folder.path(), ["vector", id, "--json"]).json(0);
            (card["activation"].clone(), card["examples"].clone())
        };
        assert_eq!(seen(&folder), seen(&other), "{id}");
    }
}

/// At every moment, each name that a prompt file uses has its vectors.
#[test]
fn a_killed_rename_loses_no_name() {
    let folder = Folder::new();
    run(folder.path(), ["names", "set", "old", "L5D662", "L2D343"]);
    run(folder.path(), ["names", "set", "other", "L5D739"]);
    let prompts: Vec<_> = (0..12)
        .map(|n| {
            let text = format!("---\ninterventions:\n  - old: {n}\n  - other: off\n---\nThe history of {n}\n");
            folder.write(&format!("p{n}.prompt"), text)
        })
        .collect();
    let mut random = Seeded::new(3);
    let (mut from, mut to) = ("old", "new");
    for round in 0..RENAME_KILLS {
        kill_after(folder.path(), ["names", "rename", from, to], moment(&mut random, Duration::from_millis(120)));
        let names = run(folder.path(), ["names", "--json"]).json(0)["names"].clone();
        let stands_for = |name: &str| {
            let all = names.as_array().expect("a list").iter();
            all.filter(|n| n["name"] == name).map(|n| n["ids"].clone()).next()
        };
        assert_eq!(stands_for("other"), Some(serde_json::json!(["L5D739"])), "round {round}");
        for prompt in &prompts {
            let text = fs::read_to_string(prompt).expect("it is there");
            let used = if text.contains("- old:") { "old" } else { "new" };
            assert!(
                text.contains(&format!("- {used}:")) && text.contains("  - other: off\n---\nThe history"),
                "{text}"
            );
            assert_eq!(stands_for(used), Some(serde_json::json!(["L5D662", "L2D343"])), "round {round}: {text}");
        }
        // The rename can be completed.
        let ended = run(folder.path(), ["names", "rename", from, to]);
        let done = ended.code == 0 || stands_for(from).is_none();
        assert!(done, "round {round}: {}", ended.stderr);
        for prompt in &prompts {
            let text = fs::read_to_string(prompt).expect("it is there");
            assert!(text.contains(&format!("- {to}:")), "round {round}: {text}");
        }
        std::mem::swap(&mut from, &mut to);
    }
}
