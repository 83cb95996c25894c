//! Statistics of every value vector's coefficient m on the passages counted so far: count, moments, a sketch of the
//! distribution, and the places where m is largest and smallest. `examples` supplies the passages and stores the
//! results.
//!
//! A model's first position is an outlier in scale and is never counted. Passages run in windows of at most `WINDOW`
//! tokens, cut where a token ends, so that at most `WINDOW` coefficients of each vector are in memory. A later window
//! does not see the earlier ones, and its first position is left out as well. A passage is counted whole or not at all:
//! one of several windows is counted in a copy, which then replaces the statistics. The statistics depend only on the
//! passages and their order, bit for bit; sums grow position by position.

mod kept;
mod places;
mod sketch;
mod stored;
#[cfg(test)]
mod tests;
mod window;

use std::iter::from_fn;
use std::ops::Range;

use lm::{Control, Error, LanguageModel};

use crate::store::bytes::{Reader, Writer};

use places::{KEPT, Place, Places, Side};
use sketch::{BINS, quantile};
use window::Window;

pub(crate) use kept::KeptPassages;
pub(crate) use stored::{Examples, Origin};

/// The reported quantiles.
const QUANTILES: [f32; 8] = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999];
/// Vectors that are counted together: their histograms stay in the first-level cache.
const TILE: usize = 32;
/// Bytes before the first vector in the written form.
const HEADER: usize = size_of::<u32>();
/// Bytes of one vector in the written form.
const RECORD: usize = 3 * 8 + BINS * 4 + 2 * KEPT * places::BYTES;

/// The statistics of every value vector's coefficient on the passages counted so far.
pub(crate) struct Activations {
    known: Known,
    window: Window,
}

/// The statistics of one vector.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// Counted positions.
    pub(crate) count: u64,
    /// Mean of m.
    pub(crate) mean: f32,
    /// Population deviation of m.
    pub(crate) deviation: f32,
    /// (q, m): the share q of the positions has a coefficient of at most m. Empty if nothing was counted.
    pub(crate) quantiles: Vec<(f32, f32)>,
    /// The places with the largest m, largest first, at most one of each passage.
    pub(crate) largest: Vec<Place>,
    /// The places with the smallest m, smallest first.
    pub(crate) smallest: Vec<Place>,
}

impl Activations {
    /// Empty statistics of a model with this many value vectors.
    pub(crate) fn new(vectors: usize) -> Self {
        Self { known: Known::new(vectors), window: Window::default() }
    }

    /// Runs and counts one passage; `index` is its number among all passages. After an error, nothing of the passage is
    /// counted.
    pub(crate) fn add(
        &mut self,
        passage: &str,
        index: u32,
        model: &dyn LanguageModel,
        control: &dyn Control,
    ) -> Result<(), Error> {
        let vectors = self.known.count.len();
        // The statistics after the windows so far. A copy, but most passages are one window and need none.
        let mut ahead: Option<Known> = None;
        let mut at = 0;
        while at < passage.len() {
            let rest = &passage[at..];
            let read = self.window.run(rest, at, vectors, model, control)?;
            at += read;
            let known = if read == rest.len() {
                ahead.as_mut().unwrap_or(&mut self.known)
            } else {
                ahead.get_or_insert_with(|| self.known.clone())
            };
            known.count(&self.window, index);
        }
        if let Some(ahead) = ahead {
            self.known = ahead;
        }
        self.known.passages = self.known.passages.saturating_add(1);
        Ok(())
    }

    /// The statistics of one vector.
    pub(crate) fn of(&self, number: usize) -> Seen {
        self.known.of(number).unwrap_or_default()
    }

    /// The number of counted passages.
    pub(crate) fn passages(&self) -> usize {
        self.known.passages as usize
    }

    /// Writes the statistics of the vectors `range`.
    pub(crate) fn write(&self, range: Range<usize>, out: &mut Writer) {
        out.0.reserve(HEADER + range.len() * RECORD);
        out.u32(self.passages() as u32);
        for number in range.start..range.end.min(self.known.count.len()) {
            self.known.write(number, out);
        }
    }

    /// Reads what `write` wrote for the vectors `range`. `None` if the bytes are invalid, or were written after other
    /// passages than those read before. Then the statistics must not be used.
    pub(crate) fn read(&mut self, range: Range<usize>, from: &mut Reader<'_>) -> Option<()> {
        let passages = from.u32()?;
        if range.end > self.known.count.len() || ![0, passages].contains(&self.known.passages) {
            return None;
        }
        self.known.passages = passages;
        for number in range {
            self.known.read(number, from)?;
        }
        Some(())
    }
}

/// The statistics of a single vector directly from the bytes of a block, the `nth` in it.
pub(crate) fn read_one(bytes: &[u8], nth: usize) -> Option<Seen> {
    let start = HEADER.checked_add(nth.checked_mul(RECORD)?)?;
    let mut one = Activations::new(1);
    one.known.read(0, &mut Reader(bytes.get(start..)?))?;
    Some(one.of(0))
}

/// The passages of a text: the parts between blank lines.
pub(crate) fn passages(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_start_matches('\u{feff}');
    from_fn(move || {
        rest = rest.trim_start();
        let lines = rest.split_inclusive('\n').take_while(|line| !line.trim().is_empty());
        let (passage, after) = rest.split_at(lines.map(str::len).sum());
        rest = after;
        Some(passage.trim_end()).filter(|p| !p.is_empty())
    })
}

/// All statistics, one list for each kind: what is counted together is stored together.
#[derive(Clone)]
struct Known {
    passages: u32,
    count: Vec<u64>,
    sum: Vec<f64>,
    squares: Vec<f64>,
    /// `BINS` counts for each vector.
    sketch: Vec<u32>,
    largest: Vec<Places>,
    smallest: Vec<Places>,
}

impl Known {
    fn new(vectors: usize) -> Self {
        Self {
            passages: 0,
            count: vec![0; vectors],
            sum: vec![0.0; vectors],
            squares: vec![0.0; vectors],
            sketch: vec![0; vectors * BINS],
            largest: vec![Places::none(Side::Largest); vectors],
            smallest: vec![Places::none(Side::Smallest); vectors],
        }
    }

    /// Counts a window of the passage `index`.
    fn count(&mut self, window: &Window, index: u32) {
        let vectors = self.count.len();
        for first in (0..vectors).step_by(TILE) {
            let all = first..vectors.min(first + TILE);
            let sketch = &mut self.sketch[all.start * BINS..all.end * BINS];
            let mut tile = Tile::new(&self.sum[all.clone()], &self.squares[all.clone()]);
            for row in window.rows(vectors) {
                let bins = tile.count(&row[all.clone()]);
                for (bin, counts) in bins.into_iter().zip(sketch.as_chunks_mut::<BINS>().0) {
                    // A coefficient that is not finite has no bin.
                    if let Some(count) = counts.get_mut(bin as usize) {
                        *count = count.saturating_add(1);
                    }
                }
            }
            for (lane, number) in all.enumerate().filter(|(lane, _)| tile.finite[*lane] > 0) {
                self.sum[number] = tile.sum[lane];
                self.squares[number] = tile.squares[lane];
                self.count[number] = self.count[number].saturating_add(tile.finite[lane].into());
                let place = |m| window.place(index, number, vectors, m);
                self.largest[number].offer(Side::Largest, index, tile.largest[lane], place);
                self.smallest[number].offer(Side::Smallest, index, tile.smallest[lane], place);
            }
        }
    }

    fn of(&self, number: usize) -> Option<Seen> {
        let count = *self.count.get(number)?;
        if count == 0 {
            return Some(Seen::default());
        }
        let n = count as f64;
        let mean = self.sum[number] / n;
        let deviation = (self.squares[number] / n - mean * mean).max(0.0).sqrt();
        let (largest, smallest) = (self.largest[number].list(), self.smallest[number].list());
        let counts = &self.sketch[number * BINS..(number + 1) * BINS];
        let quantiles = match (smallest.first(), largest.first()) {
            (Some(least), Some(most)) => {
                let ends = (least.coefficient, most.coefficient);
                QUANTILES.iter().filter_map(|&q| Some((q, quantile(counts, ends, q.into())?))).collect()
            }
            _ => Vec::new(),
        };
        Some(Seen { count, mean: mean as f32, deviation: deviation as f32, quantiles, largest, smallest })
    }

    fn write(&self, number: usize, out: &mut Writer) {
        out.u64(self.count[number]);
        out.f64(self.sum[number]);
        out.f64(self.squares[number]);
        self.sketch[number * BINS..(number + 1) * BINS].iter().for_each(|&n| out.u32(n));
        self.largest[number].write(out);
        self.smallest[number].write(out);
    }

    fn read(&mut self, number: usize, from: &mut Reader<'_>) -> Option<()> {
        self.count[number] = from.u64()?;
        self.sum[number] = from.f64().filter(|sum| sum.is_finite())?;
        self.squares[number] = from.f64().filter(|sum| sum.is_finite())?;
        for count in &mut self.sketch[number * BINS..(number + 1) * BINS] {
            *count = from.u32()?;
        }
        self.largest[number] = Places::read(from)?;
        self.smallest[number] = Places::read(from)?;
        Some(())
    }
}

/// What a window adds to the moments and ends of a few vectors, side by side. Plain loops, which the compiler
/// vectorises.
struct Tile {
    sum: [f64; TILE],
    squares: [f64; TILE],
    finite: [u32; TILE],
    largest: [f32; TILE],
    smallest: [f32; TILE],
}

impl Tile {
    fn new(sum: &[f64], squares: &[f64]) -> Self {
        let lanes = |from: &[f64]| {
            let mut lanes = [0.0; TILE];
            lanes[..from.len()].copy_from_slice(from);
            lanes
        };
        Self {
            sum: lanes(sum),
            squares: lanes(squares),
            finite: [0; TILE],
            largest: [f32::NEG_INFINITY; TILE],
            smallest: [f32::INFINITY; TILE],
        }
    }

    /// Adds a position's coefficients and returns their bins. One that is not finite is not counted; its bin is `u32::MAX`.
    fn count(&mut self, row: &[f32]) -> [u32; TILE] {
        let mut m = [f32::NAN; TILE];
        m[..row.len()].copy_from_slice(row);
        let mut bins = [0; TILE];
        for (bin, &m) in bins.iter_mut().zip(&m) {
            *bin = if m.is_finite() { sketch::bin(m) as u32 } else { u32::MAX };
        }
        for (finite, &m) in self.finite.iter_mut().zip(&m) {
            *finite += u32::from(m.is_finite());
        }
        for (largest, &m) in self.largest.iter_mut().zip(&m) {
            let m = if m.is_finite() { m } else { f32::NEG_INFINITY };
            *largest = if m > *largest { m } else { *largest };
        }
        for (smallest, &m) in self.smallest.iter_mut().zip(&m) {
            let m = if m.is_finite() { m } else { f32::INFINITY };
            *smallest = if m < *smallest { m } else { *smallest };
        }
        for ((sum, squares), &m) in self.sum.iter_mut().zip(&mut self.squares).zip(&m) {
            let m = f64::from(if m.is_finite() { m } else { 0.0 });
            *sum += m;
            *squares += m * m;
        }
        bins
    }
}
