//! Indexes that are opened and closed again and again, also by several threads.

use std::path::Path;
use std::time::Duration;

use base::Cancel;
use concepts::{IndexLibrary, StoreError};
use lm::{Concepts, Error, LanguageModel};
use tempfile::TempDir;

use crate::{pool, starter};

/// Opens an index, builds until `until` vectors are indexed, closes it. Returns how many are indexed.
fn open_and_close(folder: &Path, until: usize) -> usize {
    let library = IndexLibrary::new(folder.to_owned(), pool(), [].into());
    let index = library.open(starter().info()).expect("the index opens");
    let cancel = Cancel::new();
    let mut progress = |_: usize, _: usize, _: &str| {
        if index.state().indexed >= until {
            cancel.cancel();
        }
    };
    if index.state().indexed < until {
        assert_eq!(index.build(starter(), &cancel, &mut progress), Err(Error::Cancelled));
    }
    let indexed = index.state().indexed;
    drop(index);
    assert_eq!(library.tidy(Duration::ZERO), 0);
    indexed
}

#[test]
fn indexes_open_while_others_close() {
    // The first has some content, the others are new.
    let folders: [TempDir; 4] = std::array::from_fn(|_| tempfile::tempdir().expect("a folder"));
    let built: Vec<usize> =
        folders.iter().zip([1, 0, 0, 0]).map(|(folder, until)| open_and_close(folder.path(), until)).collect();
    assert!(built[0] >= 1);
    std::thread::scope(|scope| {
        for (folder, &built) in folders.iter().zip(&built) {
            scope.spawn(move || (0..20).for_each(|_| assert_eq!(open_and_close(folder.path(), 0), built)));
        }
    });
}

/// A removal takes the whole index or nothing: a search at the same time finds no half of one, which would be damage.
#[test]
fn an_index_is_removed_while_others_open_it() {
    let folder = tempfile::tempdir().expect("a folder");
    std::thread::scope(|scope| {
        for _ in 0..3 {
            // Each has a library of its own, as each process has.
            scope.spawn(|| {
                for _ in 0..30 {
                    let library = IndexLibrary::new(folder.path().to_owned(), pool(), [].into());
                    match library.open(starter().info()) {
                        Ok(index) => assert_eq!(index.notice(), None),
                        Err(error) => assert!(matches!(error, StoreError::Locked(_)), "{error:?}"),
                    }
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..60 {
                let library = IndexLibrary::new(folder.path().to_owned(), pool(), [].into());
                match library.remove(starter().info(), false) {
                    Ok(removed) => assert_eq!(removed.damaged, 0),
                    Err(error) => assert!(matches!(error, StoreError::Locked(_)), "{error:?}"),
                }
            }
        });
    });
}
