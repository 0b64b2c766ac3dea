// axe-core over what the window shows, in every theme: nothing serious, nothing critical.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const axe = readFileSync("ui/node_modules/axe-core/axe.min.js", "utf8");
const THEMES = ["light", "contrast-dark", "contrast-light", "dark"];

/** Serious and critical findings in what is shown now: rule, how serious, where. */
export async function findings(window) {
  // As the driver's own script: the page itself runs nothing that comes as text.
  if (!(await window.run(() => !!window.axe))) await window.run(`function () { ${axe} }`);
  // What fades in has its own colours only when it is there.
  await window.until("nothing fades", () => !document.getAnimations().some((each) => each.playState === "running" && each.effect.getComputedTiming().endTime < Infinity));
  await window.run(() => {
    window.__found = null;
    window.axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => (window.__found = violations), (error) => (window.__found = [{ id: String(error), impact: "critical", nodes: [] }]));
  });
  await window.until("axe has looked", () => window.__found, 60);
  return window.run(() => window.__found.filter(({ impact }) => impact === "serious" || impact === "critical").flatMap(({ id, impact, nodes }) =>
    nodes.length ? nodes.map(({ html, any }) => `${id} (${impact}): ${html.slice(0, 160)} ${any[0]?.message ?? ""}`) : [`${id} (${impact})`]));
}

/** Looks at what is shown now in each theme; the findings are kept as axe-NAME.txt. */
export async function looked(window, name) {
  const found = [];
  for (const theme of THEMES) {
    await window.run((theme) => void (window.__diabelli.taste.theme = theme), theme);
    await window.until(theme, (theme) => document.documentElement.dataset.theme === theme, 10, theme);
    found.push(...(await findings(window)).map((finding) => `${theme}: ${finding}`));
  }
  if (found.length) writeFileSync(join(process.env.DIABELLI_OUT, `axe-${name}.txt`), found.join("\n"));
  assert.deepEqual(found, [], name);
}
