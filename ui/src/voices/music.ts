// What the engine calls instruments, families, keys and collections in English, said in the language in force.

import { called, familyOf, instruments } from "../document/instruments";
import { nounWords } from "../app/labels";
import { m } from "../paraglide/messages";

const COLLECTIONS: Record<string, () => string> = {
  "Art songs": m.collection_lieder, "Classical keyboard and chamber music": m.collection_mutopia, "Drum grooves": m.collection_groove, "Electronic songs": m.collection_electronic,
  "Game music": m.collection_games, "Hymns": m.collection_hymns, "Irish dance tunes": m.collection_irish, "Lead sheets": m.collection_lead_sheets, "Orchestral scores": m.collection_orchestra,
  "Polish music of four centuries": m.collection_polish, "String quartets": m.collection_quartets,
};

export function instrumentWords(name: string): string {
  const found = instruments().find((one) => one.name === name);
  return found ? called(found) : name;
}

export function familyWords(name: string): string {
  const found = instruments().find(({ family }) => family === name);
  return found ? familyOf(found) : name;
}

/** "B♭ minor", also as it is written in plain letters. */
export const keyWords = (name: string): string => nounWords(name.replace("b ", "♭ ").replace("# ", "♯ "));

export const collectionWords = (name: string): string => (Object.hasOwn(COLLECTIONS, name) ? COLLECTIONS[name]() : name);

/** Names that are counted, each in other words. */
export const inWords = <T>(rows: readonly (readonly [string, T])[], words: (name: string) => string): [string, T][] => rows.map(([name, count]) => [words(name), count]);
