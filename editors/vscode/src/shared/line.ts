// The text of an intervention as it is dragged into a prompt file. No elements.

/** A line of a prompt file's interventions, as it is dropped: the words are its comment, as the server writes them. */
export function interventionLine(target: string, words: readonly string[]): string {
  const comment = words
    .slice(0, 3)
    .map((word) => word.trim())
    .filter((word) => /^[^\p{C}\p{Z}]+$/u.test(word));
  const plain = /^[A-Za-z][\w-]*$/.test(target) ? target : JSON.stringify(target);
  return `  - ${plain}: { scale: 2 }${comment.length > 0 ? `  # ${comment.join(", ")}` : ""}\n`;
}
