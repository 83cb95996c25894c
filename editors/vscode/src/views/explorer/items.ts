// Items of the lists of hits, clusters, names and recent vectors, and the hints in place of an empty list.

import type { ClusterDocument, HitDocument, SimilarDocument, WordDocument } from "../../shared/api.js";
import type { NamedVectors, RecentVector } from "../../shared/messages.js";
import { h } from "../parts/dom.js";
import { counted } from "../parts/numbers.js";
import type { Item } from "./list.js";

/** The words that say what a value vector stands for: undertrained ones say nothing. */
export function telling(words: readonly WordDocument[]): string[] {
  return words
    .filter((word) => !word.undertrained)
    .slice(0, 6)
    .map((word) => word.token);
}

function vector(id: string, name: string | null, words: string[], suppresses = false): Item {
  const beside = name === null ? "" : id;
  return { key: id, title: name ?? id, beside, words, suppresses, target: id };
}

export function hitItem(hit: HitDocument): Item {
  const suppresses = hit.end === "bottom";
  return vector(hit.id, hit.name, telling(suppresses ? hit.bottom : hit.top), suppresses);
}

export function recentItem({ id, name, words }: RecentVector): Item {
  return vector(id, name, words);
}

export function namedItem({ name, ids, words }: NamedVectors): Item {
  const [first] = ids;
  const beside = ids.length === 1 ? (first ?? "") : counted(ids.length, "value vector");
  return { key: first ?? name, title: name, beside, words, suppresses: false, target: name };
}

export function clusterItem({ cluster, size, words }: ClusterDocument): Item {
  const trimmed = words.map((word) => word.trim());
  const title = trimmed.slice(0, 2).join(", ");
  const rest = trimmed.slice(2, 8);
  return { key: String(cluster), title, beside: String(size), words: rest, suppresses: false, target: null };
}

/** `known` are the words that another list had; long lists come without words. */
export function memberItem({ id, cosine, words = [] }: SimilarDocument, known: string[]): Item {
  return { ...vector(id, null, words.length > 0 ? words : known), beside: `cosine ${cosine.toFixed(2)}` };
}

export function hint(first: string, more: string): HTMLElement {
  return h("div", { class: "hint" }, h("p", {}, first), h("p", { class: "quiet" }, more));
}

export function problem(message: string): HTMLElement {
  return h("p", { class: "problem note", role: "alert" }, message);
}
