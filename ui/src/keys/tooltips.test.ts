// Whoever points at a control that runs a command learns its key.

import { type AST, parse } from "svelte/compiler";
import { expect, it } from "vitest";
import { commands } from "../app/commands";

const components = import.meta.glob<string>("../**/*.svelte", { query: "?raw", import: "default", eager: true });

type Node = { type: string; start: number; end: number; name?: string; attributes?: { type: string; name: string; start: number; end: number }[]; [key: string]: unknown };

function* elements(node: unknown): Generator<Node> {
  if (Array.isArray(node)) for (const each of node) yield* elements(each);
  else if (node && typeof node === "object") {
    const found = node as Node;
    if (found.type === "RegularElement") yield found;
    for (const [key, value] of Object.entries(found)) if (key !== "metadata") yield* elements(value);
  }
}

/** The commands that a component's controls run by a click, and whether each control says so: in its tooltip, or by the caps of the keys. */
function controls(source: string): { command: string; says: boolean }[] {
  const found = [];
  for (const element of elements((parse(source, { modern: true }) as AST.Root).fragment)) {
    const text = (name: string) => {
      const attribute = element.attributes?.find((each) => each.name === name);
      return attribute ? source.slice(attribute.start, attribute.end) : "";
    };
    const command = /\brun\(("[^"]+"|[\w.[\]]+)\)/.exec(text("onclick"))?.[1];
    // A list or a field has other keys; menus and palettes show caps.
    if (!command || element.name !== "button") continue;
    const whole = source.slice(element.start, element.end);
    found.push({ command, says: text("title").includes(`keymap.hint(${command}`) || whole.includes(`<Keys of=${command}`) || whole.includes(`<Keys of={${command}}`) });
  }
  return found;
}

it("a control without its key is found", () => {
  const sample = `<button onclick={() => run("undo")}>x</button><button title={keymap.hint("redo", "x")} onclick={() => run("redo")}>x</button><button onclick={() => run("open")}><Keys of="open" /></button>`;
  expect(controls(sample).map(({ says }) => says)).toEqual([false, true, true]);
});

it.each(Object.keys(components))("every control of %s that runs a command shows its key", (path) => {
  const found = controls(components[path]);
  expect(found.filter(({ says }) => !says).map(({ command }) => command)).toEqual([]);
  const known = new Set(commands.map(({ id }) => `"${id}"`));
  expect(found.map(({ command }) => command).filter((command) => command.startsWith('"') && !known.has(command))).toEqual([]);
});
