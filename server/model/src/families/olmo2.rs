//! OLMo 2: a Llama with its norms after attention and FFN and none before them, and with norms over all queries and all keys.

use lm::OpenError;

use super::family::Family;
use super::llama::{Usual, base, biases};
use crate::files::config::ConfigFile;
use crate::graph::plan::{InnerNorms, NormPlan, Plan};

pub(super) const FAMILY: Family = Family { name: "OLMo 2", model_type: "olmo2", architecture: "Olmo2", plan };

fn plan(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let mut plan = base(
        config,
        &Usual {
            vocab: 50304,
            width: 4096,
            ffn: 11008,
            layers: 32,
            heads: 32,
            key_heads: None,
            head_width: None,
            context: 2048,
            epsilon: 1e-5,
            tied: false,
            bos: None,
            eos: Some(50279),
        },
    )?;
    let bias = config.flag("attention_bias", false)?;
    biases(&mut plan, bias, bias);
    let norm = |name| NormPlan { name, kind: plan.final_norm.kind };
    let inner = InnerNorms { query: norm("self_attn.q_norm"), key: norm("self_attn.k_norm"), whole: true };
    (plan.attention.norm, plan.attention.after) = (None, Some(norm("post_attention_layernorm")));
    (plan.ffn.norm, plan.ffn.after) = (None, Some(norm("post_feedforward_layernorm")));
    plan.attention.inner_norms = Some(inner);
    Ok(plan)
}
