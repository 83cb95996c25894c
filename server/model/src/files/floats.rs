//! How numbers are stored in a checkpoint, and their conversion to float32.

use half::slice::HalfFloatSliceExt;
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

    /// Bytes of so many numbers, which must be whole blocks.
    pub(super) fn bytes(self, numbers: usize) -> usize {
        match self {
            Self::F32 => 4 * numbers,
            Self::F16 | Self::Bf16 => 2 * numbers,
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

    /// Converts little-endian `bytes` to float32, as many as `out` holds.
    pub(super) fn decode(self, bytes: &[u8], out: &mut [f32]) {
        match self {
            Self::F32 => {
                let words = bytes.as_chunks::<4>().0;
                out.iter_mut().zip(words).for_each(|(out, b)| *out = f32::from_le_bytes(*b));
            }
            Self::F16 => {
                // Through a small buffer, so that the processor converts many at once.
                let mut halves = [half::f16::ZERO; 1024];
                for (out, bytes) in out.chunks_mut(1024).zip(bytes.chunks(2 * 1024)) {
                    let halves = &mut halves[..out.len()];
                    let words = bytes.as_chunks::<2>().0;
                    halves.iter_mut().zip(words).for_each(|(half, b)| *half = half::f16::from_le_bytes(*b));
                    halves.convert_to_f32_slice(out);
                }
            }
            Self::Bf16 => {
                let words = bytes.as_chunks::<2>().0;
                let wide = |b: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(*b)) << 16);
                out.iter_mut().zip(words).for_each(|(out, b)| *out = wide(b));
            }
            Self::Blocks(block) => block.decode(bytes, out),
        }
    }
}
