// Bundles every file of front/entries/ into one classic script of the same name.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

export async function buildScripts(root, built) {
  const entries = join(root, "front/entries");
  await build({
    entryPoints: readdirSync(entries)
      .filter((name) => name.endsWith(".js"))
      .map((name) => join(entries, name)),
    outdir: built,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
  });
}
