// The page writes figures by the same rules as the engine: number_text_test.cpp reads these cases too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./modules.mjs";

const numbers = await load("numbers.ts");
const cases = JSON.parse(readFileSync(new URL("number_cases.json", import.meta.url), "utf8"));

for (const [rule, examples] of Object.entries(cases)) {
  for (const example of examples) {
    const given = example.slice(0, -1);
    const expected = example[example.length - 1];
    test(`${rule} of ${given.join(" and ")} is written ${expected}`, () => {
      assert.equal(numbers[rule](...given), expected);
    });
  }
}
