//! Clusters of synthetic vectors: planted groups, odd vectors, any number of threads, cancelling at any time.

use std::ops::Range;

use base::{Cancel, TokenId};
use kernels::Pool;
use lm::{Control, Encoded, Error, Value, Weights};

use super::moves::improve;
use super::partition::{Clustering, Partition, mix};
use super::points::Points;
use super::{cluster, clusters_for};

/// A model of vectors only.
struct Vectors {
    rows: Vec<f32>,
    width: usize,
}

impl Vectors {
    /// `groups` random directions, vector n around number n % groups, with different lengths.
    fn planted(vectors: usize, width: usize, groups: usize, noise: f32) -> Self {
        let number = |n: usize| {
            let (group, seed) = (n % groups, (1 + n as u64) << 20);
            let x = |i: usize| normal((group * width + i) as u64) + noise * normal(seed + i as u64);
            (0..width).map(x).map(|x| x * (1.0 + (n % 7) as f32)).collect::<Vec<f32>>()
        };
        Self { rows: (0..vectors).flat_map(number).collect(), width }
    }

    fn count(&self) -> usize {
        self.rows.len() / self.width
    }

    fn row(&mut self, n: usize) -> &mut [f32] {
        &mut self.rows[n * self.width..(n + 1) * self.width]
    }

    fn points<'a>(&'a self, pool: &'a Pool, control: &'a Cancel) -> Points<'a> {
        Points { weights: self, vectors: self.count(), width: self.width, pool, control }
    }

    fn clusters(&self, count: usize, threads: usize) -> Clustering {
        let pool = Pool::new(threads);
        let found = cluster(self, self.count(), self.width, count, &pool, &Cancel::new(), &mut |_, _| {});
        let found = found.expect("clusters");
        check(&found, self.count());
        found
    }
}

impl Weights for Vectors {
    fn value_vectors(&self, numbers: Range<usize>, out: &mut [f32]) -> Result<(), Error> {
        let rows = self.rows.get(numbers.start * self.width..numbers.end * self.width);
        out.copy_from_slice(rows.ok_or_else(|| Error::Model("no such vector".into()))?);
        Ok(())
    }

    fn is_undertrained(&self, _: TokenId) -> bool {
        false
    }

    fn cards(&self, _: Range<usize>, _: usize, _: &dyn Control) -> Result<Vec<Value>, Error> {
        unreachable!()
    }

    fn align(&self, _: &[f32], _: &dyn Control) -> Result<Vec<f32>, Error> {
        unreachable!()
    }

    fn norms(&self) -> Vec<f32> {
        unreachable!()
    }

    fn output_row(&self, _: TokenId) -> Result<Vec<f32>, Error> {
        unreachable!()
    }

    fn coefficients(
        &self,
        _: &str,
        _: &dyn Control,
        _: &mut dyn FnMut(usize, usize, &[f32]),
    ) -> Result<Encoded, Error> {
        unreachable!()
    }
}

/// Approximately normal.
fn normal(seed: u64) -> f32 {
    (0..12).map(|i| (mix(seed * 12 + i) >> 40) as f32 / (1 << 24) as f32).sum::<f32>() - 6.0
}

/// Checks what holds for every clustering.
fn check(found: &Clustering, vectors: usize) {
    assert_eq!((found.of.len(), found.cosines.len()), (vectors, vectors));
    assert!(found.cosines.iter().all(|c| (-1.0..=1.0).contains(c)), "{:?}", found.cosines);
    let mut sizes = vec![0; found.count];
    found.of.iter().for_each(|&k| sizes[k as usize] += 1);
    let first = |k: usize| found.of.iter().position(|&of| of as usize == k);
    assert!(sizes.iter().all(|&size| size > 0), "an empty cluster: {sizes:?}");
    assert!((1..found.count).all(|k| (sizes[k], first(k - 1)) <= (sizes[k - 1], first(k))), "{sizes:?}");
}

fn mean(found: &Clustering) -> f64 {
    found.cosines.iter().map(|&c| f64::from(c)).sum::<f64>() / found.cosines.len() as f64
}

#[test]
fn a_model_gets_a_cluster_for_sixteen_vectors() {
    assert_eq!([0, 15, 6_144, 36_864, 307_200].map(clusters_for), [1, 1, 384, 2_304, 4_096]);
}

#[test]
fn planted_groups_are_found() {
    for (vectors, width, groups) in [(600, 24, 12), (1_500, 40, 100), (2_100, 33, 70)] {
        let found = Vectors::planted(vectors, width, groups, 0.4).clusters(groups, 2);
        let apart = (0..vectors).filter(|&n| found.of[n] != found.of[n % groups]).count();
        assert_eq!(apart, 0, "{apart} of {vectors} are away from their group of {groups}");
        assert_eq!(found.count, groups);
        assert!(mean(&found) > 0.9, "{}", mean(&found));
    }
}

#[test]
fn the_cosines_are_to_the_mean_of_the_unit_vectors() {
    let vectors = Vectors::planted(300, 10, 20, 1.0);
    let found = vectors.clusters(15, 1);
    let units: Vec<Vec<f64>> =
        vectors.rows.chunks(10).map(|row| unit(row.iter().map(|&x| x.into()).collect())).collect();
    for k in 0..found.count {
        let members: Vec<usize> = (0..300).filter(|&n| found.of[n] as usize == k).collect();
        let direction = unit((0..10).map(|i| members.iter().map(|&n| units[n][i]).sum()).collect());
        for n in members {
            let cosine: f64 = units[n].iter().zip(&direction).map(|(a, b)| a * b).sum();
            assert!((cosine - f64::from(found.cosines[n])).abs() < 1e-6, "{n}: {cosine} and {}", found.cosines[n]);
        }
    }
}

fn unit(x: Vec<f64>) -> Vec<f64> {
    let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    x.into_iter().map(|x| x / length).collect()
}

#[test]
fn the_clusters_do_not_depend_on_the_threads() {
    let vectors = Vectors::planted(3_000, 20, 90, 1.5);
    let (one, two) = (vectors.clusters(120, 1), vectors.clusters(120, 2));
    assert_eq!(one.of, two.of);
    assert_eq!(one.cosines, two.cosines);
}

#[test]
fn skipping_directions_that_did_not_move_changes_nothing() {
    let (vectors, pool, control) = (Vectors::planted(2_000, 16, 150, 1.2), Pool::new(2), Cancel::new());
    let points = vectors.points(&pool, &control);
    let mut some = Partition::start(&points, 160).expect("a start");
    let mut all = Partition::start(&points, 160).expect("a start");
    for round in 0..12 {
        let moved = some.moved().filter(|&moved| moved).count();
        some.lloyd(&points).expect("a round");
        all.forget();
        all.lloyd(&points).expect("a round");
        assert_eq!(some.of, all.of, "round {round}, in which {moved} had moved");
        assert_eq!(some.lengths, all.lengths, "round {round}, in which {moved} had moved");
    }
}

#[test]
fn moves_are_better_than_lloyd_alone() {
    let (pool, control) = (Pool::new(2), Cancel::new());
    for (vectors, count) in [
        (Vectors::planted(800, 16, 40, 0.6), 40),
        (Vectors::planted(1_000, 12, 1_000, 0.0), 60),
        (Vectors::planted(1_000, 8, 30, 1.0), 300),
    ] {
        let points = vectors.points(&pool, &control);
        let mut plain = Partition::start(&points, count).expect("a start");
        let mut before = plain.objective();
        for _ in 0..40 {
            plain.lloyd(&points).expect("a round");
            assert!(plain.objective() >= before - 1e-3, "{} after {before}", plain.objective());
            before = plain.objective();
        }
        let found = mean(&vectors.clusters(count, 2));
        let plain = plain.objective() / vectors.count() as f64;
        assert!(found > plain, "{found} and, without moves, {plain}");
    }
}

#[test]
fn a_round_of_moves_gains_what_it_says() {
    let (pool, control) = (Pool::new(1), Cancel::new());
    let mut moved = 0;
    for case in 0..100 {
        let (vectors, count) = (Vectors::planted(120, 2 + case % 5, 120 - case, 0.1), 2 + case % 31);
        let points = vectors.points(&pool, &control);
        let mut partition = Partition::start(&points, count).expect("a start");
        for _ in 0..4 {
            let before = partition.objective();
            let gain = improve(&mut partition, &points).expect("moves");
            let now = partition.objective();
            assert!(gain >= 0.0 && (now - before - gain).abs() < 1e-4, "{gain} from {before} to {now}");
            moved += usize::from(gain > 0.0);
        }
    }
    assert!(moved > 100, "{moved}");
}

#[test]
fn vectors_without_a_direction_get_no_cluster_of_their_own() {
    let mut vectors = Vectors::planted(45, 8, 4, 0.0);
    (40..45).for_each(|n| vectors.row(n).fill(0.0));
    let found = vectors.clusters(12, 2);
    assert!((40..45).all(|n| found.of[n] == found.of[40]), "{:?}", found.of);
    assert!(found.cosines[..40].iter().all(|&c| c > 0.999), "{:?}", found.cosines);
}

#[test]
fn vectors_without_a_direction_do_no_harm() {
    let mut vectors = Vectors::planted(400, 16, 8, 0.3);
    let broken = [(0, 0.0), (9, f32::NAN), (100, f32::INFINITY), (399, f32::NEG_INFINITY)];
    for (n, value) in broken {
        vectors.row(n).fill(0.0);
        vectors.row(n)[3] = value;
    }
    let found = vectors.clusters(8, 2);
    for n in 0..400 {
        if broken.iter().any(|(b, _)| *b == n) {
            assert_eq!(found.cosines[n], 0.0);
        } else {
            assert_eq!(found.of[n], found.of[16 + n % 8], "{n}");
            assert!(found.cosines[n] > 0.8, "{}", found.cosines[n]);
        }
    }

    let nothing = Vectors { rows: vec![0.0; 50 * 4], width: 4 }.clusters(7, 2);
    assert_eq!((nothing.count, mean(&nothing)), (7, 0.0));
    let tiny = Vectors { rows: vec![f32::from_bits(1); 50 * 4], width: 4 }.clusters(1, 1);
    assert!((mean(&tiny) - 1.0).abs() < 1e-6, "{}", mean(&tiny));
    let huge = Vectors { rows: vec![f32::MAX; 50 * 4], width: 4 }.clusters(1, 1);
    assert!((mean(&huge) - 1.0).abs() < 1e-6, "{}", mean(&huge));
}

#[test]
fn equal_vectors_fill_every_cluster() {
    let found = Vectors::planted(200, 8, 2, 0.0).clusters(30, 2);
    assert_eq!(found.count, 30);
    assert!(mean(&found) > 1.0 - 1e-6, "{}", mean(&found));
}

#[test]
fn an_empty_cluster_gets_the_vector_that_fits_worst() {
    let mut vectors = Vectors::planted(60, 8, 2, 0.0);
    vectors.row(41).fill(1.0);
    let (pool, control) = (Pool::new(1), Cancel::new());
    let start = Partition::start(&vectors.points(&pool, &control), 3).expect("a start");
    assert!((0..60).all(|n| (start.of[n] == start.of[41]) == (n == 41)), "{:?}", start.of);
}

#[test]
fn with_enough_clusters_every_vector_has_its_own() {
    let vectors = Vectors::planted(50, 8, 25, 0.1);
    for count in [50, 51, 5_000] {
        let found = vectors.clusters(count, 2);
        assert_eq!(found.of, (0..50).collect::<Vec<u32>>());
        assert!(mean(&found) > 1.0 - 1e-6);
    }
    let mut zeros = Vectors::planted(50, 8, 25, 0.1);
    [0, 7, 30, 31, 49].into_iter().for_each(|n| zeros.row(n).fill(0.0));
    assert_eq!(zeros.clusters(50, 1).of, (0..50).collect::<Vec<u32>>());
    assert_eq!(Vectors { rows: Vec::new(), width: 8 }.clusters(3, 1).count, 0);
    assert_eq!(vectors.clusters(0, 1).count, 1);
}

#[test]
fn cancelling_ends_it_at_any_round() {
    let (vectors, pool) = (Vectors::planted(500, 8, 20, 1.0), Pool::new(2));
    for last in 0..6 {
        let control = Cancel::new();
        let stop = control.clone();
        let mut rounds = move |done: usize, _: usize| {
            if done >= last {
                stop.cancel();
            }
        };
        let found = cluster(&vectors, 500, 8, 60, &pool, &control, &mut rounds);
        assert!(matches!(found, Err(Error::Cancelled)), "cancelled after round {last}");
    }
}

#[test]
fn progress_counts_to_the_end() {
    let (vectors, pool) = (Vectors::planted(500, 8, 20, 1.0), Pool::new(1));
    let mut seen = Vec::new();
    let mut rounds = |done: usize, all: usize| seen.push((done, all));
    cluster(&vectors, 500, 8, 60, &pool, &Cancel::new(), &mut rounds).expect("clusters");
    assert_eq!((seen.first().map(|s| s.0), seen.last().map(|s| s.0 == s.1)), (Some(0), Some(true)));
    assert!(seen.is_sorted(), "{seen:?}");
}

#[test]
fn a_model_that_fails_is_an_error() {
    let (vectors, pool) = (Vectors::planted(100, 8, 20, 1.0), Pool::new(2));
    for count in [1, 10, 101] {
        let found = cluster(&vectors, 101, 8, count, &pool, &Cancel::new(), &mut |_, _| {});
        assert!(matches!(found, Err(Error::Model(_))), "{count}");
    }
}
