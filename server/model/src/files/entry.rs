//! Where a tensor is in its file, and how its numbers are stored there.

use kernels::Format;

use super::floats::Floats;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) stored: Stored,
    pub(super) shape: Vec<usize>,
    /// Offset in the file, in bytes.
    pub(super) start: u64,
    pub(super) undo: Undo,
}

impl Entry {
    /// How the numbers are in memory: float32 where something is undone that changes them.
    pub(super) fn format(&self) -> Format {
        match (&self.stored, self.undo) {
            (Stored::Floats(floats), Undo::Nothing | Undo::Pairs { .. }) => floats.format(),
            _ => Format::F32,
        }
    }
}

/// How numbers are stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stored {
    Floats(Floats),
    /// In a way that cannot be read, by its name.
    Other(String),
}

/// What the program that wrote the file did to a tensor, to be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    Nothing,
    /// One was added to every number.
    PlusOne,
    /// The rows of each head, so many in all, stand in the order 0, half, 1, half + 1, ...
    Pairs {
        head: usize,
    },
}

impl Undo {
    /// Where the row is stored that belongs to row `row`.
    pub(super) fn stored_row(self, row: usize) -> usize {
        match self {
            Self::Pairs { head } => {
                let (first, at, half) = (row / head * head, row % head, head / 2);
                first + at % half * 2 + at / half
            }
            _ => row,
        }
    }
}
