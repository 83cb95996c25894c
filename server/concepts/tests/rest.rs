//! sled's threads while no index is open: a process that is left alone wakes for none of them, and has none that it would
//! not have without a busy time.
#![cfg(target_os = "linux")]

use std::fs::{read_dir, read_to_string};
use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Wake, Waker};
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

/// Holds the threads that sled started beyond its seven, since it starts no others where those it has wait.
#[derive(Default)]
struct Hold {
    over: Mutex<bool>,
    changed: Condvar,
}

impl Wake for Hold {
    fn wake(self: Arc<Self>) {
        let thread = std::thread::current();
        let number = thread.name().and_then(|name| name.strip_prefix("sled-io-")).map(str::parse);
        let held = number.is_some_and(|number| number.is_ok_and(|number: usize| number >= 7));
        drop(self.changed.wait_while(self.over.lock().expect("no panic"), |over| held && !*over));
    }
}

/// Has sled start threads until there are so many.
fn keep_busy(threads: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = sled::open(folder.path()).expect("a store");
    // A flush that finds something to write waits for another thread to write it, and there may be none left.
    store.flush().expect("all is written");
    let hold = Arc::new(Hold::default());
    let waker = Waker::from(hold.clone());
    let until = Instant::now() + Duration::from_secs(60);
    while asleep().1 < threads {
        assert!(Instant::now() < until, "sled has {} threads and never {threads}", asleep().1);
        // More at once than it has threads.
        for _ in 0..100 {
            let _ = pin!(store.flush_async()).poll(&mut Context::from_waker(&waker));
        }
    }
    *hold.over.lock().expect("no panic") = true;
    hold.changed.notify_all();
}

#[test]
fn while_no_index_is_open_its_threads_sleep_and_then_work_again() {
    let pool = Arc::new(Pool::new(2));
    let model = Model::starter(Options::named("starter", pool.clone())).expect("the starter loads");
    // Opens the index, builds until so much is indexed, closes it; how much is.
    let once = |folder: &Path, until: usize, threads: usize| {
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
        keep_busy(threads);
        drop(index);
        assert_eq!(library.tidy(Duration::ZERO), 0);
        indexed
    };
    // Who says that it sleeps may be an instant away from it.
    let all_sleep = || {
        let until = Instant::now() + Duration::from_secs(60);
        while let (asleep, all) = asleep()
            && (all != 7 || asleep < all)
        {
            assert!(Instant::now() < until, "{asleep} of {all} sleep");
            std::thread::yield_now();
        }
    };
    let folders: [TempDir; 4] = std::array::from_fn(|_| tempfile::tempdir().expect("a folder"));
    // The first has something in it, the others are new.
    let built: Vec<usize> =
        folders.iter().zip([1, 0, 0, 0]).map(|(folder, until)| once(folder.path(), until, 0)).collect();
    assert!(built[0] >= 1);
    all_sleep();
    // Who opens one while another closes the last finds them awake.
    std::thread::scope(|scope| {
        for (folder, &built) in folders.iter().zip(&built) {
            scope.spawn(move || (0..20).for_each(|_| assert_eq!(once(folder.path(), 0, 0), built)));
        }
    });
    all_sleep();
    // What a busy time started ends: few of them, and more than there were at first.
    for threads in [8, 9, 11, 12, 14, 8] {
        assert_eq!(once(folders[0].path(), 0, threads), built[0]);
        all_sleep();
    }
}
