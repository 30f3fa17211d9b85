// The page in a real browser: quiet, alone, readable in both themes, on a phone and without scripts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { desktop, enterprisePage, fullPage, open, pages, phone, replayPage, shortPage, startBrowser, trainingPage, validationPage } from "./browser.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const looks = [
  { name: "light", file: fullPage, colorScheme: "light", viewport: desktop },
  { name: "dark", file: fullPage, colorScheme: "dark", viewport: desktop },
  { name: "phone", file: fullPage, colorScheme: "light", viewport: phone },
  { name: "phone-dark", file: fullPage, colorScheme: "dark", viewport: phone },
  { name: "enterprise", file: enterprisePage, colorScheme: "light", viewport: desktop },
  { name: "validation", file: validationPage, colorScheme: "light", viewport: desktop },
  { name: "validation-dark", file: validationPage, colorScheme: "dark", viewport: desktop },
  { name: "validation-phone", file: validationPage, colorScheme: "light", viewport: phone },
  { name: "training", file: trainingPage, colorScheme: "light", viewport: desktop },
  { name: "training-dark", file: trainingPage, colorScheme: "dark", viewport: desktop },
  { name: "training-phone", file: trainingPage, colorScheme: "light", viewport: phone },
  { name: "replay", file: replayPage, colorScheme: "light", viewport: desktop },
  { name: "replay-dark", file: replayPage, colorScheme: "dark", viewport: desktop },
  { name: "replay-phone", file: replayPage, colorScheme: "light", viewport: phone },
  { name: "enterprise-phone", file: enterprisePage, colorScheme: "light", viewport: phone },
];

/** The sum of widths over which the page could be moved sideways. */
const sideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe("the report page", { skip: pages ? false : "REPORT_PAGES names no directory" }, () => {
  let browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.close());

  for (const look of looks) {
    test(`draws without an error or a request (${look.name})`, async () => {
      const { page, heard, close } = await open(browser, look.file, look);
      await page.screenshot({ path: join(pages, `${look.name}.png`), fullPage: true });
      assert.deepEqual(heard.console, []);
      assert.deepEqual(heard.requests, [pathToFileURL(look.file).href]);
      assert.equal(await sideways(page), 0);
      const empty = await page.$$eval(".chart", (all) =>
        all.filter((one) => !one.querySelector("svg, .debt-bars")).map((one) => one.parentElement.id),
      );
      assert.deepEqual(empty, []);
      await close();
    });

    test(`axe finds nothing to object to (${look.name})`, async () => {
      const { page, close } = await open(browser, look.file, look);
      await page.evaluate(axeSource);
      const found = await page.evaluate(() =>
        axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
      );
      const told = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join("; ")}`);
      assert.deepEqual(told, []);
      await close();
    });
  }

  test("tells every figure without scripts", async () => {
    const { page, close } = await open(browser, fullPage, { javaScriptEnabled: false });
    const text = await page.innerText("body");
    for (const part of ["demand median", "First shortfall", "Sign 40%", "take-or-pay 2027–31"]) {
      assert.ok(text.toLowerCase().includes(part.toLowerCase()), part);
    }
    assert.equal(await page.locator("details.data:not([open])").count(), 0);
    await close();
  });

  test("prints awkward text as text", async () => {
    const { page, close } = await open(browser, fullPage);
    assert.ok((await page.innerText("#limits")).includes("<script>alert(1)</script>"));
    await close();
  });

  test("leaves out what has no data", async () => {
    const { page, heard, close } = await open(browser, shortPage);
    assert.deepEqual(heard.console, []);
    const parts = await page.$$eval("main > section", (all) => all.map((one) => one.id));
    assert.deepEqual(parts, ["answer", "run"]);
    await close();
  });

  test("shows a point's figures to keyboard and screen reader", async () => {
    const { page, close } = await open(browser, fullPage);
    await page.focus("#figure-cash .chart");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const spoken = page.locator("#figure-cash [aria-live]");
    assert.match(await spoken.innerText(), /^2026 Q2.*median \$/s);
    await page.keyboard.press("Escape");
    assert.equal(await spoken.innerText(), "");
    await close();
  });

  test("keeps the view, the held entity and the theme", async () => {
    const { page, close } = await open(browser, fullPage);
    await page.click("#figure-fleet .switch button:has-text('MW')");
    await page.click("#figure-fleet [data-hold='Oracle']");
    const hash = new URL(page.url()).hash;
    assert.equal(hash, "#held=Oracle&view-figure-fleet=2");
    await page.click("button.theme");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await close();
    const again = await open(browser, fullPage, { hash });
    const pressed = await again.page.$$eval("#figure-fleet [aria-pressed=true]", (all) =>
      all.map((one) => one.textContent.trim().split("·")[0].trim()),
    );
    assert.deepEqual(pressed, ["Oracle", "MW"]);
    await again.close();
  });

  test("gives the table of a figure as CSV with full figures", async () => {
    const { page, close } = await open(browser, fullPage);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click("#figure-token-cost .tools button:has-text('CSV')"),
    ]);
    const lines = readFileSync(await download.path(), "utf8").trim().split("\n");
    assert.equal(lines[0], "System,Family,$/Mtok,80% band,Measured points");
    assert.equal(lines[2], "Trn3 UltraServer Gen2,Trainium,0.41,0.28–0.60,0");
    await close();
  });

  test("shows the rows set apart on demand, and every row not predicted", async () => {
    const { page, close } = await open(browser, validationPage);
    const drawn = () => page.locator("#figure-measured .key .figure").allInnerTexts();
    const plain = await drawn();
    await page.click("#figure-measured .switch button:has-text('Rows set apart')");
    assert.notDeepEqual(await drawn(), plain);
    assert.equal(await page.locator("#table-unpredicted tbody tr:visible").count(), 10);
    await page.click("#table-unpredicted button:has-text('All 15')");
    assert.equal(await page.locator("#table-unpredicted tbody tr:visible").count(), 15);
    await close();
  });

  test("tells the quantiles of each fleet to the keyboard, and holds a fleet", async () => {
    const { page, close } = await open(browser, replayPage);
    await page.focus("#figure-ttft .chart");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const spoken = page.locator("#figure-ttft [aria-live]");
    // 0.3 s times the odds (0.992 / 0.012) to the power 0.35.
    assert.equal(await spoken.innerText(), "HGX H100, TTFT p99 1.41 s");
    await page.click("#figure-ttft [data-hold='Trn2 <slow>']");
    const held = await page.$$eval("[data-hold='Trn2 <slow>']", (all) => all.map((one) => one.ariaPressed));
    assert.deepEqual(held, ["true", "true", "true", "true"]);
    await page.focus("#figure-occupancy .chart");
    await page.keyboard.press("ArrowRight");
    // 60 requests, 240 sequences, 2 replicas and 55% of the cache, at the first minute of the wave.
    assert.match(
      await page.locator("#figure-occupancy [aria-live]").innerText(),
      /^0 to 1 min, waiting, HGX H100 60, .*decoding, HGX H100 240, .*cache, HGX H100 55%/,
    );
    await close();
  });

  test("shows another class and the share that is kept on demand", async () => {
    const { page, close } = await open(browser, replayPage);
    await page.click("#figure-tpot .switch button:has-text('batch <&>')");
    // The second fleet's median is twice 12 ms in that class.
    const figures = await page.locator("#figure-tpot .key .figure").allInnerTexts();
    assert.match(figures[1], /^p50 24 ms/);
    await page.click("#figure-load .switch button:has-text('Share kept')");
    assert.ok((await page.locator("#figure-load svg").innerHTML()).includes("within their objective, %"));
    await close();
  });

  test("opens every assumption on demand", async () => {
    const { page, close } = await open(browser, fullPage);
    assert.equal(await page.locator(".assumptions tbody tr:visible").count(), 8);
    await page.click("#table-assumptions button:has-text('All 10')");
    assert.equal(await page.locator(".assumptions tbody tr:visible").count(), 10);
    await close();
  });
});
