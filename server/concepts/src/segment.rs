//! A segment of the index: the cards of a stretch of value vectors and, for each token, which of them have it among their
//! strongest words. Segments are built whole, one after the other, and searched together; so a build can stop anywhere.

use base::ValueId;
use lm::{End, Value, Word};

use crate::bytes::{Reader, Writer, floats};
use crate::store::{Store, StoreError};
use crate::vocabulary::Vocabulary;

/// Words that are kept at each end of a vector.
pub(crate) const WORDS: usize = 50;
/// Cards that are stored together.
pub(crate) const CARDS: usize = 16;
/// Lists of tokens are stored together up to about this many bytes.
const GROUP: usize = 24 << 10;

/// A vector that has a token among its strongest words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Posting {
    /// The vector's number.
    pub(crate) vector: u32,
    /// The token's logit there, standardised over the vocabulary; the larger, the further out at its end.
    pub(crate) z: f32,
}

/// Writes the cards of vectors `first..` and their lists.
pub(crate) fn write(
    store: &Store,
    segment: usize,
    first: usize,
    cards: &[Value],
    vocabulary: &Vocabulary,
) -> Result<(), StoreError> {
    for (block, cards) in cards.chunks(CARDS).enumerate() {
        let mut out = Writer::default();
        let mut starts = Vec::with_capacity(cards.len());
        for card in cards {
            starts.push(out.0.len() as u32);
            write_card(&mut out, card);
        }
        let mut value = Writer::default();
        starts.iter().for_each(|&start| value.u32(start + 4 * starts.len() as u32));
        value.0.extend_from_slice(&out.0);
        store.put(&card_key(first + block * CARDS), &value.0)?;
    }
    let mut moments = Writer::default();
    for card in cards {
        moments.f32(card.mean);
        moments.f32(card.deviation);
    }
    store.put(&moments_key(segment), &moments.0)?;
    for end in [End::Top, End::Bottom] {
        write_lists(store, segment, first, cards, end, vocabulary)?;
    }
    Ok(())
}

fn write_card(out: &mut Writer, card: &Value) {
    out.f32(card.norm);
    out.f32(card.mean);
    out.f32(card.deviation);
    let lists = |out: &mut Writer, lists: [&[Word]; 2]| {
        for list in lists {
            out.u32(list.len() as u32);
            for word in list {
                out.u32(word.id.0);
                out.f32(word.logit);
            }
        }
    };
    lists(out, [&card.top, &card.bottom]);
    // Mostly the same.
    let same = card.top == card.trained_top && card.bottom == card.trained_bottom;
    out.u32(u32::from(same));
    if !same {
        lists(out, [&card.trained_top, &card.trained_bottom]);
    }
}

fn write_lists(
    store: &Store,
    segment: usize,
    first: usize,
    cards: &[Value],
    end: End,
    vocabulary: &Vocabulary,
) -> Result<(), StoreError> {
    let mut all: Vec<(u32, Posting)> = Vec::with_capacity(cards.len() * WORDS);
    for (i, card) in cards.iter().enumerate() {
        for word in card.trained(end) {
            let z = match end {
                End::Top => card.z(word.logit),
                End::Bottom => -card.z(word.logit),
            };
            all.push((word.id.0, Posting { vector: (first + i) as u32, z }));
        }
    }
    all.sort_unstable_by(|(s, a), (t, b)| s.cmp(t).then(b.z.total_cmp(&a.z)).then(a.vector.cmp(&b.vector)));
    let mut tokens = vec![Strongest::default(); vocabulary.tokens()];
    let mut group: Vec<&[(u32, Posting)]> = Vec::new();
    let mut groups = Vec::new();
    let mut size = 0;
    for list in all.chunk_by(|a, b| a.0 == b.0) {
        if let Some(token) = tokens.get_mut(list[0].0 as usize) {
            *token = Strongest { z: list[0].1.z, lists: list.len() as u32 };
        }
        if group.is_empty() {
            groups.push(list[0].0);
        }
        group.push(list);
        size += list.len() * 8;
        if size >= GROUP {
            write_group(store, segment, end, &group)?;
            group.clear();
            size = 0;
        }
    }
    write_group(store, segment, end, &group)?;
    let mut out = Writer::default();
    out.u32(groups.len() as u32);
    groups.iter().for_each(|&first| out.u32(first));
    for token in &tokens {
        out.f32(token.z);
        out.u32(token.lists);
    }
    store.put(&table_key(segment, end), &out.0)
}

fn write_group(store: &Store, segment: usize, end: End, lists: &[&[(u32, Posting)]]) -> Result<(), StoreError> {
    let Some(first) = lists.first() else { return Ok(()) };
    let mut out = Writer::default();
    out.u32(lists.len() as u32);
    let mut before = 0;
    for list in lists {
        out.u32(list[0].0);
        out.u32(before);
        before += list.len() as u32;
    }
    for (_, posting) in lists.iter().copied().flatten() {
        out.u32(posting.vector);
        out.f32(posting.z);
    }
    store.put(&list_key(segment, end, first[0].0), &out.0)
}

/// The card of a vector, as it was when its segment was written.
pub(crate) fn card(store: &Store, number: usize, id: ValueId) -> Result<Option<Value>, StoreError> {
    let Some(block) = store.get(&card_key(number / CARDS * CARDS))? else { return Ok(None) };
    let at = number % CARDS;
    let read = || {
        let start = Reader(block.get(at * 4..)?).u32()? as usize;
        read_card(&mut Reader(block.get(start..)?), id)
    };
    read().map(Some).ok_or_else(|| store.damaged(format!("the card of {id} is cut off")))
}

fn read_card(from: &mut Reader<'_>, id: ValueId) -> Option<Value> {
    let (norm, mean, deviation) = (from.f32()?, from.f32()?, from.f32()?);
    let mut list = || {
        let len = from.u32()?;
        (0..len).map(|_| Some(Word { id: base::TokenId(from.u32()?), logit: from.f32()? })).collect::<Option<Vec<_>>>()
    };
    let (top, bottom) = (list()?, list()?);
    let same = from.u32()? == 1;
    let mut list = || {
        let len = from.u32()?;
        (0..len).map(|_| Some(Word { id: base::TokenId(from.u32()?), logit: from.f32()? })).collect::<Option<Vec<_>>>()
    };
    let (trained_top, trained_bottom) = if same { (top.clone(), bottom.clone()) } else { (list()?, list()?) };
    Some(Value { id, norm, mean, deviation, top, bottom, trained_top, trained_bottom })
}

/// Adds a token's strongest postings in a segment to `into`, at most `most`, the strongest first.
pub(crate) fn postings(
    store: &Store,
    table: &Table,
    (segment, end): (usize, End),
    token: u32,
    most: usize,
    into: &mut Vec<Posting>,
) -> Result<(), StoreError> {
    let at = table.groups.partition_point(|&first| first <= token);
    let Some(&first) = at.checked_sub(1).and_then(|i| table.groups.get(i)) else { return Ok(()) };
    let group = store.get(&list_key(segment, end, first))?;
    let group = group.ok_or_else(|| store.damaged("a list of postings is missing"))?;
    let read = |into: &mut Vec<Posting>| {
        let lists = Reader(&group).u32()? as usize;
        let table = group.get(4..4 + lists * 8)?.as_chunks::<8>().0;
        let entry = |i: usize| {
            let mut reader = Reader(&table[i]);
            Some((reader.u32()?, reader.u32()? as usize))
        };
        let i = table.partition_point(|e| Reader(e).u32().is_some_and(|t| t < token));
        let (found, start) = if i < lists { entry(i)? } else { return Some(()) };
        if found != token {
            return Some(());
        }
        let postings = group.get(4 + lists * 8..)?.as_chunks::<8>().0;
        let stop = if i + 1 < lists { entry(i + 1)?.1 } else { postings.len() };
        for posting in postings.get(start..stop)?.iter().take(most) {
            let mut reader = Reader(posting);
            into.push(Posting { vector: reader.u32()?, z: reader.f32()? });
        }
        Some(())
    };
    read(into).ok_or_else(|| store.damaged("a list of postings is cut off"))
}

/// A token in a segment.
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

/// What is known of every token in a segment, and how its lists are grouped.
pub(crate) struct Table {
    pub(crate) tokens: Vec<Strongest>,
    /// Of each group its first token, ascending.
    groups: Vec<u32>,
}

/// The table of a segment.
pub(crate) fn table(store: &Store, segment: usize, end: End) -> Result<Table, StoreError> {
    let value = store.get(&table_key(segment, end))?;
    let value = value.ok_or_else(|| store.damaged("a segment has no table of tokens"))?;
    let mut reader = Reader(&value);
    let read = |reader: &mut Reader<'_>| {
        let count = reader.u32()?;
        let groups = (0..count).map(|_| reader.u32()).collect::<Option<Vec<u32>>>()?;
        let one = |bytes: &[u8; 8]| {
            let mut reader = Reader(bytes);
            Some(Strongest { z: reader.f32()?, lists: reader.u32()? })
        };
        let tokens = reader.0.as_chunks().0.iter().filter_map(one).collect();
        Some(Table { tokens, groups })
    };
    read(&mut reader).ok_or_else(|| store.damaged("a segment's table of tokens is cut off"))
}

/// Mean and deviation of each vector's logits in a segment.
pub(crate) fn moments(store: &Store, segment: usize) -> Result<Vec<(f32, f32)>, StoreError> {
    let value = store.get(&moments_key(segment))?;
    let pairs = |v: crate::store::Value| floats(&v).as_chunks::<2>().0.iter().map(|p| (p[0], p[1])).collect();
    value.map(pairs).ok_or_else(|| store.damaged("a segment has no moments"))
}

fn card_key(first: usize) -> Vec<u8> {
    [b"card/", &(first as u32).to_be_bytes()[..]].concat()
}

fn moments_key(segment: usize) -> Vec<u8> {
    [b"moments/", &(segment as u32).to_be_bytes()[..]].concat()
}

fn list_key(segment: usize, end: End, token: u32) -> Vec<u8> {
    [b"list/", &(segment as u32).to_be_bytes()[..], &[end_byte(end)], &token.to_be_bytes()].concat()
}

fn table_key(segment: usize, end: End) -> Vec<u8> {
    [b"table/", &(segment as u32).to_be_bytes()[..], &[end_byte(end)]].concat()
}

fn end_byte(end: End) -> u8 {
    match end {
        End::Top => b't',
        End::Bottom => b'b',
    }
}
