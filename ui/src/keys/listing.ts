// Commands as sheets list them: by group, and only those that somebody looks for.

import { type Group, groupName } from "../app/commands";
import { cap } from "./chord";

interface Named {
  id: string;
  name: () => string;
  group: Group;
}

/** Whether every word stands in the command's name, its group or its keys. */
export function fits(words: string, { name, group }: Named, keys: readonly string[]): boolean {
  const text = [name(), groupName(group), ...keys, ...keys.map(cap)].join("\n").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** The commands by group, in the order of the registry. */
export function byGroup<T extends Named>(commands: readonly T[]): [Group, T[]][] {
  const groups = new Map<Group, T[]>();
  for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return [...groups];
}
