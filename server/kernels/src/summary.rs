//! Reduces a row of logits strip by strip: the best, the sums, the watched tokens' ranks.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::functions::exp;
use crate::isa::{LANES, Simd};
use crate::question::{Columns, Question, Summary, Watched};
use crate::top::Top;

/// Sums over a stretch of a row's logits, in float64.
#[derive(Clone, Copy)]
pub(crate) struct Partial {
    max: f32,
    /// Sum of e^(z - max).
    exps: f64,
    /// Sum of e^(z - max) (z - z'), where z' is the row before.
    cross: f64,
    /// Sum of z.
    sum: f64,
    /// Sum of z^2.
    squares: f64,
}

impl Default for Partial {
    fn default() -> Partial {
        Partial { max: f32::NEG_INFINITY, exps: 0.0, cross: 0.0, sum: 0.0, squares: 0.0 }
    }
}

impl Partial {
    /// Adds the sums of the next stretch.
    pub(crate) fn join(&mut self, next: &Partial) {
        self.raise(next.max);
        let mut next = *next;
        next.raise(self.max);
        self.exps += next.exps;
        self.cross += next.cross;
        self.sum += next.sum;
        self.squares += next.squares;
    }

    /// Rescales the sums to a larger maximum.
    #[inline(always)]
    fn raise(&mut self, max: f32) {
        if max > self.max {
            let scale = (f64::from(self.max) - f64::from(max)).exp();
            self.exps *= scale;
            self.cross *= scale;
            self.max = max;
        }
    }
}

/// A row. Threads that read different chunks of its logits share it.
pub(crate) struct Line<'a> {
    all: Ends<'a>,
    /// The lists without some columns.
    others: Option<Ends<'a>>,
    watched: Vec<Watch>,
    moments: bool,
    no_sum: bool,
}

/// Columns with their logits, best first.
type Sorted = Vec<(u32, f32)>;

/// The best at both ends.
struct Ends<'a> {
    top: Best,
    /// The best of the negated logits.
    bottom: Best,
    without: Option<&'a Columns>,
}

/// The best so far.
struct Best {
    keep: usize,
    /// The bits of a score below which no candidate can be among the best. An older value is only less strict.
    floor: AtomicU32,
    top: Mutex<Top>,
}

struct Watch {
    token: u32,
    logit: f32,
    /// How many logits rank before it.
    ahead: AtomicUsize,
}

impl Ends<'_> {
    #[inline(always)]
    fn read<S: Simd>(&self, s: S, first: usize, logits: &[f32], (min, max): (f32, f32)) {
        if self.top.wants(max) {
            self.top.read(s, first, logits, self.without, |z| z);
        }
        if self.bottom.wants(-min) {
            self.bottom.read(s, first, logits, self.without, |z| s.sub(s.splat(0.0), z));
        }
    }

    fn into_sorted(self) -> (Sorted, Sorted) {
        let bottom = self.bottom.into_sorted().into_iter().map(|(id, score)| (id, -score)).collect();
        (self.top.into_sorted(), bottom)
    }
}

impl<'a> Line<'a> {
    pub(crate) fn new(question: &Question<'a>) -> Line<'a> {
        let ends = |without| Ends { top: Best::new(question.top), bottom: Best::new(question.bottom), without };
        Line {
            all: ends(None),
            others: question.without.map(|columns| ends(Some(columns))),
            watched: Vec::new(),
            moments: question.moments,
            no_sum: question.no_sum,
        }
    }

    /// Counts the logits that rank before this token, whose logit is known.
    pub(crate) fn watch(&mut self, token: u32, logit: f32) {
        self.watched.push(Watch { token, logit, ahead: AtomicUsize::new(0) });
    }

    /// Reads the logits of the tokens from `first` on and, for pairs, those of the row before.
    #[inline(always)]
    pub(crate) fn read<S: Simd>(
        &self,
        s: S,
        first: usize,
        logits: &[f32],
        before: Option<&[f32]>,
        partial: &mut Partial,
    ) {
        let (whole, rest) = logits.as_chunks::<LANES>();
        // a NaN is the first operand and is ignored
        let max = whole.iter().fold(s.splat(f32::NEG_INFINITY), |max, z| s.max(s.load(z), max));
        let max = s.max_lane(s.max(s.load_part(rest, f32::NEG_INFINITY), max));
        let min = if self.all.bottom.keep > 0 { least(s, whole, rest) } else { f32::INFINITY };
        self.all.read(s, first, logits, (min, max));
        if let Some(others) = &self.others {
            others.read(s, first, logits, (min, max));
        }
        for watch in &self.watched {
            watch.read(s, first, logits);
        }

        let wide = |z: &[f32; LANES]| s.widen(s.load(z));
        if self.moments {
            let (mut sum, mut squares) = (s.splat64(0.0), s.splat64(0.0));
            for z in whole.iter().map(wide).chain([s.widen(s.load_part(rest, 0.0))]) {
                sum = s.add64(sum, z);
                squares = s.fma64(z, z, squares);
            }
            partial.sum += s.sum64(sum);
            partial.squares += s.sum64(squares);
        }
        if self.no_sum {
            return;
        }

        partial.raise(max);
        let max = s.splat(partial.max);
        let mut exps = s.splat64(0.0);
        if let Some(before) = before {
            let (before, before_rest) = before.as_chunks::<LANES>();
            let mut cross = s.splat64(0.0);
            for (z, before) in whole.iter().zip(before) {
                let e = s.widen(exp(s, s.sub(s.load(z), max)));
                exps = s.add64(exps, e);
                cross = s.fma64(e, s.sub64(wide(z), wide(before)), cross);
            }
            if !rest.is_empty() {
                let e = s.widen(exp(s, s.sub(s.load_part(rest, f32::NEG_INFINITY), max)));
                let part = |z| s.widen(s.load_part(z, 0.0));
                exps = s.add64(exps, e);
                cross = s.fma64(e, s.sub64(part(rest), part(before_rest)), cross);
            }
            partial.cross += s.sum64(cross);
        } else {
            for z in whole {
                exps = s.add64(exps, s.widen(exp(s, s.sub(s.load(z), max))));
            }
            if !rest.is_empty() {
                exps = s.add64(exps, s.widen(exp(s, s.sub(s.load_part(rest, f32::NEG_INFINITY), max))));
            }
        }
        partial.exps += s.sum64(exps);
    }

    /// The answer, from the sums over all `n` logits; `before` is the ln sum exp of a pair's first row.
    pub(crate) fn into_summary(self, sums: &Partial, n: usize, before: Option<f64>) -> Summary {
        let log_sum_exp = if self.no_sum { f64::NAN } else { f64::from(sums.max) + sums.exps.ln() };
        let kl = before.map(|before| {
            let kl = sums.cross / sums.exps - log_sum_exp + before;
            if kl < 0.0 { 0.0 } else { kl }
        });
        let (mean, deviation) = if self.moments {
            let mean = sums.sum / n as f64;
            (mean, (sums.squares / n as f64 - mean * mean).max(0.0).sqrt())
        } else {
            (f64::NAN, f64::NAN)
        };
        let watched = self.watched.into_iter().map(|w| Watched { logit: w.logit, rank: 1 + w.ahead.into_inner() });
        let watched = watched.collect();
        let (top, bottom) = self.all.into_sorted();
        let (top_without, bottom_without) = self.others.map(Ends::into_sorted).unwrap_or_default();
        Summary { top, bottom, top_without, bottom_without, log_sum_exp, mean, deviation, kl, watched }
    }
}

impl Best {
    fn new(keep: usize) -> Best {
        Best { keep, floor: AtomicU32::new(f32::NEG_INFINITY.to_bits()), top: Mutex::new(Top::new(keep)) }
    }

    fn floor(&self) -> f32 {
        f32::from_bits(self.floor.load(Ordering::Relaxed))
    }

    fn wants(&self, max: f32) -> bool {
        self.keep > 0 && max >= self.floor()
    }

    #[inline(always)]
    fn read<S: Simd>(
        &self,
        s: S,
        first: usize,
        logits: &[f32],
        without: Option<&Columns>,
        score: impl Fn(S::V) -> S::V,
    ) {
        let mut floor = s.splat(self.floor());
        for (i, z) in logits.chunks(LANES).enumerate() {
            let scores = score(s.load_part(z, 0.0));
            let above = s.ge(scores, floor) & (u16::MAX >> (LANES - z.len()));
            if above != 0 {
                let mut lanes = [0.0; LANES];
                s.store(scores, &mut lanes);
                floor = s.splat(self.offer((first + i * LANES) as u32, &lanes, above, without));
            }
        }
    }

    /// Offers the scores of sixteen tokens. Returns the new floor.
    fn offer(&self, first: u32, scores: &[f32; LANES], mut asked: u16, without: Option<&Columns>) -> f32 {
        let mut top = self.top.lock().unwrap_or_else(PoisonError::into_inner);
        while asked != 0 {
            let lane = asked.trailing_zeros();
            asked &= asked - 1;
            if without.is_some_and(|columns| columns.contains((first + lane) as usize)) {
                continue;
            }
            if let Some(floor) = top.offer(first + lane, scores[lane as usize]) {
                self.floor.store(floor.to_bits(), Ordering::Relaxed);
            }
        }
        self.floor()
    }

    fn into_sorted(self) -> Vec<(u32, f32)> {
        self.top.into_inner().unwrap_or_else(PoisonError::into_inner).into_sorted()
    }
}

impl Watch {
    #[inline(always)]
    fn read<S: Simd>(&self, s: S, first: usize, logits: &[f32]) {
        // of equal logits the lower id comes first
        let lower = (self.token as usize).clamp(first, first + logits.len()) - first;
        let (lower, higher) = logits.split_at(lower);
        let own = s.splat(self.logit);
        let ahead = count(s, lower, |z| s.ge(z, own)) + count(s, higher, |z| s.gt(z, own));
        self.ahead.fetch_add(ahead, Ordering::Relaxed);
    }
}

/// The smallest logit; NaN is ignored.
#[inline(always)]
fn least<S: Simd>(s: S, whole: &[[f32; LANES]], rest: &[f32]) -> f32 {
    let min = whole.iter().fold(s.splat(f32::INFINITY), |min, z| s.min(s.load(z), min));
    let min = s.min(s.load_part(rest, f32::INFINITY), min);
    -s.max_lane(s.sub(s.splat(0.0), min))
}

/// How many logits are in lanes that satisfy the condition; never a NaN.
#[inline(always)]
fn count<S: Simd>(s: S, logits: &[f32], condition: impl Fn(S::V) -> u16) -> usize {
    let (whole, rest) = logits.as_chunks::<LANES>();
    let whole: u32 = whole.iter().map(|z| condition(s.load(z)).count_ones()).sum();
    let rest = condition(s.load_part(rest, f32::NAN)).count_ones();
    (whole + rest) as usize
}
