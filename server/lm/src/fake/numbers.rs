//! The two kinds of numbers that a fake model can have: legible ones, which a reader checks in the head, and hashed ones,
//! which depend on every bit of the question.

use base::{Scope, TokenId, ValueId};

use super::WORDS;
use crate::{Intervention, Parts, Tracked, TrackedLayer};

/// A run up to a position: what a number may depend on.
pub(super) struct Prefix<'a> {
    pub acting: &'a [Intervention],
    /// The tokens up to the position, with its own.
    pub ids: &'a [TokenId],
    /// The number of the prompt's tokens.
    pub prompt: usize,
}

impl Prefix<'_> {
    fn position(&self) -> usize {
        self.ids.len() - 1
    }

    fn last(&self) -> usize {
        self.ids.last().map_or(0, |id| id.0 as usize)
    }

    /// The number of interventions that act at the position or before it.
    fn interventions(&self) -> usize {
        let reached = |i: &&Intervention| (0..self.ids.len()).any(|at| acts(&i.at, at, self.prompt));
        self.acting.iter().filter(reached).count()
    }
}

/// Whether an intervention with this scope acts at a position.
pub(super) fn acts(scope: &Scope, at: usize, prompt: usize) -> bool {
    match scope {
        Scope::All | Scope::Text(_) => true,
        Scope::Prompt => at < prompt,
        Scope::Last => at + 1 == prompt,
        Scope::Generated => at >= prompt,
        Scope::Position(p) => at == *p,
    }
}

/// A fake model's numbers.
pub(super) trait Numbers: Send + Sync {
    /// The word that is generated after a prefix, as an index of `WORDS`.
    fn next(&self, run: &Prefix<'_>) -> usize;
    /// The coefficient of a value vector at the last position, without interventions.
    fn coefficient(&self, run: &Prefix<'_>, id: ValueId) -> f32;
    /// The first guess of the lens and its probability after `step` of `steps` half blocks. Further guesses follow by id,
    /// each with half the probability of the one before.
    fn guess(&self, run: &Prefix<'_>, step: usize, steps: usize) -> (usize, f32);
    /// How far the FFN of a layer moved the prediction, in nats.
    fn kl(&self, run: &Prefix<'_>, layer: u32) -> f32;
    /// The log-probability and the rank of the last token.
    fn surprise(&self, run: &Prefix<'_>) -> (f32, usize);
    /// The effect on a tracked token of a sub-update with this coefficient.
    fn effect(&self, coefficient: f32, tracked: TokenId) -> f32;
    /// A tracked token in a model of `layers` blocks.
    fn tracked(&self, run: &Prefix<'_>, id: TokenId, layers: usize) -> Tracked;
}

/// Numbers that can be checked in the head. `p` is the position, `k` the number of interventions that act up to it, `w` the
/// last digit of a word's index in `WORDS`.
///
/// | number | value |
/// |---|---|
/// | coefficient of `LlDd` | (d + 2 l) mod 8, and p / 10; negative where d is even: −6.2 is `L1D4` at position 2 |
/// | effect on a tracked token | coefficient × w / 10 |
/// | lens after step s of S | p 0.20 + s / 20, steps 3 and 4 changed over, so that FFN 1 lowers it; the token with the id of the last one + 1 + S − s + k |
/// | KL of layers 0, 1, 2 | 0.2, 0.3, 0.1, and p / 100 |
/// | a token's probability and rank | 1 / (p + 1), halved k times; p + 1 + k |
/// | a tracked token's probability and rank | (w + 1) / 20, halved k times; w + 1 + k |
/// | its logit | embedding 1, each attention 0.1, FFN of layer l: l + 1, bias −k |
/// | its probability before FFN l, after it | l / 10, and 0.02, 0.05, 0.01 more |
/// | the word generated next | the next one in `WORDS`, with k words left out |
pub(super) struct Legible;

fn halved(p: f32, times: usize) -> f32 {
    p / (1 << times.min(20)) as f32
}

fn digit(id: TokenId) -> usize {
    id.0 as usize % 256 % 10
}

impl Numbers for Legible {
    fn next(&self, run: &Prefix<'_>) -> usize {
        (run.last() % 256 + 1 + run.interventions()) % WORDS.len()
    }

    fn coefficient(&self, run: &Prefix<'_>, id: ValueId) -> f32 {
        let m = ((id.dim + 2 * id.layer) % 8) as f32 + run.position() as f32 / 10.0;
        if id.dim.is_multiple_of(2) { -m } else { m }
    }

    fn guess(&self, run: &Prefix<'_>, step: usize, steps: usize) -> (usize, f32) {
        let place = match step {
            3 => 4,
            4 => 3,
            step => step,
        };
        (run.last() + 1 + steps - step + run.interventions(), 0.2 + place as f32 / 20.0)
    }

    fn kl(&self, run: &Prefix<'_>, layer: u32) -> f32 {
        [0.2, 0.3, 0.1][layer as usize % 3] + run.position() as f32 / 100.0
    }

    fn surprise(&self, run: &Prefix<'_>) -> (f32, usize) {
        let (position, k) = (run.position() + 1, run.interventions());
        (halved(1.0 / position as f32, k).ln(), position + k)
    }

    fn effect(&self, coefficient: f32, tracked: TokenId) -> f32 {
        coefficient * digit(tracked) as f32 / 10.0
    }

    fn tracked(&self, run: &Prefix<'_>, id: TokenId, layers: usize) -> Tracked {
        let k = run.interventions();
        let parts = Parts {
            embedding: 1.0,
            attention: vec![0.1; layers],
            ffn: (0..layers).map(|l| (l + 1) as f32).collect(),
            bias: -(k as f32),
        };
        let steps = [0.02, 0.05, 0.01];
        let layer = |l: usize| TrackedLayer { before: l as f32 / 10.0, after: l as f32 / 10.0 + steps[l % 3] };
        Tracked {
            id,
            p: halved((digit(id) + 1) as f32 / 20.0, k),
            rank: digit(id) + 1 + k,
            logit: parts.embedding + parts.bias + parts.attention.iter().chain(&parts.ffn).sum::<f32>(),
            layers: (0..layers).map(layer).collect(),
            parts,
        }
    }
}

/// Numbers without a meaning that depend on every bit of the question, so that a test can tell whether an answer belongs
/// to its question.
pub(super) struct Hashed;

impl Numbers for Hashed {
    fn next(&self, run: &Prefix<'_>) -> usize {
        Mix::of(run).number((run.ids.len() - run.prompt) as u64, WORDS.len() as u64) as usize
    }

    fn coefficient(&self, run: &Prefix<'_>, id: ValueId) -> f32 {
        let clean = Mix::of(&Prefix { acting: &[], ..*run });
        (clean.unit(u64::from(id.dim) << 8 | u64::from(id.layer)) - 0.3) * 10.0
    }

    fn guess(&self, run: &Prefix<'_>, step: usize, _: usize) -> (usize, f32) {
        let mix = Mix::of(run);
        (mix.number(step as u64, u64::MAX) as usize, 0.3 + mix.unit(step as u64) * 0.4)
    }

    fn kl(&self, run: &Prefix<'_>, layer: u32) -> f32 {
        Mix::of(run).unit(u64::from(layer) + 100)
    }

    fn surprise(&self, run: &Prefix<'_>) -> (f32, usize) {
        let mix = Mix::of(run);
        (-mix.unit(300), 1 + mix.number(301, 9) as usize)
    }

    fn effect(&self, coefficient: f32, tracked: TokenId) -> f32 {
        coefficient * (tracked.0 % 7) as f32 / 7.0
    }

    fn tracked(&self, run: &Prefix<'_>, id: TokenId, layers: usize) -> Tracked {
        let mix = Mix::of(run);
        Tracked {
            id,
            p: mix.unit(id.0.into()),
            rank: 1 + mix.number(id.0.into(), 9) as usize,
            logit: mix.unit(200) + layers as f32,
            layers: vec![TrackedLayer { before: mix.unit(201), after: mix.unit(202) }; layers],
            parts: Parts { embedding: mix.unit(200), attention: vec![0.5; layers], ffn: vec![0.5; layers], bias: 0.0 },
        }
    }
}

/// A hash of a run up to a position.
struct Mix(u64);

impl Mix {
    fn of(run: &Prefix<'_>) -> Self {
        let mut mix = Self(run.prompt as u64);
        for id in run.ids {
            mix.add(id.0.into());
        }
        for i in run.acting {
            mix.add(format!("{i:?}").bytes().fold(7, |h, b| h * 31 % 1_000_003 + u64::from(b)));
        }
        mix
    }

    fn add(&mut self, value: u64) {
        // splitmix64's finaliser
        let mut x = (self.0 ^ value).wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.0 = x ^ (x >> 31);
    }

    fn number(&self, salt: u64, below: u64) -> u64 {
        let mut mix = Self(self.0);
        mix.add(salt);
        mix.0 % below
    }

    fn unit(&self, salt: u64) -> f32 {
        self.number(salt, 1 << 20) as f32 / (1 << 20) as f32
    }
}

#[cfg(test)]
mod tests {
    use base::{Change, Target};

    use super::*;

    #[test]
    fn legible_numbers_are_those_of_the_table() {
        let (ids, id) = ([TokenId(257), TokenId(258), TokenId(260)], |s: &str| s.parse::<ValueId>().expect("an id"));
        let clean = Prefix { acting: &[], ids: &ids, prompt: 3 };
        assert_eq!(Legible.coefficient(&clean, id("L1D4")), -6.2);
        assert_eq!(Legible.coefficient(&clean, id("L2D5")), 1.2);
        assert_eq!(Legible.guess(&clean, 6, 6), (261, 0.5));
        assert_eq!(Legible.guess(&clean, 1, 6), (266, 0.25));
        assert_eq!(Legible.surprise(&clean), ((1.0f32 / 3.0).ln(), 3));
        assert_eq!(Legible.next(&clean), 5);
        let tracked = Legible.tracked(&clean, TokenId(260), 3);
        assert_eq!((tracked.p, tracked.rank, tracked.logit), (0.25, 5, 7.3));
        // It acts from position 1 on.
        let acting =
            [Intervention { target: Target::Value(id("L0D5")), change: Change::Set(1.0), at: Scope::Position(1) }];
        let run = |ids| Prefix { acting: &acting, ids, prompt: 3 };
        assert_eq!(Legible.surprise(&run(&ids[..1])), (0.0, 1));
        assert_eq!(Legible.surprise(&run(&ids[..2])), (0.25f32.ln(), 3));
        assert_eq!(Legible.guess(&run(&ids), 6, 6), (262, 0.5));
        assert_eq!(Legible.next(&run(&ids)), 6);
    }
}
