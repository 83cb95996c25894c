//! What a projection can be asked about rows of logits, and the answer for one row.

/// What is asked of every row's logits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// How many of the largest logits to list.
    pub top: usize,
    /// How many of the smallest logits to list.
    pub bottom: usize,
    /// Tokens whose logit and rank to report: (row, token).
    pub watch: &'a [(usize, u32)],
    /// Whether to compute mean and deviation.
    pub moments: bool,
    /// Whether to skip the log-sum-exp, which saves the exponentials. Not allowed with pairs.
    pub no_sum: bool,
    /// Columns to leave out of a second pair of lists.
    pub without: Option<&'a Columns>,
    /// Logits z are read as c tanh(z / c).
    pub cap: Option<f32>,
    /// Whether rows 2i and 2i + 1 are a pair, before and after, whose divergence to compute.
    pub pairs: bool,
}

/// The answer for one row of logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The largest, descending; equal logits: lower id first. Never a NaN.
    pub top: Vec<(u32, f32)>,
    /// The smallest, ascending; equal logits: lower id first. Never a NaN.
    pub bottom: Vec<(u32, f32)>,
    /// `top` and `bottom` among the columns outside `Question::without`; empty if that is `None`.
    pub top_without: Vec<(u32, f32)>,
    /// See `top_without`.
    pub bottom_without: Vec<(u32, f32)>,
    /// ln sum exp; NaN if skipped.
    pub log_sum_exp: f64,
    /// Mean; NaN unless requested.
    pub mean: f64,
    /// Population deviation; NaN unless requested.
    pub deviation: f64,
    /// KL(this row || the row before) in nats; only for the second row of a pair.
    pub kl: Option<f64>,
    /// The watched tokens of this row, in the order of the question.
    pub watched: Vec<Watched>,
}

/// A watched token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watched {
    pub logit: f32,
    /// 1 + the number of logits that are larger, or equal with a lower id.
    pub rank: usize,
}

/// A set of columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Vec<u64>);

impl Columns {
    /// The columns among the first `n` for which `wanted` holds.
    pub fn new(n: usize, wanted: impl Fn(usize) -> bool) -> Columns {
        let mut words = vec![0; n.div_ceil(64)];
        (0..n).filter(|&j| wanted(j)).for_each(|j| words[j / 64] |= 1 << (j % 64));
        Columns(words)
    }

    /// Whether column j is in the set.
    #[inline]
    pub fn contains(&self, j: usize) -> bool {
        self.0.get(j / 64).is_some_and(|word| word >> (j % 64) & 1 == 1)
    }

    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }
}
