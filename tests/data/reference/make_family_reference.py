#!/usr/bin/env python3
"""Tiny random checkpoints of several decoder families, and reference traces of them computed with Hugging Face transformers.

usage: make_family_reference.py make  OUT_DIR [SEED]              tiny checkpoints, one folder a family (random weights)
       make_family_reference.py trace MODEL_DIR PROMPTS.json OUT.json [GGUF_FILE]
                                     (pip install torch transformers safetensors tokenizers; gguf for GGUF files)

PROMPTS.json: [{"prompt": str, "track": [str], "bos"?: bool, "runs"?: {NAME: [{"layer", "dim", "set"|"scale"|"add": number,
"at"?: "all"|"prompt"|"last"|"generated"|POSITION}]}}]. OUT.json has the rows of make_reference.py, with as many runs as named (their edits under `asked`).

What is the same for every family (semantics.md, "Families"):
  m        the coefficients: what enters the FFN's down projection (in a gated FFN: act(gate) * up)
  v        the value vectors as the residual stream receives them: the down projection's columns, times the weight of a norm
           that follows the FFN where there is one (Gemma 2 and 3, OLMo 2)
  r        1, or the scale which that following norm divides by at this position in this run, held fixed: the sub-update is m * v / r
  after    the residual leaving the block; before = after minus the FFN's update (so also where attention and FFN are parallel)
  score    |m| * ||v|| / r
  effect   ((u - mean u, for a layer norm only) * g) . (E_w - mean E) / s, s the final norm's scale at the last residual of the position
  p        from the logits as the model has them (Gemma 2 caps them); `logit`, `parts` and effects are of the logits before the cap
  bias     the final norm's bias and the head's bias, where there are any
"""
import json, pathlib, sys
import torch

TOP, NEW, CONTINUED = 10, 24, 6

# ---------------------------------------------------------------- tiny checkpoints

def tokenizer_files(folder, kind, corpus):
    """byte: byte-level BPE, as GPT-NeoX, Llama 3 and Qwen have it; spm: metaspace BPE with byte fallback, as Llama 2, Mistral and Gemma."""
    from tokenizers import Tokenizer, models, pre_tokenizers, decoders, trainers, processors, normalizers
    if kind == "byte":
        t = Tokenizer(models.BPE())
        t.normalizer = normalizers.NFC()
        t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        t.decoder = decoders.ByteLevel()
        t.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=1000, special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
        special = {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "add_bos_token": False}
    else:
        t = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
        t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
        t.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=1000, special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)], max_token_length=12, show_progress=False))
        t.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", t.token_to_id("<s>"))])
        special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "add_bos_token": True}
    t.save(str(folder / "tokenizer.json"))
    json.dump({"tokenizer_class": "PreTrainedTokenizerFast", **special}, open(folder / "tokenizer_config.json", "w"), indent=1)
    return t.get_vocab_size(), t.token_to_id(special["bos_token"]), t.token_to_id(special["eos_token"])

def families(variant):
    """Name -> (tokenizer, transformers config class, its arguments); variants, so that nothing is fitted to one."""
    a, more = variant % 2 == 0, variant >= 2
    base = dict(num_hidden_layers=3 if a else 4, max_position_embeddings=96)
    gqa = dict(hidden_size=48 if a else 64, intermediate_size=112 if a else 144, num_attention_heads=4, num_key_value_heads=2 if a else 1, **base)
    rope3 = {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 24}
    plain = {"rope_type": "default", "rope_theta": 10000.0}
    linear = {"rope_type": "linear", "rope_theta": 5000.0, "factor": 2.0}
    yarn = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 24}
    both = ["sliding_attention", "full_attention", "sliding_attention", "full_attention"][: base["num_hidden_layers"]]
    return {
        "llama2": ("spm", "Llama", dict(gqa, rope_parameters=yarn if more else plain, rms_norm_eps=1e-5, attention_bias=not a, tie_word_embeddings=False)),
        "llama3": ("byte", "Llama", dict(gqa, rope_parameters=rope3, head_dim=16, rms_norm_eps=1e-6, tie_word_embeddings=True, mlp_bias=not a)),
        "mistral": ("spm", "Mistral", dict(gqa, rope_parameters=plain, sliding_window=5 if a else 9, tie_word_embeddings=False)),
        "qwen2": ("byte", "Qwen2", dict(gqa, rope_parameters=plain, rms_norm_eps=1e-6, tie_word_embeddings=a,
                  **(dict(use_sliding_window=True, sliding_window=6, max_window_layers=2) if more else {}))),
        "qwen3": ("byte", "Qwen3", dict(gqa, rope_parameters=linear, head_dim=20, tie_word_embeddings=not a, attention_bias=False)),
        "gemma2": ("spm", "Gemma2", dict(gqa, rope_parameters=plain, head_dim=16, sliding_window=6, query_pre_attn_scalar=24, layer_types=both,
                   final_logit_softcapping=8.0 if a else 30.0, attn_logit_softcapping=5.0 if a else 50.0)),
        "gemma3": ("spm", "Gemma3Text", dict(gqa, head_dim=16, sliding_window=6, query_pre_attn_scalar=20, layer_types=both,
                   rope_parameters={"full_attention": {"rope_type": "linear", "rope_theta": 100000.0, "factor": 2.0}, "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}})),
        "olmo2": ("byte", "Olmo2", dict(gqa, rope_parameters=plain, rms_norm_eps=1e-6, tie_word_embeddings=False)),
        "phi3": ("spm", "Phi3", dict(gqa, rope_parameters=dict(plain, partial_rotary_factor=0.5 if a else 1.0), tie_word_embeddings=False)),
        "neox": ("byte", "GPTNeoX", dict(hidden_size=48 if a else 64, intermediate_size=120, num_attention_heads=4, use_parallel_residual=a,
                 rope_parameters=dict(plain, partial_rotary_factor=0.5 if a else 0.25), hidden_act="gelu" if a else "gelu_new", tie_word_embeddings=False, **base)),
        "starcoder2": ("byte", "Starcoder2", dict(gqa, rope_parameters=plain, use_bias=a, sliding_window=None if a else 7, tie_word_embeddings=a)),
    }

def make(out, seed=0):
    import transformers
    corpus = [l for l in open(pathlib.Path(__file__).with_name("starter-prompts.json"), encoding="utf-8")] + [__doc__] + [json.dumps(families(0), ensure_ascii=False)]
    text = pathlib.Path(__file__).parents[3] / "config/models/starter/README.md"
    corpus += text.read_text(encoding="utf-8").split("\n") if text.exists() else []
    for n, (name, (kind, cls, args)) in enumerate(families(seed).items()):
        folder = pathlib.Path(out) / name
        folder.mkdir(parents=True, exist_ok=True)
        vocab, bos, eos = tokenizer_files(folder, kind, corpus)
        config = getattr(transformers, cls + "Config")(vocab_size=vocab + (0 if seed % 2 == 0 else 24), bos_token_id=bos, eos_token_id=eos, pad_token_id=None, **args)
        torch.manual_seed(100 * seed + n)
        model = getattr(transformers, cls.removesuffix("Text") + "ForCausalLM")(config).eval() if cls != "Gemma3Text" else transformers.Gemma3ForCausalLM(config).eval()
        for key, p in model.named_parameters():
            with torch.no_grad():
                if "norm" in key:
                    p.copy_((0.0 if cls.startswith("Gemma") or key.endswith("bias") else 1.0) + 0.2 * torch.randn_like(p))
                elif key.endswith("bias"):
                    p.copy_(0.1 * torch.randn_like(p))
                else:
                    p.copy_(torch.randn_like(p) * (0.3 if p.shape[0] >= 512 else 1.2 / p.shape[-1] ** 0.5))
        dtype = [torch.bfloat16, torch.float16, torch.float32][(n + seed) % 3]
        model.to(dtype).save_pretrained(folder, max_shard_size="120KB" if (n + seed) % 4 == 1 else "5GB")
        (folder / "generation_config.json").unlink(missing_ok=True)

# ---------------------------------------------------------------- traces

class View:
    """Where a family keeps what the trace needs."""
    def __init__(self, model):
        self.model, kind = model, model.config.model_type
        inner = model.gpt_neox if kind == "gpt_neox" else model.transformer if kind == "gpt2" else model.model
        self.blocks = inner.layers if hasattr(inner, "layers") else inner.h
        self.norm = inner.final_layer_norm if kind == "gpt_neox" else inner.ln_f if kind == "gpt2" else inner.norm
        self.head = model.get_output_embeddings()
        self.layer_norm = kind in ("gpt_neox", "gpt2", "starcoder2")
        self.cap = getattr(model.config, "final_logit_softcapping", None)
        plus = 1.0 if kind.startswith("gemma") else 0.0
        self.g = self.norm.weight + plus
        self.eps = next(getattr(self.norm, k) for k in ("eps", "variance_epsilon") if hasattr(self.norm, k))
        self.down, self.post, self.values, self.mlps = [], [], [], []
        for b in self.blocks:
            mlp = b.mlp
            down = getattr(mlp, "down_proj", None) or getattr(mlp, "dense_4h_to_h", None) or mlp.c_proj
            v = down.weight if kind == "gpt2" else down.weight.T
            post = getattr(b, "post_feedforward_layernorm", None)
            if post is not None:
                v = v * (post.weight + plus)
            self.down.append(down); self.post.append(post); self.values.append(v.contiguous()); self.mlps.append(mlp)

    def scale(self, x):
        return ((x.var(unbiased=False) if self.layer_norm else (x * x).mean()) + self.eps).sqrt()

    def uncapped(self, x):
        return self.head(self.norm(x))

    def logits(self, x):
        z = self.uncapped(x)
        return torch.tanh(z / self.cap) * self.cap if self.cap else z

def trace(model_dir, prompts, out, gguf=None):
    from transformers import AutoModelForCausalLM, AutoTokenizer
    more = {"gguf_file": gguf} if gguf else {}
    model = AutoModelForCausalLM.from_pretrained(model_dir, dtype=torch.float32, attn_implementation="eager", **more).eval()
    tokenizer = AutoTokenizer.from_pretrained(model_dir, **more)
    view, eos = View(model), model.config.eos_token_id
    eos = eos if isinstance(eos, int) else (eos or [None])[0]
    E = view.head.weight
    centred = E - E.mean(0)
    norms = [v.norm(dim=1) for v in view.values]
    seen, active, prompt_len = {}, [], 0

    def where(i, n):
        at = i.get("at", "all")
        spans = {"all": (0, n), "prompt": (0, prompt_len), "last": (prompt_len - 1, prompt_len), "generated": (prompt_len, n)}
        a, b = spans[at] if isinstance(at, str) else (at, at + 1)
        return slice(min(a, n), min(b, n))

    def coefficients(l):
        def hook(_m, args):
            m = args[0].clone()
            for i in active:
                if i["layer"] == l:
                    at = where(i, m.shape[1])
                    x = m[:, at, i["dim"]]
                    m[:, at, i["dim"]] = torch.full_like(x, i["set"]) if "set" in i else x * i["scale"] if "scale" in i else x + i["add"]
            seen[f"m{l}"] = m[0].detach()
            return (m,)
        return hook

    def keep(name, whole):
        def hook(_m, args, result=None):
            x = args[0] if whole == "in" else result[0] if isinstance(result, tuple) else result
            seen[name] = x[0].detach()
        return hook

    for l, b in enumerate(view.blocks):
        view.down[l].register_forward_pre_hook(coefficients(l))
        b.register_forward_hook(keep(f"after{l}", "out"))
        if l == 0:
            b.register_forward_pre_hook(lambda _m, args, kwargs: seen.__setitem__("embedding", (args[0] if args else kwargs["hidden_states"])[0].detach()), with_kwargs=True)
        if view.post[l] is not None:
            view.post[l].register_forward_pre_hook(keep(f"raw{l}", "in"))
            view.post[l].register_forward_hook(keep(f"ffn{l}", "out"))
        else:
            view.mlps[l].register_forward_hook(keep(f"ffn{l}", "out"))

    def token(i):
        return tokenizer.decode([int(i)], skip_special_tokens=False)

    spm = "▁" in "".join(list(tokenizer.get_vocab())[:2000])
    shown = {}
    for piece, i in sorted(tokenizer.get_vocab().items(), key=lambda x: x[1]):
        shown.setdefault(piece.replace("▁", " ") if spm else token(i), i)

    def after_text(w):
        """A tracked string: the token whose shown text is exactly it, else the first token that it adds after other text."""
        if w in shown:
            return shown[w]
        lead, whole = (tokenizer(x, add_special_tokens=False)["input_ids"] for x in ("a", "a" + w))
        return whole[len(lead)] if whole[: len(lead)] == lead and len(whole) > len(lead) else tokenizer(w, add_special_tokens=False)["input_ids"][0]

    def top(p):
        v, i = p.topk(TOP)
        return [{"id": int(a), "p": round(float(b), 7)} for a, b in zip(i, v)]

    def rank(z, w):
        return int((z > z[w]).sum() + (z[:w] == z[w]).sum()) + 1

    def position(t, track):
        last = seen[f"after{len(view.blocks)-1}"][t]
        s = view.scale(last)
        def effect(u, w):
            u = u - u.mean() if view.layer_norm else u
            return float((u * view.g) @ centred[w] / s)
        layers, inner, stream = [], [[] for _ in track], seen["embedding"][t]
        attention, ffn = [[] for _ in track], [[] for _ in track]
        for l in range(len(view.blocks)):
            y, update, m = seen[f"after{l}"][t], seen[f"ffn{l}"][t], seen[f"m{l}"][t]
            x = y - update
            r = 1.0
            if view.post[l] is not None:
                raw = seen[f"raw{l}"][t]
                r = float(((raw * raw).mean() + next(getattr(view.post[l], k) for k in ("eps", "variance_epsilon") if hasattr(view.post[l], k))).sqrt())
            p, q = view.logits(x).double().log_softmax(-1), view.logits(y).double().log_softmax(-1)
            score, dim = (m.abs() * norms[l] / r).topk(TOP)
            layers.append({"before": top(p.exp().float()), "after": top(q.exp().float()), "kl": round(float((q.exp() * (q - p)).sum()), 6),
                           "updates": [{"dim": int(d), "score": round(float(v), 6), "coefficient": round(float(m[d]), 6),
                                        "effects": [round(effect(m[d] / r * view.values[l][d], w), 6) for w in track]} for v, d in zip(score, dim)]})
            for k, w in enumerate(track):
                inner[k].append({"before": round(float(p[w].exp()), 7), "after": round(float(q[w].exp()), 7)})
                attention[k].append(round(effect(x - stream, w), 6)); ffn[k].append(round(effect(update, w), 6))
            stream = y
        z, raw = view.logits(last), view.uncapped(last)
        p = z.softmax(-1)
        tops = [x["after"][0]["id"] for x in layers]
        saturation = next(l for l in range(len(tops)) if all(i == tops[-1] for i in tops[l:]))
        def bias(w):
            b = float(view.norm.bias @ centred[w]) if getattr(view.norm, "bias", None) is not None else 0.0
            h = getattr(view.head, "bias", None)
            return b + (float(h[w] - h.mean()) if h is not None else 0.0)
        return {"position": t, "next": [{**x, "token": token(x["id"])} for x in top(p)], "saturation": saturation, "layers": layers, "tracked": [
            {"id": w, "token": token(w), "p": round(float(p[w]), 7), "rank": rank(z, w), "logit": round(float(raw[w] - raw.mean()), 5), "layers": inner[k],
             "parts": {"embedding": round(effect(seen["embedding"][t], w), 6), "attention": attention[k], "ffn": ffn[k], "bias": round(bias(w), 6)}}
            for k, w in enumerate(track)]}

    def forward(ids):
        seen.clear()
        return model(torch.tensor([ids]), use_cache=False).logits[0]

    def run(name, ids, track):
        whole = list(ids)
        while len(whole) < min(len(ids) + NEW, model.config.max_position_embeddings):
            whole.append(int(forward(whole)[-1].argmax()))
            if whole[-1] == eos:
                break
        z = forward(whole)
        logp = z.log_softmax(-1)
        tokens = [{"id": whole[0], "logprob": None, "rank": None}] + [
            {"id": w, "logprob": round(float(logp[t, w]), 5), "rank": rank(z[t], w)} for t, w in enumerate(whole[1:])]
        new = whole[len(ids):]
        return {"name": name, "tokens": tokens, "generated": {"ids": new, "text": tokenizer.decode(new[:-1] if new and new[-1] == eos else new)},
                "positions": [position(t, track) for t in range(min(len(whole), len(ids) + CONTINUED))]}

    done = []
    with torch.no_grad():
        for case in prompts:
            # special tokens: as the tokenizer adds them by itself, unless the case says so
            bos = case.get("bos")
            ids = tokenizer(case["prompt"], add_special_tokens=bos is None)["input_ids"]
            if bos:
                ids = [model.config.bos_token_id] + ids
            prompt_len = len(ids)
            track = [after_text(w) for w in case.get("track", [])]
            row = {**case, "asked": case.get("runs", {}), "ids": ids, "runs": []}
            for name, edits in {"baseline": [], **case.get("runs", {})}.items():
                active[:] = edits
                row["runs"].append(run(name, ids, track))
            active.clear()
            clean = row["runs"][0]["positions"][prompt_len - 1]["layers"]
            row["values"] = []
            for l, d in [(l, u["dim"]) for l, x in enumerate(clean) for u in x["updates"][:2]]:
                z = E @ view.values[l][d]
                ends = [[{"id": int(i), "token": token(i), "logit": round(float(z[i]), 6)} for i in k.topk(TOP).indices] for k in (z, -z)]
                row["values"].append({"layer": l, "dim": d, "norm": round(float(norms[l][d]), 6), "top": ends[0], "bottom": ends[1],
                                      "mean": round(float(z.mean()), 6), "deviation": round(float(z.std(unbiased=False)), 6)})
            done.append(row)
    json.dump(done, open(out, "w"), ensure_ascii=False, separators=(",", ":"))

if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    else:
        trace(sys.argv[2], json.load(open(sys.argv[3])), sys.argv[4], sys.argv[5] if len(sys.argv) > 5 else None)
