//! How a token's position enters the graph.

/// What a position changes: the start of the stream, queries and keys.
pub(crate) enum PositionEncoding {
    /// A row of this table, context x width, is added to the token's embedding.
    Learned(Vec<f32>),
}

impl PositionEncoding {
    /// What the position adds to a token's embedding.
    pub(crate) fn start(&self, position: usize, x: &mut [f32]) {
        match self {
            Self::Learned(table) => kernels::add(x, &table[position * x.len()..(position + 1) * x.len()]),
        }
    }

    /// Applies the position to its queries and keys, all heads of them. A rotary encoding rotates here.
    pub(crate) fn turn(&self, _position: usize, _queries: &mut [f32], _keys: &mut [f32]) {
        match self {
            Self::Learned(_) => {}
        }
    }
}
