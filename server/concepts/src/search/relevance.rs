//! How well a value vector stands for a word. `search` has the rest of a query.
//!
//! A token's strength in a vector is z, its logit standardised over the vocabulary of that vector, if the token is among
//! the vector's 50 strongest words, and 0 otherwise. A word has the strength of its strongest spelling. The relevance of
//! a vector for a word is
//!
//! ```text
//! z(word) + 1/4 * sum over the word's companions c of w(c) z(c)
//! ```
//!
//! The companions are the ten words that the word's 20 strongest vectors share most: by s(c), the sum over those vectors
//! of z(word) z(c) ln(1 + N / (1 + n(c))), n(c) of all N vectors having c among their words; w(c) is s(c) over the
//! largest. So a vector that stands for food without the word itself among its first is found too, and one that has the
//! word by chance ranks lower. Measured against other rankings in `tests/tests/meaning`.
//!
//! Rejected: standardising each token's logits over the vectors as well, so that what every vector promotes counts
//! little. It finds less: of 200 hits for the 40 topics of `tests/data/topics.json` 94 instead of 103 on topic on the
//! starter, 105 instead of 107 on the same model trained on with a dictionary's glosses (without companions 82 and 86
//! instead of 93 and 97).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::Arc;

use lm::{Control, End, Error, Value};

use crate::lists::postings::{self, Part, Posting, Table};
use crate::lists::segment::strength_of;
use crate::lists::{Segments, Vocabulary};

/// Vectors that determine a word's companions.
const TELLING: usize = 20;
/// Companions of a word.
const COMPANIONS: usize = 10;
/// The weight of companions beside the word itself.
const SHARE: f32 = 0.25;
/// Vectors that are ranked for a required word, and for an optional word, strongest first.
pub(crate) const STRONGEST: usize = 4096;
const LIKELY: usize = 1024;
/// The same for each of a word's companions.
const ALONG: usize = 256;

/// A map from numbers of vectors or words. The index assigns the numbers, so a user cannot make them collide.
pub(crate) type Numbered<T> = HashMap<u32, T, BuildHasherDefault<Spread>>;

/// Hashes numbers by a multiplication.
#[derive(Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u32(u32::from(*b)));
    }

    fn write_u32(&mut self, n: u32) {
        self.0 = (self.0 ^ u64::from(n)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Words with their weights.
pub(crate) struct Weighed {
    /// For each weighted token, its weight and the number of its word.
    tokens: Numbered<(u32, f32)>,
}

impl Weighed {
    /// The relevance of a vector by its card.
    pub(crate) fn relevance(&self, card: &Value, end: End) -> f32 {
        let mut strength: Numbered<f32> = Numbered::default();
        for word in card.trained(end) {
            if let Some(&(number, weight)) = self.tokens.get(&word.id.0) {
                let z = strength_of(card, end, word.logit) * weight;
                strength.entry(number).and_modify(|s| *s = s.max(z)).or_insert(z);
            }
        }
        // In a fixed order, so that sums have the same bits.
        let mut strengths: Vec<(u32, f32)> = strength.into_iter().collect();
        strengths.sort_unstable_by_key(|(number, _)| *number);
        strengths.into_iter().map(|(_, z)| z).sum()
    }
}

/// The part of the index that a search reads.
pub(crate) struct Scope<'a> {
    pub(crate) segments: &'a Segments,
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) end: End,
    /// Numbers of vectors.
    within: Range<usize>,
    /// The parts of the lists.
    parts: &'a [(Part, Arc<Table>)],
    /// In how many lists of the whole index each token occurs.
    lists: &'a [u32],
}

impl<'a> Scope<'a> {
    pub(crate) fn new(
        segments: &'a Segments,
        vocabulary: &'a Vocabulary,
        (end, within): (End, Range<usize>),
        (parts, lists): (&'a [(Part, Arc<Table>)], &'a [u32]),
    ) -> Self {
        Self { segments, vocabulary, end, within, parts, lists }
    }

    /// Whether a part may have vectors of the scope.
    fn overlaps(&self, part: Part) -> bool {
        let Part::Segment(segment) = part else { return true };
        let range = self.segments.range(segment);
        range.start < self.within.end && self.within.start < range.end
    }

    /// The vectors with any of the tokens among their words, strongest first, each once, at most `most`.
    pub(crate) fn strongest(&self, tokens: &[u32], most: usize, control: &dyn Control) -> Result<Vec<Posting>, Error> {
        let parts: Vec<_> = self.parts.iter().filter(|(part, _)| self.overlaps(*part)).collect();
        let mut found = Best::new(most);
        // Tokens in the order of the most that their lists can add. Once enough vectors are stronger than that, no
        // further list can change the result.
        let mut order: Vec<(f32, u32)> = Vec::with_capacity(tokens.len());
        for &token in tokens {
            let mut next = f32::NEG_INFINITY;
            for (_, table) in &parts {
                let here = table.tokens.get(token as usize).copied().unwrap_or_default();
                let heads = table.heads(token);
                heads.iter().filter(|p| self.has(p)).for_each(|p| found.add(*p));
                let more = heads.len() < here.lists as usize;
                next = next.max(if more { heads.last().map_or(here.z, |p| p.z) } else { f32::NEG_INFINITY });
            }
            if next > f32::NEG_INFINITY {
                order.push((next, token));
            }
        }
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.cut();
        let mut list = Vec::new();
        for (looked_at, (z, token)) in order.into_iter().enumerate() {
            // A vector as strong as the weakest of enough others does not change the result.
            if z <= found.floor {
                break;
            }
            if looked_at % 256 == 0 {
                control.checkpoint()?;
            }
            list.clear();
            for (part, table) in &parts {
                let here = table.tokens.get(token as usize).copied().unwrap_or_default();
                if here.lists > 0 && here.z > found.floor {
                    let wanted = (&self.within, most);
                    postings::postings(&self.segments.store, table, (*part, self.end), token, wanted, &mut list)?;
                }
            }
            list.iter().for_each(|posting| found.add(*posting));
        }
        Ok(found.sorted())
    }

    fn has(&self, posting: &Posting) -> bool {
        self.within.contains(&(posting.vector as usize))
    }

    /// In how many lists of the whole index the tokens occur.
    pub(crate) fn lists(&self, tokens: &[u32]) -> usize {
        tokens.iter().filter_map(|&t| self.lists.get(t as usize)).map(|&n| n as usize).sum()
    }

    /// A word and its companions, and the vectors that have any of them, with their relevance according to those lists.
    pub(crate) fn weigh(&self, word: &[u32], control: &dyn Control) -> Result<(Weighed, Numbered<f32>), Error> {
        // Companions depend on the whole model, not on the searched part.
        let everywhere = Scope { within: 0..self.segments.vectors(), ..*self };
        let own = self.strongest(word, LIKELY, control)?;
        let telling = match self.within == everywhere.within {
            true => own.iter().copied().take(TELLING).collect(),
            false => everywhere.strongest(word, TELLING, control)?,
        };
        let mut relevance: Numbered<f32> = own.iter().map(|p| (p.vector, p.z)).collect();
        let mut tokens: Numbered<(u32, f32)> = word.iter().map(|&t| (t, (u32::MAX, 1.0))).collect();
        for (companion, weight) in everywhere.companions(word, &telling)? {
            let spellings = self.vocabulary.spellings(companion);
            for posting in self.strongest(spellings, ALONG, control)? {
                *relevance.entry(posting.vector).or_default() += SHARE * weight * posting.z;
            }
            tokens.extend(spellings.iter().map(|&t| (t, (companion, SHARE * weight))));
        }
        Ok((Weighed { tokens }, relevance))
    }

    /// The words that a word's strongest vectors share, with their weights.
    fn companions(&self, word: &[u32], telling: &[Posting]) -> Result<Vec<(u32, f32)>, Error> {
        let mut shared: Numbered<f32> = Numbered::default();
        for posting in telling {
            let Some(card) = self.segments.card(posting.vector as usize)? else { continue };
            let mut strength: Numbered<f32> = Numbered::default();
            for entry in card.trained(self.end).iter().filter(|w| !word.contains(&w.id.0)) {
                if let Some(number) = self.vocabulary.word_of(entry.id.0) {
                    let z = strength_of(&card, self.end, entry.logit);
                    strength.entry(number).and_modify(|s| *s = s.max(z)).or_insert(z);
                }
            }
            for (number, z) in strength {
                *shared.entry(number).or_default() += posting.z * z;
            }
        }
        let vectors = self.segments.vectors() as f32;
        let mut best = Vec::with_capacity(shared.len());
        for (number, s) in shared {
            // Punctuation and single letters do not say what a vector stands for.
            if self.vocabulary.word(number).chars().filter(|c| c.is_alphabetic()).count() < 2 {
                continue;
            }
            let lists = self.lists(self.vocabulary.spellings(number)) as f32;
            best.push((number, s * (1.0 + vectors / (1.0 + lists)).ln()));
        }
        best.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        best.truncate(COMPANIONS);
        let largest = best.first().map_or(1.0, |(_, s)| *s).max(f32::MIN_POSITIVE);
        best.iter_mut().for_each(|(_, s)| *s /= largest);
        Ok(best)
    }
}

/// The strongest vectors so far, each once.
struct Best {
    most: usize,
    found: Numbered<f32>,
    /// A weaker vector cannot be among them.
    floor: f32,
}

impl Best {
    fn new(most: usize) -> Self {
        Self { most, found: Numbered::default(), floor: f32::NEG_INFINITY }
    }

    fn add(&mut self, posting: Posting) {
        if posting.z < self.floor {
            return;
        }
        self.found.entry(posting.vector).and_modify(|z| *z = z.max(posting.z)).or_insert(posting.z);
        // Rarely, because it sorts all of them.
        if self.found.len() >= 2 * self.most + 64 {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.most == 0 || self.found.len() <= self.most {
            return;
        }
        let mut all: Vec<f32> = self.found.values().copied().collect();
        let (_, nth, _) = all.select_nth_unstable_by(self.most - 1, |a, b| b.total_cmp(a));
        self.floor = *nth;
        let floor = self.floor;
        self.found.retain(|_, z| *z >= floor);
    }

    fn sorted(self) -> Vec<Posting> {
        let mut postings: Vec<Posting> = self.found.into_iter().map(|(vector, z)| Posting { vector, z }).collect();
        postings.sort_unstable_by(Posting::before);
        postings.truncate(self.most);
        postings
    }
}
