//! How a token's position enters the graph.

use super::plan::Rope;

/// What a position changes: the start of the stream, queries and keys.
pub(crate) enum PositionEncoding {
    /// A row of this table, context x width, is added to the token's embedding.
    Learned(Vec<f32>),
    /// Queries and keys are turned. `local`: the rotation of blocks with a window, if it is another one.
    Rotary { global: Rope, local: Option<Rope> },
}

impl PositionEncoding {
    /// The bytes of the table, if there is one.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Learned(table) => size_of_val::<[f32]>(table),
            Self::Rotary { .. } => 0,
        }
    }

    /// What the position adds to a token's embedding.
    pub(crate) fn start(&self, position: usize, x: &mut [f32]) {
        match self {
            Self::Learned(table) => kernels::add(x, &table[position * x.len()..(position + 1) * x.len()]),
            Self::Rotary { .. } => {}
        }
    }

    /// Turns heads of a position's queries or keys, `width` numbers each. `is_local`: of a block with a window.
    pub(crate) fn turn(&self, position: usize, is_local: bool, width: usize, heads: &mut [f32]) {
        let Self::Rotary { global, local } = self else { return };
        let rope = local.as_ref().filter(|_| is_local).unwrap_or(global);
        let half = rope.frequencies.len();
        for (i, &frequency) in rope.frequencies.iter().enumerate() {
            // The angle is rounded to float32, as in transformers.
            let (sin, cos) = f64::from(position as f32 * frequency).sin_cos();
            let (sin, cos) = (sin as f32 * rope.factor, cos as f32 * rope.factor);
            for head in heads.chunks_exact_mut(width) {
                let (a, b) = (head[i], head[i + half]);
                head[i] = a * cos - b * sin;
                head[i + half] = b * cos + a * sin;
            }
        }
    }
}
