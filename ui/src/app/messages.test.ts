// Everything that is read or spoken comes from the messages, and every message is there in every language.

import { type AST, parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import en from "../../messages/en.json";
import zh from "../../messages/zh.json";
import { m } from "../paraglide/messages";
import { isLocale, overwriteGetLocale } from "../paraglide/runtime";
import { spoken } from "./language.svelte";

type Plural = { match: Record<string, string> }[];
type Message = string | Plural;

const languages: Record<string, Record<string, Message>> = { en, zh };
const files = import.meta.glob<string>("../../messages/*.json", { query: "?raw", import: "default", eager: true });
const components = import.meta.glob<string>("../**/*.svelte", { query: "?raw", import: "default", eager: true });
const scripts = import.meta.glob<string>(["../**/*.ts", "!../**/*.test.ts", "!../bindings/**", "!../paraglide/**"], { query: "?raw", import: "default", eager: true });

const forms = (message: Message): string[] => (typeof message === "string" ? [message] : message.flatMap(({ match }) => Object.values(match)));
const parameters = (message: Message) => [...new Set(forms(message).flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)))].sort();
const keys = (messages: Record<string, Message>) => Object.keys(messages).filter((key) => key !== "$schema");

describe("messages", () => {
  it("are there in every language, in order", () => {
    for (const messages of Object.values(languages)) expect(keys(messages)).toEqual(keys(en).sort());
  });

  it("are each there once", () => {
    for (const [file, text] of Object.entries(files)) {
      const all = [...text.matchAll(/^\s*"(\w+)":/gm)].map(([, key]) => key).filter((key) => key.includes("_"));
      expect(all.length, file).toBe(new Set(all).size);
      expect(all.length, file).toBeGreaterThan(100);
    }
  });

  it("are called by their view and what they are", () => {
    expect(keys(en).filter((key) => !/^[a-z]+(_[a-z0-9]+)+$/.test(key))).toEqual([]);
  });

  it("say something", () => {
    for (const messages of Object.values(languages)) {
      expect(keys(messages).filter((key) => forms(messages[key]).some((form) => !form.trim()))).toEqual([]);
    }
  });

  it("have the same parameters in every language", () => {
    const other = keys(en).filter((key) => String(parameters(languages.zh[key])) !== String(parameters(languages.en[key])));
    expect(other).toEqual([]);
  });

  it("have a form for one and a form for many in English", () => {
    const plurals = keys(en).filter((key) => typeof languages.en[key] !== "string");
    expect(plurals.length).toBeGreaterThan(20);
    for (const key of plurals) expect(Object.keys((languages.en[key] as Plural)[0].match), key).toEqual(["plural=one", "plural=other"]);
  });

  it("are all used", () => {
    const text = [...Object.values(components), ...Object.values(scripts)].join("\n");
    const used = new Set([...text.matchAll(/\bm\.([a-z0-9_]+)/g)].map(([, key]) => key));
    // Instruments are found by their numbers.
    expect(keys(en).filter((key) => !used.has(key) && !/^gm_(program|kit|family)_\d+$/.test(key))).toEqual([]);
  });
});

describe("a language", () => {
  it("is the one that was chosen, else the first of the system's that is there", () => {
    expect(spoken("zh", ["en-GB"])).toBe("zh");
    expect(spoken("system", ["fr-FR", "zh-Hans-CN", "en"])).toBe("zh");
    expect([spoken("system", ["fr"]), spoken("system", [])]).toEqual(["en", "en"]);
  });

  it("counts", () => {
    let tag = "en" as "en" | "zh";
    overwriteGetLocale(() => tag);
    expect([1, 3, 0].map((count) => m.words_notes({ count }))).toEqual(["1 note", "3 notes", "0 notes"]);
    tag = "zh";
    expect(isLocale(tag) && m.words_notes({ count: 3 })).toBe("3 个音符");
    tag = "en";
  });
});

/** Signs, note names, units, and names that are the same in every language. */
const UNIVERSAL = /^(dB|kHz|CC|M|S|C|L|R|Esc|Ctrl|Alt|Shift|Space|Aa|[A-G][♯♭]?\d?)$/;
const LETTER = /\p{L}/u;
const worded = (text: string) => text.split(/[^\p{L}\p{N}♯♭]+/u).some((word) => LETTER.test(word) && !UNIVERSAL.test(word));

const SPOKEN = new Set(["aria-label", "aria-valuetext", "aria-roledescription", "aria-description", "title", "placeholder", "alt", "label", "heading"]);

type Node = { type: string; [key: string]: unknown };

/** Strings that an expression may come to: literals and templates that are not compared with anything or looked up. */
function strings(node: Node | null | undefined): string[] {
  if (!node) return [];
  const of = (key: string) => strings(node[key] as Node);
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? [node.value] : [];
    case "TemplateLiteral":
      return [...(node.quasis as { value: { raw: string } }[]).map(({ value }) => value.raw), ...(node.expressions as Node[]).flatMap(strings)];
    case "ConditionalExpression":
      return [...of("consequent"), ...of("alternate")];
    case "LogicalExpression":
    case "BinaryExpression":
      return /^(&&|\|\||\?\?|\+)$/.test(String(node.operator)) ? [...of("left"), ...of("right")] : [];
    default:
      return [];
  }
}

/** What stands in a component that somebody reads or hears and that is no message. */
function hardCoded(source: string): string[] {
  const found: string[] = [];
  const expression = (node: Node) => found.push(...strings(node).filter(worded));
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (!node || typeof node !== "object") return;
    const { type, name, ...rest } = node as Node;
    if (type === "Text" && worded(String(rest.data))) found.push(String(rest.data).trim());
    // What a component is given under whatever name, as far as it looks like words.
    if (type === "Component") {
      for (const attribute of rest.attributes as { value: unknown }[]) {
        for (const part of [attribute.value].flat() as (Node | true)[]) {
          if (part && part !== true && part.type === "Text" && /^[A-Z]| /.test(String(part.data)) && worded(String(part.data))) found.push(String(part.data));
        }
      }
    }
    if (type === "ExpressionTag") expression(rest.expression as Node);
    if (/Directive$/.test(type)) return;
    if (type === "Attribute") {
      if (!SPOKEN.has(String(name)) || rest.value === true) return;
      for (const part of [rest.value].flat() as Node[]) {
        if (part.type === "Text" && worded(String(part.data))) found.push(`${name}="${part.data}"`);
        else if (part.type === "ExpressionTag") expression(part.expression as Node);
      }
      return;
    }
    for (const [key, value] of Object.entries(rest)) if (key !== "expression" && key !== "metadata") walk(value);
  };
  walk((parse(source, { modern: true }) as AST.Root).fragment);
  return found;
}

describe("a scanner", () => {
  it("finds words in texts, attributes and expressions, and nothing else", () => {
    const sample = `<script>const a = "Hello";</script><!-- Words --><p class="big words" title="Say">Text {n ? "one" : \`\${n} more\`} {a === "x" ? 1 : 2} −∞ 3 dB C♯4</p><Knob name="Large" of="small" />`;
    expect(hardCoded(sample).sort()).toEqual(['title="Say"', "Text", "one", " more", "Large"].sort());
  });
});

describe("no word", () => {
  it.each(Object.keys(components))("is written into %s", (path) => {
    // The name of the program is a name.
    expect(hardCoded(components[path]).filter((text) => text !== "Diabelli" && text !== 'aria-label="Diabelli"')).toEqual([]);
  });

  const SAID = [
    // What is said, spoken, hinted or refused.
    /\b(?:(?:say|speak|Refused|tell)\(|hint\((?:"[^"]*"|`[^`]*`), *)(["`])(?=[^"`]*[a-z]{2})([^"`]*)\1/g,
    // What things are called.
    /\b(?:name|words|hint|short|label|heading):\s*(["`])(?=[^"`]*[a-z]{2})([A-Z][^"`]*|[^"`]* [^"`]*)\1/g,
  ];

  it.each([...Object.keys(scripts), ...Object.keys(components)])("is said by the script of %s", (path) => {
    const source = (scripts[path] ?? components[path]).replace(/<style[\s\S]*<\/style>/, "").replace(/^\s*(\/\/|\/\*|\*).*$/gm, "");
    const found = SAID.flatMap((pattern) => [...source.matchAll(pattern)].map(([, , text]) => text.replace(/\$\{[^}]*\}/g, "")));
    const names = ["Studio", "English", "MIDI", "MusicXML", "ABC"];
    expect(found.filter((text) => worded(text) && !names.includes(text))).toEqual([]);
  });
});
