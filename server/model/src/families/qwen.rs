//! Qwen 2, 2.5 and 3: a Llama with biases of queries, keys and values (2), or with norms of queries and keys (3), whose later
//! blocks may see the nearest positions only.

use lm::OpenError;

use super::family::Family;
use super::llama::{Usual, base, biases};
use super::windows::{window, windows};
use crate::files::config::ConfigFile;
use crate::graph::plan::{InnerNorms, NormPlan, Plan};

pub(super) const QWEN2: Family =
    Family { name: "Qwen2", model_type: "qwen2", architecture: "Qwen2ForCausalLM", plan: qwen2 };
pub(super) const QWEN3: Family =
    Family { name: "Qwen3", model_type: "qwen3", architecture: "Qwen3ForCausalLM", plan: qwen3 };

const USUAL: Usual = Usual {
    vocab: 151_936,
    width: 4096,
    ffn: 22016,
    layers: 32,
    heads: 32,
    key_heads: Some(32),
    head_width: None,
    context: 32768,
    epsilon: 1e-6,
    tied: false,
    bos: None,
    eos: None,
};

fn qwen2(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let mut plan = base(config, &USUAL)?;
    biases(&mut plan, true, false);
    sees(config, &mut plan)?;
    Ok(plan)
}

fn qwen3(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let mut plan = base(config, &Usual { head_width: Some(128), ..USUAL })?;
    let bias = config.flag("attention_bias", false)?;
    biases(&mut plan, bias, bias);
    let norm = |name| NormPlan { name, kind: plan.final_norm.kind };
    let inner = InnerNorms { query: norm("self_attn.q_norm"), key: norm("self_attn.k_norm"), whole: false };
    plan.attention.inner_norms = Some(inner);
    sees(config, &mut plan)?;
    Ok(plan)
}

fn sees(config: &ConfigFile<'_>, plan: &mut Plan) -> Result<(), OpenError> {
    let window = match config.flag("use_sliding_window", false)? {
        true => window(config, Some(4096))?,
        false => None,
    };
    let first = config.number("max_window_layers")?.unwrap_or(28.0);
    plan.attention.windows = windows(config, plan.sizes.layers, window, |layer| layer as f64 >= first)?;
    Ok(())
}
