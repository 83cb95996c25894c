#!/usr/bin/env python3
"""The peers' side of `cargo bench`: PyTorch, Hugging Face transformers and CTranslate2 on the same checkpoint.

usage: peers.py MODEL_DIR CT2_DIR THREADS        (set up by setup.sh; CT2_DIR is created if it is missing)

Writes one JSON object per line: first {"ready": versions}, then the time of one repetition for each request on stdin, so
that the caller can alternate with its own repetitions.

  {"task": "trace_one", "ids": [...], "position": n}  one position's trace, the forward pass already done -> {"seconds"}
  {"task": "trace_all", "ids": [...]}                  forward pass and the trace of every position       -> {"seconds"}
  {"task": "forward",   "ids": [...]}                  forward pass, no logits                            -> {"seconds"}
  {"task": "extend",    "ids": [...]}                  the last token's forward on the others' KV cache   -> {"seconds"}
  {"task": "generate_transformers" | "generate_ctranslate2", "ids": [...], "new": n}       -> {"seconds", "ids"}
"""
import json
import os
import pathlib
import sys
import time

THREADS = int(sys.argv[3]) if len(sys.argv) > 3 else os.cpu_count()
os.environ["OMP_NUM_THREADS"] = str(THREADS)

import ctranslate2
import torch
import transformers
from tokenizers import Tokenizer

TOP = 10


class Tracer:
    """The FFN trace written by hand: what enters ln_2, what leaves the block and what enters c_proj, kept by hooks."""

    def __init__(self, model):
        self.body, self.head, self.seen = model.transformer, model.lm_head.weight, {}
        self.norms = torch.stack([block.mlp.c_proj.weight.norm(dim=1) for block in self.body.h])
        for layer, block in enumerate(self.body.h):
            block.ln_2.register_forward_pre_hook(self.keep(f"before{layer}"))
            block.mlp.c_proj.register_forward_pre_hook(self.keep(f"m{layer}"))
            block.register_forward_hook(self.keep_output(f"after{layer}"))

    def keep(self, name):
        def hook(_module, args):
            self.seen[name] = args[0][0]
        return hook

    def keep_output(self, name):
        def hook(_module, _args, output):
            self.seen[name] = (output[0] if isinstance(output, tuple) else output)[0]
        return hook

    def forward(self, ids):
        self.body(torch.tensor([ids]), use_cache=False)

    def lens(self, x):
        ln_f = self.body.ln_f
        x = torch.nn.functional.layer_norm(x, x.shape[-1:], ln_f.weight, ln_f.bias, ln_f.eps)
        return (x @ self.head.T).log_softmax(-1)

    def layers(self, at, layers):
        """The trace of the positions `at` in these layers, from one projection."""
        before = self.lens(torch.stack([self.seen[f"before{layer}"][at] for layer in layers]))
        after = self.lens(torch.stack([self.seen[f"after{layer}"][at] for layer in layers]))
        kl = (after.exp() * (after - before)).sum(-1)
        scores = torch.stack([self.seen[f"m{layer}"][at].abs() * self.norms[layer] for layer in layers])
        return before.topk(TOP), after.topk(TOP), kl, scores.topk(TOP)

    def one(self, position):
        """All layers in one product: 24 rows."""
        return self.layers(slice(position, position + 1), range(len(self.body.h)))

    def all(self):
        """A layer at a time, which keeps the logits small enough to be fast."""
        return [self.layers(slice(None), [layer]) for layer in range(len(self.body.h))]


class Peers:
    def __init__(self, folder, converted):
        torch.set_num_threads(THREADS)
        self.model = transformers.GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).eval()
        self.plain = transformers.GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).eval()
        self.tracer = Tracer(self.model)
        self.vocabulary = Tokenizer.from_file(str(folder / "tokenizer.json"))
        if not (converted / "model.bin").exists():
            convert(folder, converted)
        self.fast = ctranslate2.Generator(str(converted), device="cpu", compute_type="float32", intra_threads=THREADS)

    def trace_one(self, ids, position):
        self.tracer.forward(ids)
        return timed(lambda: self.tracer.one(position))

    def trace_all(self, ids):
        def run():
            self.tracer.forward(ids)
            return self.tracer.all()
        return timed(run)

    def forward(self, ids):
        return timed(lambda: self.plain.transformer(torch.tensor([ids]), use_cache=True))

    def extend(self, ids):
        known = self.plain.transformer(torch.tensor([ids[:-1]]), use_cache=True).past_key_values
        return timed(lambda: self.plain.transformer(torch.tensor([ids[-1:]]), past_key_values=known, use_cache=True))

    def generate_transformers(self, ids, new):
        prompt = torch.tensor([ids])
        seconds, out = timed(lambda: self.plain.generate(
            prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=new, min_new_tokens=new,
            pad_token_id=self.plain.config.eos_token_id, use_cache=True))
        return seconds, out[0][len(ids):].tolist()

    def generate_ctranslate2(self, ids, new):
        prompt = [self.vocabulary.id_to_token(i) for i in ids]
        seconds, out = timed(lambda: self.fast.generate_batch(
            [prompt], max_length=new, min_length=new, sampling_topk=1, include_prompt_in_result=False))
        return seconds, out[0].sequences_ids[0]


def convert(folder, out):
    """CTranslate2's converter, given the tokenizer that it asks for: the checkpoint has tokenizer.json alone."""
    end = "<|endoftext|>"
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), bos_token=end, eos_token=end, unk_token=end)
    converter = ctranslate2.converters.TransformersConverter(str(folder))
    converter.load_tokenizer = lambda *_args, **_options: tokenizer
    converter.convert(str(out), force=True)


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main():
    peers = Peers(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
    say({"ready": {"torch": torch.__version__, "transformers": transformers.__version__, "ctranslate2": ctranslate2.__version__}})
    with torch.inference_mode():
        for line in sys.stdin:
            request = json.loads(line)
            task = request.pop("task")
            seconds, result = getattr(peers, task)(**request)
            say({"seconds": seconds, **({"ids": result} if task.startswith("generate") else {})})


def say(message):
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
