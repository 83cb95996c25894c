//! Activating examples in the store: the passages, and the statistics of every vector's coefficient on them.
//! `activations` does the counting.
//!
//! The statistics are written as a whole new generation before that generation becomes current, so that a kill leaves
//! the one before. Passages beyond those of the current generation are ignored.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::time::{Duration, Instant};

use lm::{Activation, Control, Error, LanguageModel, Passage};

use super::kept::KeptPassages;
use super::places::Place;
use super::{Activations, passages, read_one};
use crate::store::bytes::{Reader, Writer};
use crate::store::{Store, StoreError};

/// Vectors that are stored together.
const BLOCK: usize = 64;
/// How much work a kill may lose.
const COMMIT: Duration = Duration::from_secs(20);
/// Of a long passage, this many bytes are shown on each side of the token.
const AROUND: usize = 160;

const META: &[u8] = b"examples";
/// What the file of the user's texts was when all of them were counted.
const COUNTED: &[u8] = b"examples counted";

/// The examples of an index.
pub(crate) struct Examples {
    store: Arc<Store>,
    kept: KeptPassages,
    passages: AtomicUsize,
    adding: Mutex<()>,
}

/// Where passages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The user, whose texts cannot be computed again: they are kept in a file of their own.
    User,
    /// The program, or that file.
    Kept,
}

/// The current generation.
#[derive(Clone, Copy, Default)]
struct Meta {
    generation: u32,
    passages: u32,
    vectors: u32,
}

impl Examples {
    pub(crate) fn open(store: Arc<Store>, kept: KeptPassages) -> Result<Self, StoreError> {
        let passages = AtomicUsize::new(meta(&store)?.passages as usize);
        Ok(Self { store, kept, passages, adding: Mutex::new(()) })
    }

    /// The user's texts, if not all of them are counted: they were added to an earlier store of this index, or the count
    /// of them was interrupted. `None` if the program's own texts and the user's are all counted.
    pub(crate) fn uncounted(&self) -> Result<Option<String>, StoreError> {
        if self.is_counted()? { Ok(None) } else { self.kept.read().map(Some) }
    }

    /// Whether a build has counted the program's own texts and all of the user's.
    pub(crate) fn is_counted(&self) -> Result<bool, StoreError> {
        let counted = self.store.get(COUNTED)?;
        Ok(counted.is_some_and(|counted| Reader(&counted).u32() == Some(self.kept.check())))
    }

    /// Notes that all texts are counted.
    pub(crate) fn set_counted(&self) -> Result<(), StoreError> {
        let mut out = Writer::default();
        out.u32(self.kept.check());
        self.store.put(COUNTED, &out.0)?;
        self.store.flush()
    }

    /// The number of counted passages.
    pub(crate) fn passages(&self) -> usize {
        self.passages.load(Ordering::Acquire)
    }

    /// Counts the passages of texts that are not counted yet. Returns how many those were.
    pub(crate) fn add(
        &self,
        (texts, origin): (&[String], Origin),
        model: &dyn LanguageModel,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<usize, Error> {
        let _adding = match self.adding.try_lock() {
            Ok(adding) => adding,
            Err(TryLockError::Poisoned(adding)) => adding.into_inner(),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::input("examples of this model are being indexed: wait until that is done"));
            }
        };
        let store = &*self.store;
        let mut meta = meta(store)?;
        let vectors = model.info().value_vectors();
        let mut known = HashSet::new();
        for n in 0..meta.passages {
            known.insert(blake3::hash(&passage(store, n)?));
        }
        let new: Vec<&str> =
            texts.iter().flat_map(|t| passages(t)).filter(|p| known.insert(blake3::hash(p.as_bytes()))).collect();
        let mut counted = load(store, meta, vectors)?;
        let before = meta.passages;
        let mut written = before;
        let mut saved = 0;
        let mut committed = Instant::now();
        let mut stopped = Ok(());
        for (nth, text) in new.iter().enumerate() {
            progress(nth, new.len(), "passages");
            stopped = counted.add(text, written, model, control);
            if stopped.is_err() {
                break;
            }
            store.put(&passage_key(written), text.as_bytes())?;
            written += 1;
            if committed.elapsed() > COMMIT {
                self.keep(&new[saved..=nth], origin)?;
                saved = nth + 1;
                meta = self.commit(meta, &counted, written, vectors)?;
                committed = Instant::now();
            }
        }
        // What was counted before a cancel stays counted.
        let added = (written - before) as usize;
        if written > meta.passages {
            self.keep(&new[saved..saved + (written - meta.passages) as usize], origin)?;
            self.commit(meta, &counted, written, vectors)?;
        }
        stopped.map(|()| added)
    }

    /// Keeps the user's passages before they are committed, so that none is only in the store.
    fn keep(&self, passages: &[&str], origin: Origin) -> Result<(), StoreError> {
        if origin == Origin::User { self.kept.append(passages) } else { Ok(()) }
    }

    fn commit(&self, before: Meta, counted: &Activations, passages: u32, vectors: usize) -> Result<Meta, StoreError> {
        let meta = Meta { generation: before.generation.wrapping_add(1), passages, vectors: vectors as u32 };
        let store = &*self.store;
        for first in (0..vectors).step_by(BLOCK) {
            let mut out = Writer::default();
            counted.write(first..(first + BLOCK).min(vectors), &mut out);
            store.put(&block_key(meta.generation, first), &out.0)?;
        }
        store.flush()?;
        let mut out = Writer::default();
        [meta.generation, meta.passages, meta.vectors].into_iter().for_each(|n| out.u32(n));
        store.put(META, &out.0)?;
        store.flush()?;
        self.passages.store(passages as usize, Ordering::Release);
        store.remove_prefix(&generation_key(before.generation))?;
        Ok(meta)
    }

    /// The statistics of a vector; `None` before any passage was counted.
    pub(crate) fn activation(&self, number: usize) -> Result<Option<Activation>, StoreError> {
        let store = &*self.store;
        // A new generation may replace the one that was read; then try again.
        for _ in 0..3 {
            let meta = meta(store)?;
            if meta.passages == 0 || number >= meta.vectors as usize {
                return Ok(None);
            }
            let Some(block) = store.get(&block_key(meta.generation, number / BLOCK * BLOCK))? else { continue };
            let seen = read_one(&block, number % BLOCK);
            let seen = seen.ok_or_else(|| store.damaged("the statistics of a vector are truncated"))?;
            let places = |places: &[Place]| places.iter().map(|p| shown(store, p)).collect::<Result<Vec<_>, _>>();
            return Ok(Some(Activation {
                count: seen.count,
                mean: seen.mean,
                deviation: seen.deviation,
                largest: places(&seen.largest)?,
                smallest: places(&seen.smallest)?,
                quantiles: seen.quantiles,
            }));
        }
        Ok(None)
    }
}

fn meta(store: &Store) -> Result<Meta, StoreError> {
    let Some(value) = store.get(META)? else { return Ok(Meta::default()) };
    let mut reader = Reader(&value);
    let mut next = || reader.u32().ok_or_else(|| store.damaged("the examples' header is truncated"));
    Ok(Meta { generation: next()?, passages: next()?, vectors: next()? })
}

fn load(store: &Store, meta: Meta, vectors: usize) -> Result<Activations, StoreError> {
    let mut counted = Activations::new(vectors);
    if meta.passages == 0 {
        return Ok(counted);
    }
    for first in (0..vectors).step_by(BLOCK) {
        let cut = || store.damaged("the statistics of the coefficients are truncated");
        let block = store.get(&block_key(meta.generation, first))?.ok_or_else(cut)?;
        counted.read(first..(first + BLOCK).min(vectors), &mut Reader(&block)).ok_or_else(cut)?;
    }
    Ok(counted)
}

fn passage(store: &Store, n: u32) -> Result<Vec<u8>, StoreError> {
    let found = store.get(&passage_key(n))?.map(|p| p.to_vec());
    found.ok_or_else(|| store.damaged("a passage is missing"))
}

/// A place with the text around it.
fn shown(store: &Store, place: &Place) -> Result<Passage, StoreError> {
    let text = String::from_utf8_lossy(&passage(store, place.passage)?).into_owned();
    let (start, end) = (place.start as usize, place.end as usize);
    // A token may end inside a character.
    let (start, end) = (text.floor_char_boundary(start), text.ceil_char_boundary(end.max(start)));
    let from = if start > AROUND { word_edge(&text, text.ceil_char_boundary(start - AROUND), start) } else { 0 };
    let to = if text.len() - end > AROUND { text.floor_char_boundary(end + AROUND) } else { text.len() };
    let to = text[end..to].rfind(' ').filter(|_| to < text.len()).map_or(to, |space| end + space);
    Ok(Passage { text: text[from..to].to_owned(), token: start - from..end - from, coefficient: place.coefficient })
}

/// The start of the first whole word from a byte on, at most `most`.
fn word_edge(text: &str, from: usize, most: usize) -> usize {
    text[from..most].find(' ').map_or(from, |space| (from + space + 1).min(most))
}

fn passage_key(n: u32) -> Vec<u8> {
    [b"passage/", &n.to_be_bytes()[..]].concat()
}

fn generation_key(generation: u32) -> Vec<u8> {
    [b"activation/", &generation.to_be_bytes()[..]].concat()
}

fn block_key(generation: u32, first: usize) -> Vec<u8> {
    [&generation_key(generation)[..], &(first as u32).to_be_bytes()].concat()
}
