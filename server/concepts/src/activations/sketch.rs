//! The distribution of one vector's coefficients: a histogram whose bins grow with the coefficient, so that a quantile
//! has the same relative error at any size. Two histograms of one vector are added bin by bin. This module does not know
//! the vectors; the caller keeps the counts, `BINS` in a row.
//!
//! Large coefficients are positive, and users ask how large is unusual. So an octave of positive ones has four bins, and
//! a quantile is within about a tenth of the exact one. Negative ones are small if the activation is a GELU, so they
//! have two bins an octave and quantiles within a fifth. The largest error, if all coefficients of a bin are at one
//! edge, is the bin's width.

/// Bins of a histogram, from the most negative coefficients to the largest.
pub(crate) const BINS: usize = NEGATIVE + 1 + POSITIVE;

/// Negative coefficients: two bins an octave down to -2^4.
const NEGATIVE: usize = 24;
/// Positive coefficients: four bins an octave up to 2^8.
const POSITIVE: usize = 64;
/// Coefficients of either sign below this share one bin, the one after the negative ones.
const SMALLEST: f32 = 1.0 / 256.0;

/// 2^(0/4), 2^(1/4), 2^(2/4), 2^(3/4): the edges in an octave.
const QUARTERS: [f32; 4] = [1.0, 1.189_207_1, std::f32::consts::SQRT_2, 1.681_792_9];

const MANTISSA: u32 = (1 << 23) - 1;

/// The bin of a coefficient. Coefficients beyond the ends are in the last bin there; one that is not finite is in any
/// bin.
#[inline(always)]
pub(crate) fn bin(m: f32) -> usize {
    // Called for hundreds of millions of coefficients: reads the bits, without a branch.
    let size = m.to_bits() & !(1 << 31);
    let mantissa = size & MANTISSA;
    let past = |cut: f32| i32::from(mantissa >= cut.to_bits() & MANTISSA);
    let quarter = past(QUARTERS[1]) + past(QUARTERS[2]) + past(QUARTERS[3]);
    let octave = (size >> 23) as i32 - (SMALLEST.to_bits() >> 23) as i32;
    let up = (octave * 4 + quarter).min(POSITIVE as i32 - 1);
    let down = (octave * 2 + quarter / 2).min(NEGATIVE as i32 - 1);
    let from_middle = if m.is_sign_negative() { -1 - down } else { 1 + up };
    (NEGATIVE as i32 + if octave < 0 { 0 } else { from_middle }) as usize
}

/// The coefficients of a bin, from and to; the last bins are open.
pub(crate) fn edges(bin: usize) -> (f32, f32) {
    let edge = |nth: usize, most: usize, quarters: usize| match nth * quarters {
        _ if nth == most => f32::INFINITY,
        quarters => SMALLEST * (1u32 << (quarters / 4).min(31)) as f32 * QUARTERS[quarters % 4],
    };
    if bin > NEGATIVE {
        let nth = bin - NEGATIVE - 1;
        (edge(nth, POSITIVE, 1), edge(nth + 1, POSITIVE, 1))
    } else if bin == NEGATIVE {
        (-SMALLEST, SMALLEST)
    } else {
        let nth = NEGATIVE - 1 - bin;
        (-edge(nth + 1, NEGATIVE, 2), -edge(nth, NEGATIVE, 2))
    }
}

/// The edges of a bin, limited to the counted coefficients.
fn edges_within(bin: usize, ends: (f32, f32)) -> (f32, f32) {
    let (from, to) = edges(bin);
    (from.max(ends.0), to.min(ends.1))
}

/// The coefficient that the share `q` of the counted ones does not exceed, by linear interpolation in its bin. `ends`
/// are the smallest and the largest counted coefficient. `None` if nothing was counted.
pub(crate) fn quantile(counts: &[u32], ends: (f32, f32), q: f64) -> Option<f32> {
    let wanted = q.clamp(0.0, 1.0) * total(counts);
    let mut below = 0.0;
    for (bin, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let count = f64::from(count);
        if below + count >= wanted {
            let (from, to) = edges_within(bin, ends);
            let share = (wanted - below) / count;
            return Some((f64::from(from) + (f64::from(to) - f64::from(from)) * share) as f32);
        }
        below += count;
    }
    None
}

/// The share of the counted coefficients below a coefficient, by linear interpolation in its bin; 0 if nothing was
/// counted.
#[cfg_attr(not(test), expect(dead_code, reason = "for callers that need more than the reported quantiles"))]
pub(crate) fn share_below(counts: &[u32], ends: (f32, f32), m: f32) -> f64 {
    let total = total(counts);
    if m <= ends.0 || total == 0.0 {
        return 0.0;
    }
    if m > ends.1 {
        return 1.0;
    }
    let at = bin(m).min(counts.len());
    let (from, to) = edges_within(at, ends);
    let share = ((f64::from(m) - f64::from(from)) / (f64::from(to) - f64::from(from))).clamp(0.0, 1.0);
    let below: f64 = counts[..at].iter().map(|&c| f64::from(c)).sum();
    (below + share * counts.get(at).map_or(0.0, |&c| f64::from(c))) / total
}

/// Counts are integers far below 2^53, so their sums are exact.
fn total(counts: &[u32]) -> f64 {
    counts.iter().map(|&c| f64::from(c)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counted(sample: &[f32]) -> Vec<u32> {
        let mut counts = vec![0; BINS];
        sample.iter().for_each(|&m| counts[bin(m)] += 1);
        counts
    }

    fn ends(sample: &[f32]) -> (f32, f32) {
        (sample.iter().copied().fold(f32::INFINITY, f32::min), sample.iter().copied().fold(f32::NEG_INFINITY, f32::max))
    }

    /// The smallest value of the sample that the share q does not exceed.
    fn exact(sample: &mut [f32], q: f64) -> f32 {
        sample.sort_by(f32::total_cmp);
        sample[((q * sample.len() as f64).ceil() as usize).clamp(1, sample.len()) - 1]
    }

    /// Numbers in [0, 1) from a seed (splitmix64).
    fn units(mut seed: u64) -> impl FnMut() -> f64 {
        move || {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut x = seed;
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    fn normal(unit: &mut impl FnMut() -> f64) -> f64 {
        (-2.0 * (1.0 - unit()).ln()).sqrt() * (std::f64::consts::TAU * unit()).cos()
    }

    #[test]
    fn bins_are_adjacent_and_include_one_edge() {
        assert_eq!((edges(0), edges(1).0), ((f32::NEG_INFINITY, -11.313_708), -11.313_708));
        assert_eq!((edges(BINS - 1), edges(BINS - 2).1), ((215.269_48, f32::INFINITY), 215.269_48));
        for b in 0..BINS {
            let (from, to) = edges(b);
            assert!(from < to, "{b}: {from} {to}");
            if b + 1 < BINS {
                assert_eq!(to, edges(b + 1).0, "{b}");
            }
            // A bin includes the edge that is nearer to 0 and not the other; the middle bin includes neither.
            match b {
                b if b > NEGATIVE => assert_eq!((bin(from), bin(to.next_down())), (b, b)),
                b if b < NEGATIVE => assert_eq!((bin(to), bin(from.next_up())), (b, b)),
                b => assert_eq!((bin(from.next_up()), bin(to.next_down())), (b, b)),
            }
        }
    }

    #[test]
    fn coefficients_beyond_the_ends_are_in_the_last_bins() {
        assert_eq!((bin(-1e30), bin(f32::MIN), bin(-16.5)), (0, 0, 0));
        assert_eq!((bin(1e30), bin(f32::MAX), bin(256.0)), (BINS - 1, BINS - 1, BINS - 1));
        for nothing in [0.0, -0.0, f32::MIN_POSITIVE, -1e-40, 1e-3] {
            assert_eq!(bin(nothing), NEGATIVE);
        }
        for odd in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(bin(odd) < BINS);
        }
    }

    #[test]
    fn nothing_counted_has_no_quantile() {
        assert_eq!(quantile(&[0; BINS], (0.0, 0.0), 0.5), None);
        assert_eq!(share_below(&[0; BINS], (0.0, 9.0), 1.0), 0.0);
        // Counts and ends read from a file may have any value.
        assert_eq!(quantile(&[u32::MAX; BINS], (-500.0, 500.0), 1.0), Some(500.0));
        assert_eq!(quantile(&[u32::MAX; BINS], (-500.0, 500.0), 0.0), Some(-500.0));
        let _ = (quantile(&[1; BINS], (7.0, -7.0), 0.5), share_below(&[1; BINS], (0.1, 0.1), 0.1));
    }

    proptest! {
        #[test]
        fn bins_rise_with_the_coefficient(a: f32, b: f32) {
            prop_assume!(a <= b);
            prop_assert!(bin(a) <= bin(b));
        }

        /// For any sample, the quantile is in the bin of the exact quantile.
        #[test]
        fn quantiles_are_in_the_right_bin(
            mut sample in proptest::collection::vec(-20.0f32..300.0, 1..200),
            nth in 0.0f64..=1.0,
        ) {
            // Away from jumps of the exact quantile.
            let q = ((nth * sample.len() as f64).floor() + 0.5).min(sample.len() as f64 - 0.5) / sample.len() as f64;
            let (counts, ends) = (counted(&sample), ends(&sample));
            let (from, to) = edges(bin(exact(&mut sample, q)));
            let m = quantile(&counts, ends, q).unwrap();
            prop_assert!(from <= m && m <= to, "{m} in {from}..{to}");
            prop_assert!(ends.0 <= m && m <= ends.1);
        }

        /// Between bins the share is exact.
        #[test]
        fn shares_are_between_those_of_the_edges(sample in proptest::collection::vec(-20.0f32..300.0, 1..200), m: f32) {
            let (counts, ends) = (counted(&sample), ends(&sample));
            let exact = |m: f32| sample.iter().filter(|x| **x < m).count() as f64 / sample.len() as f64;
            for edge in (1..BINS).map(|b| edges(b).0) {
                prop_assert!((share_below(&counts, ends, edge) - exact(edge)).abs() < 1e-9, "{edge}");
            }
            for m in [m, m % 300.0, m % 1.0, ends.0, ends.1].into_iter().filter(|m| m.is_finite()) {
                let (from, to) = edges(bin(m));
                let share = share_below(&counts, ends, m);
                prop_assert!(exact(from) - 1e-9 <= share && share <= exact(to) + 1e-9, "{m}: {share}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Distributions as text has them: a quantile is within about a tenth, a negative one within a fifth.
        #[test]
        fn quantiles_are_near(seed: u64, spread in 0.1f64..4.0, middle in -1.0f64..1.0, zeros in 0.5f64..0.95) {
            let gelu = |x: f64| 0.5 * x * (1.0 + (0.797_884_56 * (x + 0.044_715 * x * x * x)).tanh());
            let mut unit = units(seed);
            let mut sample = |of: &dyn Fn(f64, f64) -> f64| -> Vec<f32> {
                (0..20_000).map(|_| { let n = normal(&mut unit); of(n, unit()) as f32 }).collect()
            };
            let samples = [
                ("normal", sample(&|n, _| n * spread)),
                ("gelu", sample(&|n, _| gelu(n * spread + middle))),
                ("heavy", sample(&|n, u| n.signum() * (n.abs() * 1.2).exp_m1() * (u + 0.1))),
                ("sparse", sample(&|n, u| if u < zeros { 0.0 } else { n.abs() * spread })),
            ];
            for (name, mut sample) in samples {
                let (counts, ends) = (counted(&sample), ends(&sample));
                for q in [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999] {
                    let (m, exact) = (quantile(&counts, ends, q).unwrap(), exact(&mut sample, q));
                    // Of 20,000, the last thousandth is a few values.
                    let near = exact.abs() * if exact < 0.0 || q > 0.99 { 0.2 } else { 0.1 };
                    prop_assert!((m - exact).abs() <= near.max(2.0 * SMALLEST), "{name} {q}: {m} for {exact}");
                }
            }
        }
    }
}
