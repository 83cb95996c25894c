//! Stores that cannot be used: in use, newer, another model's, damaged.

use std::fs;
use std::path::Path;

use base::Cancel;
use concepts::{Index, StoreError};
use lm::{Concepts, LanguageModel, ModelInfo};
use tempfile::TempDir;

use crate::{id, open, pool, starter};

fn opened(folder: &Path, info: &ModelInfo) -> Result<Index, StoreError> {
    Index::open(folder, info, pool(), None)
}

#[test]
fn an_index_that_is_open_elsewhere_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let _first = open(folder.path());
    let error = opened(folder.path(), starter().info()).err().expect("it is locked");
    assert!(matches!(error, StoreError::Locked(_)), "{error}");
    assert!(error.to_string().contains("in use by another process"));
}

#[test]
fn an_index_of_another_model_is_moved_aside() {
    let parent = TempDir::new().expect("a folder");
    let folder = parent.path().join("index");
    drop(open(&folder));
    let other = ModelInfo { fingerprint: "another".into(), ..starter().info().clone() };
    let index = opened(&folder, &other).expect("a new one is made");
    assert_eq!(index.state().indexed, 0);
    assert!(parent.path().join("index.damaged-1").exists());
}

/// After changes to any bytes of its files, an answer is right, or there is none.
#[test]
fn a_damaged_index_gives_no_wrong_answer() {
    let parent = TempDir::new().expect("a folder");
    let whole = parent.path().join("whole");
    let index = open(&whole);
    index.build(starter(), &Cancel::new(), &mut |_, _, _| {}).expect("it is built");
    let expected = index.search("food", 20, starter(), &Cancel::new()).expect("an answer");
    let card = index.stored_card(id("L4D397")).expect("is read");
    drop(index);
    for round in 0..12u64 {
        let folder = parent.path().join(format!("damaged-{round}"));
        copy(&whole, &folder);
        damage(&folder.join("db"), round);
        let Ok(index) = opened(&folder, starter().info()) else { continue };
        // An index that was moved aside is built again.
        if !index.state().is_complete() {
            let built = index.build(starter(), &Cancel::new(), &mut |_, _, _| {});
            assert!(built.is_ok() || built.is_err_and(|e| e.to_string().contains("damaged")));
        }
        if let Ok(found) = index.search("food", 20, starter(), &Cancel::new()) {
            assert!(found == expected || !found.notes.is_empty(), "round {round}");
        }
        if let Ok(Some(found)) = index.stored_card(id("L4D397")) {
            assert_eq!(Some(found), card, "round {round}");
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("is read").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("is copied");
        }
    }
}

fn damage(file: &Path, round: u64) {
    let mut bytes = fs::read(file).expect("the store has a file");
    let len = bytes.len() as u64;
    let mut at = (round * 2_654_435_761 + 12_345) % len;
    match round % 3 {
        // Zeroes a range.
        0 => bytes[at as usize..((at + 4096).min(len)) as usize].fill(0),
        // Single bits.
        1 => {
            for _ in 0..200 {
                at = (at.wrapping_mul(6_364_136_223_846_793_005) % len + 1_442_695) % len;
                bytes[at as usize] ^= 1 << (at % 8);
            }
        }
        // Its end.
        _ => bytes.truncate(at as usize),
    }
    fs::write(file, bytes).expect("is written");
}
