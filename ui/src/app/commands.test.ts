import { expect, it } from "vitest";
import { commands } from "./commands";

const twice = (words: string[]) => words.filter((word, at) => words.indexOf(word) !== at);

it("gives no name and no key to two commands", () => {
  expect(twice(commands.map(({ id }) => id))).toEqual([]);
  expect(twice(commands.map(({ name }) => name()))).toEqual([]);
  expect(twice(commands.flatMap(({ keys }) => keys).map((key) => key.toLowerCase()))).toEqual([]);
});
