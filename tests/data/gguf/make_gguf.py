#!/usr/bin/env python3
"""Makes the GGUF files of the tests from the tiny checkpoints in `../families`, and random blocks with their values.

    pip install numpy gguf==0.19.0 safetensors ml_dtypes
    python3 make_gguf.py

The files hold the numbers of the checkpoints exactly, so that the traces of those by Hugging Face transformers hold for them. What
llama.cpp's converter (convert_hf_to_gguf.py) does to tensors is done here too: a Llama's rows of queries and keys, a Gemma's
norms. `blocks.json`: [type, bytes, the bits of the values as float32 by PyPI gguf].
"""
import json
import pathlib

import gguf
import ml_dtypes  # noqa: F401  numpy reads bfloat16 with it
import numpy as np
from gguf import GGMLQuantizationType as Type
from safetensors import safe_open

HERE = pathlib.Path(__file__).parent
FAMILIES = HERE.parent / "families"

# Checkpoint, architecture.
FILES = [
    ("llama2", "llama"), ("llama3", "llama"), ("mistral", "llama"), ("qwen2", "qwen2"), ("qwen3", "qwen3"),
    ("gemma2", "gemma2"), ("gemma3", "gemma3"), ("phi3", "phi3"),
]
PARTS = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "self_attn.qkv_proj": "attn_qkv", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    "mlp.gate_up_proj": "ffn_up", "post_attention_layernorm": "ffn_norm",
}
GEMMA = {
    "post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}
OUTER = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight", "lm_head.weight": "output.weight"}


def name_of(name, architecture):
    if name in OUTER:
        return OUTER[name]
    layer, part = name.removeprefix("model.layers.").split(".", 1)
    part, kind = part.rsplit(".", 1)
    named = {**PARTS, **(GEMMA if architecture.startswith("gemma") else {})}[part]
    return f"blk.{layer}.{named}.{kind}"


def permuted(weights, heads):
    """The rows of each head in the order 0, half, 1, half + 1, ..."""
    rows = weights.shape[0]
    return weights.reshape(heads, 2, rows // heads // 2, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)


def tensors(folder):
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, "numpy") as opened:
            for name in opened.keys():
                yield name, opened.get_tensor(name)


def tokenizer(writer, folder, architecture):
    described = json.loads((folder / "tokenizer.json").read_text())
    model, special = described["model"], {token["content"] for token in described["added_tokens"]}
    vocabulary = sorted(model["vocab"], key=model["vocab"].get)
    merges = [m if isinstance(m, list) else m.split(" ") for m in model["merges"]]
    is_byte_level = not model.get("byte_fallback")
    kinds = []
    for token in vocabulary:
        is_byte = token.startswith("<0x") and not is_byte_level
        kinds.append(6 if is_byte else 2 if token == "<unk>" else 3 if token in special else 1)
    writer.add_token_list(vocabulary)
    writer.add_token_types(kinds)
    if is_byte_level:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("qwen2" if architecture == "qwen2" else "gpt-2")
        writer.add_token_merges([" ".join(merge) for merge in merges])
        end = model["vocab"]["<|endoftext|>"]
        writer.add_bos_token_id(end)
        writer.add_eos_token_id(end)
        return
    rank = {left + right: at for at, (left, right) in reversed(list(enumerate(merges)))}
    writer.add_tokenizer_model("llama")
    writer.add_token_scores([-float(rank.get(token, 0)) for token in vocabulary])
    writer.add_bos_token_id(model["vocab"]["<s>"])
    writer.add_eos_token_id(model["vocab"]["</s>"])
    writer.add_unk_token_id(model["vocab"]["<unk>"])


def settings(writer, config, architecture):
    heads = config["num_attention_heads"]
    head = config.get("head_dim") or config["hidden_size"] // heads
    rope = config.get("rope_parameters") or {**(config.get("rope_scaling") or {}), "rope_theta": config.get("rope_theta")}
    rope = rope.get("full_attention", rope)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(rope["rope_theta"])
    writer.add_rope_dimension_count(int(head * (config.get("partial_rotary_factor") or rope.get("partial_rotary_factor") or 1)))
    if config.get("sliding_window") and not architecture.startswith("qwen"):
        writer.add_sliding_window(config["sliding_window"])
    kind = rope.get("rope_type", "default")
    if kind == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    elif kind == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
    elif kind == "llama3":
        frequencies = 1.0 / rope["rope_theta"] ** (np.arange(0, head, 2, dtype=np.float64) / head)
        turns = rope["original_max_position_embeddings"] * frequencies / (2 * np.pi)
        low, high, factor = rope["low_freq_factor"], rope["high_freq_factor"], rope["factor"]
        kept = (turns - low) / (high - low)
        factors = np.where(turns < low, factor, np.where(turns > high, 1, 1 / ((1 - kept) / factor + kept)))
        writer.add_tensor("rope_freqs.weight", factors.astype(np.float32))
    elif kind == "longrope":
        writer.add_rope_scaling_orig_ctx_len(config.get("original_max_position_embeddings") or rope["original_max_position_embeddings"])
        writer.add_tensor("rope_factors_short.weight", np.array(rope["short_factor"], np.float32))
        writer.add_tensor("rope_factors_long.weight", np.array(rope["long_factor"], np.float32))
    elif kind != "default":
        raise SystemExit(f"no rope of kind {kind}")
    if architecture.startswith("gemma"):
        for add, name in [(writer.add_attn_logit_softcapping, "attn_logit_softcapping"), (writer.add_final_logit_softcapping, "final_logit_softcapping")]:
            if config.get(name):
                add(config[name])
        if architecture == "gemma3":
            writer.add_array("gemma3.attention.sliding_window_pattern", [kind == "sliding_attention" for kind in config["layer_types"]])
        local = (config.get("rope_parameters") or {}).get("sliding_attention", {}).get("rope_theta") or config.get("rope_local_base_freq")
        if local:
            writer.add_float32("gemma3.rope.freq_base_swa", local)


def convert(family, architecture):
    folder = FAMILIES / family
    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(HERE / f"{family}.gguf", architecture)
    settings(writer, config, architecture)
    tokenizer(writer, folder, architecture)
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    for name, weights in tensors(folder):
        if name == "lm_head.weight" and config.get("tie_word_embeddings"):
            continue
        named = name_of(name, architecture)
        part = named.split(".")[-2]
        if architecture == "llama" and part in heads:
            weights = permuted(weights, heads[part])
        if architecture.startswith("gemma") and named.endswith("norm.weight"):
            weights = weights.astype(np.float32) + 1
        # The file cannot say a Gemma's scale of queries: it goes into their weights.
        if part == {"gemma2": "attn_q", "gemma3": "attn_q_norm"}.get(architecture):
            weights = weights * np.float32((config["head_dim"] / config["query_pre_attn_scalar"]) ** 0.5)
        write(writer, named, weights)
    finish(writer)


def gpt2():
    """`../odd` without what a GGUF file cannot say: its activation and the scale of its attention."""
    folder = HERE.parent / "odd"
    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(HERE / "gpt2.gguf", "gpt2")
    writer.add_block_count(config["n_layer"])
    writer.add_context_length(config["n_positions"])
    writer.add_embedding_length(config["n_embd"])
    writer.add_feed_forward_length(config["n_inner"])
    writer.add_head_count(config["n_head"])
    writer.add_layer_norm_eps(config["layer_norm_epsilon"])
    tokenizer(writer, folder, "gpt2")
    outer = {"wte": "token_embd", "wpe": "position_embd", "ln_f": "output_norm", "lm_head": "output"}
    parts = {"ln_1": "attn_norm", "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output", "ln_2": "ffn_norm", "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down"}
    for name, weights in tensors(folder):
        name, kind = name.removeprefix("transformer.").rsplit(".", 1)
        if name.startswith("h."):
            _, layer, part = name.split(".", 2)
            named = f"blk.{layer}.{parts[part]}.{kind}"
            # Linear layers are stored outputs x inputs.
            weights = weights.T.copy() if weights.ndim == 2 else weights
        else:
            named = f"{outer[name]}.{kind}"
        write(writer, named, weights)
    finish(writer)


def write(writer, named, weights):
    weights = weights.astype(np.float32) if weights.ndim == 1 else weights
    if weights.dtype == ml_dtypes.bfloat16:
        writer.add_tensor(named, weights.view(np.uint8), raw_dtype=Type.BF16)
    else:
        writer.add_tensor(named, weights)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def blocks():
    random = np.random.default_rng(7)
    found = []
    for name in ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"]:
        kind = Type[name]
        _, size = gguf.GGML_QUANT_SIZES[kind]
        data = random.integers(0, 256, (3, size), dtype=np.uint8)
        # Half-precision scales that are numbers, and no larger than those of weights.
        halves = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
        for at in halves[name]:
            data[:, at:at + 2] = random.normal(0, 0.01, (3, 1)).astype(np.float16).view(np.uint8)
        values = gguf.quants.dequantize(data, kind).astype(np.float32).reshape(-1)
        found.append([name, data.reshape(-1).tolist(), values.view(np.uint32).tolist()])
    (HERE / "blocks.json").write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in found) + "\n]\n")


for family, architecture in FILES:
    convert(family, architecture)
gpt2()
blocks()
