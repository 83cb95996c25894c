//! What Lloyd's rounds cannot do: merge two clusters that are nearly one, and split a cluster that is nearly two with
//! the number that this frees. A move is made if the split gains more than the merge loses, so the objective rises by
//! the difference.

use std::sync::OnceLock;

use kernels::{add, dot, norm};
use lm::{Error, Weights};

use super::partition::Partition;
use super::points::{Points, unit};

/// Neighbours of a cluster that may be merged with it.
const NEAR: usize = 6;
/// Clusters that are split between two checkpoints.
const TOGETHER: usize = 64;
/// Members that determine a split; the others only follow it.
const SAMPLE: usize = 256;
/// The most rounds of 2-means.
const STEPS: usize = 5;
/// The least gain of a move, well above the rounding of the sums.
const LEAST: f64 = 1e-3;

/// Two clusters that may be merged.
struct Merge {
    /// What the merge loses: |S_a| + |S_b| - |S_a + S_b|.
    loss: f64,
    pair: [u32; 2],
}

/// A cluster that may be split.
struct Split {
    /// What the split gains: |S_a| + |S_b| - |S_a + S_b|.
    gain: f64,
    cluster: u32,
    /// The members that would leave.
    leave: Vec<u32>,
}

/// Makes every move with a gain, best first, each on different clusters. Returns the gain of the objective.
pub(super) fn improve(partition: &mut Partition, points: &Points<'_>) -> Result<f64, Error> {
    let merges = merges(partition, points)?;
    let Some(least) = merges.first().map(|merge| merge.loss) else { return Ok(0.0) };
    let members = Members::of(partition);
    let splits = splits(partition, &members, points, least)?;
    let mut gain = 0.0;
    let mut used = vec![false; partition.count];
    let mut merges = merges.iter().peekable();
    for split in &splits {
        if used[split.cluster as usize] {
            continue;
        }
        let free = |merge: &&Merge| merge.pair.iter().all(|&k| !used[k as usize] && k != split.cluster);
        // A merge is skipped if one of its clusters is already changed, or is the one that this split divides.
        while merges.peek().is_some_and(|merge| !free(merge)) {
            merges.next();
        }
        let Some(merge) = merges.peek().filter(|merge| split.gain - merge.loss > LEAST) else { break };
        gain += split.gain - merge.loss;
        let [freed, grown] = merge.pair;
        members.get(freed).iter().for_each(|&vector| partition.put(vector, grown));
        split.leave.iter().for_each(|&vector| partition.put(vector, freed));
        for cluster in [freed, grown, split.cluster] {
            used[cluster as usize] = true;
        }
    }
    partition.update(points)?;
    Ok(gain)
}

/// For each cluster the merge with the least loss, cheapest first.
fn merges(partition: &Partition, points: &Points<'_>) -> Result<Vec<Merge>, Error> {
    let all: Vec<u32> = (0..partition.count as u32).collect();
    let head = partition.directions(&all, points.width);
    let mut merges = Vec::with_capacity(all.len());
    let mut rows = vec![0.0; all.len().min(TOGETHER) * points.width];
    for block in all.chunks(TOGETHER) {
        let rows = &mut rows[..block.len() * points.width];
        for (row, &k) in rows.chunks_exact_mut(points.width).zip(block) {
            head.column(k as usize, row);
        }
        for (&a, near) in block.iter().zip(points.nearest(rows, &head, NEAR + 1)?) {
            let length = |k: u32| partition.lengths[k as usize];
            let loss = |&(b, cosine): &(u32, f32)| {
                let (x, y) = (length(a), length(b));
                let both = (x * x + y * y + 2.0 * x * y * f64::from(cosine)).max(0.0).sqrt();
                Merge { loss: x + y - both, pair: [a, b] }
            };
            let others = near.iter().filter(|(b, _)| *b != a).map(loss);
            merges.extend(others.min_by(|a, b| a.loss.total_cmp(&b.loss)));
        }
    }
    merges.sort_by(|a, b| a.loss.total_cmp(&b.loss).then(a.pair.cmp(&b.pair)));
    Ok(merges)
}

/// Splits that gain more than `least`, best first, among the looser half of the clusters.
fn splits(partition: &Partition, members: &Members, points: &Points<'_>, least: f64) -> Result<Vec<Split>, Error> {
    // The most that a split can gain is the difference between a cluster's size and the length of its sum.
    let slack = |k: u32| f64::from(partition.sizes[k as usize]) - partition.lengths[k as usize];
    let mut loose: Vec<u32> = (0..partition.count as u32).filter(|&k| slack(k) > least + LEAST).collect();
    loose.sort_by(|&a, &b| slack(b).total_cmp(&slack(a)).then(a.cmp(&b)));
    loose.truncate(partition.count.div_ceil(2));

    let mut splits = Vec::new();
    let (weights, width) = (points.weights, points.width);
    for clusters in loose.chunks(TOGETHER) {
        points.control.checkpoint()?;
        let failed = OnceLock::new();
        let mut found: Vec<Option<Split>> = clusters.iter().map(|_| None).collect();
        points.pool.run_chunks(&mut found, 1, &|task, found| {
            let cluster = clusters[task];
            let sum = partition.sum(cluster as usize, width);
            match split(weights, members.get(cluster), sum, partition.lengths[cluster as usize]) {
                Ok(Some((gain, leave))) => found[0] = Some(Split { gain, cluster, leave }),
                Ok(None) => {}
                // Report one of several errors.
                Err(error) => drop(failed.set(error)),
            }
        });
        if let Some(error) = failed.into_inner() {
            return Err(error);
        }
        splits.extend(found.into_iter().flatten().filter(|split| split.gain > least + LEAST));
    }
    splits.sort_by(|a, b| b.gain.total_cmp(&a.gain).then(a.cluster.cmp(&b.cluster)));
    Ok(splits)
}

/// 2-means among the members of a cluster with a given sum and length: the gain, and the members that leave.
fn split(weights: &dyn Weights, members: &[u32], sum: &[f32], length: f64) -> Result<Option<(f64, Vec<u32>)>, Error> {
    let width = sum.len();
    let sample = members.iter().step_by(members.len().div_ceil(SAMPLE).max(1));
    let mut rows = Vec::with_capacity(sample.len() * width);
    for &vector in sample {
        let known = rows.len();
        rows.resize(known + width, 0.0);
        // A member without a direction would be the furthest from every other.
        if !unit(weights, vector, &mut rows[known..])? {
            rows.truncate(known);
        }
    }
    // Start from the two members that are furthest apart, as one pass finds them.
    let furthest = |from: &[f32]| {
        let cosines = rows.chunks_exact(width).map(|row| (dot(row, from), row));
        cosines.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, row)| row)
    };
    let Some(one) = furthest(sum) else { return Ok(None) };
    let Some(other) = furthest(one) else { return Ok(None) };
    let mut between: Vec<f32> = one.iter().zip(other).map(|(a, b)| a - b).collect();
    let mut sides = Vec::new();
    for _ in 0..STEPS {
        let now: Vec<bool> = rows.chunks_exact(width).map(|row| dot(row, &between) < 0.0).collect();
        if now == sides {
            break;
        }
        let mut sums = [vec![0.0; width], vec![0.0; width]];
        for (row, &side) in rows.chunks_exact(width).zip(&now) {
            add(&mut sums[usize::from(side)], row);
        }
        let lengths = sums.each_ref().map(|sum| norm(sum));
        if lengths.contains(&0.0) {
            return Ok(None);
        }
        let direction = |side: usize, i: usize| f64::from(sums[side][i]) / lengths[side];
        between = (0..width).map(|i| (direction(0, i) - direction(1, i)) as f32).collect();
        sides = now;
    }

    let mut leave = Vec::new();
    let mut sums = [vec![0.0; width], vec![0.0; width]];
    let mut row = vec![0.0; width];
    for &vector in members {
        unit(weights, vector, &mut row)?;
        let leaves = dot(&row, &between) < 0.0;
        add(&mut sums[usize::from(leaves)], &row);
        if leaves {
            leave.push(vector);
        }
    }
    let gain = norm(&sums[0]) + norm(&sums[1]) - length;
    Ok((!leave.is_empty() && leave.len() < members.len()).then_some((gain, leave)))
}

/// The members of every cluster, in order.
struct Members {
    vectors: Vec<u32>,
    /// Where each cluster's members begin, and the end.
    starts: Vec<usize>,
}

impl Members {
    fn of(partition: &Partition) -> Self {
        let mut starts = vec![0; partition.count + 1];
        for (k, &size) in partition.sizes.iter().enumerate() {
            starts[k + 1] = starts[k] + size as usize;
        }
        let mut next = starts.clone();
        let mut vectors = vec![0; partition.of.len()];
        for (vector, &cluster) in (0..).zip(&partition.of) {
            vectors[next[cluster as usize]] = vector;
            next[cluster as usize] += 1;
        }
        Self { vectors, starts }
    }

    fn get(&self, cluster: u32) -> &[u32] {
        &self.vectors[self.starts[cluster as usize]..self.starts[cluster as usize + 1]]
    }
}
