//! A segment of the index: the cards of a range of value vectors, and their inverted lists (`lists`). Segments are built
//! whole, one after the other, so a build can stop at any time.

use base::ValueId;
use lm::{CARD_WORDS, End, Value, Word};

use super::postings::{Lists, Part, Posting};
use super::vocabulary::Vocabulary;
use crate::store::bytes::{Reader, Writer, floats};
use crate::store::{Store, StoreError};

/// Writes the cards of vectors `first..` and their lists.
pub(crate) fn write(
    store: &Store,
    segment: usize,
    first: usize,
    cards: &[Value],
    vocabulary: &Vocabulary,
) -> Result<(), StoreError> {
    // One value for each card: sled reads sixteen values for one.
    for (number, card) in (first..).zip(cards) {
        let mut value = Writer::default();
        write_card(&mut value, card);
        store.put(&card_key(number), &value.0)?;
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
    // True of most cards.
    let same = card.top == card.trained_top && card.bottom == card.trained_bottom;
    out.u32(u32::from(same));
    if !same {
        lists(out, [&card.trained_top, &card.trained_bottom]);
    }
}

/// The logit of a word standardised over the vocabulary; larger is further out at its end.
pub(crate) fn strength_of(card: &Value, end: End, logit: f32) -> f32 {
    match end {
        End::Top => card.z(logit),
        End::Bottom => -card.z(logit),
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
    let mut all: Vec<(u32, Posting)> = Vec::with_capacity(cards.len() * CARD_WORDS);
    for (i, card) in cards.iter().enumerate() {
        for word in card.trained(end) {
            let z = strength_of(card, end, word.logit);
            all.push((word.id.0, Posting { vector: (first + i) as u32, z }));
        }
    }
    all.sort_unstable_by(|(s, a), (t, b)| s.cmp(t).then_with(|| a.before(b)));
    let mut lists = Lists::new(store, Part::Segment(segment), end, vocabulary.tokens());
    let mut list = Vec::new();
    for of_token in all.chunk_by(|a, b| a.0 == b.0) {
        list.clear();
        list.extend(of_token.iter().map(|(_, posting)| *posting));
        lists.add(of_token[0].0, &list)?;
    }
    lists.finish()
}

/// The card of a vector as stored.
pub(crate) fn card(store: &Store, number: usize, id: ValueId) -> Result<Option<Value>, StoreError> {
    let Some(value) = store.get(&card_key(number))? else { return Ok(None) };
    read_card(&mut Reader(&value), id).map(Some).ok_or_else(|| store.damaged(format!("the card of {id} is truncated")))
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

/// Mean and deviation of each vector's logits in a segment.
pub(crate) fn moments(store: &Store, segment: usize) -> Result<Vec<(f32, f32)>, StoreError> {
    let value = store.get(&moments_key(segment))?;
    let pairs = |v: crate::store::Value| floats(&v).as_chunks::<2>().0.iter().map(|p| (p[0], p[1])).collect();
    value.map(pairs).ok_or_else(|| store.damaged("a segment has no moments"))
}

fn card_key(number: usize) -> Vec<u8> {
    [b"card/", &(number as u32).to_be_bytes()[..]].concat()
}

fn moments_key(segment: usize) -> Vec<u8> {
    [b"moments/", &(segment as u32).to_be_bytes()[..]].concat()
}
