//! A partition of the vectors and Lloyd's rounds on it: assign every vector to the nearest mean direction, then update
//! the directions.
//!
//! A round costs only what has changed. A vector is not compared again with directions that have not moved since its
//! last comparison: it keeps an upper bound of its cosine to them. Only if the bound does not decide is the vector
//! compared with all. So a round gives exactly the same result as comparing everything.

use kernels::{Packed, add, dot, norm};
use lm::Error;

use super::points::{Points, scale, unit};

/// The clusters of all value vectors.
pub(crate) struct Clustering {
    /// The cluster of each vector. Larger clusters have lower numbers (ties: the lower first member).
    pub(crate) of: Vec<u32>,
    /// The cosine of each vector to its cluster's mean direction; 0 for a vector without a direction.
    pub(crate) cosines: Vec<f32>,
    /// The number of clusters; none is empty.
    pub(crate) count: usize,
}

/// Seed for the choice of the first directions.
const SEED: u64 = 0x756e_656d_6265_6400;

/// The vectors' clusters and the clusters' sums.
pub(super) struct Partition {
    /// The number of clusters.
    pub(super) count: usize,
    /// The cluster of each vector.
    pub(super) of: Vec<u32>,
    /// The cosine of each vector to its cluster's direction, if that has not moved. Infinite for a vector without a
    /// direction: it stays in its cluster, and it fits no other one better.
    cosines: Vec<f32>,
    /// An upper bound of each vector's cosine to the other directions that have not moved.
    bounds: Vec<f32>,
    /// The number of members of each cluster.
    pub(super) sizes: Vec<u32>,
    /// S_k, the sum of the unit vectors of each cluster: count x width.
    sums: Vec<f32>,
    /// |S_k|.
    pub(super) lengths: Vec<f64>,
    /// Clusters whose members have changed since vectors were last compared with directions.
    moved: Vec<bool>,
}

impl Partition {
    /// Makes random vectors the clusters' directions, and assigns every vector to the best one.
    pub(super) fn start(points: &Points<'_>, count: usize) -> Result<Self, Error> {
        let (vectors, width) = (points.vectors, points.width);
        let mut numbers: Vec<u32> = (0..vectors as u32).collect();
        numbers.sort_by_cached_key(|&n| mix(SEED + u64::from(n)));
        let mut sums = vec![0.0; count * width];
        let mut lengths = vec![0.0; count];
        let mut chosen = 0;
        for &number in &numbers {
            // A vector without a direction cannot start a cluster. If too few others exist, the remaining sums stay
            // zero.
            let Some(sum) = sums.get_mut(chosen * width..(chosen + 1) * width) else { break };
            if unit(points.weights, number, sum)? {
                lengths[chosen] = 1.0;
                chosen += 1;
            }
        }
        let mut partition = Self {
            count,
            of: vec![0; vectors],
            cosines: vec![f32::INFINITY; vectors],
            bounds: vec![0.0; vectors],
            sizes: vec![0; count],
            sums,
            lengths,
            moved: vec![true; count],
        };
        partition.assign(points)?;
        partition.update(points)?;
        Ok(partition)
    }

    /// One round: compare and update. The objective does not fall.
    pub(super) fn lloyd(&mut self, points: &Points<'_>) -> Result<(), Error> {
        self.assign(points)?;
        self.update(points)
    }

    /// The sum of the cosines of all vectors to their clusters' directions.
    #[cfg(test)]
    pub(super) fn objective(&self) -> f64 {
        self.lengths.iter().sum()
    }

    /// Moves a vector to another cluster; `update` must follow.
    pub(super) fn put(&mut self, vector: u32, cluster: u32) {
        let before = std::mem::replace(&mut self.of[vector as usize], cluster);
        self.moved[before as usize] = true;
        self.moved[cluster as usize] = true;
    }

    /// S_k of a cluster.
    pub(super) fn sum(&self, cluster: usize, width: usize) -> &[f32] {
        &self.sums[cluster * width..(cluster + 1) * width]
    }

    /// The directions of these clusters as columns.
    pub(super) fn directions(&self, clusters: &[u32], width: usize) -> Packed {
        let mut head = Packed::zeros(width, clusters.len());
        let mut column = vec![0.0; width];
        for (j, &cluster) in clusters.iter().enumerate() {
            column.copy_from_slice(self.sum(cluster as usize, width));
            scale(self.lengths[cluster as usize], &mut column);
            head.fill_column(j, &column);
        }
        head
    }

    /// Assigns every vector to its nearest direction. Afterwards `moved` says which clusters' members have changed.
    fn assign(&mut self, points: &Points<'_>) -> Result<(), Error> {
        let all: Vec<u32> = (0..self.count as u32).collect();
        let mut moved: Vec<u32> = all.iter().copied().filter(|&k| self.moved[k as usize]).collect();
        if moved.is_empty() {
            return Ok(());
        }
        if moved.len() * 4 > self.count * 3 {
            moved.clone_from(&all);
            self.moved.fill(true);
            self.bounds.fill(f32::NEG_INFINITY);
        }
        let was_moved = std::mem::replace(&mut self.moved, vec![false; self.count]);
        let numbers: Vec<u32> = (0..points.vectors as u32).collect();
        let mut undecided = Vec::new();
        let head = self.directions(&moved, points.width);
        points.blocks(&numbers, |block, rows| {
            let found = points.nearest(rows, &head, 2)?;
            for ((&vector, row), near) in block.iter().zip(rows.chunks_exact(points.width)).zip(found) {
                let v = vector as usize;
                let Some((first, cosine, second)) = best(&near).filter(|_| row.iter().any(|&x| x != 0.0)) else {
                    continue;
                };
                let (compared, bound) = (was_moved[self.of[v] as usize], self.bounds[v]);
                if compared && cosine < bound {
                    undecided.push(vector);
                } else if compared || cosine > self.cosines[v] {
                    // If the direction that it leaves was not compared, that direction moves by this and will be
                    // compared.
                    self.settle(vector, moved[first as usize], cosine, second.max(bound));
                } else {
                    self.bounds[v] = bound.max(cosine);
                }
            }
            Ok(())
        })?;
        drop(head);
        if undecided.is_empty() {
            return Ok(());
        }
        let head = self.directions(&all, points.width);
        points.blocks(&undecided, |block, rows| {
            for (&vector, near) in block.iter().zip(points.nearest(rows, &head, 2)?) {
                if let Some((first, cosine, second)) = best(&near) {
                    self.settle(vector, first, cosine, second);
                }
            }
            Ok(())
        })
    }

    fn settle(&mut self, vector: u32, cluster: u32, cosine: f32, bound: f32) {
        if self.of[vector as usize] != cluster {
            self.put(vector, cluster);
        }
        self.cosines[vector as usize] = cosine;
        self.bounds[vector as usize] = bound;
    }

    /// Sums the clusters whose members have changed; none of them is empty. Members are added in order.
    pub(super) fn update(&mut self, points: &Points<'_>) -> Result<(), Error> {
        let width = points.width;
        self.refill();
        for (sum, _) in self.sums.chunks_exact_mut(width).zip(&self.moved).filter(|(_, moved)| **moved) {
            sum.fill(0.0);
        }
        let members = |&v: &u32| self.moved[self.of[v as usize] as usize];
        let members: Vec<u32> = (0..points.vectors as u32).filter(members).collect();
        points.blocks(&members, |block, rows| {
            for (&vector, row) in block.iter().zip(rows.chunks_exact(width)) {
                let cluster = self.of[vector as usize] as usize;
                add(&mut self.sums[cluster * width..(cluster + 1) * width], row);
            }
            Ok(())
        })?;
        for (length, sum) in self.lengths.iter_mut().zip(self.sums.chunks_exact(width)) {
            *length = norm(sum);
        }
        Ok(())
    }

    /// For each cluster, whether its members have changed since vectors were last compared with directions.
    #[cfg(test)]
    pub(super) fn moved(&self) -> impl Iterator<Item = bool> {
        self.moved.iter().copied()
    }

    /// Discards the bounds, so that the next round compares everything.
    #[cfg(test)]
    pub(super) fn forget(&mut self) {
        self.moved.fill(true);
    }

    /// Counts the members, and gives every empty cluster the vector that fits its own cluster worst.
    fn refill(&mut self) {
        self.sizes.fill(0);
        self.of.iter().for_each(|&cluster| self.sizes[cluster as usize] += 1);
        let mut empty: Vec<u32> = (0..self.count as u32).filter(|&k| self.sizes[k as usize] == 0).collect();
        if empty.is_empty() {
            return;
        }
        let mut worst: Vec<u32> = (0..self.of.len() as u32).collect();
        let cosine = |vector: u32| self.cosines[vector as usize];
        worst.sort_unstable_by(|&a, &b| cosine(a).total_cmp(&cosine(b)).then(a.cmp(&b)));
        for vector in worst {
            let Some(&cluster) = empty.last() else { break };
            let before = self.of[vector as usize] as usize;
            if self.sizes[before] > 1 {
                self.sizes[before] -= 1;
                self.sizes[cluster as usize] = 1;
                self.put(vector, cluster);
                empty.pop();
            }
        }
    }

    /// The clusters in their final order, with cosines to their final directions.
    pub(super) fn finish(self, points: &Points<'_>) -> Result<Clustering, Error> {
        let mut order: Vec<usize> = (0..self.count).collect();
        let mut first = vec![u32::MAX; self.count];
        for (vector, &cluster) in (0..).zip(&self.of) {
            let first = &mut first[cluster as usize];
            *first = vector.min(*first);
        }
        order.sort_unstable_by_key(|&k| (std::cmp::Reverse(self.sizes[k]), first[k]));
        let mut renamed = vec![0; self.count];
        (0..).zip(order).for_each(|(new, old): (u32, usize)| renamed[old] = new);

        let mut cosines = vec![0.0; points.vectors];
        let numbers: Vec<u32> = (0..points.vectors as u32).collect();
        points.blocks(&numbers, |block, rows| {
            for (&vector, row) in block.iter().zip(rows.chunks_exact(points.width)) {
                let cluster = self.of[vector as usize] as usize;
                let length = self.lengths[cluster];
                if length > 0.0 {
                    let cosine = dot(row, self.sum(cluster, points.width)) / length;
                    cosines[vector as usize] = cosine.clamp(-1.0, 1.0) as f32;
                }
            }
            Ok(())
        })?;
        let of = self.of.iter().map(|&cluster| renamed[cluster as usize]).collect();
        Ok(Clustering { of, cosines, count: self.count })
    }
}

/// The nearest column, its cosine, and the second-best cosine.
fn best(near: &[(u32, f32)]) -> Option<(u32, f32, f32)> {
    let second = near.get(1).map_or(f32::NEG_INFINITY, |&(_, cosine)| cosine);
    near.first().map(|&(column, cosine)| (column, cosine, second))
}

/// A pseudo-random number (splitmix64's output; Steele, Lea and Flood 2014).
pub(super) fn mix(seed: u64) -> u64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}
