//! Gemma 2 and 3 (text): a Llama with norms after attention and FFN as well, norm weights stored minus 1, scaled embeddings,
//! and blocks that see the nearest positions only. Gemma 2 caps its logits; Gemma 3 has norms of queries and keys, and
//! another rotation in blocks with a window.

use kernels::Activation;
use lm::OpenError;

use super::activation::activation;
use super::family::Family;
use super::llama::{Usual, base, biases};
use super::rope::{Defaults, of_fields, plain};
use super::windows::{window, windows};
use crate::files::config::ConfigFile;
use crate::graph::plan::{InnerNorms, NormKind, NormPlan, Plan, PositionPlan};

pub(super) const GEMMA2: Family =
    Family { name: "Gemma 2", model_type: "gemma2", architecture: "Gemma2ForCausalLM", plan: gemma2 };
pub(super) const GEMMA3: Family =
    Family { name: "Gemma 3", model_type: "gemma3_text", architecture: "Gemma3ForCausalLM", plan: gemma3 };

const USUAL: Usual = Usual {
    vocab: 256_000,
    width: 2304,
    ffn: 9216,
    layers: 26,
    heads: 8,
    key_heads: Some(4),
    head_width: Some(256),
    context: 8192,
    epsilon: 1e-6,
    tied: true,
    bos: Some(2),
    eos: Some(1),
};

fn gemma2(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let mut plan = base(config, &USUAL)?;
    gemma(config, &mut plan)?;
    plan.attention.windows = windows(config, plan.sizes.layers, window(config, Some(4096))?, |layer| layer % 2 == 0)?;
    plan.attention.cap = cap(config, "attn_logit_softcapping", Some(50.0))?;
    plan.logit_cap = cap(config, "final_logit_softcapping", Some(30.0))?;
    Ok(plan)
}

fn gemma3(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let usual = Usual { vocab: 262_208, context: 131_072, ..USUAL };
    let mut plan = base(&without_rotation(config), &usual)?;
    gemma(config, &mut plan)?;
    let norm = |name| NormPlan { name, kind: plan.final_norm.kind };
    let inner = InnerNorms { query: norm("self_attn.q_norm"), key: norm("self_attn.k_norm"), whole: false };
    plan.attention.inner_norms = Some(inner);
    let every = config.size(&["sliding_window_pattern", "_sliding_window_pattern"], 6)?;
    let is_local = |layer: usize| !(layer + 1).is_multiple_of(every);
    plan.attention.windows = windows(config, plan.sizes.layers, window(config, Some(4096))?, is_local)?;
    plan.attention.cap = cap(config, "attn_logit_softcapping", None)?;
    plan.logit_cap = cap(config, "final_logit_softcapping", None)?;
    plan.positions = rotations(config, &plan)?;
    Ok(plan)
}

/// What both have and a Llama has not.
fn gemma(config: &ConfigFile<'_>, plan: &mut Plan) -> Result<(), OpenError> {
    if config.flag("use_bidirectional_attention", false)? {
        return Err(config.error("use_bidirectional_attention is true: the model is no decoder; use another model"));
    }
    let bias = config.flag("attention_bias", false)?;
    biases(plan, bias, bias);
    let kind = NormKind::Rms { epsilon: config.epsilon("rms_norm_eps", USUAL.epsilon)?, plus_one: true };
    let norm = |name| NormPlan { name, kind };
    plan.final_norm = norm("norm");
    plan.attention.norm = Some(norm("input_layernorm"));
    plan.attention.after = Some(norm("post_attention_layernorm"));
    plan.ffn.norm = Some(norm("pre_feedforward_layernorm"));
    plan.ffn.after = Some(norm("post_feedforward_layernorm"));
    plan.ffn.activation = match config.get("hidden_activation") {
        Some(_) => activation(config, "hidden_activation", "")?,
        None => Activation::GeluTanh,
    };
    plan.attention.scale = 1.0 / (config.positive("query_pre_attn_scalar")?.unwrap_or(256.0) as f32).sqrt();
    plan.embedding_scale = (plan.sizes.width as f32).sqrt();
    Ok(())
}

fn cap(config: &ConfigFile<'_>, name: &str, default: Option<f64>) -> Result<Option<f32>, OpenError> {
    let cap = match config.written(name) {
        None => default,
        Some(_) => config.positive(name)?,
    };
    Ok(cap.map(|cap| cap as f32))
}

/// The file without the fields of its two rotations.
fn without_rotation<'a>(config: &ConfigFile<'a>) -> ConfigFile<'a> {
    config.without(&["rope_parameters", "rope_scaling", "rope_theta", "hidden_act"])
}

fn rotations(config: &ConfigFile<'_>, plan: &Plan) -> Result<PositionPlan, OpenError> {
    let defaults =
        |theta| Defaults { head_width: plan.sizes.head_width, context: plan.sizes.context, theta, part: 1.0 };
    let (global, local) = (defaults(1_000_000.0), defaults(10_000.0));
    let both = match config.object("rope_parameters")? {
        Some(all) => {
            let one = |name: &str, defaults: &Defaults| match all.object(name)? {
                Some(fields) => of_fields(config, &fields, fields.positive("rope_theta")?, defaults),
                None => plain(config, None, defaults),
            };
            (one("full_attention", &global)?.0, one("sliding_attention", &local)?.0)
        }
        None => {
            let theta = config.positive("rope_theta")?;
            let global = match config.object("rope_scaling")? {
                Some(fields) => of_fields(config, &fields, theta, &global)?,
                None => plain(config, theta, &global)?,
            };
            (global.0, plain(config, config.positive("rope_local_base_freq")?, &local)?.0)
        }
    };
    Ok(PositionPlan::Rotary { global: both.0, local: Some(both.1) })
}
