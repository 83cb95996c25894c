//! Starcoder 2: a Llama with layer norms, an ungated FFN and biases.

use lm::OpenError;

use super::activation::activation;
use super::family::Family;
use super::llama::{Usual, base, biases};
use super::windows::window;
use crate::files::config::ConfigFile;
use crate::graph::plan::{LinearPlan, NormKind, NormPlan, Plan, UpPlan};

pub(super) const FAMILY: Family =
    Family { name: "Starcoder 2", model_type: "starcoder2", architecture: "Starcoder2", plan };

fn plan(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let mut plan = base(
        &config.without(&["hidden_act"]),
        &Usual {
            vocab: 49_152,
            width: 3072,
            ffn: 12_288,
            layers: 30,
            heads: 24,
            key_heads: Some(2),
            head_width: None,
            context: 4096,
            epsilon: 1e-5,
            tied: true,
            bos: Some(50_256),
            eos: Some(50_256),
        },
    )?;
    let bias = config.flag("use_bias", true)?;
    biases(&mut plan, bias, bias);
    let kind = NormKind::Layer { epsilon: config.epsilon("norm_epsilon", 1e-5)? };
    let norm = |name| NormPlan { name, kind };
    plan.attention.norm = Some(norm("input_layernorm"));
    plan.attention.windows = vec![window(config, None)?; plan.sizes.layers];
    plan.ffn.norm = Some(norm("post_attention_layernorm"));
    plan.ffn.up = UpPlan::Plain(LinearPlan { name: "mlp.c_fc", bias });
    plan.ffn.activation = activation(config, "hidden_act", "gelu_pytorch_tanh")?;
    plan.ffn.down = LinearPlan { name: "mlp.c_proj", bias };
    plan.final_norm = norm("norm");
    Ok(plan)
}
