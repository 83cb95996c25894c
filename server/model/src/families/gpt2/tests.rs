//! What a config.json may contain, and how the rest is refused.

use kernels::Activation;

use super::*;
use crate::families;

fn check(fields: &str, expected: Result<fn(&mut Plan), &str>) {
    let text = format!("{{\"model_type\": \"gpt2\"{}{fields}}}", if fields.is_empty() { "" } else { ", " });
    check_text(&text, expected);
}

fn check_text(text: &str, expected: Result<fn(&mut Plan), &str>) {
    let parsed = ConfigFile::parse(text.as_bytes(), "config.json").and_then(|config| families::plan(&config));
    match expected {
        Ok(change) => {
            let mut plan = small();
            change(&mut plan);
            assert_eq!(parsed, Ok(plan), "{text}");
        }
        Err(part) => {
            let message = parsed.expect_err(text).message;
            assert!(message.starts_with("config.json: ") && message.contains(part), "{text}: {message}");
            assert!(!message.contains('\n'), "{message}");
        }
    }
}

/// GPT-2 small, which an empty config means.
fn small() -> Plan {
    let layer_norm = |name| NormPlan { name, kind: NormKind::Layer { epsilon: 1e-5 } };
    let linear = |name| LinearPlan { name, bias: true };
    Plan {
        sizes: Sizes {
            layers: 12,
            width: 768,
            ffn: 3072,
            heads: 12,
            key_heads: 12,
            head_width: 64,
            context: 1024,
            vocab: 50257,
        },
        names: NAMES,
        positions: PositionPlan::Learned("wpe.weight"),
        attention: AttentionPlan {
            norm: Some(layer_norm("ln_1")),
            projection: ProjectionPlan::Joined(linear("attn.c_attn")),
            inner_norms: None,
            merge: linear("attn.c_proj"),
            after: None,
            cap: None,
            windows: Vec::new(),
            scale: 0.125,
            scale_by_layer: false,
        },
        ffn: FfnPlan {
            norm: Some(layer_norm("ln_2")),
            up: UpPlan::Plain(linear("mlp.c_fc")),
            activation: Activation::GeluTanh,
            down: linear("mlp.c_proj"),
            after: None,
            parallel: false,
        },
        embedding_scale: 1.0,
        logit_cap: None,
        final_norm: layer_norm("ln_f"),
        tied: true,
        bos: Some(50256),
        eos: vec![50256],
    }
}

/// Width, heads and FFN, and what follows from them.
fn set(plan: &mut Plan, width: usize, heads: usize, ffn: usize) {
    let head_width = width / heads;
    plan.sizes = Sizes { width, heads, key_heads: heads, head_width, ffn, ..plan.sizes };
    plan.attention.scale = 1.0 / (head_width as f32).sqrt();
}

#[test]
fn absent_fields_are_gpt2s() {
    check("", Ok(|_| ()));
    check_text(r#"{"architectures": ["GPT2LMHeadModel"]}"#, Ok(|_| ()));
    check(r#""n_inner": null, "reorder_and_upcast_attn": true, "pruned_heads": {}"#, Ok(|_| ()));
}

#[test]
fn fields_are_honoured() {
    check(r#""n_embd": 64, "n_head": 4"#, Ok(|p| set(p, 64, 4, 256)));
    check(
        r#""hidden_size": 24, "num_hidden_layers": 2"#,
        Ok(|p| {
            set(p, 24, 12, 96);
            p.sizes.layers = 2;
        }),
    );
    check(r#""n_inner": 160"#, Ok(|p| p.sizes.ffn = 160));
    check(r#""n_ctx": 64"#, Ok(|p| p.sizes.context = 64));
    check(r#""n_ctx": 64, "n_positions": 32"#, Ok(|p| p.sizes.context = 32));
    check(r#""max_position_embeddings": 7"#, Ok(|p| p.sizes.context = 7));
    check(
        r#""layer_norm_epsilon": 1e-06"#,
        Ok(|p| {
            let inner = [&mut p.attention.norm, &mut p.ffn.norm].into_iter().flatten();
            for norm in inner.chain([&mut p.final_norm]) {
                norm.kind = NormKind::Layer { epsilon: 1e-6 };
            }
        }),
    );
    check(r#""scale_attn_weights": false"#, Ok(|p| p.attention.scale = 1.0));
    check(r#""scale_attn_by_inverse_layer_idx": true"#, Ok(|p| p.attention.scale_by_layer = true));
    check(r#""tie_word_embeddings": false"#, Ok(|p| p.tied = false));
    check(r#""activation_function": "gelu""#, Ok(|p| p.ffn.activation = Activation::GeluErf));
    check(r#""activation_function": "swish""#, Ok(|p| p.ffn.activation = Activation::Silu));
    check(r#""activation_function": "gelu_accurate""#, Ok(|_| ()));
    check(r#""activation_function": "gelu_python_tanh""#, Ok(|_| ()));
}

#[test]
fn token_ids_may_be_lists_or_null_or_outside_the_vocabulary() {
    check(r#""bos_token_id": null, "eos_token_id": [3, 4]"#, Ok(|p| (p.bos, p.eos) = (None, vec![3, 4])));
    check(r#""eos_token_id": -1, "bos_token_id": 0"#, Ok(|p| (p.bos, p.eos) = (Some(0), Vec::new())));
    check(r#""vocab_size": 100"#, Ok(|p| (p.sizes.vocab, p.bos, p.eos) = (100, None, Vec::new())));
    check(r#""eos_token_id": "x""#, Err("eos_token_id"));
}

#[test]
fn unsupported_configs_are_refused_by_name() {
    check_text(r#"{"model_type": "mamba", "architectures": ["MambaForCausalLM"]}"#, Err("MambaForCausalLM"));
    check_text(r#"{"model_type": "gpt_neo"}"#, Err("gpt_neo"));
    check_text("{}", Err("model_type"));
    check_text("[]", Err("object"));
    check_text("{", Err("JSON"));
    check(r#""add_cross_attention": true"#, Err("add_cross_attention"));
    check(r#""is_encoder_decoder": true"#, Err("is_encoder_decoder"));
    check(r#""quantization_config": {"bits": 4}"#, Err("quantization_config"));
    check(r#""auto_map": {"AutoModel": "x.Y"}"#, Err("auto_map"));
    check(r#""pruned_heads": {"1": [2]}"#, Err("pruned_heads"));
    check(r#""activation_function": "gelu_10""#, Err("gelu_10"));
    let all = "gelu_new, gelu_pytorch_tanh, gelu_python_tanh, gelu_fast, gelu_accurate, gelu, gelu_python, relu, silu, swish, \
               quick_gelu; ";
    check(r#""activation_function": "mish""#, Err(all));
    check(r#""activation_function": 3"#, Err("activation_function is 3"));
    check(r#""activation_function": null"#, Err("activation_function is null"));
    check(r#""n_head": 5"#, Err("n_head"));
    check(r#""n_layer": 0"#, Err("n_layer"));
    check(r#""n_embd": -4"#, Err("n_embd"));
    check(r#""n_embd": 64, "hidden_size": 32"#, Err("hidden_size"));
    check(r#""vocab_size": 1e30"#, Err("vocab_size"));
    check(r#""layer_norm_epsilon": "small""#, Err("layer_norm_epsilon"));
    check(r#""scale_attn_weights": 1"#, Err("scale_attn_weights"));
}
