//! Families of decoders: a file each, and the choice between them by `config.json`.
//!
//! A family's file says three things, all of them data: what its tensors are called, how its `config.json` sets the
//! choices of a [`Plan`], and what it refuses because the graph does not do it. It has a [`Family`] and a function from
//! a [`ConfigFile`] to a [`Plan`], and is listed in [`FAMILIES`]. It reads no file and computes nothing.
//!
//! If the graph has all of a family's choices (`graph/plan.rs`), nothing else is needed. Families that share a form share a
//! function: `llama` reads what Mistral, Qwen, Gemma, OLMo and Phi-3 have in common, `rope` the kinds of rotary positions,
//! `windows` which blocks see only part of the text, `activation` the names of activations. A missing choice is added to the plan
//! and to the graph once, for all families. Code that reads a run or weights (`read`, `generate`, `model`) asks the decoder, never
//! its family: m, v and r of a sub-update, the final norm's scale, what the vocabulary predicts.
//!
//! `nested` finds the text model in a model of text and images.
//!
//! A choice that changes numbers is also a line of `graph/settings.rs`, which the model's fingerprint has.

mod activation;
mod family;
mod gemma;
mod gpt2;
mod llama;
mod mistral;
mod neox;
mod nested;
mod olmo2;
mod phi3;
mod qwen;
mod rope;
mod starcoder2;
mod windows;

use lm::OpenError;

use crate::files::config::ConfigFile;
use crate::graph::plan::Plan;
use family::Family;

static FAMILIES: [Family; 11] = [
    gpt2::FAMILY,
    neox::FAMILY,
    llama::FAMILY,
    mistral::FAMILY,
    qwen::QWEN2,
    qwen::QWEN3,
    gemma::GEMMA2,
    gemma::GEMMA3,
    olmo2::FAMILY,
    phi3::FAMILY,
    starcoder2::FAMILY,
];

/// The plan of the model that a `config.json` describes.
pub(crate) fn plan(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    if let Some(family) = family(config) {
        refuse(config)?;
        return (family.plan)(config);
    }
    let Some(text) = nested::text(config)? else { return Err(unknown(config)) };
    let family = family(&text).ok_or_else(|| unknown_text(config, &text))?;
    refuse(config)?;
    refuse(&text)?;
    let mut plan = (family.plan)(&text)?;
    plan.names.within = nested::PARTS;
    Ok(plan)
}

fn family(config: &ConfigFile<'_>) -> Option<&'static Family> {
    let named = config.architectures();
    FAMILIES.iter().find(|family| match config.model_type() {
        Some(kind) => kind == family.model_type,
        None => named.iter().any(|name| name.starts_with(family.architecture)),
    })
}

/// A model of more than text, whose text model is of no known family.
fn unknown_text(config: &ConfigFile<'_>, text: &ConfigFile<'_>) -> OpenError {
    let whole = config.architectures().first().copied().or(config.model_type()).unwrap_or("model").to_owned();
    let kind = text.model_type().unwrap_or("model without model_type");
    let types = FAMILIES.iter().map(|family| family.model_type).collect::<Vec<_>>().join(", ");
    let only = format!("only text models of model_type {types} can be loaded");
    config.error(&format!("the model is a {whole} with the text model {kind}; {only}"))
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

#[cfg(test)]
mod tests;
