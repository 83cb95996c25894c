//! Activating examples: counted once after any interruption, and shown with their passage.

use base::Cancel;
use lm::{Concepts, LanguageModel};
use tempfile::TempDir;

use crate::{id, open, starter};

const TEXT: &str = "The doctor came to see the patient at once.\n\nThe ship had left the harbour before noon.\n\n\
    In the month of July the corn was high.\n\nThe law was read aloud in the court.";

fn texts(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

#[test]
fn passages_are_counted_once() {
    let folder = TempDir::new().expect("a folder");
    let index = open(folder.path());
    let add = |text: &str| index.add_examples(&texts(text), starter(), &Cancel::new(), &mut |_, _, _| {});
    assert_eq!(add(TEXT), Ok(4));
    assert_eq!(add(TEXT), Ok(0));
    assert_eq!(add("The ship had left the harbour before noon.\n\nA new one."), Ok(1));
    assert_eq!(index.state().passages, 5);
}

#[test]
fn the_counted_coefficients_are_the_models() {
    let folder = TempDir::new().expect("a folder");
    let index = open(folder.path());
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
            let index = open(folder.path());
            index.add_examples(&texts(part), starter(), &Cancel::new(), &mut |_, _, _| {}).expect("is counted");
        }
        let index = open(folder.path());
        (0..6).map(|layer| index.activation(id(&format!("L{layer}D17")))).collect::<Vec<_>>()
    };
    let (first, rest) = TEXT.split_at(TEXT.find("In the month").expect("is there"));
    assert_eq!(known(&[TEXT]), known(&[first, rest]));
}
