//! The speed of the concept index: the build at GPT-2 small's size against PyTorch's bare products and faiss, searches
//! at GPT-2 XL's size (synthetic), exact searches against NumPy. Each repetition is followed by one of the peer's; the
//! bench prints medians, and medians of the ratios of such pairs. `bench/setup.sh` installs the peers.

mod peers;
mod synthetic;

use std::cell::Cell;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs};

use base::{Cancel, Cancelled};
use concepts::Index;
use kernels::Pool;
use lm::{Concepts, Control, LanguageModel};
use model::{Model, Options};
use peers::Peers;
use synthetic::Synthetic;
use tempfile::TempDir;
use tests::Seeded;
use tests::bench::{checkpoint, processor, python};

/// The argument of the second process, which measures memory.
const MEMORY: &str = "--memory";

/// Stops a build when it reaches the clusters, which are measured separately.
struct UntilClusters<'a>(&'a Cell<bool>);

impl Control for UntilClusters<'_> {
    fn checkpoint(&self) -> Result<(), Cancelled> {
        if self.0.get() { Err(Cancelled) } else { Ok(()) }
    }
}

/// Builds the index. Returns the seconds for the lists and the seconds for the clusters, if they are built.
fn build(index: &Index, model: &dyn LanguageModel, clusters: bool) -> (f64, f64) {
    let (reached, started) = (Cell::new(false), Instant::now());
    let at = Cell::new(Duration::ZERO);
    let mut each = |_: usize, _: usize, what: &str| {
        if what == "clusters" && at.get().is_zero() {
            at.set(started.elapsed());
            reached.set(!clusters);
        }
    };
    let built = index.build(model, &UntilClusters(&reached), &mut each);
    assert!(built.is_ok() || !clusters, "the build ends");
    (at.get().as_secs_f64(), started.elapsed().as_secs_f64() - at.get().as_secs_f64())
}

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|a| a != "--bench").collect();
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let pool = Arc::new(Pool::new(threads));
    let small = checkpoint();
    let open_small = || Model::open(&small, Options::named("small", pool.clone())).expect("the checkpoint opens");
    if args.first().is_some_and(|a| a == MEMORY) {
        let model = open_small();
        let folder = TempDir::new().expect("a folder");
        let index = Index::open(folder.path(), model.info(), pool.clone(), None).expect("the index opens");
        build(&index, &model, true);
        return println!("{}", peak());
    }
    let mut peers = Peers::start(&python(), &small, threads);
    // Run separately, because the rest takes minutes.
    if args.first().is_some_and(|a| a == "large") {
        return large(&pool, &mut peers);
    }
    println!("{}, {threads} threads; peers: {}\n", processor(), peers.versions());
    println!("{:<58} {:>10} {:>10} {:>8}  bound", "median of paired repetitions", "ours", "peer", "ratio");
    let model = open_small();
    building(&model, &pool, &mut peers);
    drop(model);
    let weights = small.join("model.safetensors").metadata().expect("the weights are there").len() as f64 / 1e6;
    let own = memory() as f64 / 1e6;
    println!("peak memory of a build: {own:.0} MB = weights {weights:.0} + {:.0} (bound: 300)\n", own - weights);
    while_building(&open_small(), &pool);
    large(&pool, &mut peers);
}

fn building(model: &Model, pool: &Arc<Pool>, peers: &mut Peers) {
    let mut pairs = [Vec::new(), Vec::new()];
    let mut clusters = Vec::new();
    let mut last = None;
    for round in 0..3 {
        let folder = TempDir::new().expect("a folder");
        let index = Index::open(folder.path(), model.info(), pool.clone(), None).expect("the index opens");
        let (lists, grouped) = build(&index, model, round == 0);
        if round == 0 {
            clusters.push(grouped);
            println!("on disk: {:.0} MB for {} vectors", index.state().bytes as f64 / 1e6, index.state().all);
            check_sample(&index, model, peers);
        }
        for (pair, task) in pairs.iter_mut().zip(["products", "faiss"]) {
            pair.push((lists, peers.seconds(task)));
        }
        last = Some((folder, index));
    }
    item("build, 36,864 x 50,257 / PyTorch's products", "1.2*", &pairs[0]);
    item("build, 36,864 x 50,257 / faiss, top 50 alone", "1.2*", &pairs[1]);
    println!("  * of the faster peer; the clusters after it: {:.1} s", clusters[0]);
    drop(last);
}

/// Compares a random sample of vectors with a product and a sort in float64.
fn check_sample(index: &Index, model: &Model, peers: &mut Peers) {
    let mut random = Seeded::new(9);
    let sample = 200;
    for _ in 0..sample {
        let number = random.below(model.info().value_vectors());
        let card = index.stored_card(model.info().value_at(number)).expect("is read").expect("is there");
        let (top, bottom) = peers.top(number);
        let logit = |id: u32| {
            let mut v = vec![0.0; model.info().width];
            model.weights().value_vectors(number..number + 1, &mut v).expect("a vector");
            let e = model.weights().output_row(base::TokenId(id)).expect("a row");
            v.iter().zip(&e).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>()
        };
        for (ours, theirs) in [(&card.top, top), (&card.bottom, bottom)] {
            for (a, b) in ours.iter().zip(theirs) {
                assert!(a.id.0 == b || (logit(a.id.0) - logit(b)).abs() < 1e-5, "vector {number}: {} for {b}", a.id.0);
            }
        }
    }
    println!("{sample} random vectors: top and bottom 50 as by a product and a sort in float64");
}

/// Measures the searches of two sessions during a build.
fn while_building(model: &Model, pool: &Arc<Pool>) {
    let folder = TempDir::new().expect("a folder");
    let index = Index::open(folder.path(), model.info(), pool.clone(), None).expect("the index opens");
    let (done, words) = (AtomicBool::new(false), ["food", "month", "law*", "+sea +ship", "king queen", "heart"]);
    let mut times: Vec<f64> = std::thread::scope(|scope| {
        let searchers: Vec<_> = (0..2)
            .map(|session| {
                let (index, done) = (&index, &done);
                scope.spawn(move || {
                    let mut times = Vec::new();
                    while !done.load(Ordering::Relaxed) {
                        let query = words[(times.len() + session) % words.len()];
                        let started = Instant::now();
                        index.search(query, 20, model, &Cancel::new()).expect("an answer");
                        times.push(started.elapsed().as_secs_f64());
                        // The user reads the result.
                        std::thread::park_timeout(Duration::from_millis(100));
                    }
                    times
                })
            })
            .collect();
        build(&index, model, false);
        done.store(true, Ordering::Relaxed);
        searchers.into_iter().flat_map(|s| s.join().expect("no panic")).collect()
    });
    times.sort_by(f64::total_cmp);
    let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize] * 1e3;
    println!(
        "{} searches of two sessions during a build: p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms (bound: 50)\n",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

fn large(pool: &Arc<Pool>, peers: &mut Peers) {
    let model = Synthetic::new(pool.clone());
    let folder = TempDir::new().expect("a folder");
    let open = || Index::open(folder.path(), model.info(), pool.clone(), None).expect("the index opens");
    let index = open();
    build(&index, &model, false);
    println!("synthetic, {} vectors: {:.0} MB on disk", model.vectors(), index.state().bytes as f64 / 1e6);
    drop(index);
    let mut opened: Vec<f64> = (0..5)
        .map(|_| {
            let started = Instant::now();
            let index = open();
            let time = started.elapsed().as_secs_f64();
            drop(index);
            time * 1e3
        })
        .collect();
    opened.sort_by(f64::total_cmp);
    println!("opening it: {:.1} ms, the slowest of five {:.1} ms (bound: 100)", opened[2], opened[4]);
    let index = open();
    index.search("bab", 20, &model, &Cancel::new()).expect("an answer");
    let mut random = Seeded::new(3);
    let mut search = |name: &str, query: &dyn Fn(&mut Seeded) -> String| {
        let mut times: Vec<f64> = (0..1000)
            .map(|_| {
                let query = query(&mut random);
                let started = Instant::now();
                index.search(&query, 20, &model, &Cancel::new()).expect("an answer");
                started.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "search {name:<28} p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms (bound: p99 10)",
            times[500], times[990], times[999]
        );
    };
    let word = |random: &mut Seeded| Synthetic::word((50_257f64).powf(random.below(1000) as f64 / 1000.0) as usize);
    search("by a word", &|r| word(r).trim().to_owned());
    search("by two words", &|r| format!("{} {}", word(r).trim(), word(r).trim()));
    search("by a prefix", &|r| {
        let letters = 1 + r.below(3);
        format!("{}*", word(r).trim().chars().take(letters).collect::<String>())
    });
    for (name, query) in
        [("like, exact over all / NumPy", "like L20D77"), ("promotes, exact over all / NumPy", "promotes ' bab'")]
    {
        let mut pairs = Vec::new();
        for _ in 0..9 {
            let started = Instant::now();
            index.search(query, 20, &model, &Cancel::new()).expect("an answer");
            pairs.push((started.elapsed().as_secs_f64(), peers.matvec(model.vectors(), model.width())));
        }
        item(name, "1.3", &pairs);
    }
}

fn item(name: &str, bound: &str, pairs: &[(f64, f64)]) {
    let (ours, peer) = (median(pairs.iter().map(|p| p.0)), median(pairs.iter().map(|p| p.1)));
    let ratio = median(pairs.iter().map(|(ours, peer)| ours / peer));
    println!("{name:<58} {:>7.0} ms {:>7.0} ms {ratio:>8.3}  {bound}", ours * 1e3, peer * 1e3);
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The peak memory of a build in a separate process, in bytes.
fn memory() -> u64 {
    let exe = env::current_exe().expect("a running program has a path");
    let output = Command::new(exe).arg(MEMORY).output().expect("it starts again");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of bytes")
}

fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux says how much memory was used");
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    peak.expect("a number of kB") * 1024
}
