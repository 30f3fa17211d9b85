// Loads a TypeScript module of the page for a test.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

export async function load(path) {
  const bundled = await build({
    entryPoints: [fileURLToPath(new URL(`../report/${path}`, import.meta.url))],
    bundle: true,
    format: "esm",
    write: false,
  });
  const code = Buffer.from(bundled.outputFiles[0].text).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
}
