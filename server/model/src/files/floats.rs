//! How numbers are stored in a checkpoint, and how they are decoded from its bytes.

use kernels::{Bf16, F16, Format, Numbers};
use safetensors::Dtype;

use super::blocks::Block;

/// The types that weights are published in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Floats {
    F32,
    F16,
    Bf16,
    Blocks(Block),
}

impl Floats {
    /// `None` if it is not a float of at most 32 bits.
    pub(super) fn of(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::F32 => Some(Self::F32),
            Dtype::F16 => Some(Self::F16),
            Dtype::BF16 => Some(Self::Bf16),
            _ => None,
        }
    }

    /// How the numbers are in memory: blocks are widened.
    pub(super) fn format(self) -> Format {
        match self {
            Self::F32 | Self::Blocks(_) => Format::F32,
            Self::F16 => Format::F16,
            Self::Bf16 => Format::Bf16,
        }
    }

    /// Bytes of so many numbers, which must be whole blocks.
    pub(super) fn bytes(self, numbers: usize) -> usize {
        match self {
            Self::F32 | Self::F16 | Self::Bf16 => self.format().bytes() * numbers,
            Self::Blocks(block) => numbers / block.numbers() * block.bytes(),
        }
    }

    /// The numbers of one block.
    pub(super) fn block(self) -> usize {
        match self {
            Self::F32 | Self::F16 | Self::Bf16 => 1,
            Self::Blocks(block) => block.numbers(),
        }
    }
}

/// Room for numbers as they are stored, and for the same in float32.
pub(super) struct Room {
    stored: Stored,
    /// Empty if the numbers are stored in float32.
    wide: Vec<f32>,
}

enum Stored {
    F32(Vec<f32>),
    F16(Vec<F16>),
    Bf16(Vec<Bf16>),
    Blocks(Block, Vec<f32>),
}

impl Room {
    /// For at most `len` numbers.
    pub(super) fn new(floats: Floats, len: usize) -> Self {
        let (stored, wide) = match floats {
            Floats::F32 => (Stored::F32(vec![0.0; len]), 0),
            Floats::F16 => (Stored::F16(vec![F16::default(); len]), len),
            Floats::Bf16 => (Stored::Bf16(vec![Bf16::default(); len]), len),
            Floats::Blocks(block) => (Stored::Blocks(block, vec![0.0; len]), 0),
        };
        Self { stored, wide: vec![0.0; wide] }
    }

    /// The numbers of little-endian `bytes`, as they are stored and in float32.
    pub(super) fn decode(&mut self, bytes: &[u8]) -> (Numbers<'_>, &[f32]) {
        let stored = match &mut self.stored {
            Stored::F32(out) => {
                let numbers = fill(out, bytes.as_chunks().0, f32::from_le_bytes);
                return (Numbers::F32(numbers), numbers);
            }
            Stored::Blocks(block, out) => {
                let numbers = &mut out[..bytes.len() / block.bytes() * block.numbers()];
                block.decode(bytes, numbers);
                return (Numbers::F32(numbers), numbers);
            }
            Stored::F16(out) => Numbers::F16(fill(out, bytes.as_chunks().0, |b| F16(u16::from_le_bytes(b)))),
            Stored::Bf16(out) => Numbers::Bf16(fill(out, bytes.as_chunks().0, |b| Bf16(u16::from_le_bytes(b)))),
        };
        let wide = &mut self.wide[..stored.len()];
        stored.widen(wide);
        (stored, wide)
    }
}

/// Fills the start of `out`, and returns it.
fn fill<'a, T, const SIZE: usize>(out: &'a mut [T], words: &[[u8; SIZE]], decode: impl Fn([u8; SIZE]) -> T) -> &'a [T] {
    let out = &mut out[..words.len()];
    out.iter_mut().zip(words).for_each(|(out, &word)| *out = decode(word));
    out
}
