//! The parts of an index's inverted lists: one for each segment during the build, then one for all, which is read many
//! times faster. `lists` says which words and vectors they hold.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use base::lock;
use lm::{Control, End, Error};

use super::postings::{self, Part, Table};
use crate::store::{Store, StoreError};

/// Whether the lists are merged. The value says whether the segments' own lists were removed too.
const KEY: &[u8] = b"merged";
const MERGED: &[u8] = b"merged";
const CLEAN: &[u8] = b"clean";

/// Parts and their tables. A table does not change after it is written.
pub(crate) struct Parts {
    segments: usize,
    /// Held by readers of lists: a segment's lists are removed only when no reader can need them.
    merged: RwLock<bool>,
    /// By segment and end; those of the whole come last.
    tables: Mutex<Vec<[Option<Arc<Table>>; 2]>>,
    /// For each end: how many parts were counted, and in how many lists each token occurs.
    lists: Mutex<[(usize, Arc<Vec<u32>>); 2]>,
}

/// The lists during a read.
pub(crate) struct Reading<'p> {
    parts: &'p Parts,
    merged: RwLockReadGuard<'p, bool>,
}

impl Reading<'_> {
    /// The tables of an end, by part: of the whole, or of these segments.
    pub(crate) fn tables(
        &self,
        store: &Store,
        end: End,
        segments: impl IntoIterator<Item = usize>,
    ) -> Result<Vec<(Part, Arc<Table>)>, StoreError> {
        let table = |part| Ok((part, self.parts.table(store, part, end)?));
        if *self.merged {
            Ok(vec![table(Part::Whole)?])
        } else {
            segments.into_iter().map(Part::Segment).map(table).collect()
        }
    }

    /// In how many lists of an end each token occurs. `segments` must be all that exist.
    pub(crate) fn lists(&self, store: &Store, end: End, segments: &[usize]) -> Result<Arc<Vec<u32>>, StoreError> {
        let at = usize::from(end == End::Bottom);
        {
            let known = &lock(&self.parts.lists)[at];
            if known.0 == segments.len() && known.0 > 0 {
                return Ok(known.1.clone());
            }
        }
        let mut lists: Vec<u32> = Vec::new();
        for (_, table) in self.tables(store, end, segments.iter().copied())? {
            lists.resize(lists.len().max(table.tokens.len()), 0);
            lists.iter_mut().zip(&table.tokens).for_each(|(all, here)| *all += here.lists);
        }
        let lists = Arc::new(lists);
        lock(&self.parts.lists)[at] = (segments.len(), lists.clone());
        Ok(lists)
    }
}

impl Parts {
    pub(crate) fn open(store: &Store, segments: usize) -> Result<Self, StoreError> {
        Ok(Self {
            segments,
            merged: RwLock::new(store.get(KEY)?.is_some()),
            tables: Mutex::new(vec![[None, None]; segments + 1]),
            lists: Mutex::default(),
        })
    }

    /// While the guard is held, the lists that it names can be read. At most one guard for each thread.
    pub(crate) fn read(&self) -> Reading<'_> {
        Reading { parts: self, merged: self.merged.read().unwrap_or_else(PoisonError::into_inner) }
    }

    fn table(&self, store: &Store, part: Part, end: End) -> Result<Arc<Table>, StoreError> {
        let at = usize::from(end == End::Bottom);
        let slot = match part {
            Part::Segment(segment) => segment,
            Part::Whole => self.segments,
        };
        if let Some(known) = lock(&self.tables).get(slot).and_then(|t| t[at].clone()) {
            return Ok(known);
        }
        let read = Arc::new(postings::table(store, part, end)?);
        if let Some(slot) = lock(&self.tables).get_mut(slot) {
            slot[at] = Some(read.clone());
        }
        Ok(read)
    }

    /// Merges the lists of all segments, which must exist, and removes the segments' own. Resumes an interrupted merge.
    pub(crate) fn merge(
        &self,
        store: &Store,
        control: &dyn Control,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<(), Error> {
        let state = store.get(KEY)?;
        if state.is_none() {
            for (nth, end) in [End::Top, End::Bottom].into_iter().enumerate() {
                let tables = self.read().tables(store, end, 0..self.segments)?;
                let tables: Vec<(usize, &Table)> = tables.iter().map(|(_, t)| &**t).enumerate().collect();
                let all = tables.iter().map(|(_, t)| t.tokens.len()).max().unwrap_or(0);
                postings::merge(store, &tables, end, |token| {
                    progress(nth * all + token as usize, 2 * all, "lists of words");
                    Ok(control.checkpoint()?)
                })?;
            }
            store.flush()?;
            store.put(KEY, MERGED)?;
            store.flush()?;
            // From here on no reader uses a segment's list.
            *self.merged.write().unwrap_or_else(PoisonError::into_inner) = true;
            lock(&self.tables).iter_mut().take(self.segments).for_each(|tables| *tables = [None, None]);
        }
        if state.as_deref() != Some(CLEAN) {
            (0..self.segments).try_for_each(|segment| postings::remove(store, segment))?;
            store.put(KEY, CLEAN)?;
            store.flush()?;
        }
        Ok(())
    }
}
