//! The compiled-in model.
#![cfg(feature = "starter")]

use std::sync::Arc;

use kernels::Pool;
use lm::LanguageModel;
use model::{Model, Options, STARTER_FINGERPRINT};

#[test]
fn its_fingerprint_is_known() {
    let model = Model::starter(Options::named("starter", Arc::new(Pool::new(1)))).expect("loads");
    assert_eq!(model.info().fingerprint, STARTER_FINGERPRINT);
}
