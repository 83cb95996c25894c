import { expect, test } from "vitest";

import { Selection } from "../../../src/views/explorer/selection.js";

const ORDER = ["a", "b", "c", "d", "e"];

function selecting(): { selection: Selection; told: () => number } {
  let told = 0;
  const selection = new Selection(() => (told += 1));
  return { selection, told: () => told };
}

test("one is selected and not any more", () => {
  const { selection, told } = selecting();
  selection.toggle("b");
  selection.toggle("d");
  expect([selection.ids, selection.has("d"), selection.has("c")]).toEqual([["b", "d"], true, false]);
  selection.toggle("b");
  expect(selection.ids).toEqual(["d"]);
  expect(told()).toBe(3);
});

test("a range takes the place of another from the same anchor, and keeps what was selected before", () => {
  const { selection } = selecting();
  selection.toggle("a");
  selection.toggle("c");
  selection.extend("e", ORDER);
  expect(selection.ids).toEqual(["a", "c", "d", "e"]);
  selection.extend("d", ORDER);
  expect(selection.ids).toEqual(["a", "c", "d"]);
  selection.extend("b", ORDER);
  expect([...selection.ids].sort()).toEqual(["a", "b", "c"]);
});

test("a range without an anchor is one item", () => {
  const { selection } = selecting();
  selection.extend("c", ORDER);
  expect(selection.ids).toEqual(["c"]);
});

test("a range begins where the arrows were before it", () => {
  const { selection } = selecting();
  selection.anchor("b");
  selection.startAt("c");
  selection.extend("d", ORDER);
  expect(selection.ids).toEqual(["b", "c", "d"]);
});

test("an anchor that is not in the list any more does not count", () => {
  const { selection } = selecting();
  selection.toggle("b");
  selection.keep(["c", "d"]);
  selection.extend("d", ["c", "d"]);
  expect(selection.ids).toEqual(["d"]);
});

test("what is gone from the list is not selected, and a list that has all of it tells nothing", () => {
  const { selection, told } = selecting();
  selection.all(ORDER);
  selection.keep(ORDER);
  expect(told()).toBe(1);
  selection.keep(["e", "a"]);
  expect(selection.ids).toEqual(["a", "e"]);
});

test("nothing is selected after it is cleared, and a second time tells nothing", () => {
  const { selection, told } = selecting();
  selection.toggle("b");
  selection.clear();
  selection.clear();
  expect([selection.ids, told()]).toEqual([[], 2]);
});
