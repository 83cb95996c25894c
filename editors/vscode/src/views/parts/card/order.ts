// The order of a cloud's words.

/** Odd places to the left, even ones to the right: large words stand in the middle, small ones at the edges. */
export function fromTheMiddle<T>(items: readonly T[]): T[] {
  const placed: T[] = [];
  items.forEach((item, index) => {
    if (index % 2 === 0) placed.push(item);
    else placed.unshift(item);
  });
  return placed;
}
