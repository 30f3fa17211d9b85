import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { niceScale, spread } = await load("charts/scale.ts");
const { placeLabels, brokenName } = await load("charts/label_places.ts");

test("an axis holds its values, starts at zero and has round steps", () => {
  // 82 over at most 5 steps is 16.4 a step; the next round step is 20.
  assert.deepEqual(niceScale([3, 82], 5), { min: 0, max: 100, interval: 20 });
  assert.deepEqual(niceScale([-12, 30], 5), { min: -20, max: 30, interval: 10 });
});

test("an axis of one value still has a length", () => {
  const { min, max, interval } = niceScale([0], 5);
  assert.ok(max >= min && interval > 0);
});

test("labels that touch are moved apart and keep their order", () => {
  const at = [100, 104, 300];
  const moved = spread(at, 16).map((shift, i) => at[i] + shift);
  assert.ok(moved[1] - moved[0] >= 15.9);
  assert.equal(moved[2], 300);
});

test("a label turns away from what stands at its right", () => {
  const plot = { left: 0, right: 400, top: 0, bottom: 400 };
  const labels = [{ at: [200, 200], lines: ["Keep"] }];
  assert.deepEqual(placeLabels(labels, [], plot), ["right"]);
  assert.deepEqual(placeLabels(labels, [[225, 200]], plot), ["left"]);
});

test("a long name breaks at the space nearest its middle", () => {
  assert.deepEqual(brokenName("Keep today's contracts", 18), ["Keep today's", "contracts"]);
  assert.deepEqual(brokenName("All on demand", 18), ["All on demand"]);
});
