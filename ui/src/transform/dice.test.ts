import { expect, it } from "vitest";
import { Dice, varied } from "./dice";

it("throws what the engine throws", () => {
  const dice = new Dice(1_234_567n);
  expect([dice.next(), dice.next(), dice.next()]).toEqual([6_457_827_717_110_365_317n, 3_203_168_211_198_807_973n, 9_817_491_932_198_370_423n]);
});

// The same notes as in score::command::humanize, "velocities_are_those_that_the_window_shows".
it("varies velocities as the engine does", () => {
  const found = Array.from({ length: 12 }, (_, id) => varied(id, 80, 20, 7));
  expect(found).toEqual([72, 67, 84, 76, 85, 83, 87, 97, 87, 84, 82, 80]);
  expect([varied(3, 1, 126, 1), varied(4, 127, 126, 2)].every((velocity) => velocity >= 1 && velocity <= 127)).toBe(true);
  expect(varied(5, 80, 0, 9)).toBe(80);
});
