//! The forward pass: from tokens to residuals, keeping everything that a trace reads. A position's numbers depend only
//! on its token, the positions before it and the edits on it, never on how many positions run together. So runs share
//! equal positions.

use std::sync::Arc;

use kernels::{Pool, add};
use lm::{Control, Error, InputError};

use super::decoder::Decoder;
use super::edits::Edits;
use super::plan::Sizes;
use super::position::{Part, Position, Positions};

/// Positions that run through a layer together: enough that arithmetic limits the products, few enough that checkpoints
/// are frequent.
const TOGETHER: usize = 64;

/// Runs `tokens` after `done` and appends them. After an `Err`, `done` has whole positions only.
pub(crate) fn extend(
    decoder: &Decoder,
    pool: &Pool,
    done: &mut Positions,
    tokens: &[u32],
    edits: &Edits,
    control: &dyn Control,
) -> Result<(), Error> {
    for chunk in tokens.chunks(TOGETHER) {
        let first = done.len();
        let new = |(i, &token): (usize, &u32)| Position::new(token, edits.at(first + i), decoder.sizes);
        let mut new: Vec<Position> = chunk.iter().enumerate().map(new).collect();
        block_of_positions(decoder, pool, done, &mut new, control)?;
        done.extend(new.into_iter().map(Arc::new));
    }
    Ok(())
}

/// Rows that are passed between the parts of a layer, one for each position.
struct Rows {
    projected: Vec<f32>,
    queries: Vec<f32>,
    heads: Vec<f32>,
    update: Vec<f32>,
    coefficients: Vec<f32>,
    divisors: Vec<f32>,
}

impl Rows {
    fn new(count: usize, sizes: Sizes) -> Self {
        let rows = |width| vec![0.0; count * width];
        Self {
            projected: rows(sizes.projected_width()),
            queries: rows(sizes.query_width()),
            heads: rows(sizes.query_width()),
            update: rows(sizes.width),
            coefficients: rows(sizes.ffn),
            divisors: rows(1),
        }
    }
}

fn block_of_positions(
    decoder: &Decoder,
    pool: &Pool,
    done: &[Arc<Position>],
    new: &mut [Position],
    control: &dyn Control,
) -> Result<(), Error> {
    let width = decoder.sizes.width;
    let mut x = vec![0.0; new.len() * width];
    for (i, (position, x)) in new.iter_mut().zip(x.chunks_exact_mut(width)).enumerate() {
        decoder.embed(position.token, done.len() + i, x);
        position.set_embedding(x);
    }
    let mut rows = Rows::new(new.len(), decoder.sizes);
    for layer in 0..decoder.sizes.layers {
        control.checkpoint()?;
        attend(decoder, pool, layer, done, new, &x, &mut rows)?;
        // In parallel the FFN reads what attention read.
        let read = decoder.blocks[layer].parallel.then(|| x.clone());
        add(&mut x, &rows.update);
        keep(new, layer, Part::Before, &x, width);
        feed_forward(decoder, pool, layer, new, read.as_deref().unwrap_or(&x), &mut rows)?;
        add(&mut x, &rows.update);
        keep(new, layer, Part::After, &x, width);
        if let Some(row) = x.chunks_exact(width).position(overflows) {
            return Err(InputError::Overflow { layer, position: done.len() + row }.into());
        }
    }
    Ok(())
}

/// Whether a norm of this row is beyond float32: what follows would be NaN, or 0 for the wrong reason.
fn overflows(row: &[f32]) -> bool {
    let squares = row.chunks(8).map(|eight| eight.iter().map(|x| x * x).sum::<f32>());
    !squares.sum::<f32>().is_finite()
}

/// What a block's attention adds to the stream, into `rows.update`.
fn attend(
    decoder: &Decoder,
    pool: &Pool,
    layer: usize,
    done: &[Arc<Position>],
    new: &mut [Position],
    x: &[f32],
    rows: &mut Rows,
) -> Result<(), Error> {
    let (queries, keys) = (decoder.sizes.query_width(), decoder.sizes.key_width());
    let attention = &decoder.blocks[layer].attention;
    attention.project(pool, &decoder.positions, done.len(), x, &mut rows.projected)?;
    let projected = rows.projected.chunks_exact(queries + 2 * keys);
    for ((position, row), q) in new.iter_mut().zip(projected).zip(rows.queries.chunks_exact_mut(queries)) {
        q.copy_from_slice(&row[..queries]);
        position.set(layer, Part::Keys, &row[queries..queries + keys]);
        position.set(layer, Part::Values, &row[queries + keys..]);
    }
    let all = || done.iter().map(AsRef::as_ref).chain(new.iter());
    let keys: Vec<&[f32]> = all().map(|p| p.keys(layer)).collect();
    let values: Vec<&[f32]> = all().map(|p| p.values(layer)).collect();
    attention.attend(pool, &rows.queries, done.len(), &keys, &values, &mut rows.heads);
    attention.update(pool, &rows.heads, &mut rows.update)
}

/// What a block's FFN adds to the stream with the edits on its coefficients, into `rows.update`.
fn feed_forward(
    decoder: &Decoder,
    pool: &Pool,
    layer: usize,
    new: &mut [Position],
    x: &[f32],
    rows: &mut Rows,
) -> Result<(), Error> {
    let ffn = decoder.ffn(layer);
    ffn.coefficients(pool, x, &mut rows.coefficients)?;
    for (position, m) in new.iter_mut().zip(rows.coefficients.chunks_exact_mut(decoder.sizes.ffn)) {
        for edit in position.edits.iter().filter(|e| e.layer == layer) {
            m[edit.dim] = edit.operation.apply(m[edit.dim]);
        }
        position.set(layer, Part::Coefficients, m);
    }
    ffn.update(pool, &rows.coefficients, &mut rows.update, &mut rows.divisors)?;
    keep(new, layer, Part::Divisor, &rows.divisors, 1);
    Ok(())
}

/// Stores a row of `x` with each position.
fn keep(new: &mut [Position], layer: usize, part: Part, x: &[f32], width: usize) {
    new.iter_mut().zip(x.chunks_exact(width)).for_each(|(position, x)| position.set(layer, part, x));
}
