#!/usr/bin/env python3
"""Compares the program's clusters with scikit-learn's complete linkage on cosine distance, at the same number of clusters.

usage: clusters.py MODEL_DIR CLUSTERS_JSON [SECONDS]        (set up by setup.sh)

CLUSTERS_JSON is the output of `unembed clusters --json` for the checkpoint in MODEL_DIR. SECONDS is the time of that command,
printed if given. One formula, which uses only the weights, judges both: the mean cosine of a value vector to the mean
direction of its cluster's unit vectors. scikit-learn needs all N x N distances, 300 MB for the starter model's 6,144
vectors.
"""
import json
import pathlib
import re
import sys
import time

import numpy as np
from safetensors import safe_open
from sklearn.cluster import AgglomerativeClustering


def unit_vectors(folder):
    """All value vectors, layer after layer, scaled to length 1 (zeros stay), and how many a layer has."""
    layers = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "numpy") as tensors:
            for name in tensors.keys():
                if found := re.fullmatch(r"(?:transformer\.)?h\.(\d+)\.mlp\.c_proj\.weight", name):
                    layers[int(found[1])] = tensors.get_tensor(name).astype(np.float64)
    if not layers:
        sys.exit(f"{folder} has no GPT-2 value vectors")
    x = np.concatenate([layers[layer] for layer in sorted(layers)])
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.where(norms > 0, norms, 1), len(layers[0])


def labels(clusters, vectors, ffn):
    """The cluster of every value vector by number; each must be in exactly one."""
    of = np.full(vectors, -1)
    for cluster in clusters:
        for member in cluster["members"]:
            layer, dim = map(int, re.fullmatch(r"L(\d+)D(\d+)", member["id"]).groups())
            if of[layer * ffn + dim] >= 0:
                sys.exit(f"{member['id']} is in two clusters")
            of[layer * ffn + dim] = cluster["cluster"]
    if (of < 0).any():
        sys.exit(f"{(of < 0).sum()} vectors are in no cluster")
    return of


def mean_cosine(x, of):
    """The cosines of a cluster's members to its mean direction add up to the length of their sum."""
    return sum(np.linalg.norm(x[of == cluster].sum(axis=0)) for cluster in np.unique(of)) / len(x)


def main():
    x, ffn = unit_vectors(pathlib.Path(sys.argv[1]))
    ours = labels(json.loads(pathlib.Path(sys.argv[2]).read_text())["clusters"], len(x), ffn)
    seconds = f"{float(sys.argv[3]):8.2f} s" if len(sys.argv) > 3 else ""
    count = len(np.unique(ours))
    start = time.perf_counter()
    theirs = AgglomerativeClustering(n_clusters=count, metric="cosine", linkage="complete").fit_predict(x)
    spent = time.perf_counter() - start
    print(f"{len(x)} value vectors in {count} clusters, mean cosine to the cluster's mean direction")
    print(f"unembed                        {mean_cosine(x, ours):.4f} {seconds}")
    print(f"scikit-learn, complete linkage {mean_cosine(x, theirs):.4f} {spent:8.2f} s")


if __name__ == "__main__":
    main()
