// Writes page.js and page.css to the directory given: `npm run build -- DIR`.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const out = process.argv[2] ?? "dist";
const source = fileURLToPath(new URL("report/", import.meta.url));
const licences =
  "/* Holds Apache ECharts 5.6.0 (Apache License 2.0), zrender (BSD 3-Clause) and tslib (0BSD). */";

/** The custom properties of the style sheet, made from the one table of colours. */
async function themeSheet() {
  const bundled = await build({
    entryPoints: [`${source}theme/sheet.ts`],
    bundle: true,
    format: "esm",
    write: false,
  });
  const code = Buffer.from(bundled.outputFiles[0].text).toString("base64");
  return (await import(`data:text/javascript;base64,${code}`)).themeSheet();
}

const shared = { bundle: true, minify: true, charset: "utf8", legalComments: "none" };

await build({
  ...shared,
  entryPoints: [`${source}main.ts`],
  outfile: `${out}/page.js`,
  format: "iife",
  target: "es2021",
  banner: { js: licences },
});

await build({
  ...shared,
  stdin: {
    contents: `@import "./style/page.css";\n${await themeSheet()}`,
    resolveDir: source,
    loader: "css",
  },
  outfile: `${out}/page.css`,
});
