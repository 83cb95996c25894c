import { expect, test } from "vitest";

import { InTurn } from "../../src/host/inTurn.js";

/** Things to handle, each handled until `end` is called. */
function desk(open: string[]) {
  const handled: string[] = [];
  const ends: (() => void)[] = [];
  const turns = new InTurn<string>(
    (had) => open.find((thing) => !had.has(thing)),
    (thing) => thing,
    (thing) => {
      handled.push(thing);
      return new Promise((end) => ends.push(end));
    },
  );
  return { handled, turns, end: () => ends.shift()?.() };
}

test("what comes up while another is handled has its turn afterwards", async () => {
  const open = ["greeting"];
  const { handled, turns, end } = desk(open);
  const whole = turns.look();
  open.splice(0, 1, "heart");
  await turns.look();
  expect(handled).toEqual(["greeting"]);
  end();
  await Promise.resolve();
  await Promise.resolve();
  expect(handled).toEqual(["greeting", "heart"]);
  end();
  await whole;
  // All are done: a later look begins anew.
  const later = turns.look();
  expect(handled).toEqual(["greeting", "heart", "heart"]);
  end();
  await later;
});

test("a thing that stays has one turn, however often it is looked for", async () => {
  const { handled, turns, end } = desk(["greeting"]);
  const whole = turns.look();
  await turns.look();
  await turns.look();
  end();
  await whole;
  expect(handled).toEqual(["greeting"]);
});
