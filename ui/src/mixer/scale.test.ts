import { expect, it } from "vitest";
import { gainAt, gainText, MARKS, panText, panWords, place, SILENT } from "./scale";

it("finds every gain again, and gives the loud ones more room", () => {
  for (let gain = -590; gain <= 60; gain += 5) expect(gainAt(place(gain)), String(gain)).toBe(gain);
  expect([place(SILENT), place(60), gainAt(0), gainAt(2)]).toEqual([0, 1, SILENT, 60]);
  const ways = MARKS.slice(1).map((mark, at) => place(MARKS[at] * 10) - place(mark * 10));
  expect(ways[0]).toBeGreaterThan(0.2);
  expect(place(-400)).toBeGreaterThan(0.05);
});

it("writes gains and panoramas", () => {
  expect([SILENT, -35, 0, 60].map(gainText)).toEqual(["−∞", "−3.5", "0.0", "+6.0"]);
  expect([-30, 0, 100].map(panText)).toEqual(["30L", "C", "100R"]);
  expect(panWords(-30)).toBe("30 percent left");
});
