// The text of an intervention as it is dragged into a prompt file, and the target in such a text. No elements.

/** A line of a prompt file's interventions. The words are its comment, as the server writes it. */
export function interventionLine(target: string, words: readonly string[]): string {
  const comment = words
    .slice(0, 3)
    .map((word) => word.trim())
    .filter((word) => /^[^\p{C}\p{Z}]+$/u.test(word));
  const plain = /^[A-Za-z][\w-]*$/.test(target) ? target : JSON.stringify(target);
  return `  - ${plain}: { scale: 2 }${comment.length > 0 ? `  # ${comment.join(", ")}` : ""}\n`;
}

/** The target of a line that `interventionLine` wrote; null for any other text. */
export function draggedTarget(text: string): string | null {
  const found = /^\s*- (?:([A-Za-z][\w-]*)|("(?:[^"\\]|\\.)*")): \{ scale: 2 \}(?:\s+#.*)?\s*$/.exec(text);
  return found?.[1] ?? (found?.[2] === undefined ? null : (JSON.parse(found[2]) as string));
}
