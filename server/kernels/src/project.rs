//! The projection onto the vocabulary, reduced at once to the answers. No row of logits is ever kept.
//!
//! The vocabulary is cut into chunks, the same for any rows and threads. Each chunk has its own sums, which are added in
//! the order of the chunks. So a row's bits depend on the row alone, and a pair's on the pair. `summary` reduces one
//! row.

use std::ops::Range;

use crate::isa::{Isa, Kernel, Simd};
use crate::packed::{PANEL, Panels, for_each_format};
use crate::product::{Target, product};
use crate::question::{Question, Summary};
use crate::rows::Rows;
use crate::summary::{Line, Partial};
use crate::weight::Weight;
use crate::{Packed, Pool, dot_column, soft_cap, soft_capped};

/// The most rows that run over a chunk together; even, for pairs. Their values and logits stay in the second-level
/// cache.
const ROWS: usize = 96;
/// Panels of a chunk.
const CHUNK: usize = 16;
/// Panels whose logits exist at the same time.
const STRIP: usize = 8;
/// Multiplications of a thread between two calls of `check`: about ten milliseconds.
const PIECE: usize = 500_000_000;

/// Projects every row (k values each) and answers the question for it. `check` is called on the caller's thread between
/// pieces of work, while the pool is free. If it returns true, the work stops and the result is `None`.
pub fn project(
    pool: &Pool,
    rows: &[f32],
    head: &Packed,
    question: &Question<'_>,
    check: &dyn Fn() -> bool,
) -> Option<Vec<Summary>> {
    project_with(Isa::best(), pool, rows, head, question, check)
}

pub(crate) fn project_with(
    isa: Isa,
    pool: &Pool,
    rows: &[f32],
    head: &Packed,
    question: &Question<'_>,
    check: &dyn Fn() -> bool,
) -> Option<Vec<Summary>> {
    let k = head.k().max(1);
    let count = rows.len() / k;
    assert!(rows.len() == count * k, "{} values for rows of {k}", rows.len());
    if count == 0 {
        return Some(Vec::new());
    }
    assert!(!question.pairs || count.is_multiple_of(2), "{count} rows cannot form pairs");
    assert!(!(question.pairs && question.no_sum), "a divergence needs the sums");

    let mut lines: Vec<Line> = (0..count).map(|_| Line::new(question)).collect();
    for &(row, token) in question.watch {
        let logit = dot_column(&rows[row * k..(row + 1) * k], head, token as usize);
        lines[row].watch(token, question.cap.map_or(logit, |cap| soft_capped(cap, logit)));
    }
    let height = isa.tile_height();
    let share = count.div_ceil(count.div_ceil(ROWS)).next_multiple_of(2);
    let blocks: Vec<Rows<'_>> =
        rows.chunks(share * k).map(|block| Rows::new(pool, block, block.len() / k, k, height)).collect();

    // chunk by chunk, and block by block within a chunk, so that a chunk's weights are read once
    let chunks = head.panels().div_ceil(CHUNK);
    let mut partials = vec![Partial::default(); chunks * blocks.len() * share];
    let cost = share * k * CHUNK * PANEL;
    let piece = (PIECE / cost).max(1) * pool.threads();
    for (number, partials) in partials.chunks_mut(piece * share).enumerate() {
        if check() {
            return None;
        }
        pool.run_chunks(partials, share, &|task, partials| {
            let task = number * piece + task;
            let (chunk, block) = (task / blocks.len(), task % blocks.len());
            for_each_format!(head, all => isa.run(Chunk {
                rows: &blocks[block],
                lines: &lines[block * share..][..blocks[block].rows()],
                head: all,
                panels: chunk * CHUNK..((chunk + 1) * CHUNK).min(head.panels()),
                pairs: question.pairs,
                cap: question.cap,
                partials,
            }));
        });
    }

    let mut answers: Vec<Summary> = Vec::with_capacity(count);
    for (row, line) in lines.into_iter().enumerate() {
        let mut whole = Partial::default();
        for chunk in partials.chunks(blocks.len() * share) {
            whole.join(&chunk[row]);
        }
        let before = answers.last().filter(|_| question.pairs && row % 2 == 1).map(|before| before.log_sum_exp);
        answers.push(line.into_summary(&whole, head.n(), before));
    }
    Some(answers)
}

/// A block of rows and a chunk of the vocabulary.
struct Chunk<'a, W> {
    rows: &'a Rows<'a>,
    lines: &'a [Line<'a>],
    head: Panels<'a, W>,
    panels: Range<usize>,
    pairs: bool,
    cap: Option<f32>,
    partials: &'a mut [Partial],
}

impl<W: Weight> Kernel for Chunk<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        const WIDTH: usize = STRIP * PANEL;
        let mut logits = vec![0.0; self.rows.rows() * WIDTH];
        for first in self.panels.clone().step_by(STRIP) {
            let panels = first..(first + STRIP).min(self.panels.end);
            let tokens = first * PANEL..(panels.end * PANEL).min(self.head.n());
            let target = Target { start: logits.as_mut_ptr(), stride: WIDTH };
            // SAFETY: `logits` has room for every row's values of a strip.
            unsafe { product(s, self.rows, self.head, panels, target) };
            if let Some(cap) = self.cap {
                logits.chunks_exact_mut(WIDTH).for_each(|row| soft_cap(cap, &mut row[..tokens.len()]));
            }
            for (row, line) in self.lines.iter().enumerate() {
                let logits = |row: usize| &logits[row * WIDTH..][..tokens.len()];
                let before = (self.pairs && row % 2 == 1).then(|| logits(row - 1));
                line.read(s, tokens.start, logits(row), before, &mut self.partials[row]);
            }
        }
    }
}
