//! Inverted lists: for each token the vectors that have it among their strongest words, strongest first. They are
//! written for each segment and, when all segments exist, merged into one part. `relevance` ranks them.

use std::ops::Range;

use lm::End;

use crate::store::bytes::{Reader, Writer};
use crate::store::{Store, StoreError};

/// Lists are stored together up to about this many bytes. A small number, because sled reads sixteen values for one.
const GROUP: usize = 1536;
/// Postings of each token in the merged part's table: enough to know which of many lists to read.
pub(crate) const HEADS: usize = 4;

/// A vector that has a token among its strongest words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Posting {
    /// The vector's number.
    pub(crate) vector: u32,
    /// The token's logit there, standardised over the vocabulary; larger is further out at its end.
    pub(crate) z: f32,
}

impl Posting {
    /// The order of lists.
    pub(crate) fn before(&self, other: &Self) -> std::cmp::Ordering {
        other.z.total_cmp(&self.z).then(self.vector.cmp(&other.vector))
    }
}

/// The vectors whose lists are stored together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Segment(usize),
    /// All segments, merged.
    Whole,
}

impl Part {
    fn key(self) -> [u8; 4] {
        match self {
            Self::Segment(segment) => (segment as u32).to_be_bytes(),
            Self::Whole => u32::MAX.to_be_bytes(),
        }
    }
}

/// A token in a part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Strongest {
    /// Its largest z.
    pub(crate) z: f32,
    /// How many vectors have it among their words.
    pub(crate) lists: u32,
}

impl Default for Strongest {
    fn default() -> Self {
        Self { z: f32::NEG_INFINITY, lists: 0 }
    }
}

/// The table of a part: its tokens, and how their lists are grouped.
pub(crate) struct Table {
    pub(crate) tokens: Vec<Strongest>,
    /// The first `HEADS` postings of each token; empty in a segment's table.
    heads: Vec<Posting>,
    /// The first token of each group, ascending.
    groups: Vec<u32>,
}

impl Table {
    /// The first postings of a token that the table has.
    pub(crate) fn heads(&self, token: u32) -> &[Posting] {
        let known = self.tokens.get(token as usize).map_or(0, |s| s.lists as usize).min(HEADS);
        let start = token as usize * HEADS;
        self.heads.get(start..start + known).unwrap_or(&[])
    }
}

/// Writes the lists of a part, token by token.
pub(crate) struct Lists<'s> {
    store: &'s Store,
    part: Part,
    end: End,
    tokens: Vec<Strongest>,
    heads: Vec<Posting>,
    groups: Vec<u32>,
    /// The current group: where each token's list starts, and the lists.
    starts: Vec<(u32, u32)>,
    postings: Writer,
}

impl<'s> Lists<'s> {
    pub(crate) fn new(store: &'s Store, part: Part, end: End, vocabulary: usize) -> Self {
        let tokens = vec![Strongest::default(); vocabulary];
        let heads = if part == Part::Whole { vocabulary * HEADS } else { 0 };
        let heads = vec![Posting { vector: u32::MAX, z: f32::NEG_INFINITY }; heads];
        let postings = Writer::default();
        Self { store, part, end, tokens, heads, groups: Vec::new(), starts: Vec::new(), postings }
    }

    /// Adds the next token's list. Tokens must ascend; lists must be sorted.
    pub(crate) fn add(&mut self, token: u32, list: &[Posting]) -> Result<(), StoreError> {
        let Some(first) = list.first() else { return Ok(()) };
        if let Some(known) = self.tokens.get_mut(token as usize) {
            *known = Strongest { z: first.z, lists: list.len() as u32 };
        }
        if let Some(heads) = self.heads.get_mut(token as usize * HEADS..(token as usize + 1) * HEADS) {
            heads.iter_mut().zip(list).for_each(|(head, posting)| *head = *posting);
        }
        self.starts.push((token, (self.postings.0.len() / 8) as u32));
        for posting in list {
            self.postings.u32(posting.vector);
            self.postings.f32(posting.z);
        }
        if self.postings.0.len() >= GROUP { self.write_group() } else { Ok(()) }
    }

    /// Writes the last group and the table.
    pub(crate) fn finish(mut self) -> Result<(), StoreError> {
        self.write_group()?;
        let mut out = Writer::default();
        out.u32(self.groups.len() as u32);
        self.groups.iter().for_each(|&first| out.u32(first));
        out.u32(self.tokens.len() as u32);
        for token in &self.tokens {
            out.f32(token.z);
            out.u32(token.lists);
        }
        for posting in &self.heads {
            out.u32(posting.vector);
            out.f32(posting.z);
        }
        self.store.put(&table_key(self.part, self.end), &out.0)
    }

    fn write_group(&mut self) -> Result<(), StoreError> {
        let Some(&(first, _)) = self.starts.first() else { return Ok(()) };
        let mut out = Writer::default();
        out.u32(self.starts.len() as u32);
        for &(token, start) in &self.starts {
            out.u32(token);
            out.u32(start);
        }
        out.0.extend_from_slice(&self.postings.0);
        self.store.put(&list_key(self.part, self.end, first), &out.0)?;
        self.groups.push(first);
        self.starts.clear();
        self.postings.0.clear();
        Ok(())
    }
}

/// Adds a token's strongest postings of vectors `within` to `into`, at most `most`, strongest first.
pub(crate) fn postings(
    store: &Store,
    table: &Table,
    (part, end): (Part, End),
    token: u32,
    (within, most): (&Range<usize>, usize),
    into: &mut Vec<Posting>,
) -> Result<(), StoreError> {
    let at = table.groups.partition_point(|&first| first <= token);
    let Some(&first) = at.checked_sub(1).and_then(|i| table.groups.get(i)) else { return Ok(()) };
    let group = group(store, (part, end), first)?;
    let read = |into: &mut Vec<Posting>| {
        let Group { starts, postings } = Group::of(&group)?;
        let i = starts.partition_point(|e| entry(e).0 < token);
        let Some((found, start)) = starts.get(i).map(entry) else { return Some(()) };
        if found != token {
            return Some(());
        }
        let stop = starts.get(i + 1).map_or(postings.len(), |e| entry(e).1);
        let list = postings.get(start..stop)?.iter().map(posting);
        into.extend(list.filter(|p| within.contains(&(p.vector as usize))).take(most));
        Some(())
    };
    read(into).ok_or_else(|| store.damaged("a list of postings is truncated"))
}

/// Merges the lists of all segments into the whole's.
pub(crate) fn merge(
    store: &Store,
    segments: &[(usize, &Table)],
    end: End,
    mut each: impl FnMut(u32) -> Result<(), lm::Error>,
) -> Result<(), lm::Error> {
    let vocabulary = segments.iter().map(|(_, table)| table.tokens.len()).max().unwrap_or(0);
    let mut lists = Lists::new(store, Part::Whole, end, vocabulary);
    let mut cursors: Vec<Cursor<'_>> = segments
        .iter()
        .map(|&(segment, table)| Cursor { segment, end, groups: table.groups.iter(), read: None })
        .collect();
    let mut list = Vec::new();
    for token in 0..vocabulary as u32 {
        if token % 1024 == 0 {
            each(token)?;
        }
        list.clear();
        for (cursor, (_, table)) in cursors.iter_mut().zip(segments) {
            if table.tokens.get(token as usize).is_some_and(|s| s.lists > 0) {
                cursor.take(store, token, &mut list)?;
            }
        }
        list.sort_unstable_by(Posting::before);
        lists.add(token, &list)?;
    }
    Ok(lists.finish()?)
}

/// Removes the lists and the tables of a segment.
pub(crate) fn remove(store: &Store, segment: usize) -> Result<(), StoreError> {
    for end in [End::Top, End::Bottom] {
        let (part, none) = (Part::Segment(segment), &[][..]);
        store.remove_prefix(&key(b"list/", part, end, none))?;
        store.remove_prefix(&table_key(part, end))?;
    }
    Ok(())
}

/// Reads the lists of a segment one after the other.
struct Cursor<'t> {
    segment: usize,
    end: End,
    groups: std::slice::Iter<'t, u32>,
    /// The current group, and the number of its next list.
    read: Option<(crate::store::Value, usize)>,
}

impl Cursor<'_> {
    /// Adds the token's list, which must be the next one.
    fn take(&mut self, store: &Store, token: u32, into: &mut Vec<Posting>) -> Result<(), StoreError> {
        let whole = |(value, next): &(crate::store::Value, usize)| {
            Group::of(value).is_none_or(|group| *next >= group.starts.len())
        };
        if self.read.as_ref().is_none_or(whole) {
            let first = self.groups.next().ok_or_else(|| store.damaged("a segment has fewer lists than it counts"))?;
            self.read = Some((group(store, (Part::Segment(self.segment), self.end), *first)?, 0));
        }
        let mut read = || {
            let (value, next) = self.read.as_mut()?;
            let Group { starts, postings } = Group::of(value)?;
            let (found, start) = entry(starts.get(*next)?);
            let stop = starts.get(*next + 1).map_or(postings.len(), |e| entry(e).1);
            into.extend(postings.get(start..stop)?.iter().map(posting));
            *next += 1;
            (found == token).then_some(())
        };
        read().ok_or_else(|| store.damaged("a list of postings is not where it should be"))
    }
}

/// Lists that are stored together.
struct Group<'v> {
    starts: &'v [[u8; 8]],
    postings: &'v [[u8; 8]],
}

impl<'v> Group<'v> {
    fn of(value: &'v [u8]) -> Option<Self> {
        let lists = Reader(value).u32()? as usize;
        let (starts, postings) = value.get(4..)?.split_at_checked(lists.checked_mul(8)?)?;
        Some(Self { starts: starts.as_chunks().0, postings: postings.as_chunks().0 })
    }
}

fn group(store: &Store, (part, end): (Part, End), first: u32) -> Result<crate::store::Value, StoreError> {
    store.get(&list_key(part, end, first))?.ok_or_else(|| store.damaged("a list of postings is missing"))
}

/// A token and where its list starts.
fn entry([a, b, c, d, e, f, g, h]: &[u8; 8]) -> (u32, usize) {
    (u32::from_le_bytes([*a, *b, *c, *d]), u32::from_le_bytes([*e, *f, *g, *h]) as usize)
}

fn posting([a, b, c, d, e, f, g, h]: &[u8; 8]) -> Posting {
    Posting { vector: u32::from_le_bytes([*a, *b, *c, *d]), z: f32::from_le_bytes([*e, *f, *g, *h]) }
}

/// The table of a part.
pub(crate) fn table(store: &Store, part: Part, end: End) -> Result<Table, StoreError> {
    let value = store.get(&table_key(part, end))?;
    let value = value.ok_or_else(|| store.damaged("a part of the lists has no table of tokens"))?;
    let mut reader = Reader(&value);
    let mut read = || {
        let count = reader.u32()?;
        let groups = (0..count).map(|_| reader.u32()).collect::<Option<Vec<u32>>>()?;
        let vocabulary = reader.u32()? as usize;
        let mut tokens = Reader(reader.bytes(vocabulary.checked_mul(8)?)?);
        let tokens = (0..vocabulary).map(|_| Some(Strongest { z: tokens.f32()?, lists: tokens.u32()? }));
        let tokens = tokens.collect::<Option<Vec<_>>>()?;
        let heads = reader.0.as_chunks().0.iter().map(posting).collect();
        Some(Table { tokens, heads, groups })
    };
    read().ok_or_else(|| store.damaged("a table of tokens is truncated"))
}

fn list_key(part: Part, end: End, token: u32) -> Vec<u8> {
    key(b"list/", part, end, &token.to_be_bytes())
}

fn table_key(part: Part, end: End) -> Vec<u8> {
    key(b"table/", part, end, &[])
}

fn key(kind: &[u8], part: Part, end: End, rest: &[u8]) -> Vec<u8> {
    let end = match end {
        End::Top => b't',
        End::Bottom => b'b',
    };
    [kind, &part.key(), &[end], rest].concat()
}
