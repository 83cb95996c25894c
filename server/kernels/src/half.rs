//! Numbers in 16 bits, and their value in float32, which is exact.

/// The bits of a float16: a sign, 5 bits of exponent, 10 of fraction (IEEE 754 binary16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct F16(pub u16);

/// The bits of a bfloat16: the upper half of a float32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Bf16(pub u16);

impl F16 {
    #[inline(always)]
    pub(crate) fn to_f32(self) -> f32 {
        let bits = u32::from(self.0);
        // As a float32, a float16 with a moved fraction is 2^112 times too small, its subnormal numbers included.
        let size = f32::from_bits((bits & 0x7FFF) << 13) * f32::from_bits((127 + 112) << 23);
        // A float16 that is infinite or NaN is so as a float32; a NaN is quiet, as processors make it.
        let special = if bits & 0x7C00 == 0x7C00 { 0x7F80_0000 } else { 0 };
        let quiet = if bits & 0x7FFF > 0x7C00 { 0x0040_0000 } else { 0 };
        f32::from_bits(size.to_bits() | special | quiet | (bits & 0x8000) << 16)
    }
}

impl Bf16 {
    #[inline(always)]
    pub(crate) fn to_f32(self) -> f32 {
        f32::from_bits(u32::from(self.0) << 16)
    }
}
