//! Chooses the next token. The random number of a step depends only on the seed and the step, so the runs of a file
//! differ only by their interventions.

use base::Decoding;

/// Chooses one of `candidates` (token and logit, largest first, equal logits in id order) for a step of a run:
/// temperature, then top-k, then top-p. `None` only without candidates.
pub(crate) fn choose(candidates: &[(u32, f32)], decoding: &Decoding, step: usize) -> Option<u32> {
    let first = candidates.first()?;
    if decoding.temperature <= 0.0 {
        return Some(first.0);
    }
    let k = if decoding.top_k == 0 { candidates.len() } else { decoding.top_k.min(candidates.len()) };
    let temperature = f64::from(decoding.temperature);
    let weight = |logit: f32| ((f64::from(logit) - f64::from(first.1)) / temperature).exp();
    let mut weights: Vec<f64> = candidates[..k].iter().map(|&(_, logit)| weight(logit)).collect();
    let total: f64 = weights.iter().sum();
    let mut reached = 0.0;
    let enough = |w: &f64| {
        reached += w / total;
        reached >= f64::from(decoding.top_p)
    };
    let kept = weights.iter().position(enough).map_or(k, |i| i + 1);
    weights.truncate(kept);
    let mut left = random(decoding.seed, step) * weights.iter().sum::<f64>();
    let taken = weights.iter().position(|w| {
        left -= w;
        left < 0.0
    });
    candidates.get(taken.unwrap_or(kept - 1)).map(|c| c.0)
}

/// Uniform in [0, 1): splitmix64 at counter `step`, keyed by the mixed seed.
fn random(seed: u64, step: usize) -> f64 {
    let key = mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15));
    let counter = (step as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mix(key.wrapping_add(counter)) >> 11) as f64 / (1u64 << 53) as f64
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANDIDATES: [(u32, f32); 4] = [(7, 2.0), (3, 1.0), (9, 0.0), (1, -1.0)];

    fn shares(decoding: &Decoding) -> Vec<f64> {
        let mut counts = vec![0.0; 4];
        for step in 0..20_000 {
            let chosen = choose(&CANDIDATES, decoding, step).expect("there are candidates");
            let index = CANDIDATES.iter().position(|c| c.0 == chosen).expect("a candidate");
            counts[index] += 1.0 / 20_000.0;
        }
        counts
    }

    fn check(top_k: usize, top_p: f32, temperature: f32, expected: [f64; 4]) {
        let decoding = Decoding { top_k, top_p, temperature, seed: 11, ..Decoding::default() };
        for (share, expected) in shares(&decoding).iter().zip(expected) {
            assert!((share - expected).abs() < 0.015, "{share} for {expected} at {decoding:?}");
        }
    }

    #[test]
    fn draws_follow_the_distribution() {
        let e = [1.0, (-1f64).exp(), (-2f64).exp(), (-3f64).exp()];
        let share = |n: usize| std::array::from_fn(|i| if i < n { e[i] / e[..n].iter().sum::<f64>() } else { 0.0 });
        check(0, 1.0, 1.0, share(4));
        check(2, 1.0, 1.0, share(2));
        // Shares of the first are 0.644, 0.881, 0.968: top-p takes tokens until the share reaches it, the last included.
        check(0, 0.88, 1.0, share(2));
        check(0, 0.89, 1.0, share(3));
        check(0, 1.0, 0.0, [1.0, 0.0, 0.0, 0.0]);
        check(0, 1.0, 0.01, [1.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn a_step_draws_the_same_number_after_any_steps() {
        assert_eq!(random(7, 3).to_bits(), random(7, 3).to_bits());
        assert_ne!(random(7, 3).to_bits(), random(7, 4).to_bits());
        assert_ne!(random(7, 3).to_bits(), random(8, 3).to_bits());
    }
}
