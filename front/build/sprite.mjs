// Gathers the icons that templates and views really name into one SVG sprite.
// A name is found as {% icon "name" %}, icon="name" or icon: "name"; front/icons.json adds those
// that are computed. An unknown name stops the build: a page must not show a hole.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PATTERNS = [
  /\{%\s*icon\s+["']([a-z0-9-]+)["']/g,
  /\b(?:icon|icon_after)\s*[=:]\s*["']([a-z0-9-]+)["']/g,
];

function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name === "static" || name === "__pycache__") continue;
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.(html|py)$/.test(name)) yield path;
  }
}

function usedNames(root) {
  const names = new Set(JSON.parse(readFileSync(join(root, "front/icons.json"), "utf8")));
  for (const path of sources(join(root, "marketingconnect"))) {
    const text = readFileSync(path, "utf8");
    for (const pattern of PATTERNS) {
      for (const [, name] of text.matchAll(pattern)) names.add(name);
    }
  }
  return [...names].sort();
}

function symbol(root, name) {
  const path = join(root, "node_modules/lucide-static/icons", `${name}.svg`);
  if (!existsSync(path)) throw new Error(`Icon "${name}" does not exist in lucide-static.`);
  const body = readFileSync(path, "utf8").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
}

export function buildSprite(root, output) {
  const symbols = usedNames(root).map((name) => symbol(root, name));
  const sheet = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  writeFileSync(output, sheet);
}
