import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { along } from "./row";

const TOOLS = ["select", "draw", "erase"] as const;
const focus = vi.fn();
const prevented = vi.fn();

beforeEach(() => {
  vi.stubGlobal("getComputedStyle", () => ({ direction: "ltr" }));
  vi.stubGlobal("requestAnimationFrame", (then: () => void) => then());
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

function press(key: string, now: (typeof TOOLS)[number]) {
  const row = { querySelector: () => ({ focus }) };
  let chosen: string | null = null;
  along({ key, currentTarget: row, preventDefault: prevented, stopPropagation: () => undefined } as unknown as KeyboardEvent, TOOLS, now, (next) => (chosen = next));
  return chosen;
}

it("an arrow key chooses the next one, and the focus goes with it", () => {
  expect([press("ArrowRight", "select"), press("ArrowLeft", "erase")]).toEqual(["draw", "draw"]);
  expect([focus, prevented].map(({ mock }) => mock.calls.length)).toEqual([2, 2]);
});

it("goes round at both ends", () => {
  expect([press("ArrowRight", "erase"), press("ArrowLeft", "select")]).toEqual(["select", "erase"]);
});

it("leaves other keys to others", () => {
  expect([press("ArrowDown", "draw"), press("Enter", "draw")]).toEqual([null, null]);
  expect([focus, prevented].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});
