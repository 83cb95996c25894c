#!/usr/bin/env python3
"""Writes a GPT-2 checkpoint of a published size with random weights, for load, memory and speed tests.

usage: make_random_gpt2.py small|medium|large|xl OUT_DIR [--seed N] [--dtype f32|f16]      (pip install numpy)

Layout and names are those of the published checkpoints (config.json, model.safetensors, and tokenizer.json, the real
GPT-2 tokenizer, copied from ../data/gpt2-tokenizer). The text that such a model writes means nothing; its
cost per token is that of the real one.
"""
import argparse, json, pathlib, shutil
import numpy as np

SIZES = {"small": (768, 12, 12), "medium": (1024, 24, 16), "large": (1280, 36, 20), "xl": (1600, 48, 25)}

def main():
    a = argparse.ArgumentParser()
    a.add_argument("size", choices=SIZES); a.add_argument("out"); a.add_argument("--seed", type=int, default=0)
    a.add_argument("--dtype", choices=["f32", "f16"], default="f32"); a = a.parse_args()
    d, layers, heads = SIZES[a.size]
    vocab, context, f = 50257, 1024, 4 * d
    dtype = {"f32": np.float32, "f16": np.float16}[a.dtype]
    shapes = {"wte.weight": (vocab, d), "wpe.weight": (context, d)}
    for l in range(layers):
        h = f"h.{l}."
        shapes |= {h + "ln_1.weight": (d,), h + "ln_1.bias": (d,), h + "attn.c_attn.weight": (d, 3 * d), h + "attn.c_attn.bias": (3 * d,),
                   h + "attn.c_proj.weight": (d, d), h + "attn.c_proj.bias": (d,), h + "ln_2.weight": (d,), h + "ln_2.bias": (d,),
                   h + "mlp.c_fc.weight": (d, f), h + "mlp.c_fc.bias": (f,), h + "mlp.c_proj.weight": (f, d), h + "mlp.c_proj.bias": (d,)}
    shapes |= {"ln_f.weight": (d,), "ln_f.bias": (d,)}
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in shapes.items():
        n = int(np.prod(shape)) * dtype().itemsize
        header[name] = {"dtype": a.dtype.upper(), "shape": list(shape), "data_offsets": [at, at + n]}
        at += n
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    out = pathlib.Path(a.out); out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(a.seed)
    with open(out / "model.safetensors", "wb") as file:
        file.write(len(head).to_bytes(8, "little")); file.write(head)
        for name, shape in shapes.items():
            if ".ln_" in name or name.startswith("ln_"):
                w = np.ones(shape) if name.endswith("weight") else np.zeros(shape)
            elif name.endswith("bias"):
                w = np.zeros(shape)
            else:
                w = rng.standard_normal(shape, dtype=np.float32) * (0.08 if "mlp" in name else 0.05)
            file.write(np.ascontiguousarray(w, dtype=dtype).tobytes())
    (out / "config.json").write_text(json.dumps({
        "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "activation_function": "gelu_new", "n_embd": d, "n_layer": layers,
        "n_head": heads, "n_positions": context, "n_ctx": context, "n_inner": None, "vocab_size": vocab, "layer_norm_epsilon": 1e-5,
        "bos_token_id": 50256, "eos_token_id": 50256}, indent=2))
    shutil.copy(pathlib.Path(__file__).parent.parent / "data" / "gpt2-tokenizer" / "tokenizer.json", out / "tokenizer.json")

main()
