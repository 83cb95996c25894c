//! Blocks of quantised numbers as GGUF files have them, and their values: the formulas of ggml (`ggml-quants.c`), whose Python
//! package gives the expected values of the tests.

use half::f16;

/// A kind of block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2K,
    Q3K,
    Q4K,
    Q5K,
    Q6K,
}

impl Block {
    /// Numbers of one block.
    pub(super) fn numbers(self) -> usize {
        match self {
            Self::Q4_0 | Self::Q4_1 | Self::Q5_0 | Self::Q5_1 | Self::Q8_0 => 32,
            Self::Q2K | Self::Q3K | Self::Q4K | Self::Q5K | Self::Q6K => 256,
        }
    }

    /// Bytes of one block.
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::Q4_0 => 18,
            Self::Q4_1 => 20,
            Self::Q5_0 => 22,
            Self::Q5_1 => 24,
            Self::Q8_0 => 34,
            Self::Q2K => 84,
            Self::Q3K => 110,
            Self::Q4K => 144,
            Self::Q5K => 176,
            Self::Q6K => 210,
        }
    }

    /// The values of whole blocks, as many as `out` holds.
    pub(super) fn decode(self, bytes: &[u8], out: &mut [f32]) {
        let decode = match self {
            Self::Q4_0 => q4_0,
            Self::Q4_1 => q4_1,
            Self::Q5_0 => q5_0,
            Self::Q5_1 => q5_1,
            Self::Q8_0 => q8_0,
            Self::Q2K => q2_k,
            Self::Q3K => q3_k,
            Self::Q4K => q4_k,
            Self::Q5K => q5_k,
            Self::Q6K => q6_k,
        };
        let blocks = out.chunks_exact_mut(self.numbers()).zip(bytes.chunks_exact(self.bytes()));
        blocks.for_each(|(out, block)| decode(block, out));
    }
}

/// A half-precision number at byte `at`.
fn half_at(block: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([block[at], block[at + 1]]).to_f32()
}

fn q4_0(block: &[u8], out: &mut [f32]) {
    let scale = half_at(block, 0);
    let (low, high) = out.split_at_mut(16);
    for ((low, high), q) in low.iter_mut().zip(high).zip(&block[2..]) {
        *low = scale * (f32::from(q & 15) - 8.0);
        *high = scale * (f32::from(q >> 4) - 8.0);
    }
}

fn q4_1(block: &[u8], out: &mut [f32]) {
    let (scale, least) = (half_at(block, 0), half_at(block, 2));
    let (low, high) = out.split_at_mut(16);
    for ((low, high), q) in low.iter_mut().zip(high).zip(&block[4..]) {
        *low = scale * f32::from(q & 15) + least;
        *high = scale * f32::from(q >> 4) + least;
    }
}

/// The fifth bits of a block's numbers.
fn fifth_bits(block: &[u8], at: usize) -> impl Fn(usize) -> u8 {
    let bits = u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
    move |number| ((bits >> number & 1) << 4) as u8
}

fn q5_0(block: &[u8], out: &mut [f32]) {
    let (scale, fifth) = (half_at(block, 0), fifth_bits(block, 2));
    for (i, q) in block[6..].iter().enumerate() {
        out[i] = scale * (f32::from(q & 15 | fifth(i)) - 16.0);
        out[i + 16] = scale * (f32::from(q >> 4 | fifth(i + 16)) - 16.0);
    }
}

fn q5_1(block: &[u8], out: &mut [f32]) {
    let (scale, least, fifth) = (half_at(block, 0), half_at(block, 2), fifth_bits(block, 4));
    for (i, q) in block[8..].iter().enumerate() {
        out[i] = scale * f32::from(q & 15 | fifth(i)) + least;
        out[i + 16] = scale * f32::from(q >> 4 | fifth(i + 16)) + least;
    }
}

fn q8_0(block: &[u8], out: &mut [f32]) {
    let scale = half_at(block, 0);
    out.iter_mut().zip(&block[2..]).for_each(|(out, q)| *out = scale * f32::from(*q as i8));
}

fn q2_k(block: &[u8], out: &mut [f32]) {
    let (scales, quants) = block[..80].split_at(16);
    let (scale, least) = (half_at(block, 80), half_at(block, 82));
    for (group, out) in out.chunks_exact_mut(16).enumerate() {
        // A half of the block has 32 bytes, each with two bits of four numbers.
        let (part, shift, first) = (group / 8, group % 8 / 2 * 2, group % 2 * 16);
        let (scale, least) = (scale * f32::from(scales[group] & 15), least * f32::from(scales[group] >> 4));
        let quants = &quants[32 * part + first..];
        out.iter_mut().zip(quants).for_each(|(out, q)| *out = scale * f32::from(q >> shift & 3) - least);
    }
}

fn q3_k(block: &[u8], out: &mut [f32]) {
    let (high, quants, packed) = (&block[..32], &block[32..96], &block[96..108]);
    let scale = half_at(block, 108);
    let scale_of = |group: usize| {
        let low = if group < 8 { packed[group] & 15 } else { packed[group - 8] >> 4 };
        let top = packed[8 + group % 4] >> (group / 4 * 2) & 3;
        scale * (f32::from(low | top << 4) - 32.0)
    };
    for (group, out) in out.chunks_exact_mut(16).enumerate() {
        let (part, pair, first) = (group / 8, group % 8 / 2, group % 2 * 16);
        let scale = scale_of(group);
        let bit = 1 << (4 * part + pair);
        for (i, out) in out.iter_mut().enumerate() {
            let low = quants[32 * part + first + i] >> (2 * pair) & 3;
            let missing = if high[first + i] & bit == 0 { 4.0 } else { 0.0 };
            *out = scale * (f32::from(low) - missing);
        }
    }
}

/// The scale and the least value of a group of 32 numbers, six bits each, of Q4_K and Q5_K.
fn scale_and_least(packed: &[u8], group: usize) -> (f32, f32) {
    let (scale, least) = if group < 4 {
        (packed[group] & 63, packed[group + 4] & 63)
    } else {
        let (low, top, least_top) = (packed[group + 4], packed[group - 4] >> 6, packed[group] >> 6);
        (low & 15 | top << 4, low >> 4 | least_top << 4)
    };
    (f32::from(scale), f32::from(least))
}

fn q4_k(block: &[u8], out: &mut [f32]) {
    let (scale, least, packed) = (half_at(block, 0), half_at(block, 2), &block[4..16]);
    for (group, out) in out.chunks_exact_mut(32).enumerate() {
        let (own, own_least) = scale_and_least(packed, group);
        let (scale, least, shift) = (scale * own, least * own_least, group % 2 * 4);
        let quants = &block[16 + group / 2 * 32..];
        out.iter_mut().zip(quants).for_each(|(out, q)| *out = scale * f32::from(q >> shift & 15) - least);
    }
}

fn q5_k(block: &[u8], out: &mut [f32]) {
    let (scale, least, packed, high) = (half_at(block, 0), half_at(block, 2), &block[4..16], &block[16..48]);
    for (group, out) in out.chunks_exact_mut(32).enumerate() {
        let (own, own_least) = scale_and_least(packed, group);
        let (scale, least, shift) = (scale * own, least * own_least, group % 2 * 4);
        let quants = &block[48 + group / 2 * 32..];
        for ((out, q), high) in out.iter_mut().zip(quants).zip(high) {
            *out = scale * f32::from(q >> shift & 15 | (high >> group & 1) << 4) - least;
        }
    }
}

fn q6_k(block: &[u8], out: &mut [f32]) {
    let (low, high, scales) = (&block[..128], &block[128..192], &block[192..208]);
    let scale = half_at(block, 208);
    for (group, out) in out.chunks_exact_mut(16).enumerate() {
        // A half of the block has 64 bytes with four bits of two numbers, and 32 with two bits of four.
        let (part, quarter, first) = (group / 8, group % 8 / 2, group % 2 * 16);
        let scale = scale * f32::from(scales[group] as i8);
        let low = &low[64 * part + quarter % 2 * 32 + first..];
        let high = &high[32 * part + first..];
        for ((out, low), high) in out.iter_mut().zip(low).zip(high) {
            let q = low >> (quarter / 2 * 4) & 15 | (high >> (2 * quarter) & 3) << 4;
            *out = scale * (f32::from(q) - 32.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random blocks and their values by PyPI `gguf` (`tests/data/gguf/make_gguf.py`), bit for bit.
    #[test]
    fn values_are_those_of_the_python_package() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/gguf/blocks.json");
        let text = std::fs::read_to_string(path).expect("the file");
        let cases: Vec<(String, Vec<u8>, Vec<u32>)> = serde_json::from_str(&text).expect("blocks");
        let kinds = [
            ("Q4_0", Block::Q4_0),
            ("Q4_1", Block::Q4_1),
            ("Q5_0", Block::Q5_0),
            ("Q5_1", Block::Q5_1),
            ("Q8_0", Block::Q8_0),
            ("Q2_K", Block::Q2K),
            ("Q3_K", Block::Q3K),
            ("Q4_K", Block::Q4K),
            ("Q5_K", Block::Q5K),
            ("Q6_K", Block::Q6K),
        ];
        assert_eq!(cases.len(), kinds.len());
        for ((name, bytes, expected), (known, kind)) in cases.into_iter().zip(kinds) {
            assert_eq!(name, known);
            assert_eq!(bytes.len() % kind.bytes(), 0, "{name}");
            let mut values = vec![0.0; bytes.len() / kind.bytes() * kind.numbers()];
            kind.decode(&bytes, &mut values);
            assert_eq!(values.iter().map(|v| v.to_bits()).collect::<Vec<_>>(), expected, "{name}");
        }
    }
}
