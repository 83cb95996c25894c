//! Exact answers over all value vectors: by direction, and by one token's logit. Each is one product with every vector;
//! no list of words is read.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

use base::{TokenId, ValueId};
use lm::{Control, End, Error, LanguageModel, Similar};

use crate::lists::Segments;

/// The vectors with the largest cosine to `id`'s, without `id` itself; with `within`, only those. None for a vector of length
/// 0, which has no direction.
pub(crate) fn similar(
    segments: &Segments,
    id: ValueId,
    count: usize,
    within: Option<&Range<usize>>,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<Similar>, Error> {
    model.info().check(id)?;
    let own = model.info().number(id);
    let mut direction = vec![0.0; model.info().width];
    model.weights().value_vectors(own..own + 1, &mut direction)?;
    let norms = model.weights().norms();
    let length = norms.get(own).copied().unwrap_or(0.0);
    if length == 0.0 {
        return Ok(Vec::new());
    }
    // A power of two changes no digit of a product, and keeps products of large or small vectors in range.
    let scale = power_of_two_near(length).recip();
    direction.iter_mut().for_each(|x| *x *= scale);
    let length = length * scale;
    let dots = model.weights().align(&direction, control)?;
    let cosine = |n: usize| {
        let lengths = length * norms.get(n).copied().unwrap_or(0.0);
        if lengths > 0.0 { dots[n] / lengths } else { 0.0 }
    };
    let wanted = (0..dots.len()).filter(|&n| n != own && within.is_none_or(|w| w.contains(&n)));
    let best = best(wanted.map(|n| (n as u32, cosine(n))), count);
    Ok(best.into_iter().map(|(n, cosine)| Similar { id: segments.id(n as usize), cosine }).collect())
}

/// The largest power of two that is at most `x`, for a positive `x` whose reciprocal is finite.
fn power_of_two_near(x: f32) -> f32 {
    const EXPONENT: u32 = 0xff << 23;
    f32::from_bits(x.clamp(1e-37, 1e37).to_bits() & EXPONENT)
}

/// The vectors that move a token furthest to an end, by its logit standardised over the vocabulary of each, largest
/// first. Vectors that are not indexed yet have no mean and deviation and are left out.
pub(crate) fn promoting(
    segments: &Segments,
    token: TokenId,
    end: End,
    count: usize,
    within: Option<&Range<usize>>,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<(u32, f32)>, Error> {
    let logits = model.weights().align(&model.weights().output_row(token)?, control)?;
    let sign = if end == End::Top { 1.0 } else { -1.0 };
    let mut standardised = Vec::with_capacity(logits.len());
    for segment in segments.indexed() {
        let moments = segments.moments(segment)?;
        for (n, (mean, deviation)) in segments.range(segment).zip(moments.iter()) {
            if *deviation > 0.0 && within.is_none_or(|w| w.contains(&n)) {
                standardised.push((n as u32, sign * (logits[n] - mean) / deviation));
            }
        }
    }
    Ok(best(standardised.into_iter(), count))
}

/// The `count` largest, largest first; equal ones by number.
pub(crate) fn best(all: impl Iterator<Item = (u32, f32)>, count: usize) -> Vec<(u32, f32)> {
    struct Entry(u32, f32);
    impl PartialEq for Entry {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other) == Ordering::Equal
        }
    }
    impl Eq for Entry {}
    impl PartialOrd for Entry {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Entry {
        /// The worst one is the greatest, so that a heap removes it first.
        fn cmp(&self, other: &Self) -> Ordering {
            other.1.total_cmp(&self.1).then(self.0.cmp(&other.0))
        }
    }
    let mut heap: BinaryHeap<Entry> = BinaryHeap::with_capacity(count + 1);
    for (n, x) in all.filter(|(_, x)| !x.is_nan()) {
        if heap.len() < count {
            heap.push(Entry(n, x));
        } else if let Some(mut worst) = heap.peek_mut()
            && Entry(n, x) < *worst
        {
            *worst = Entry(n, x);
        }
    }
    heap.into_sorted_vec().into_iter().map(|Entry(n, x)| (n, x)).collect()
}

#[cfg(test)]
mod tests {
    use super::{best, power_of_two_near};

    #[test]
    fn powers_of_two_are_exact_and_have_a_reciprocal() {
        for (x, expected) in [(1.0, 1.0), (3.9, 2.0), (0.3, 0.25), (1e20, 2f32.powi(66))] {
            assert_eq!(power_of_two_near(x), expected, "{x}");
        }
        for x in [f32::MIN_POSITIVE, 1e-45, f32::MAX] {
            assert!(power_of_two_near(x).recip().is_normal(), "{x}");
        }
    }

    #[test]
    fn the_best_come_first_and_equal_ones_by_number() {
        let all = [(5, 1.0), (1, 2.0), (9, f32::NAN), (0, 1.0), (7, -3.0)];
        assert_eq!(best(all.into_iter(), 3), [(1, 2.0), (0, 1.0), (5, 1.0)]);
        assert!(best(all.into_iter(), 0).is_empty());
        assert_eq!(best(all.into_iter(), 99).len(), 4);
    }
}
