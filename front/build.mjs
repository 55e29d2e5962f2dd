// Builds what the browser loads into marketingconnect/web/static/built/:
// one style sheet and those of single pages, one script a page family, the fonts and the sprite of the icons in use.
// `--watch` rebuilds at each change of a template, a style or a script.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, renameSync, watch } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildScripts } from "./build/scripts.mjs";
import { buildSprite } from "./build/sprite.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, "marketingconnect/web/static/built");

const FONTS = [
  "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2",
  "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-ext-wght-normal.woff2",
  "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
  "@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2",
];

function copyFonts() {
  mkdirSync(join(built, "fonts"), { recursive: true });
  for (const font of FONTS) {
    copyFileSync(join(root, "node_modules", font), join(built, "fonts", font.split("/").at(-1)));
  }
}

// The site's own sheet, and those that one page loads: the first visit stays light.
const STYLES = {
  "front/app.css": "app.css",
  "front/entries/clicks.css": "clicks.css",
  "front/entries/editor.css": "editor.css",
  "front/entries/month.css": "month.css",
  "front/entries/style_page.css": "style_page.css",
};

function buildStyle(source, name) {
  const cli = join(root, "node_modules/@tailwindcss/cli/dist/index.mjs");
  const output = join(built, name);
  const unfinished = `${output}.new`;
  execFileSync(process.execPath, [cli, "-i", source, "-o", unfinished, "--minify"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  renameSync(unfinished, output);
}

async function buildAll() {
  const started = performance.now();
  copyFonts();
  buildSprite(root, join(built, "icons.svg"));
  for (const [source, name] of Object.entries(STYLES)) buildStyle(source, name);
  await buildScripts(root, built);
  console.log(`front: built in ${Math.round(performance.now() - started)} ms`);
}

await buildAll();

if (process.argv.includes("--watch")) {
  let timer;
  const again = (_, name) => {
    if (!name || !/\.(html|css|m?js|json|py)$/.test(name) || name.includes("built")) return;
    clearTimeout(timer);
    timer = setTimeout(() => buildAll().catch((error) => console.error(error.message)), 150);
  };
  for (const folder of ["front", "marketingconnect"]) {
    watch(join(root, folder), { recursive: true }, again);
  }
}
