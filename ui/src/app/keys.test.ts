import { expect, it, vi } from "vitest";

vi.mock("./commands", () => ({ commands: [{ id: "x", keys: ["Ctrl+Shift+Z", "?", "G"] }] }));
const { chord } = await import("./keys");

const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

it("names a press", () => {
  expect(chord({ ...none, key: "g" })).toBe("g");
  expect(chord({ ...none, key: "Z", ctrlKey: true, shiftKey: true })).toBe("Ctrl+Shift+Z");
  expect(chord({ ...none, key: "z", metaKey: true })).toBe("Ctrl+z");
  expect(chord({ ...none, key: "?", shiftKey: true })).toBe("?");
  expect(chord({ ...none, key: " " })).toBe("Space");
  expect(chord({ ...none, key: "ArrowUp", altKey: true })).toBe("Alt+ArrowUp");
});
