//! Phi-3: a Llama whose queries, keys and values are one matrix, as are gate and up projection.

use lm::OpenError;

use super::family::Family;
use super::llama::{Usual, base};
use super::windows::window;
use crate::files::config::ConfigFile;
use crate::graph::plan::{LinearPlan, Plan, ProjectionPlan, UpPlan};

pub(super) const FAMILY: Family = Family { name: "Phi-3", model_type: "phi3", architecture: "Phi3", plan };

fn plan(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let mut plan = base(
        config,
        &Usual {
            vocab: 32064,
            width: 3072,
            ffn: 8192,
            layers: 32,
            heads: 32,
            key_heads: None,
            head_width: None,
            context: 4096,
            epsilon: 1e-5,
            tied: false,
            bos: Some(1),
            eos: Some(32000),
        },
    )?;
    let linear = |name| LinearPlan { name, bias: false };
    plan.attention.projection = ProjectionPlan::Joined(linear("self_attn.qkv_proj"));
    plan.ffn.up = UpPlan::GatedJoined(linear("mlp.gate_up_proj"));
    plan.attention.windows = vec![window(config, None)?; plan.sizes.layers];
    Ok(plan)
}
