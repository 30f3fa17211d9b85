// A page of the report in Debian's Chromium, with everything it asks of the network written down.
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Where the program report_fixture has written the pages under test; screenshots land there too. */
export const pages = process.env.REPORT_PAGES;
export const fullPage = `${pages}/full.html`;
export const enterprisePage = `${pages}/enterprise.html`;
export const validationPage = `${pages}/validation.html`;
export const trainingPage = `${pages}/training.html`;
export const replayPage = `${pages}/replay.html`;
export const shortPage = `${pages}/short.html`;

export function startBrowser() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: flags });
}

export const desktop = { width: 1160, height: 900 };
export const phone = { width: 390, height: 844 };

/** Opens `file` and waits until it has drawn itself; `heard` fills while the page lives. */
export async function open(browser, file, options = {}) {
  const context = await browser.newContext({
    viewport: options.viewport ?? desktop,
    colorScheme: options.colorScheme ?? "light",
    javaScriptEnabled: options.javaScriptEnabled ?? true,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const heard = { console: [], requests: [] };
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) heard.console.push(message.text());
  });
  page.on("pageerror", (error) => heard.console.push(String(error)));
  page.on("request", (request) => heard.requests.push(request.url()));
  await page.goto(pathToFileURL(file).href + (options.hash ?? ""));
  return { page, heard, close: () => context.close() };
}
