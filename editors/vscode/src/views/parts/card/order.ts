// The order of a cloud's words.

/** Alternately to the right and to the left end, so that the first items, the largest, come to the middle. */
export function fromTheMiddle<T>(items: readonly T[]): T[] {
  const placed: T[] = [];
  items.forEach((item, index) => {
    if (index % 2 === 0) placed.push(item);
    else placed.unshift(item);
  });
  return placed;
}
