//! Value vectors grouped by direction: spherical k-means, improved by merging clusters that are nearly one and splitting
//! those that are nearly two. `stored` says what clusters are for and how they are stored.
//!
//! The objective is sum_k |S_k|, S_k the sum of cluster k's unit vectors (Dhillon and Modha 2001, "Concept
//! decompositions for large sparse text data using clustering"). Divided by the number of vectors it is the mean cosine
//! of a vector to its cluster's mean direction, which compares groupings. Memory is linear in the vectors: two copies of
//! the directions, a few numbers for each vector, and one block of vectors, which are read again each time.

mod moves;
mod partition;
mod points;
mod stored;
#[cfg(test)]
mod tests;

use lm::{Control, Error, Weights};

use partition::{Clustering, Partition};
use points::Points;

pub(crate) use stored::StoredClusters;

/// Lloyd rounds before the first moves. More are useless, because the moves change the clusters.
const FIRST: usize = 2;
/// The most rounds of moves.
const ROUNDS: usize = 12;
/// Lloyd rounds after each round of moves.
const BETWEEN: usize = 2;
/// The last round of moves is the one that raises the mean cosine by less than this.
const ENOUGH: f64 = 5e-5;
/// Vectors for each cluster, up to `MOST` clusters: few enough that most clusters have one subject.
const EACH: usize = 16;
/// More clusters than this are too many to look through.
const MOST: usize = 4096;

/// The number of clusters for a model of this many value vectors.
pub(crate) fn clusters_for(vectors: usize) -> usize {
    (vectors / EACH).clamp(1, MOST)
}

/// Groups `vectors` value vectors of `width` numbers into `count` clusters, or one for each vector if there are fewer.
/// The same weights give the same clusters on any number of threads. `progress` gets the rounds that are done, and all
/// rounds.
pub(crate) fn cluster(
    weights: &dyn Weights,
    vectors: usize,
    width: usize,
    count: usize,
    pool: &kernels::Pool,
    control: &dyn Control,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Clustering, Error> {
    let points = Points { weights, vectors, width, pool, control };
    let count = count.clamp(1, vectors.max(1)).min(vectors);
    let rounds = FIRST + ROUNDS;
    progress(0, rounds);
    let mut partition = Partition::start(&points, count)?;
    for round in 0..FIRST {
        partition.lloyd(&points)?;
        progress(round + 1, rounds);
    }
    for round in 0..ROUNDS {
        let gain = moves::improve(&mut partition, &points)?;
        for _ in 0..BETWEEN {
            partition.lloyd(&points)?;
        }
        progress(FIRST + round + 1, rounds);
        if gain < ENOUGH * vectors as f64 {
            break;
        }
    }
    let found = partition.finish(&points)?;
    progress(rounds, rounds);
    Ok(found)
}
