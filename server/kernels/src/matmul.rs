//! y = x W + b for any number of rows, with one order of summation per element.

use crate::{Packed, Pool};

/// Terms that are summed on their own before they join the total.
const BLOCK: usize = 256;

/// `out[r] = x[r] W + bias` for every row r. An element's bits depend on its row of x and its column of W alone.
pub fn matmul(_pool: &Pool, x: &[f32], w: &Packed, bias: Option<&[f32]>, out: &mut [f32]) {
    if w.n() == 0 {
        return;
    }
    for (r, row) in out.chunks_mut(w.n()).enumerate() {
        for (j, y) in row.iter_mut().enumerate() {
            *y = dot_column(&x[r * w.k()..(r + 1) * w.k()], w, j);
            if let Some(b) = bias {
                *y += b[j];
            }
        }
    }
}

/// One element of a product without bias, with the bits that `matmul` gives it.
pub fn dot_column(x: &[f32], w: &Packed, j: usize) -> f32 {
    assert_eq!(x.len(), w.k());
    let mut total = 0.0;
    for (b, block) in x.chunks(BLOCK).enumerate() {
        let mut sum = 0.0f32;
        for (i, &v) in block.iter().enumerate() {
            sum = v.mul_add(w.get(b * BLOCK + i, j), sum);
        }
        total += sum;
    }
    total
}
