//! The types of tensors by ggml's numbers for them.

use crate::files::blocks::Block;
use crate::files::entry::Stored;
use crate::files::floats::Floats;

/// A type by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Type(u32);

/// How numbers are grouped: so many numbers in so many bytes.
pub(super) struct Size {
    pub(super) numbers: usize,
    pub(super) bytes: usize,
}

const READ: [(u32, Floats); 13] = [
    (0, Floats::F32),
    (1, Floats::F16),
    (2, Floats::Blocks(Block::Q4_0)),
    (3, Floats::Blocks(Block::Q4_1)),
    (6, Floats::Blocks(Block::Q5_0)),
    (7, Floats::Blocks(Block::Q5_1)),
    (8, Floats::Blocks(Block::Q8_0)),
    (10, Floats::Blocks(Block::Q2K)),
    (11, Floats::Blocks(Block::Q3K)),
    (12, Floats::Blocks(Block::Q4K)),
    (13, Floats::Blocks(Block::Q5K)),
    (14, Floats::Blocks(Block::Q6K)),
    (30, Floats::Bf16),
];

/// Types that are not read, to name them in errors.
const OTHERS: [(u32, &str); 20] = [
    (9, "Q8_1"),
    (15, "Q8_K"),
    (16, "IQ2_XXS"),
    (17, "IQ2_XS"),
    (18, "IQ3_XXS"),
    (19, "IQ1_S"),
    (20, "IQ4_NL"),
    (21, "IQ3_S"),
    (22, "IQ2_S"),
    (23, "IQ4_XS"),
    (24, "I8"),
    (25, "I16"),
    (26, "I32"),
    (27, "I64"),
    (28, "F64"),
    (29, "IQ1_M"),
    (34, "TQ1_0"),
    (35, "TQ2_0"),
    (39, "MXFP4"),
    (40, "NVFP4"),
];

impl Type {
    pub(super) fn of(number: u32) -> Self {
        Self(number)
    }

    fn floats(self) -> Option<Floats> {
        READ.iter().find(|(number, _)| *number == self.0).map(|(_, floats)| *floats)
    }

    /// `None` if the type is not read.
    pub(super) fn size(self) -> Option<Size> {
        self.floats().map(|floats| Size { numbers: floats.block(), bytes: floats.bytes(floats.block()) })
    }

    pub(super) fn name(self) -> String {
        match (self.floats(), OTHERS.iter().find(|(number, _)| *number == self.0)) {
            (Some(Floats::Blocks(block)), _) => format!("{block:?}"),
            (Some(floats), _) => format!("{floats:?}").to_uppercase(),
            (None, Some((_, name))) => (*name).to_owned(),
            (None, None) => format!("type {} of ggml", self.0),
        }
    }

    pub(super) fn stored(self) -> Stored {
        self.floats().map_or_else(|| Stored::Other(self.name()), Stored::Floats)
    }
}
