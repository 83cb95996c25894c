//! Mistral: a Llama whose blocks may see the nearest positions only.

use lm::OpenError;

use super::family::Family;
use super::llama::{Usual, base};
use super::windows::window;
use crate::files::config::ConfigFile;
use crate::graph::plan::Plan;

pub(super) const FAMILY: Family = Family { name: "Mistral", model_type: "mistral", architecture: "Mistral", plan };

fn plan(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let mut plan = base(
        config,
        &Usual {
            vocab: 32000,
            width: 4096,
            ffn: 14336,
            layers: 32,
            heads: 32,
            key_heads: Some(8),
            head_width: None,
            context: 131_072,
            epsilon: 1e-6,
            tied: false,
            bos: Some(1),
            eos: Some(2),
        },
    )?;
    plan.attention.windows = vec![window(config, Some(4096))?; plan.sizes.layers];
    Ok(plan)
}
