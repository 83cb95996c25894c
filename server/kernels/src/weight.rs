//! How a weight is stored: float32, float16 or bfloat16. Products widen a weight when they read it, which is exact, and
//! compute in float32. So their bits are those of a matrix that was widened before.

use crate::half::{Bf16, F16};
use crate::isa::{Isa, Kernel, LANES, Simd};

/// The type of a stored weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    F32,
    F16,
    Bf16,
}

impl Format {
    /// Bytes of one weight.
    pub fn bytes(self) -> usize {
        match self {
            Format::F32 => 4,
            Format::F16 | Format::Bf16 => 2,
        }
    }
}

/// A number as it is stored.
///
/// # Safety
/// A value whose bytes are all zero is valid, and is zero.
pub(crate) unsafe trait Weight: Copy + Send + Sync + 'static {
    fn widen(self) -> f32;
    /// Sixteen lanes of `widen`.
    fn load<S: Simd>(s: S, from: &[Self; LANES]) -> S::V;
}

// SAFETY: zero bytes are 0.0.
unsafe impl Weight for f32 {
    #[inline(always)]
    fn widen(self) -> f32 {
        self
    }

    #[inline(always)]
    fn load<S: Simd>(s: S, from: &[f32; LANES]) -> S::V {
        s.load(from)
    }
}

// SAFETY: zero bytes are 0.0.
unsafe impl Weight for F16 {
    #[inline(always)]
    fn widen(self) -> f32 {
        self.to_f32()
    }

    #[inline(always)]
    fn load<S: Simd>(s: S, from: &[F16; LANES]) -> S::V {
        s.load_f16(from)
    }
}

// SAFETY: zero bytes are 0.0.
unsafe impl Weight for Bf16 {
    #[inline(always)]
    fn widen(self) -> f32 {
        self.to_f32()
    }

    #[inline(always)]
    fn load<S: Simd>(s: S, from: &[Bf16; LANES]) -> S::V {
        s.load_bf16(from)
    }
}

/// Numbers as they are stored.
#[derive(Clone, Copy, Debug)]
pub enum Numbers<'a> {
    F32(&'a [f32]),
    F16(&'a [F16]),
    Bf16(&'a [Bf16]),
}

impl<'a> Numbers<'a> {
    pub fn format(self) -> Format {
        match self {
            Numbers::F32(_) => Format::F32,
            Numbers::F16(_) => Format::F16,
            Numbers::Bf16(_) => Format::Bf16,
        }
    }

    pub fn len(self) -> usize {
        match self {
            Numbers::F32(numbers) => numbers.len(),
            Numbers::F16(numbers) => numbers.len(),
            Numbers::Bf16(numbers) => numbers.len(),
        }
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// `len` numbers from `start` on.
    pub fn part(self, start: usize, len: usize) -> Numbers<'a> {
        match self {
            Numbers::F32(numbers) => Numbers::F32(&numbers[start..][..len]),
            Numbers::F16(numbers) => Numbers::F16(&numbers[start..][..len]),
            Numbers::Bf16(numbers) => Numbers::Bf16(&numbers[start..][..len]),
        }
    }

    /// Widens as many numbers as `out` has room for.
    pub fn widen(self, out: &mut [f32]) {
        self.widen_with(Isa::best(), out);
    }

    pub(crate) fn widen_with(self, isa: Isa, out: &mut [f32]) {
        assert_eq!(self.len(), out.len());
        match self {
            Numbers::F32(numbers) => out.copy_from_slice(numbers),
            Numbers::F16(numbers) => isa.run(Widen { numbers, out }),
            Numbers::Bf16(numbers) => isa.run(Widen { numbers, out }),
        }
    }
}

impl<'a> From<&'a [f32]> for Numbers<'a> {
    fn from(numbers: &'a [f32]) -> Numbers<'a> {
        Numbers::F32(numbers)
    }
}

impl<'a> From<&'a Vec<f32>> for Numbers<'a> {
    fn from(numbers: &'a Vec<f32>) -> Numbers<'a> {
        Numbers::F32(numbers)
    }
}

impl<'a, const N: usize> From<&'a [f32; N]> for Numbers<'a> {
    fn from(numbers: &'a [f32; N]) -> Numbers<'a> {
        Numbers::F32(numbers)
    }
}

struct Widen<'a, W> {
    numbers: &'a [W],
    out: &'a mut [f32],
}

impl<W: Weight> Kernel for Widen<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (numbers, rest) = self.numbers.as_chunks::<LANES>();
        let (out, out_rest) = self.out.as_chunks_mut::<LANES>();
        out.iter_mut().zip(numbers).for_each(|(out, numbers)| s.store(W::load(s, numbers), out));
        out_rest.iter_mut().zip(rest).for_each(|(out, number)| *out = number.widen());
    }
}
