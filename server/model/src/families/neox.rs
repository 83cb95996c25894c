//! GPT-NeoX (Pythia): layer norms, an ungated FFN that reads the stream beside attention, rotary positions in a part of each
//! head. Absent fields have the defaults of Hugging Face's `GPTNeoXConfig`.

use lm::OpenError;

use super::activation::activation;
use super::family::Family;
use super::rope::{Defaults, of_fields, plain};
use crate::files::config::ConfigFile;
use crate::graph::plan::{
    AttentionPlan, FfnPlan, LinearPlan, Names, NormKind, NormPlan, Plan, PositionPlan, ProjectionPlan, Sizes, UpPlan,
};

pub(super) const FAMILY: Family = Family { name: "GPT-NeoX", model_type: "gpt_neox", architecture: "GPTNeoX", plan };

const NAMES: Names = Names {
    prefix: "gpt_neox.",
    block: "layers.",
    ignored: &["attention.bias", "attention.masked_bias", "attention.rotary_emb.inv_freq"],
    embedding: "embed_in.weight",
    head: "embed_out.weight",
    inputs_first: false,
    within: &[],
};

fn plan(config: &ConfigFile<'_>) -> Result<Plan, OpenError> {
    let sizes = sizes(config)?;
    let kind = NormKind::Layer { epsilon: config.epsilon("layer_norm_eps", 1e-5)? };
    let norm = |name| NormPlan { name, kind };
    let linear = |name, bias| LinearPlan { name, bias };
    let bias = config.flag("attention_bias", true)?;
    let defaults = Defaults {
        head_width: sizes.head_width,
        context: sizes.context,
        theta: config.positive("rotary_emb_base")?.unwrap_or(10_000.0),
        part: config.positive("rotary_pct")?.unwrap_or(0.25),
    };
    let global = match (config.object("rope_parameters")?, config.object("rope_scaling")?) {
        (Some(fields), _) => of_fields(config, &fields, fields.positive("rope_theta")?, &defaults)?.0,
        (None, Some(fields)) => of_fields(config, &fields, config.positive("rope_theta")?, &defaults)?.0,
        (None, None) => plain(config, config.positive("rope_theta")?, &defaults)?.0,
    };
    let in_vocabulary = |id: &u32| (*id as usize) < sizes.vocab;
    Ok(Plan {
        sizes,
        names: NAMES,
        positions: PositionPlan::Rotary { global, local: None },
        attention: AttentionPlan {
            norm: Some(norm("input_layernorm")),
            projection: ProjectionPlan::ByHead(linear("attention.query_key_value", bias)),
            inner_norms: None,
            merge: linear("attention.dense", bias),
            after: None,
            cap: None,
            windows: Vec::new(),
            scale: 1.0 / (sizes.head_width as f32).sqrt(),
            scale_by_layer: false,
        },
        ffn: FfnPlan {
            norm: Some(norm("post_attention_layernorm")),
            up: UpPlan::Plain(linear("mlp.dense_h_to_4h", true)),
            activation: activation(config, "hidden_act", "gelu")?,
            down: linear("mlp.dense_4h_to_h", true),
            after: None,
            parallel: config.flag("use_parallel_residual", true)?,
        },
        embedding_scale: 1.0,
        logit_cap: None,
        final_norm: norm("final_layer_norm"),
        tied: config.flag("tie_word_embeddings", false)?,
        bos: config.tokens("bos_token_id", &[0])?.first().copied().filter(in_vocabulary),
        eos: config.tokens("eos_token_id", &[2])?.into_iter().filter(in_vocabulary).collect(),
    })
}

fn sizes(config: &ConfigFile<'_>) -> Result<Sizes, OpenError> {
    let width = config.size(&["hidden_size"], 6144)?;
    let heads = config.size(&["num_attention_heads"], 64)?;
    if !width.is_multiple_of(heads) {
        let why = "not a multiple of num_attention_heads";
        return Err(config.error(&format!("hidden_size is {width}, {why}, {heads}; correct one of them")));
    }
    Ok(Sizes {
        layers: config.size(&["num_hidden_layers"], 44)?,
        width,
        ffn: config.size(&["intermediate_size"], 24576)?,
        heads,
        key_heads: heads,
        head_width: width / heads,
        context: config.size(&["max_position_embeddings"], 2048)?,
        vocab: config.size(&["vocab_size"], 50432)?,
    })
}
