// A WebDriver client in as few lines as the tests need (W3C WebDriver, 2018), over Node's own fetch.

import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** The keys of the W3C table that the tests press. */
export const Key = {
  enter: "\uE007", escape: "\uE00C", space: " ", shift: "\uE008", control: "\uE009", alt: "\uE00A",
  tab: "\uE004", home: "\uE011", end: "\uE010", pageUp: "\uE00E", pageDown: "\uE00F", backspace: "\uE003", f6: "\uE036", f2: "\uE032", f10: "\uE03A", left: "\uE012", up: "\uE013", right: "\uE014", down: "\uE015", delete: "\uE017",
};

export class Window {
  #base;
  #held = [];

  /** Starts the program in `binary` under the driver that listens on `port`. */
  static async open(port, binary, args = []) {
    const window = new Window();
    window.#base = `http://127.0.0.1:${port}/session`;
    const options = { "webkitgtk:browserOptions": { binary, args } };
    const { sessionId } = await window.#ask("POST", "", { capabilities: { alwaysMatch: options } });
    window.#base += `/${sessionId}`;
    return window;
  }

  /** Starts the program with the demo open, in dark. */
  static async demo(port, binary) {
    const window = await Window.open(port, binary);
    await window.until("the page is there", () => !!window.__diabelli, 60);
    await window.run(() => void window.__diabelli.studio.openDemo());
    await window.until("the demo is open", () => window.__diabelli.studio.document?.title === "Waltz in C" && window.__diabelli.studio.mirror?.checksum() === window.__diabelli.studio.document.checksum, 30);
    await window.run(() => { window.__diabelli.taste.theme = "dark"; });
    return window;
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.#base + path, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  }

  close() {
    return this.#ask("DELETE", "");
  }

  /** Runs a function in the page; it gets `args` and what it returns comes back. */
  run(body, ...args) {
    return this.#ask("POST", "/execute/sync", { script: `return (${body}).apply(null, arguments)`, args });
  }

  /** What stands on the display, as PNG bytes. (The driver's own screenshot waits for ever on pages with canvases.) */
  async picture() {
    const { stdout } = await run("import", ["-window", "root", "png:-"], { encoding: "buffer", maxBuffer: 1 << 26 });
    return stdout;
  }

  async #find(selector) {
    const found = await this.#ask("POST", "/element", { using: "css selector", value: selector });
    return found[ELEMENT];
  }

  async click(selector) {
    await this.#ask("POST", `/element/${await this.#find(selector)}/click`, {});
  }

  /** Presses keys together, such as `press(Key.control, "z")`. */
  async press(...keys) {
    const down = keys.map((value) => ({ type: "keyDown", value }));
    const up = [...keys].reverse().map((value) => ({ type: "keyUp", value }));
    await this.#ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions: [...down, ...up] }] });
  }

  /** Calls a command through the palette: as much of its name is typed as tells it from others, and arrows go to it. */
  async call(id) {
    await this.press(Key.control, "k");
    await this.until("the palette is open", () => !!document.querySelector("#commands"));
    const [name, enough] = await this.run((id) => {
      const { commands } = window.__diabelli;
      const name = commands.find((command) => command.id === id).name();
      const many = (words) => commands.filter((command) => words.toLowerCase().split(/\s+/).every((word) => command.name().toLowerCase().includes(word))).length;
      let length = 1;
      while (length < name.length && many(name.slice(0, length)) > 3) length++;
      return [name, name.slice(0, length)];
    }, id);
    await this.type(enough);
    const away = await this.until(`${name} is found`, (name, enough) => {
      if (document.activeElement?.value !== enough) return 0;
      const at = [...document.querySelectorAll("#commands [role=option]")].findIndex((option) => option.firstElementChild.textContent === name);
      return at + 1;
    }, 10, name, enough);
    for (let turn = 1; turn < away; turn++) await this.press(Key.down);
    await this.press(Key.enter);
  }

  /** Types letters one after the other. */
  async type(text) {
    const actions = [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.#ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Holds letters down until `release`, as hands do: the driver knows one held key at a time. */
  async hold(...keys) {
    this.#held.push(...keys);
    await run("xdotool", ["keydown", ...keys.flatMap((key, at) => (at ? ["keydown", key] : [key]))]);
  }

  /** Lets go of all letters that are held. */
  async release() {
    const keys = this.#held.splice(0);
    await run("xdotool", ["keyup", ...keys.flatMap((key, at) => (at ? ["keyup", key] : [key]))]);
  }

  /** Drags from one point of the window to another, in steps, with keys held if any are named. */
  async drag(from, to, ...keys) {
    const steps = [0.25, 0.5, 0.75, 1].map((part) => ({
      type: "pointerMove", duration: 20,
      x: Math.round(from.x + (to.x - from.x) * part), y: Math.round(from.y + (to.y - from.y) * part),
    }));
    const pointer = [
      { type: "pointerMove", duration: 0, x: Math.round(from.x), y: Math.round(from.y) },
      { type: "pointerDown", button: 0 }, ...steps, { type: "pointerUp", button: 0 },
    ];
    const held = keys.map((value) => ({ type: "keyDown", value }));
    if (held.length) await this.#ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions: held }] });
    await this.#ask("POST", "/actions", { actions: [{ type: "pointer", id: "mouse", actions: pointer }] });
    await this.#ask("DELETE", "/actions");
  }

  /** Presses at a point, moves about it in so many steps of a frame each, and lets go where it began. */
  async wander(from, steps) {
    const moves = Array.from({ length: steps }, (_, at) => ({
      type: "pointerMove", duration: 16,
      x: Math.round(from.x + 90 * Math.sin(at / 12)), y: Math.round(from.y + 40 * Math.sin(at / 7)),
    }));
    const home = { type: "pointerMove", duration: 0, x: Math.round(from.x), y: Math.round(from.y) };
    const actions = [home, { type: "pointerDown", button: 0 }, ...moves, home, { type: "pointerUp", button: 0 }];
    await this.#ask("POST", "/actions", { actions: [{ type: "pointer", id: "mouse", actions }] });
    await this.#ask("DELETE", "/actions");
  }

  /** Asks the page until `body` answers something true, or fails after `seconds`. */
  async until(what, body, seconds = 20, ...args) {
    const end = Date.now() + seconds * 1000;
    let last;
    while (Date.now() < end) {
      last = await this.run(body, ...args).catch((error) => { last = error; });
      if (last) return last;
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error(`waited ${seconds} s in vain for: ${what}`);
  }

  /** Waits until everything in sight of the score is engraved. */
  engraved() {
    return this.until("the systems in sight are engraved", () => {
      const systems = [...document.querySelectorAll('[data-testid="system"]')];
      return systems.length > 0 && systems.every((system) => system.querySelector("svg"));
    }, 60);
  }
}

/** The loudest moment, 0..=1, of what the sound device played during something and so many seconds after it. */
export async function heard(seconds, during) {
  const file = join(process.env.DIABELLI_OUT, "heard.raw");
  const recorder = spawn("parec", ["--device=test.monitor", "--format=s16le", "--rate=44100", "--channels=2", "--raw", "--latency-msec=50", file], { stdio: ["ignore", "ignore", "ignore"] });
  await new Promise((wake) => setTimeout(wake, 400));
  await during();
  await new Promise((wake) => setTimeout(wake, seconds * 1000));
  recorder.kill();
  await new Promise((wake) => recorder.on("exit", wake));
  const bytes = readFileSync(file);
  let peak = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) peak = Math.max(peak, Math.abs(bytes.readInt16LE(at)));
  return peak / 32768;
}

/** Drags a file or folder out of another program's window and drops it at a point of the display. */
export async function drop(path, at) {
  const files = spawn("/usr/bin/python3", ["tests/desktop/drag.py", path], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((wake, fail) => {
    files.stdout.once("data", wake);
    files.once("exit", (code) => fail(new Error(`the window to drag from ended with ${code}`)));
  });
  await new Promise((wake) => setTimeout(wake, 300));
  const pointer = async (...words) => {
    await run("xdotool", words.map(String));
    await new Promise((wake) => setTimeout(wake, 100));
  };
  await pointer("mousemove", 60, 30);
  await pointer("mousedown", 1);
  for (const part of [0.1, 0.3, 0.6, 0.9, 1]) {
    await pointer("mousemove", Math.round(60 + (at.x - 60) * part), Math.round(30 + (at.y - 30) * part));
  }
  await pointer("mousemove", at.x + 1, at.y + 1);
  await pointer("mouseup", 1);
  await new Promise((wake) => (files.exitCode === null ? files.once("exit", wake) : wake()));
}
