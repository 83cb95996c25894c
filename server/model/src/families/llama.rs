//! Llama 2 and 3, and what else says `llama`: RMS norms before attention and FFN, rotary positions, grouped heads, a gated
//! FFN. Other families differ from it in a few choices. Absent fields have the defaults of Hugging Face's `LlamaConfig`.

use lm::OpenError;

use super::activation::activation;
use super::family::Family;
use super::rope::{Defaults, rope};
use crate::files::config::ConfigFile;
use crate::graph::plan::{
    AttentionPlan, FfnPlan, LinearPlan, Names, NormKind, NormPlan, Plan, PositionPlan, ProjectionPlan, Sizes, UpPlan,
};

pub(super) const FAMILY: Family = Family { name: "Llama", model_type: "llama", architecture: "Llama", plan };

const NAMES: Names = Names {
    prefix: "model.",
    block: "layers.",
    ignored: &["self_attn.rotary_emb.inv_freq"],
    embedding: "embed_tokens.weight",
    head: "lm_head.weight",
    inputs_first: false,
    within: &[],
};

/// What the families of this kind have different defaults for.
pub(super) struct Usual {
    pub(super) vocab: usize,
    pub(super) width: usize,
    pub(super) ffn: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    /// `None`: as many as heads.
    pub(super) key_heads: Option<usize>,
    /// `None`: the stream's width by the heads.
    pub(super) head_width: Option<usize>,
    pub(super) context: usize,
    pub(super) epsilon: f32,
    pub(super) tied: bool,
    pub(super) bos: Option<u32>,
    pub(super) eos: Option<u32>,
}

fn plan(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let mut plan = base(
        config,
        &Usual {
            vocab: 32000,
            width: 4096,
            ffn: 11008,
            layers: 32,
            heads: 32,
            key_heads: None,
            head_width: None,
            context: 2048,
            epsilon: 1e-6,
            tied: false,
            bos: Some(1),
            eos: Some(2),
        },
    )?;
    let bias = config.flag("attention_bias", false)?;
    biases(&mut plan, bias, bias);
    if config.flag("mlp_bias", false)? {
        let ffn = &mut plan.ffn;
        if let UpPlan::Gated { gate, up } = &mut ffn.up {
            (gate.bias, up.bias) = (true, true);
        }
        ffn.down.bias = true;
    }
    Ok(plan)
}

/// A Llama without biases, with this family's defaults.
pub(super) fn base(config: &ConfigFile<'_>, usual: &Usual) -> Result<Plan, OpenError> {
    let mut sizes = sizes(config, usual)?;
    let kind = NormKind::Rms { epsilon: config.epsilon("rms_norm_eps", usual.epsilon)?, plus_one: false };
    let norm = |name| NormPlan { name, kind };
    let linear = |name| LinearPlan { name, bias: false };
    let defaults = Defaults { head_width: sizes.head_width, context: sizes.context, theta: 10_000.0, part: 1.0 };
    let (global, context) = rope(config, &defaults)?;
    sizes.context = context;
    let in_vocabulary = |id: &u32| (*id as usize) < sizes.vocab;
    let list = |id: Option<u32>| id.into_iter().collect::<Vec<_>>();
    Ok(Plan {
        sizes,
        names: NAMES,
        positions: PositionPlan::Rotary { global, local: None },
        attention: AttentionPlan {
            norm: Some(norm("input_layernorm")),
            projection: ProjectionPlan::Separate(
                ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"].map(linear),
            ),
            inner_norms: None,
            merge: linear("self_attn.o_proj"),
            after: None,
            cap: None,
            windows: Vec::new(),
            scale: 1.0 / (sizes.head_width as f32).sqrt(),
            scale_by_layer: false,
        },
        ffn: FfnPlan {
            norm: Some(norm("post_attention_layernorm")),
            up: UpPlan::Gated { gate: linear("mlp.gate_proj"), up: linear("mlp.up_proj") },
            activation: activation(config, "hidden_act", "silu")?,
            down: linear("mlp.down_proj"),
            after: None,
            parallel: false,
        },
        embedding_scale: 1.0,
        logit_cap: None,
        final_norm: norm("norm"),
        tied: config.flag("tie_word_embeddings", usual.tied)?,
        bos: config.tokens("bos_token_id", &list(usual.bos))?.first().copied().filter(in_vocabulary),
        eos: config.tokens("eos_token_id", &list(usual.eos))?.into_iter().filter(in_vocabulary).collect(),
    })
}

/// Sets the biases of queries, keys and values, and of the projection back.
pub(super) fn biases(plan: &mut Plan, projection: bool, merge: bool) {
    if let ProjectionPlan::Separate(all) = &mut plan.attention.projection {
        all.iter_mut().for_each(|one| one.bias = projection);
    }
    plan.attention.merge.bias = merge;
}

fn sizes(config: &ConfigFile<'_>, usual: &Usual) -> Result<Sizes, OpenError> {
    let width = config.size(&["hidden_size"], usual.width)?;
    let heads = config.size(&["num_attention_heads"], usual.heads)?;
    let key_heads = config.size(&["num_key_value_heads"], usual.key_heads.unwrap_or(heads))?;
    if !heads.is_multiple_of(key_heads) {
        let why = "not a multiple of num_key_value_heads";
        return Err(config.error(&format!("num_attention_heads is {heads}, {why}, {key_heads}; correct one of them")));
    }
    let head_width = match (config.get("head_dim"), usual.head_width) {
        (None, None) if !width.is_multiple_of(heads) => {
            let why = "not a multiple of num_attention_heads";
            return Err(config.error(&format!("hidden_size is {width}, {why}, {heads}; correct one of them")));
        }
        (_, usual) => config.size(&["head_dim"], usual.unwrap_or(width / heads))?,
    };
    Ok(Sizes {
        layers: config.size(&["num_hidden_layers"], usual.layers)?,
        width,
        ffn: config.size(&["intermediate_size"], usual.ffn)?,
        heads,
        key_heads,
        head_width,
        context: config.size(&["max_position_embeddings"], usual.context)?,
        vocab: config.size(&["vocab_size"], usual.vocab)?,
    })
}
