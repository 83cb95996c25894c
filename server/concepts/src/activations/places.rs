//! The places where a coefficient is largest, or smallest: a few, sorted, at most one of each passage.

use crate::store::bytes::{Reader, Writer};

/// Places kept at each end.
pub(super) const KEPT: usize = 4;
/// Bytes of a place in the written form.
pub(super) const BYTES: usize = 16;

/// A token and a vector's coefficient there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// The passage's number.
    pub(crate) passage: u32,
    /// The token's bytes in the passage; not always whole characters.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// m there.
    pub(crate) coefficient: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Largest,
    Smallest,
}

impl Side {
    fn further(self, x: f32, y: f32) -> bool {
        match self {
            Self::Largest => x > y,
            Self::Smallest => x < y,
        }
    }

    /// Whether `a` is further out than `b`; of equal places the earlier one in the passages.
    fn before(self, a: &Place, b: &Place) -> bool {
        let (x, y) = (a.coefficient, b.coefficient);
        self.further(x, y) || (x == y && (a.passage, a.start) < (b.passage, b.start))
    }
}

/// The places of one vector at one end, furthest first. Unused entries at the end have an infinite coefficient, which no
/// place has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Places([Place; KEPT]);

impl Places {
    pub(super) fn none(side: Side) -> Self {
        let coefficient = match side {
            Side::Largest => f32::NEG_INFINITY,
            Side::Smallest => f32::INFINITY,
        };
        Self([Place { passage: u32::MAX, start: u32::MAX, end: u32::MAX, coefficient }; KEPT])
    }

    /// Adds a place of this passage if it is far enough out; `find`, which is slow, finds the place.
    #[inline]
    pub(super) fn offer(&mut self, side: Side, passage: u32, coefficient: f32, find: impl Fn(f32) -> Place) {
        let [.., last] = &self.0;
        // Of one passage, the place that was offered first comes first.
        let behind = last.coefficient == coefficient && last.passage <= passage;
        if !behind && !side.further(last.coefficient, coefficient) {
            self.insert(side, find(coefficient));
        }
    }

    fn insert(&mut self, side: Side, place: Place) {
        let same = self.0.iter().position(|p| p.passage == place.passage);
        let mut at = same.unwrap_or(KEPT - 1);
        if !side.before(&place, &self.0[at]) {
            return;
        }
        self.0[at] = place;
        while at > 0 && side.before(&self.0[at], &self.0[at - 1]) {
            self.0.swap(at, at - 1);
            at -= 1;
        }
    }

    pub(super) fn list(&self) -> Vec<Place> {
        self.0.iter().filter(|p| p.coefficient.is_finite()).copied().collect()
    }

    pub(super) fn write(&self, out: &mut Writer) {
        for place in &self.0 {
            out.u32(place.passage);
            out.u32(place.start);
            out.u32(place.end);
            out.f32(place.coefficient);
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let mut places = Self::none(Side::Largest);
        for place in &mut places.0 {
            *place = Place { passage: from.u32()?, start: from.u32()?, end: from.u32()?, coefficient: from.f32()? };
            if place.start > place.end || place.coefficient.is_nan() {
                return None;
            }
        }
        Some(places)
    }
}
