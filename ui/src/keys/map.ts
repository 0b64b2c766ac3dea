// Which command has which keys: each command's own, those of a preset laid over them, and what a person has changed.

import { isReserved } from "./chord";

export interface Keyed {
  id: string;
  keys: readonly string[];
}

/** Commands that have other keys than below this layer; an empty list: none at all. */
export type Changes = Readonly<Record<string, readonly string[]>>;

export type KeyMap = ReadonlyMap<string, readonly string[]>;

/** What is given in an upper layer is no longer below, so that no key ever runs two commands. */
function laid(below: KeyMap, over: Changes): KeyMap {
  const claimed = new Set([...below.keys()].flatMap((id) => over[id] ?? []));
  return new Map([...below].map(([id, keys]) => [id, over[id] ?? keys.filter((key) => !claimed.has(key))]));
}

/** The keys of every command. */
export function inForce(commands: readonly Keyed[], preset: Changes, changes: Changes): KeyMap {
  const own = new Map(commands.map(({ id, keys }) => [id, keys] as const));
  return laid(laid(own, preset), changes);
}

/** The command that a key runs. */
export function holder(map: KeyMap, key: string): string | undefined {
  for (const [id, keys] of map) if (keys.includes(key)) return id;
  return undefined;
}

/** The changes without `key` in any command but `id`. Where it only comes from below, the layer hides it already. */
function freed(changes: Changes, id: string, taken: readonly string[]): Changes {
  const entries = Object.entries(changes).map(([each, keys]) => [each, each === id ? keys : keys.filter((key) => !taken.includes(key))] as const);
  return Object.fromEntries(entries);
}

/** Gives a command a key, in the place of another of its keys or beside them; whoever had it loses it. */
export function given(map: KeyMap, changes: Changes, id: string, key: string, instead?: string): Changes {
  const old = (map.get(id) ?? []).filter((each) => each !== key);
  const keys = instead !== undefined && old.includes(instead) ? old.map((each) => (each === instead ? key : each)) : [...old, key];
  return { ...freed(changes, id, [key]), [id]: keys };
}

/** Takes a key from a command. */
export function without(map: KeyMap, changes: Changes, id: string, key: string): Changes {
  return { ...changes, [id]: (map.get(id) ?? []).filter((each) => each !== key) };
}

/** A command as the preset has it, also where its keys have gone to others meanwhile. */
export function reset(commands: readonly Keyed[], preset: Changes, changes: Changes, id: string): Changes {
  const { [id]: _, ...rest } = changes;
  return freed(rest, id, inForce(commands, preset, {}).get(id) ?? []);
}

/** What was kept, where it still means something: commands that exist, each key once. */
export function restored(commands: readonly Keyed[], kept: unknown): Changes {
  const seen = new Set<string>();
  const changes: Record<string, string[]> = {};
  for (const { id } of commands) {
    const keys = (kept as Record<string, unknown> | null | undefined)?.[id];
    if (!Array.isArray(keys)) continue;
    changes[id] = keys.filter((key): key is string => typeof key === "string" && key !== "" && !isReserved(key) && !seen.has(key));
    for (const key of changes[id]) seen.add(key);
  }
  return changes;
}
