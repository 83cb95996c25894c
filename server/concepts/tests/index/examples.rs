//! Activating examples: counted once after any interruption, and shown with their passage.

use std::time::Duration;

use base::Cancel;
use concepts::IndexLibrary;
use lm::{Concepts, LanguageModel};
use tempfile::TempDir;

use crate::{id, open, pool, starter};

const TEXT: &str = "The doctor came to see the patient at once.\n\nThe ship had left the harbour before noon.\n\n\
    In the month of July the corn was high.\n\nThe law was read aloud in the court.";

fn texts(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

#[test]
fn passages_are_counted_once() {
    let folder = TempDir::new().expect("a folder");
    let index = open(&folder.path().join("index"));
    let add = |text: &str| index.add_examples(&texts(text), starter(), &Cancel::new(), &mut |_, _, _| {});
    assert_eq!(add(TEXT), Ok(4));
    assert_eq!(add(TEXT), Ok(0));
    assert_eq!(add("The ship had left the harbour before noon.\n\nA new one."), Ok(1));
    assert_eq!(index.state().passages, 5);
}

#[test]
fn the_counted_coefficients_are_the_models() {
    let folder = TempDir::new().expect("a folder");
    let index = open(&folder.path().join("index"));
    index.add_examples(&texts(TEXT), starter(), &Cancel::new(), &mut |_, _, _| {}).expect("is counted");
    let vector = id("L5D662");
    let mut seen: Vec<(f32, &str)> = Vec::new();
    for passage in TEXT.split("\n\n") {
        let mut each = |position: usize, layer: usize, m: &[f32]| {
            if position > 0 && layer == vector.layer as usize {
                seen.push((m[vector.dim as usize], passage));
            }
        };
        starter().weights().coefficients(passage, &Cancel::new(), &mut each).expect("runs");
    }
    let activation = index.activation(vector).expect("is read").expect("is known");
    assert_eq!(activation.count, seen.len() as u64);
    let mean = seen.iter().map(|(m, _)| f64::from(*m)).sum::<f64>() / seen.len() as f64;
    assert!((f64::from(activation.mean) - mean).abs() < 1e-6);
    let (most, passage) = *seen.iter().max_by(|a, b| a.0.total_cmp(&b.0)).expect("positions");
    let first = &activation.largest[0];
    assert_eq!((first.coefficient, first.text.as_str()), (most, passage));
    assert!(first.text.get(first.token.clone()).is_some_and(|t| !t.is_empty()));
}

#[test]
fn counting_in_two_parts_equals_counting_at_once() {
    let known = |parts: &[&str]| {
        let folder = TempDir::new().expect("a folder");
        for part in parts {
            // Opened again each time, as after a kill.
            let index = open(&folder.path().join("index"));
            index.add_examples(&texts(part), starter(), &Cancel::new(), &mut |_, _, _| {}).expect("is counted");
        }
        let index = open(&folder.path().join("index"));
        (0..6).map(|layer| index.activation(id(&format!("L{layer}D17")))).collect::<Vec<_>>()
    };
    let (first, rest) = TEXT.split_at(TEXT.find("In the month").expect("is there"));
    assert_eq!(known(&[TEXT]), known(&[first, rest]));
}

/// The user's texts are nowhere else: a store that is damaged or removed must not take them along.
#[test]
fn the_users_examples_survive_the_index() {
    let folder = TempDir::new().expect("a folder");
    let library = IndexLibrary::new(folder.path().to_owned(), pool(), [].into());
    let info = starter().info();
    let add = |text: &str| {
        let index = library.open(info).expect("opens");
        index.add_examples(&texts(text), starter(), &Cancel::new(), &mut |_, _, _| {}).expect("is counted")
    };
    let activation =
        || library.open(info).expect("opens").activation(id("L5D662")).expect("is read").expect("is known");
    add(TEXT);
    add("A new one.");
    let before = activation();
    assert_eq!(library.tidy(Duration::ZERO), 0);

    let database = library.folder_of(info).join("db");
    std::fs::write(&database, vec![0xa5; 1 << 16]).expect("is damaged");
    let index = library.open(info).expect("opens");
    let notice = index.notice().expect("the user is told").to_owned();
    assert!(notice.contains(".damaged-1") && notice.contains("with your examples"), "{notice}");
    assert_eq!(index.state().passages, 0);
    drop(index);
    assert_eq!(add("One more."), 1);
    assert_eq!(library.open(info).expect("opens").state().passages, 6);
    assert_eq!(activation().largest.len(), before.largest.len());

    assert_eq!(library.tidy(Duration::ZERO), 0);
    let removed = library.remove(info, false).expect("is removed");
    assert_eq!((removed.index, removed.damaged, removed.examples.is_some()), (true, 1, true));
    let index = library.open(info).expect("opens");
    assert_eq!(index.notice(), None);
    index.build(starter(), &Cancel::new(), &mut |_, _, _| {}).expect("is built");
    assert_eq!(index.state().passages, 6);
    drop(index);
    assert_eq!(library.tidy(Duration::ZERO), 0);
    assert_eq!(library.remove(info, true).expect("is removed").examples, None);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

/// A build that is stopped while it counts the user's texts again leaves the rest to the next one.
#[test]
fn an_interrupted_count_of_the_users_examples_goes_on() {
    let folder = TempDir::new().expect("a folder");
    let library = IndexLibrary::new(folder.path().to_owned(), pool(), [].into());
    let info = starter().info();
    let index = library.open(info).expect("opens");
    index.add_examples(&texts(TEXT), starter(), &Cancel::new(), &mut |_, _, _| {}).expect("is counted");
    drop(index);
    library.remove(info, false).expect("is removed");
    let index = library.open(info).expect("opens");
    let cancel = Cancel::new();
    let stopped = index.build(starter(), &cancel, &mut |done, _, what| {
        if what == "passages" && done == 2 {
            cancel.cancel();
        }
    });
    assert_eq!(stopped, Err(lm::Error::Cancelled));
    assert!((1..4).contains(&index.state().passages) && !index.state().is_whole(), "{:?}", index.state());
    index.build(starter(), &Cancel::new(), &mut |_, _, _| {}).expect("is built");
    assert_eq!((index.state().passages, index.state().is_whole()), (4, true));
}
