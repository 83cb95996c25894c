//! sled's threads while no index is open: a process that is left alone wakes for none of them.
#![cfg(target_os = "linux")]

use std::fs::{read_dir, read_to_string};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::Cancel;
use concepts::IndexLibrary;
use kernels::Pool;
use lm::{Concepts, LanguageModel};
use model::{Model, Options};
use tempfile::TempDir;

/// Of sled's threads those that wait without a deadline, and all.
fn asleep() -> (usize, usize) {
    let mut count = (0, 0);
    for task in read_dir("/proc/self/task").expect("this process").flatten() {
        let read = |file: &str| read_to_string(task.path().join(file)).unwrap_or_default();
        if read("comm").starts_with("sled-io-") {
            count.1 += 1;
            // The call's number and what it was given: the fourth of a futex is the time until when.
            count.0 += usize::from(read("syscall").split_whitespace().nth(4) == Some("0x0"));
        }
    }
    count
}

#[test]
fn while_no_index_is_open_its_threads_sleep_and_then_work_again() {
    let pool = Arc::new(Pool::new(2));
    let model = Model::starter(Options::named("starter", pool.clone())).expect("the starter loads");
    // Opens the index, builds until so much is indexed, closes it; how much is.
    let once = |folder: &Path, until: usize| {
        let library = IndexLibrary::new(folder.to_owned(), pool.clone(), [].into());
        let index = library.open(model.info()).expect("the index opens");
        let cancel = Cancel::new();
        let mut progress = |_: usize, _: usize, _: &str| {
            if index.state().indexed >= until {
                cancel.cancel();
            }
        };
        if index.state().indexed < until {
            index.build(&model, &cancel, &mut progress).expect_err("it is cut off");
        }
        let indexed = index.state().indexed;
        drop(index);
        assert_eq!(library.tidy(Duration::ZERO), 0);
        indexed
    };
    // Who says that it sleeps may be an instant away from it.
    let all_sleep = || {
        let until = Instant::now() + Duration::from_secs(60);
        while let (asleep, all) = asleep()
            && (all < 7 || asleep < all)
        {
            assert!(Instant::now() < until, "{asleep} of {all} sleep");
            std::thread::yield_now();
        }
    };
    let folders: [TempDir; 4] = std::array::from_fn(|_| tempfile::tempdir().expect("a folder"));
    // The first has something in it, the others are new.
    let built: Vec<usize> =
        folders.iter().zip([1, 0, 0, 0]).map(|(folder, until)| once(folder.path(), until)).collect();
    assert!(built[0] >= 1);
    all_sleep();
    // Who opens one while another closes the last finds them awake.
    std::thread::scope(|scope| {
        for (folder, built) in folders.iter().zip(built) {
            scope.spawn(move || (0..20).for_each(|_| assert_eq!(once(folder.path(), 0), built)));
        }
    });
    all_sleep();
}
