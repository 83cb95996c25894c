//! GPT-2: layer norms before attention and FFN, learned positions, an ungated FFN, linear layers as Conv1D. Absent
//! fields have the defaults of Hugging Face's `GPT2Config`. `reorder_and_upcast_attn` is ignored: it asks for float32
//! where half precision would overflow, and here everything is float32.

use lm::OpenError;

use super::activation::activation;
use super::family::Family;
use crate::files::config::ConfigFile;
use crate::graph::plan::{
    AttentionPlan, FfnPlan, LinearPlan, Names, NormKind, NormPlan, Plan, PositionPlan, ProjectionPlan, Sizes, UpPlan,
};

pub(super) const FAMILY: Family = Family { name: "GPT-2", model_type: "gpt2", architecture: "GPT2", plan };

const NAMES: Names = Names {
    prefix: "transformer.",
    block: "h.",
    ignored: &["attn.bias", "attn.masked_bias"],
    embedding: "wte.weight",
    head: "lm_head.weight",
    inputs_first: true,
    within: &[],
};

/// Fields that Hugging Face gives several names; the first is GPT-2's own.
const CONTEXT: [&str; 2] = ["n_positions", "max_position_embeddings"];
const WIDTH: [&str; 2] = ["n_embd", "hidden_size"];
const LAYERS: [&str; 2] = ["n_layer", "num_hidden_layers"];
const HEADS: [&str; 2] = ["n_head", "num_attention_heads"];

/// `<|endoftext|>`
const END: u32 = 50256;

fn plan(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let sizes = sizes(config)?;
    let kind = NormKind::Layer { epsilon: config.epsilon("layer_norm_epsilon", 1e-5)? };
    let norm = |name| NormPlan { name, kind };
    let linear = |name| LinearPlan { name, bias: true };
    let scaled = config.flag("scale_attn_weights", true)?;
    let in_vocabulary = |id: &u32| (*id as usize) < sizes.vocab;
    Ok(Plan {
        sizes,
        names: NAMES,
        positions: PositionPlan::Learned("wpe.weight"),
        attention: AttentionPlan {
            norm: Some(norm("ln_1")),
            projection: ProjectionPlan::Joined(linear("attn.c_attn")),
            inner_norms: None,
            merge: linear("attn.c_proj"),
            after: None,
            cap: None,
            windows: Vec::new(),
            scale: if scaled { 1.0 / (sizes.head_width as f32).sqrt() } else { 1.0 },
            scale_by_layer: config.flag("scale_attn_by_inverse_layer_idx", false)?,
        },
        ffn: FfnPlan {
            norm: Some(norm("ln_2")),
            up: UpPlan::Plain(linear("mlp.c_fc")),
            activation: activation(config, "activation_function", "gelu_new")?,
            down: linear("mlp.c_proj"),
            after: None,
            parallel: false,
        },
        embedding_scale: 1.0,
        logit_cap: None,
        final_norm: norm("ln_f"),
        tied: config.flag("tie_word_embeddings", true)?,
        bos: config.tokens("bos_token_id", &[END])?.first().copied().filter(in_vocabulary),
        eos: config.tokens("eos_token_id", &[END])?.into_iter().filter(in_vocabulary).collect(),
    })
}

fn sizes(config: &ConfigFile<'_>) -> Result<Sizes, OpenError> {
    let width = config.size(&WIDTH, 768)?;
    let heads = config.size(&HEADS, 12)?;
    if !width.is_multiple_of(heads) {
        return Err(config.error(&format!("n_embd is {width}, not a multiple of n_head, {heads}; correct one of them")));
    }
    let ffn = match config.get("n_inner") {
        None => width.checked_mul(4).ok_or_else(|| config.error("n_embd is too large; correct it"))?,
        Some(_) => config.size(&["n_inner"], 0)?,
    };
    // GPT-2's first configs call it `n_ctx`. Hugging Face ignores that if `n_positions` is present.
    let context = match CONTEXT.iter().any(|name| config.get(name).is_some()) {
        true => config.size(&CONTEXT, 1024)?,
        false => config.size(&["n_ctx"], 1024)?,
    };
    let vocab = config.size(&["vocab_size"], 50257)?;
    let layers = config.size(&LAYERS, 12)?;
    Ok(Sizes { layers, width, ffn, heads, key_heads: heads, head_width: width / heads, context, vocab })
}

#[cfg(test)]
mod tests;
