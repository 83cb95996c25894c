#!/usr/bin/env python3
"""The peers' side of `cargo bench --bench index`: PyTorch, faiss and NumPy on the same matrices.

usage: index_peers.py MODEL_DIR THREADS        (set up by setup.sh)

Writes one JSON object per line: first {"ready": versions}, then the time of one repetition for each request on stdin.

  {"task": "products"}                    every value vector times E, 768 vectors at a time, nothing kept  -> {"seconds"}
  {"task": "faiss"}                       the 50 largest of each, by faiss                                 -> {"seconds"}
  {"task": "matvec", "rows": n, "width": d}   one n x d matrix times a vector, float32, by NumPy           -> {"seconds"}
  {"task": "top", "number": n}            the 50 largest and smallest of value vector n, product and sort  -> {"top", "bottom"}
"""
import json
import os
import pathlib
import sys
import time

THREADS = int(sys.argv[2])
os.environ["OMP_NUM_THREADS"] = str(THREADS)
# Set on some machines for old releases of OpenBLAS; a current one chooses its kernel itself.
os.environ.pop("OPENBLAS_CORETYPE", None)
os.environ.pop("OPENBLAS_L2_SIZE", None)

import faiss
import numpy as np
import torch
from safetensors.numpy import load_file

torch.set_num_threads(THREADS)
faiss.omp_set_num_threads(THREADS)


def main():
    weights = load_file(str(pathlib.Path(sys.argv[1]) / "model.safetensors"))
    E = weights["wte.weight"]
    layers = sum(name.endswith("mlp.c_proj.weight") for name in weights)
    V = np.concatenate([weights[f"h.{l}.mlp.c_proj.weight"] for l in range(layers)])
    Et, Vt = torch.from_numpy(E).t(), torch.from_numpy(V)
    matrices = {}
    say({"ready": {"PyTorch": torch.__version__, "faiss": faiss.__version__, "NumPy": np.__version__}})
    for line in sys.stdin:
        request = json.loads(line)
        task = request["task"]
        if task == "matvec":
            shape = (request["rows"], request["width"])
            if shape not in matrices:
                matrices[shape] = np.random.default_rng(0).random(shape, dtype=np.float32)
            matrix, x = matrices[shape], np.ones(shape[1], dtype=np.float32)
        if task == "top":
            z = E.astype(np.float64) @ V[request["number"]].astype(np.float64)
            order = np.lexsort((np.arange(len(z)), -z))
            say({"top": order[:50].tolist(), "bottom": order[::-1][:50].tolist(), "z": z[order[[0, 49, -50, -1]]].tolist()})
            continue
        started = time.perf_counter()
        if task == "products":
            for first in range(0, len(V), 768):
                Vt[first:first + 768] @ Et
        elif task == "faiss":
            faiss.knn(V, E, 50, metric=faiss.METRIC_INNER_PRODUCT)
        elif task == "matvec":
            matrix @ x
        say({"seconds": time.perf_counter() - started})


def say(answer):
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
