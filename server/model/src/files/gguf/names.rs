//! The names of tensors in GGUF files (ggml's `constants.py`), and what the converter (`convert_hf_to_gguf.py`) did to them.

use crate::files::entry::Undo;

/// A part of a block: its name in the file, and its name in a checkpoint.
type Part = (&'static str, &'static str);

const GPT2: [Part; 6] = [
    ("attn_norm", "ln_1"),
    ("attn_qkv", "attn.c_attn"),
    ("attn_output", "attn.c_proj"),
    ("ffn_norm", "ln_2"),
    ("ffn_up", "mlp.c_fc"),
    ("ffn_down", "mlp.c_proj"),
];

const LLAMA: [Part; 11] = [
    ("attn_norm", "input_layernorm"),
    ("attn_q", "self_attn.q_proj"),
    ("attn_k", "self_attn.k_proj"),
    ("attn_v", "self_attn.v_proj"),
    ("attn_output", "self_attn.o_proj"),
    ("attn_q_norm", "self_attn.q_norm"),
    ("attn_k_norm", "self_attn.k_norm"),
    ("ffn_norm", "post_attention_layernorm"),
    ("ffn_gate", "mlp.gate_proj"),
    ("ffn_up", "mlp.up_proj"),
    ("ffn_down", "mlp.down_proj"),
];

/// What a Gemma names otherwise.
const GEMMA: [Part; 3] = [
    ("ffn_norm", "pre_feedforward_layernorm"),
    ("post_attention_norm", "post_attention_layernorm"),
    ("post_ffw_norm", "post_feedforward_layernorm"),
];

/// What a Phi-3 names otherwise.
const PHI3: [Part; 2] = [("attn_qkv", "self_attn.qkv_proj"), ("ffn_up", "mlp.gate_up_proj")];

/// The name of a tensor in a checkpoint; `None` if it is no weight of the graph.
pub(super) fn name(architecture: &str, written: &str) -> Option<String> {
    let is_gpt2 = architecture == "gpt2";
    let (own, common): (&[Part], &[Part]) = match architecture {
        "gpt2" => (&[], &GPT2),
        "gemma2" | "gemma3" => (&GEMMA, &LLAMA),
        "phi3" => (&PHI3, &LLAMA),
        _ => (&[], &LLAMA),
    };
    if let Some((layer, rest)) = written.strip_prefix("blk.").and_then(|rest| rest.split_once('.')) {
        let (part, kind) = rest.rsplit_once('.')?;
        let (_, name) = own.iter().chain(common).find(|(from, _)| *from == part)?;
        let block = if is_gpt2 { "h" } else { "model.layers" };
        return Some(format!("{block}.{layer}.{name}.{kind}"));
    }
    let name = match (written, is_gpt2) {
        ("token_embd.weight", true) => "wte.weight",
        ("position_embd.weight", true) => "wpe.weight",
        ("output_norm.weight", true) => "ln_f.weight",
        ("output_norm.bias", true) => "ln_f.bias",
        ("token_embd.weight", false) => "model.embed_tokens.weight",
        ("output_norm.weight", false) => "model.norm.weight",
        ("output.weight", _) => "lm_head.weight",
        _ => return None,
    };
    Some(name.to_owned())
}

/// What the converter did to a tensor. `heads`: numbers of heads of the queries and of the keys.
pub(super) fn undo(architecture: &str, written: &str, rows: usize, heads: [usize; 2]) -> Undo {
    let part = written.strip_prefix("blk.").and_then(|rest| rest.split_once('.')).map_or(written, |(_, part)| part);
    // Other shapes are refused when they are compared with the config.
    let pairs = |heads: usize| match heads {
        1.. if rows > 0 && rows.is_multiple_of(2 * heads) => Undo::Pairs { head: rows / heads },
        _ => Undo::Nothing,
    };
    match (architecture, part) {
        ("llama", "attn_q.weight" | "attn_q.bias") => pairs(heads[0]),
        ("llama", "attn_k.weight" | "attn_k.bias") => pairs(heads[1]),
        ("gemma2" | "gemma3", part) if part.ends_with("norm.weight") => Undo::PlusOne,
        _ => Undo::Nothing,
    }
}
