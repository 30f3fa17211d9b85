// Every text on every ground it stands on, and every data colour on its surface, in both themes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { entities, fullestTint, others, roles } = await load("theme/table.ts");
const { mix } = await load("theme/mix.ts");

function luminance(hex) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2, contrast ratio. */
function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test("black on white is 21:1", () => {
  assert.equal(contrast("#000000", "#FFFFFF").toFixed(1), "21.0");
});

const texts = [
  ...["ink", "ink2", "ink3", "bad", "assumed", "good"].map((text) => [text, "surface"]),
  ...["ink", "ink2", "ink3"].map((text) => [text, "page"]),
  ["ink", "sunk"],
  ["ink2", "sunk"],
  ["bad", "badGround"],
  ["assumed", "assumedGround"],
  ["surface", "ink"],
];

for (const mode of ["light", "dark"]) {
  for (const [text, ground] of texts) {
    test(`${text} on ${ground} is readable in ${mode}`, () => {
      const ratio = contrast(roles[text][mode], roles[ground][mode]);
      assert.ok(ratio >= 4.5, ratio.toFixed(2));
    });
  }

  test(`a default probability is readable on its fullest tint in ${mode}`, () => {
    const tint = mix(roles.bad[mode], roles.surface[mode], fullestTint[mode]);
    assert.ok(contrast(roles.ink[mode], tint) >= 4.5, contrast(roles.ink[mode], tint).toFixed(2));
  });

  for (const entity of [...entities, others]) {
    test(`${entity.names[0]} stands out from the surface in ${mode}`, () => {
      const ratio = contrast(entity.shade[mode], roles.surface[mode]);
      assert.ok(ratio >= 3, ratio.toFixed(2));
    });
  }

  for (const input of ["inputLow", "inputHigh"]) {
    test(`${input} stands out from the surface in ${mode}`, () => {
      assert.ok(contrast(roles[input][mode], roles.surface[mode]) >= 3);
    });
  }
}
