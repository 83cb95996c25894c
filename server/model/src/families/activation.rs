//! Activations by name.

use kernels::Activation;
use lm::OpenError;

use crate::files::config::ConfigFile;

/// The activations by transformers' names for them (its table `ACT2FN`). Several names of one function differ by rounding.
const ACTIVATIONS: [(&str, Activation); 11] = [
    ("gelu_new", Activation::GeluTanh),
    ("gelu_pytorch_tanh", Activation::GeluTanh),
    ("gelu_python_tanh", Activation::GeluTanh),
    ("gelu_fast", Activation::GeluTanh),
    ("gelu_accurate", Activation::GeluTanh),
    ("gelu", Activation::GeluErf),
    ("gelu_python", Activation::GeluErf),
    ("relu", Activation::Relu),
    ("silu", Activation::Silu),
    ("swish", Activation::Silu),
    ("quick_gelu", Activation::QuickGelu),
];

/// The activation that a field names.
pub(super) fn activation(config: &ConfigFile<'_>, field: &str, default: &str) -> Result<Activation, OpenError> {
    // An explicit null is not the default: transformers finds no function for it.
    let written = config.written(field).map_or(default, |v| v.as_str().unwrap_or_default());
    let known = ACTIVATIONS.iter().find(|(name, _)| *name == written);
    let names = || ACTIVATIONS.map(|(name, _)| name).join(", ");
    known.map(|(_, activation)| *activation).ok_or_else(|| config.wanted(field, &format!("one of {}", names())))
}
