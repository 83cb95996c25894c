//! What can be asked of rows of logits, and the answer for one row.

/// What is asked of every row's logits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// How many of the largest logits.
    pub top: usize,
    /// How many of the smallest.
    pub bottom: usize,
    /// Tokens whose logit and rank are wanted: (row, token).
    pub watch: &'a [(usize, u32)],
    /// Whether mean and deviation are wanted.
    pub moments: bool,
    /// Whether the logits' log-sum-exp is of no interest, which saves their exponentials. Not for pairs.
    pub no_sum: bool,
    /// Columns without which the lists are wanted as well.
    pub without: Option<&'a Columns>,
    /// Whether rows 2i and 2i + 1 are a pair, before and after, whose divergence is wanted.
    pub pairs: bool,
}

/// What is known of a row's logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The largest, descending; equal logits: the lower id first. A NaN is never among them.
    pub top: Vec<(u32, f32)>,
    /// The smallest, ascending; equal logits: the lower id first. A NaN is never among them.
    pub bottom: Vec<(u32, f32)>,
    /// `top` and `bottom` of the columns that are not among those of `Question::without`; empty where none were named.
    pub top_without: Vec<(u32, f32)>,
    /// See `top_without`.
    pub bottom_without: Vec<(u32, f32)>,
    /// ln sum exp; NaN where it was not wanted.
    pub log_sum_exp: f64,
    /// Mean; NaN where it was not asked for.
    pub mean: f64,
    /// Population deviation; NaN where it was not asked for.
    pub deviation: f64,
    /// KL(this row || the row before) in nats; of a pair's second row only.
    pub kl: Option<f64>,
    /// The watched tokens of this row, in the order asked.
    pub watched: Vec<Watched>,
}

/// A watched token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watched {
    /// Its logit.
    pub logit: f32,
    /// 1 + how many logits are larger, or equal with a lower id.
    pub rank: usize,
}

/// A set of columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Vec<u64>);

impl Columns {
    /// Those for which `wanted` holds, of `n`.
    pub fn new(n: usize, wanted: impl Fn(usize) -> bool) -> Columns {
        let mut words = vec![0; n.div_ceil(64)];
        (0..n).filter(|&j| wanted(j)).for_each(|j| words[j / 64] |= 1 << (j % 64));
        Columns(words)
    }

    /// Whether column j is one of them.
    #[inline]
    pub fn contains(&self, j: usize) -> bool {
        self.0.get(j / 64).is_some_and(|word| word >> (j % 64) & 1 == 1)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }
}
