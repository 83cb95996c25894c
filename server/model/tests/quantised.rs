//! Models with quantised linear layers: close to the float32 model, refused if a layer does not fit, and with value
//! vectors as the layers apply them.
#![cfg(feature = "mistralrs")]

use std::path::Path;
use std::sync::Arc;

use base::{Cancel, ValueId};
use kernels::Pool;
use lm::{Experiment, LanguageModel, Positions, TraceQuery};
use model::{Model, Options, Placement, Quantize};

fn open(folder: &str, quantize: Option<Quantize>) -> Result<Model, lm::OpenError> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let placement = Placement::on_this_machine(quantize)?;
    Model::open(&folder, Options { placement, ..Options::named("m", Arc::new(Pool::new(2))) })
}

/// The largest difference between probabilities of the next token, over the reference's ten most likely, at every
/// position of a prompt.
fn distance(model: &Model, reference: &Model) -> f32 {
    let experiment = Experiment::of("The structure of the human heart and the");
    let ask = |m: &Model, top| {
        let query = TraceQuery { top, ..TraceQuery::at(&experiment, Positions::All) };
        m.trace(&query, &Cancel::new()).expect("an answer").remove(0).positions
    };
    let (ours, theirs) = (ask(model, 2000), ask(reference, 10));
    let mut largest = 0f32;
    for (ours, theirs) in ours.iter().zip(&theirs) {
        for guess in &theirs.next {
            let p = ours.next.iter().find(|g| g.id == guess.id).map_or(0.0, |g| g.p);
            largest = largest.max((p - guess.p).abs());
        }
    }
    largest
}

#[test]
fn are_near_the_float32_model() {
    let reference = open("config/models/starter", None).expect("the starter loads");
    for (quantize, at_most) in [(Quantize::Q8_0, 0.02), (Quantize::Q4K, 0.2)] {
        let model = open("config/models/starter", Some(quantize)).expect("the starter can be quantised");
        assert!(model.info().precision.starts_with(quantize.name()), "{}", model.info().precision);
        assert_eq!(model.info().fingerprint, reference.info().fingerprint);
        let distance = distance(&model, &reference);
        assert!(distance > 0.0, "{quantize:?} changes nothing");
        assert!(distance < at_most, "{quantize:?} is {distance} away");
    }
}

#[test]
fn value_vectors_are_those_that_the_layers_apply() {
    let reference = open("config/models/starter", None).expect("the starter loads");
    let model = open("config/models/starter", Some(Quantize::Q8_0)).expect("the starter can be quantised");
    let id = ValueId::new(5, 662);
    let card = |m: &Model| m.values(&[id], 5, &Cancel::new()).expect("an answer").remove(0);
    let (ours, theirs) = (card(&model), card(&reference));
    assert!(ours.norm != theirs.norm && (ours.norm - theirs.norm).abs() < 0.01 * theirs.norm);
    assert_eq!(ours.top[0].id, theirs.top[0].id);
}

#[test]
fn a_layer_that_does_not_fit_is_refused() {
    let error = open("tests/data/odd", Some(Quantize::Q4K)).err().expect("a width of 64 has no blocks of 256");
    assert_eq!(error.message, "q4k needs layer widths that are multiples of 256, and this model has 64");
}
