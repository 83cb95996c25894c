//! A build that is stopped at any point continues, can be searched meanwhile, and ends with the same index.

use std::cell::Cell;

use base::{Cancel, Cancelled};
use lm::{Concepts, Control, Error, LanguageModel};
use tempfile::TempDir;

use crate::{id, open, starter, whole};

/// Stops at the n-th checkpoint.
struct After(Cell<usize>);

impl Control for After {
    fn checkpoint(&self) -> Result<(), Cancelled> {
        match self.0.get().checked_sub(1) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => Err(Cancelled),
        }
    }
}

#[test]
fn a_build_continues_where_it_was_stopped() {
    let folder = TempDir::new().expect("a folder");
    let mut stops = 0;
    let mut allowed = 3;
    let mut before = 0;
    loop {
        // Opened again each time, as after a kill.
        let index = open(folder.path());
        let state = index.state();
        assert!(state.indexed >= before, "nothing that was built is lost");
        before = state.indexed;
        let stopped = index.build(starter(), &After(Cell::new(allowed)), &mut |_, _, _| {});
        match stopped {
            Ok(()) => break,
            Err(Error::Cancelled) => stops += 1,
            Err(other) => panic!("{other}"),
        }
        if state.indexed < state.all {
            let found = index.search("food", 5, starter(), &Cancel::new()).expect("an answer");
            assert!(found.notes.iter().any(|n| n.contains("so far")) || index.state().is_complete());
        }
        allowed = allowed * 3 / 2 + 1;
    }
    assert!(stops > 3, "{stops} stops");
    let index = open(folder.path());
    assert!(index.state().is_complete() && index.state().clustered);
    for query in ["food", "war end:both", "psych*", "+milk +sugar"] {
        let answer = |index: &concepts::Index| index.search(query, 50, starter(), &Cancel::new()).expect("an answer");
        assert_eq!(answer(&index), answer(whole()), "{query}");
    }
    assert_eq!(index.clusters(), whole().clusters());
}

/// Stops when the flag is set.
struct When<'a>(&'a Cell<bool>);

impl Control for When<'_> {
    fn checkpoint(&self) -> Result<(), Cancelled> {
        if self.0.get() { Err(Cancelled) } else { Ok(()) }
    }
}

#[test]
fn lists_find_the_same_before_and_after_they_are_merged() {
    let folder = TempDir::new().expect("a folder");
    let index = open(folder.path());
    let merging = Cell::new(false);
    let stopped = index.build(starter(), &When(&merging), &mut |_, _, what| merging.set(what == "lists of words"));
    assert_eq!(stopped, Err(Error::Cancelled));
    assert!(index.state().is_complete() && !index.state().clustered);
    for query in ["food", "war end:both", "psych*", "b* layers:2-3", "+milk +sugar", "s* -school", "river layers:1"] {
        let answer = |index: &concepts::Index| index.search(query, 50, starter(), &Cancel::new()).expect("an answer");
        let (parts, merged) = (answer(&index), answer(whole()));
        assert_eq!(parts.hits, merged.hits, "{query}");
        assert!(!merged.hits.is_empty(), "{query}");
    }
}

#[test]
fn vectors_that_are_not_indexed_yet_are_not_found() {
    let folder = TempDir::new().expect("a folder");
    let index = open(folder.path());
    assert_eq!(index.stored_card(id("L0D0")), Ok(None));
    assert_eq!((index.state().indexed, index.state().clustered), (0, false));
    let found = index.search("food", 5, starter(), &Cancel::new()).expect("an answer");
    assert!(found.hits.is_empty() && found.notes.len() == 1, "{:?}", found.notes);
    assert_eq!((found.indexed, found.all), (0, starter().info().value_vectors()));
    assert!(index.clusters().expect("is read").is_empty());
    assert_eq!(index.activation(id("L0D0")), Ok(None));
    // A search by direction needs no list.
    assert_eq!(index.search("like L5D662", 5, starter(), &Cancel::new()).expect("an answer").hits.len(), 5);
}

#[test]
fn two_threads_build_an_index_once() {
    let folder = TempDir::new().expect("a folder");
    let index = open(folder.path());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| index.build(starter(), &Cancel::new(), &mut |_, _, _| {}).expect("no error"));
        }
    });
    assert!(index.state().is_complete() && !index.state().building);
    assert_eq!(starter().info().value_vectors(), index.state().indexed);
}
