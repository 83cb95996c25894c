//! Value vectors in the vocabulary against the reference: what the strongest vectors of each prompt promote and
//! suppress.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Cancel, TokenId, ValueId};
use kernels::Pool;
use lm::{LanguageModel, Word};
use model::{Model, Options};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    values: Vec<Card>,
}

#[derive(Deserialize)]
struct Card {
    layer: usize,
    dim: usize,
    norm: f32,
    mean: f32,
    deviation: f32,
    top: Vec<Entry>,
    bottom: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: u32,
    logit: f32,
}

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn close(ours: f32, theirs: f32, what: &str) {
    assert!((ours - theirs).abs() <= 2e-5 * theirs.abs().max(1.0), "{what}: {ours}, the reference has {theirs}");
}

fn check(folder: &str, reference: &str) {
    let model = Model::open(&data(folder), Options::named("m", Arc::new(Pool::new(2)))).expect("the model loads");
    let text = std::fs::read_to_string(data(reference)).expect("the reference is there");
    let rows: Vec<Row> = serde_json::from_str(&text).expect("the reference is JSON");
    let mut checked = 0;
    for card in rows.iter().flat_map(|r| &r.values) {
        let id = ValueId::new(card.layer, card.dim);
        let ours = model.values(&[id], card.top.len(), &Cancel::new()).expect("an answer").remove(0);
        close(ours.norm, card.norm, &format!("norm of {id}"));
        close(ours.mean, card.mean, &format!("mean of {id}"));
        close(ours.deviation, card.deviation, &format!("deviation of {id}"));
        for (ours, theirs) in [(&ours.top, &card.top), (&ours.bottom, &card.bottom)] {
            let ids = |words: &[Word]| words.iter().map(|w| w.id).collect::<Vec<_>>();
            assert_eq!(ids(ours), theirs.iter().map(|e| TokenId(e.id)).collect::<Vec<_>>(), "words of {id}");
            ours.iter().zip(theirs).for_each(|(a, b)| close(a.logit, b.logit, &format!("a logit of {id}")));
        }
        checked += 1;
    }
    assert!(checked > 0);
}

#[test]
fn of_the_starter() {
    check("config/models/starter", "tests/data/reference/starter.json");
}

#[test]
fn of_a_checkpoint_with_an_untied_head() {
    check("tests/data/odd", "tests/data/reference/odd.json");
}
