//! A build without mistral.rs runs float32 models and says what a quantised model needs.
#![cfg(not(feature = "mistralrs"))]

use model::{Placement, Quantize};

#[test]
fn a_quantised_model_is_refused() {
    assert!(matches!(Placement::on_this_machine(None), Ok(Placement::Float)));
    for quantize in [Quantize::Q8_0, Quantize::Q4K] {
        let message = Placement::on_this_machine(Some(quantize)).expect_err("there is no mistral.rs").message;
        assert!(message.starts_with(quantize.name()) && message.contains("cargo feature `mistralrs`"), "{message}");
    }
}
