//! Families of decoders: a file each, and the choice between them by `config.json`.
//!
//! A family's file says three things, all of them data: what its tensors are called, how its `config.json` sets the
//! choices of a [`Plan`], and what it refuses because the graph does not do it. It has a [`Family`] and a function from
//! a [`ConfigFile`] to a [`Plan`], and is listed in [`FAMILIES`]. It reads no file and computes nothing.
//!
//! If the graph has all of a family's choices (`graph/plan.rs`), nothing else is needed. A missing choice is added to
//! the graph once, for all families:
//!
//! - Another kind of norm (RMS): a variant of `NormKind` and of `Norm`. It answers `apply`, `scale`, `weight`, `bias_along`
//!   and `centres`; effects follow from these.
//! - Rotary positions (full, partial, scaled): a variant of `PositionPlan` and of `PositionEncoding`. `start` adds nothing,
//!   `turn` rotates queries and keys.
//! - Queries, keys and values in tensors of their own: `AttentionPlan::projection` names several, `load` joins them into the
//!   one matrix that `Attention` has.
//! - Query and key norms: `Attention::project`, before `turn`.
//! - A window, a cap of attention logits: arguments of `kernels::attend_rows`, which `Attention::attend` passes.
//! - A gated FFN: a second layer beside `up`. `Ffn::coefficients` gives act(gate x) * (up x), `Ffn::boost` is an error.
//! - A norm after attention: `Attention::update` applies it.
//! - A norm after the FFN: `Ffn::update` applies it and gives its scale as r; `Ffn::value`, `align` and `norms` have its
//!   weight in v.
//! - Attention and FFN in parallel: `forward` gives `Ffn::coefficients` the stream from before attention. `Part::Before`
//!   stays the stream after attention, which is `after` minus the FFN's update.
//! - A scaled embedding: `Vocabulary::embed`.
//! - A bias of the head, a cap of the logits: `Vocabulary::predict`, `logits` and `logit`; the bias in
//!   `Decoder::bias_along` too.
//!
//! The graph already has: grouped heads, a head width of its own, linear layers without bias, weights stored inputs
//! first or outputs first, an untied head. Code that reads a run or weights (`read`, `generate`, `model`) asks the
//! decoder, never its family: m, v and r of a sub-update, the final norm's scale, what the vocabulary predicts.

mod family;
mod gpt2;

use lm::OpenError;

use crate::files::config::ConfigFile;
use crate::graph::plan::Plan;
use family::Family;

static FAMILIES: [Family; 1] = [gpt2::FAMILY];

/// The plan of the model that a `config.json` describes.
pub(crate) fn plan(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let family = family(config).ok_or_else(|| unknown(config))?;
    refuse(config)?;
    (family.plan)(config)
}

/// Whether the model's family can be loaded. Other fields are not checked.
pub(crate) fn is_known(config: &ConfigFile<'_>) -> bool {
    family(config).is_some()
}

fn family(config: &ConfigFile<'_>) -> Option<&'static Family> {
    let named = config.architectures();
    FAMILIES.iter().find(|family| match config.model_type() {
        Some(kind) => kind == family.model_type,
        None => named.iter().any(|name| name.starts_with(family.architecture)),
    })
}

fn unknown(config: &ConfigFile<'_>) -> OpenError {
    let list = |text: fn(&Family) -> &str| FAMILIES.iter().map(text).collect::<Vec<_>>().join(", ");
    let (names, types) = (list(|family| family.name), list(|family| family.model_type));
    match config.architectures().first().copied().or(config.model_type()) {
        Some(other) => {
            config.error(&format!("the model is a {other}; only {names} can be loaded (model_type {types})"))
        }
        None => {
            config.error(&format!("model_type is missing; if the model is a {names}, add \"model_type\": \"{types}\""))
        }
    }
}

/// Refuses what any family's config may ask for and the graph does not do.
fn refuse(config: &ConfigFile<'_>) -> Result<(), OpenError> {
    for (name, why) in [
        ("add_cross_attention", "blocks with cross-attention are not supported; use a decoder without"),
        ("is_encoder_decoder", "encoder-decoders are not supported; use a decoder"),
    ] {
        if config.flag(name, false)? {
            return Err(config.error(&format!("{name} is true: {why}")));
        }
    }
    if config.get("quantization_config").is_some() {
        let action = "use the float checkpoint and `quantize` in the settings";
        return Err(config.error(&format!("quantization_config: quantised checkpoints cannot be loaded; {action}")));
    }
    if config.get("auto_map").is_some() {
        let why = "the model needs Python code of its own, which is never run; use another model";
        return Err(config.error(&format!("auto_map: {why}")));
    }
    match config.get("pruned_heads") {
        None => Ok(()),
        Some(heads) if heads.as_object().is_some_and(|heads| heads.is_empty()) => Ok(()),
        Some(_) => Err(config.error("pruned_heads: models with heads removed are not supported; use the whole model")),
    }
}
